{#- With a contract a table is created empty and filled then: columns with types and constraints do not go with "as". The materialization
    puts both into one transaction. -#}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql') -%}
  {%- if language != 'sql' -%}
    {% do exceptions.raise_compiler_error("duckdb__create_table_as macro didn't get supported language, it got " ~ language) %}
  {%- endif -%}
  {%- set enforced = config.get('contract', {}).get('enforced') -%}
  {%- if enforced -%}
    {{ get_assert_columns_equivalent(compiled_code) }}
  {%- endif -%}
  {{ sql_header_text() }}
  {%- if enforced and not temporary -%}
create table {{ relation }} {{ get_table_columns_and_constraints() }};
insert into {{ relation }} ({{ adapter.dispatch('get_column_names', 'dbt')() }}) (
{{ get_select_subquery(compiled_code) }}
);
  {%- else -%}
create {% if temporary %}temporary {% endif %}table {{ relation.include(database=(not temporary), schema=(not temporary)) }} as (
{{ compiled_code }}
);
  {%- endif -%}
{%- endmacro %}

{#- Readers see the old rows until the statement is done, and so does the query, if it reads the table. -#}
{% macro duckdb__get_replace_table_sql(relation, sql) -%}
create or replace table {{ relation }} as (
{{ sql }}
);
{%- endmacro %}

{#- The header runs by itself: what follows is described, not run. -#}
{% macro duckdb__get_empty_subquery_sql(select_sql, select_sql_header=none) -%}
  {%- if select_sql_header is not none -%}
    {%- do run_query(select_sql_header) -%}
  {%- endif -%}
  {{ return(default__get_empty_subquery_sql(select_sql)) }}
{%- endmacro %}

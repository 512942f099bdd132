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
  {%- if not temporary -%}
    {%- do get_partitioned_by(relation, temporary) -%}
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
  {%- do get_partitioned_by(relation, false) -%}
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

{#- The columns a table is partitioned by. Plain DuckDB has no partitions, so they are checked and otherwise left alone. -#}
{% macro get_partitioned_by(relation, temporary) -%}
  {{ return(adapter.dispatch('get_partitioned_by', 'dbt')(relation, temporary)) }}
{%- endmacro %}

{% macro duckdb__get_partitioned_by(relation, temporary) -%}
  {%- set given = config.get('partitioned_by') or config.get('partition_by') -%}
  {%- if temporary or not given -%}
    {{ return(none) }}
  {%- endif -%}
  {%- set columns = [given] if given is string or given is mapping else given | list -%}
  {%- for column in columns if column is not string -%}
    {%- do exceptions.raise_compiler_error('partitioned_by (or partition_by) must be the name of a column, or a list of names') -%}
  {%- endfor -%}
  {{ return(none) }}
{%- endmacro %}

{#- The columns of the model's properties, as the list of an insert. -#}
{% macro get_column_names() -%}
  {%- set names = [] -%}
  {%- for column in model['columns'].values() -%}
    {%- do names.append(adapter.quote(column['name']) if column.get('quote') else column['name']) -%}
  {%- endfor -%}
  ({{ names | join(', ') }})
{%- endmacro %}

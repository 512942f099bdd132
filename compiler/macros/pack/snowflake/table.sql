{#- Tables: https://docs.snowflake.com/en/sql-reference/sql/create-table. Each is made, or takes the place of another, in one statement. They are
    transient unless the config says otherwise, as in dbt. -#}
{% macro snowflake__create_table_as(temporary, relation, compiled_code, language='sql') -%}
  {%- if language != 'sql' -%}
    {% do exceptions.raise_compiler_error('tables are made of SQL; this one is ' ~ language) %}
  {%- endif -%}
  {%- set kind = 'temporary ' if temporary else ('transient ' if config.get('transient', true) else '') -%}
  {%- set enforced = config.get('contract', {}).get('enforced') and not temporary -%}
  {%- set clustered = none if temporary else snowflake_cluster_by() -%}
  {%- set query = get_select_subquery(compiled_code) if enforced else compiled_code -%}
  {%- if enforced -%}
    {{ get_assert_columns_equivalent(compiled_code) }}
  {%- endif -%}
  {{ sql_header_text() }}
  {{- 'create or replace ' }}{{ kind }}table {{ relation }}
  {%- if enforced %} {{ get_table_columns_and_constraints() }}{% endif -%}
  {{ '' if temporary else snowflake_policies() }} as (
  {%- if clustered %}
select * from (
{{ query }}
) order by ({{ clustered }})
  {%- else %}
{{ query }}
  {%- endif %}
);
  {%- if clustered %}
alter table {{ relation }} cluster by ({{ clustered }});
    {%- if config.get('automatic_clustering') %}
alter table {{ relation }} resume recluster;
    {%- endif %}
  {%- endif %}
{%- endmacro %}

{#- The rows of a strategy or a snapshot stand in a table beside the target, whatever schema the session is in. -#}
{% macro snowflake__get_create_table_as_sql(temporary, relation, sql) -%}
  {%- if not temporary -%}
    {{ return(create_table_as(false, relation, sql)) }}
  {%- endif -%}
  {{ sql_header_text() }}
  {{- 'create or replace transient table' }} {{ relation }} as (
{{ sql }}
);
{%- endmacro %}

{% macro snowflake__get_replace_table_sql(relation, sql) -%}
  {{ snowflake__create_table_as(false, relation, sql) }}
{%- endmacro %}

{#- The expressions that a table is clustered by; none if there are none. -#}
{% macro snowflake_cluster_by() -%}
  {%- set keys = as_list(config.get('cluster_by')) -%}
  {{ return(keys | join(', ') if keys else none) }}
{%- endmacro %}

{#- What goes with a relation from the one that it takes the place of, and what guards it. -#}
{% macro snowflake_policies() -%}
  {%- set parts = [] -%}
  {%- if config.get('row_access_policy') -%}{%- do parts.append(' with row access policy ' ~ config.get('row_access_policy')) -%}{%- endif -%}
  {%- if config.get('table_tag') -%}{%- do parts.append(' with tag (' ~ config.get('table_tag') ~ ')') -%}{%- endif -%}
  {%- if config.get('copy_grants') -%}{%- do parts.append(' copy grants') -%}{%- endif -%}
  {{ return(parts | join('')) }}
{%- endmacro %}

{% macro snowflake__get_rename_table_sql(relation, new_name) -%}
  alter table {{ relation }} rename to {{ relation.incorporate(path={'identifier': new_name}) }}
{%- endmacro %}

{#- Types of one family are the same to a contract: text of any length, whole numbers and decimals of any size. -#}
{% macro snowflake__format_column(column) -%}
  {%- set family = column.dtype.upper().split('(')[0] | trim -%}
  {%- set names = {
    'VARCHAR': 'TEXT', 'CHAR': 'TEXT', 'CHARACTER': 'TEXT', 'STRING': 'TEXT', 'CHARACTER VARYING': 'TEXT',
    'NUMBER': 'FIXED', 'NUMERIC': 'FIXED', 'DECIMAL': 'FIXED', 'INT': 'FIXED', 'INTEGER': 'FIXED', 'BIGINT': 'FIXED', 'SMALLINT': 'FIXED',
    'FLOAT': 'REAL', 'FLOAT4': 'REAL', 'FLOAT8': 'REAL', 'DOUBLE': 'REAL', 'DOUBLE PRECISION': 'REAL',
    'DATETIME': 'TIMESTAMP_NTZ', 'TIMESTAMP': 'TIMESTAMP_NTZ', 'VARBINARY': 'BINARY'
  } -%}
  {%- set name = names.get(family, family) -%}
  {{ return({'name': column.name, 'data_type': name, 'formatted': column.column.lower() ~ ' ' ~ name}) }}
{%- endmacro %}

{#- A table that was made and tested takes the place of the one that is there at once. The two change names, rights and all; where the rights on the
    old one are to stay, it becomes a clone of the new one. -#}
{% macro snowflake__get_swap_tables_sql(relation, made) -%}
  {%- if config.get('copy_grants') -%}
    {{ return(snowflake__create_or_replace_clone(relation, made)) }}
  {%- endif -%}
  alter table {{ relation }} swap with {{ made }}
{%- endmacro %}

{#- One statement is a transaction by itself. -#}
{% macro snowflake__get_incremental_default_sql(arg_dict) -%}
  {{ return(get_incremental_merge_sql(arg_dict)) }}
{%- endmacro %}

{% macro snowflake__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {%- set text = default__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
  {{ return(snowflake_dml_explicit_transaction(text) if unique_key else text) }}
{%- endmacro %}

{#- Without a key there is nothing to match. -#}
{% macro snowflake__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) -%}
  {%- if unique_key -%}
    {{ return(default__get_merge_sql(target, snowflake_merge_source(source), unique_key, dest_columns, incremental_predicates)) }}
  {%- endif -%}
  {{ return(sql_header_text() ~ get_insert_into_sql(target, source, dest_columns)) }}
{%- endmacro %}

{#- A query rather than a relation: what is read by its alias alone. -#}
{% macro snowflake_merge_source(relation) -%}
  {{ return('(select * from ' ~ relation ~ ')') }}
{%- endmacro %}

{#- The whole table is replaced by the rows of the query: https://docs.snowflake.com/en/sql-reference/sql/insert. overwrite_columns names the
    columns, if it is not to go by their places. -#}
{% macro snowflake__get_incremental_insert_overwrite_sql(arg_dict) -%}
  {{ return(snowflake__insert_overwrite_get_sql(arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['unique_key'], arg_dict['dest_columns'])) }}
{%- endmacro %}

{% macro snowflake__insert_overwrite_get_sql(target, source, unique_key, dest_columns) -%}
  {%- set columns = as_list(config.get('overwrite_columns')) | join(', ') -%}
  {{ sql_header_text() }}
  {{- 'insert overwrite into' }} {{ target }}{% if columns %} ({{ columns }}){% endif %}
select {{ columns or '*' }}
from {{ source }}
{%- endmacro %}

{#- Columns are added in one statement and dropped in another. -#}
{% macro snowflake__get_alter_columns_sql(relation, add_columns, remove_columns) -%}
  {%- set added, removed = [], [] -%}
  {%- for column in add_columns or [] -%}
    {%- do added.append(column.quoted ~ ' ' ~ column.expanded_data_type) -%}
  {%- endfor -%}
  {%- for column in remove_columns or [] -%}
    {%- do removed.append(column.quoted) -%}
  {%- endfor -%}
  {%- if added %}alter table {{ relation }} add column {{ added | join(', ') }}{{ ';\n' if removed }}{% endif -%}
  {%- if removed %}alter table {{ relation }} drop column {{ removed | join(', ') }}{% endif -%}
{%- endmacro %}

{#- A type can be widened in place: https://docs.snowflake.com/en/sql-reference/sql/alter-table-column. -#}
{% macro snowflake__get_alter_column_type_sql(relation, column_name, new_column_type) -%}
  alter table {{ relation }} alter {{ adapter.quote(column_name) }} set data type {{ new_column_type }}
{%- endmacro %}

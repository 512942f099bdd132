{#- DuckDB reads a seed's file itself, so that empty fields, quotes and zones mean what they mean to dbt-duckdb, which does the same. -#}
{% macro get_copy_csv_sql(relation, path, delimiter) -%}
  {{ adapter.dispatch('get_copy_csv_sql', 'dbt')(relation, path, delimiter) }}
{%- endmacro %}

{% macro duckdb__get_copy_csv_sql(relation, path, delimiter) -%}
copy {{ relation.render() }} from '{{ path | replace("'", "''") }}' (format csv, header true, delimiter '{{ delimiter | replace("'", "''") }}')
{%- endmacro %}

{% macro duckdb__get_binding_char() -%}
  {{ return(adapter.get_binding_char()) }}
{%- endmacro %}

{% macro duckdb__load_csv_rows(model, agate_table) -%}
  {%- if not config.get('fast', true) -%}
    {{ return(default__load_csv_rows(model, agate_table)) }}
  {%- endif -%}
  {%- set copy = get_copy_csv_sql(this, adapter.get_seed_file_path(model), config.get('delimiter', ',')) -%}
  {%- do adapter.add_query(copy, abridge_sql_log=True) -%}
  {{ return(copy) }}
{%- endmacro %}

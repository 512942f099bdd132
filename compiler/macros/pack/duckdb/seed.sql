{#- DuckDB reads a seed's file itself, so that empty fields, quotes and zones mean what they mean to dbt-duckdb, which does the same. -#}
{% macro get_copy_csv_sql(relation, path, delimiter) -%}
  {{ adapter.dispatch('get_copy_csv_sql', 'dbt')(relation, path, delimiter) }}
{%- endmacro %}

{% macro duckdb__get_copy_csv_sql(relation, path, delimiter) -%}
copy {{ relation.render() }} from '{{ path | replace("'", "''") }}' (format csv, header true, delimiter '{{ delimiter | replace("'", "''") }}')
{%- endmacro %}

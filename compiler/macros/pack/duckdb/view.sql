{% macro duckdb__get_replace_view_sql(relation, sql) -%}
  {{ view_statement('create or replace view', relation, sql) }}
{%- endmacro %}

{# https://duckdb.org/docs/stable/data/json/json_functions#transforming-json-to-nested-types #}
{% macro duckdb__state_rows(text) -%}
  {{ return("(select unnest(from_json(" ~ state_text(text) ~ ", '[[\"VARCHAR\"]]')) as cells) as r") }}
{%- endmacro %}

{#- The name that packages know. -#}
{% macro duckdb_escape_comment(comment) -%}
  {{ return(comment_literal(comment)) }}
{%- endmacro %}

{#- The name that packages know. -#}
{% macro postgres_escape_comment(comment) -%}
  {{ return(comment_literal(comment)) }}
{%- endmacro %}

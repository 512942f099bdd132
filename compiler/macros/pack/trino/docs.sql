{% macro trino__comment_literal(comment) -%}
  {%- if comment is not string -%}
    {% do exceptions.raise_compiler_error('cannot escape a non-string: ' ~ comment) %}
  {%- endif -%}
  {{ return("'" ~ comment | replace("'", "''") ~ "'") }}
{%- endmacro %}

{#- A materialized view gets its comment when it is created, and no other: https://trino.io/docs/current/sql/comment.html -#}
{% macro trino__alter_relation_comment(relation, relation_comment) -%}
  {%- if not relation.is_materialized_view -%}
  comment on {{ 'view' if relation.is_view else 'table' }} {{ relation }} is {{ comment_literal(relation_comment) }};
  {%- endif -%}
{%- endmacro %}

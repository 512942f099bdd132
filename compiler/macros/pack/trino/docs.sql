{% macro trino__comment_literal(comment) -%}
  {%- if comment is not string -%}
    {% do exceptions.raise_compiler_error('cannot escape a non-string: ' ~ comment) %}
  {%- endif -%}
  {{ return("'" ~ comment | replace("'", "''") ~ "'") }}
{%- endmacro %}

{#- A materialized view is commented on like a view. -#}
{% macro trino__alter_relation_comment(relation, relation_comment) -%}
  comment on {{ 'table' if relation.is_table or not relation.type else 'view' }} {{ relation }} is {{ comment_literal(relation_comment) }};
{%- endmacro %}

{#- A schema is always one of the database that the session is connected to. -#}
{% macro postgres__get_create_schema_sql(relation) -%}
  create schema if not exists {{ relation.without_identifier().include(database=False) }}
{%- endmacro %}

{% macro postgres__get_drop_schema_sql(relation) -%}
  drop schema if exists {{ relation.without_identifier().include(database=False) }} cascade
{%- endmacro %}

{% macro postgres__gc_move(relation, to) -%}
alter {{ 'materialized view' if relation.is_materialized_view else relation.type }} {{ relation }} set schema {{ adapter.quote(to.schema) }}
{%- endmacro %}

{% macro postgres__gc_drop_schema(schema) -%}
drop schema if exists {{ schema.without_identifier().include(database=False) }} restrict
{%- endmacro %}

{% macro trino__gc_view(relation) -%}
show create view {{ relation }}
{%- endmacro %}

{% macro snowflake__gc_view(relation) -%}
select get_ddl('view', '{{ relation | replace("'", "''") }}', true) as definition
{%- endmacro %}

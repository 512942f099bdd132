{% macro one() %}1{% endmacro %}
{% macro cents(column) %}({{ column }} * 100)::integer{% endmacro %}

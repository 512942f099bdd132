{% macro dollars(cents) %}cast(({{ cents }}) / 100.0 as numeric(16, 2)){% endmacro %}

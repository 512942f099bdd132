{# An amount in cents as dollars, to the cent. #}
{% macro cents_to_dollars(cents) -%}
    cast(({{ cents }}) / 100.0 as decimal(16, 2))
{%- endmacro %}

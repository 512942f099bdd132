{# An amount in cents as dollars, to the cent. #}
{% macro cents_to_dollars(cents) -%}
    cast(cast({{ cents }} as decimal(18, 2)) / 100 as decimal(16, 2))
{%- endmacro %}

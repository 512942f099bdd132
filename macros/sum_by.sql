{# One column per value: the sum of amount over the rows in which column has that value. #}
{% macro sum_by(column, values, amount, suffix='') -%}
    {%- for value in values %}
    coalesce(sum(case when {{ column }} = '{{ value }}' then {{ amount }} end), 0) as {{ value }}{{ suffix }}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{% macro trino__profile_finite(value, family) -%}
  {{ return('is_finite(' ~ value ~ ')' if family == 'float' else '') }}
{%- endmacro %}

{% macro trino__profile_number(value, family) -%}
  {{ return('cast(to_unixtime(cast(' ~ value ~ ' as timestamp(6))) as double)' if family in ['date', 'time'] else 'cast(' ~ value ~ ' as double)') }}
{%- endmacro %}

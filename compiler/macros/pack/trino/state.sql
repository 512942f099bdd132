{% macro trino__state_now() -%}
  {{ return("cast(current_timestamp at time zone 'UTC' as timestamp(6))") }}
{%- endmacro %}

{% macro snowflake__state_now() -%}
  {{ return("cast(convert_timezone('UTC', current_timestamp()) as timestamp_ntz)") }}
{%- endmacro %}

{# https://docs.snowflake.com/en/sql-reference/data-types-text#escape-sequences-in-single-quoted-string-constants #}
{% macro snowflake__state_text(value) -%}
  {{ return("'" ~ value | replace("\\", "\\\\") | replace("'", "''") ~ "'") }}
{%- endmacro %}

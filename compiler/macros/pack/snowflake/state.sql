{% macro snowflake__state_now() -%}
  {{ return("cast(convert_timezone('UTC', current_timestamp()) as timestamp_ntz)") }}
{%- endmacro %}

{# https://docs.snowflake.com/en/sql-reference/data-types-text#escape-sequences-in-single-quoted-string-constants #}
{% macro snowflake__state_text(value) -%}
  {{ return("'" ~ value | replace("\\", "\\\\") | replace("'", "''") ~ "'") }}
{%- endmacro %}

{# https://docs.snowflake.com/en/sql-reference/functions/flatten #}
{% macro snowflake__state_rows(text) -%}
  {{ return("table(flatten(parse_json(" ~ state_text(text) ~ "))) as r") }}
{%- endmacro %}

{% macro snowflake__state_cell(index) -%}
  {{ return("cast(r.value[" ~ index ~ "] as text)") }}
{%- endmacro %}

{% macro snowflake__state_later(seconds) -%}
  {{ return("dateadd(second, " ~ seconds ~ ", " ~ state_now() ~ ")") }}
{%- endmacro %}

{# Values as texts that are the same in every warehouse. https://docs.snowflake.com/en/sql-reference/sql-format-models #}
{% macro snowflake__diff_float(ident, digits) -%}
  {%- set value = 'cast(' ~ ident ~ ' as double)' -%}
  {%- set text = "lower(trim(to_char(" ~ value ~ " + 0.0, '9." ~ '9' * (digits - 1) ~ "EEEE')))" -%}
  {#- the exponent has at least two digits elsewhere -#}
  {{ return("case when " ~ value ~ " in ('NaN'::float, 'inf'::float, '-inf'::float) then lower(to_char(" ~ value ~ ")) else regexp_replace(" ~ text ~ ", 'e([+-])([0-9])$', 'e\\\\10\\\\2') end") }}
{%- endmacro %}

{% macro snowflake__diff_moment(ident) -%}{{ return("to_char(" ~ ident ~ ", 'YYYY-MM-DD HH24:MI:SS.FF6')") }}{%- endmacro %}

{% macro snowflake__diff_instant(ident) -%}{{ return("to_char(convert_timezone('UTC', " ~ ident ~ "), 'YYYY-MM-DD HH24:MI:SS.FF6')") }}{%- endmacro %}

{% macro snowflake__diff_clock(ident) -%}{{ return("to_char(" ~ ident ~ ", 'HH24:MI:SS.FF6')") }}{%- endmacro %}

{% macro snowflake__diff_bytes(ident) -%}{{ return('lower(hex_encode(' ~ ident ~ '))') }}{%- endmacro %}

{% macro snowflake__diff_nested(ident) -%}{{ return('to_json(' ~ ident ~ ')') }}{%- endmacro %}

{% macro snowflake__diff_hash_number(hash) -%}{{ return("to_number(substr(" ~ hash ~ ", 1, 15), 'xxxxxxxxxxxxxxx')") }}{%- endmacro %}

{% macro trino__diff_text_type() -%}{{ return('varchar') }}{%- endmacro %}

{# Values as texts that are the same in every warehouse. #}
{# A null is asked for first: format() writes it as a text. #}
{% macro trino__diff_float(ident, digits) -%}
  {%- set value = 'cast(' ~ ident ~ ' as double)' -%}
  {{ return("case when " ~ value ~ " is null then null when is_nan(" ~ value ~ ") then 'nan' when is_infinite(" ~ value ~ ") then if(" ~ value ~ " > 0, 'inf', '-inf') else format('%." ~ (digits - 1) ~ "e', " ~ value ~ " + 0e0) end") }}
{%- endmacro %}

{% macro trino__diff_date(ident) -%}{{ return("cast(" ~ ident ~ " as varchar)") }}{%- endmacro %}

{# Cut, and not rounded, to six digits: what has fewer gets zeros. #}
{% macro trino__diff_moment(ident) -%}{{ return("substr(cast(cast(" ~ ident ~ " as timestamp(9)) as varchar), 1, 26)") }}{%- endmacro %}

{% macro trino__diff_instant(ident) -%}{{ return("substr(cast(cast(" ~ ident ~ " at time zone 'UTC' as timestamp(9)) as varchar), 1, 26)") }}{%- endmacro %}

{% macro trino__diff_clock(ident) -%}{{ return("substr(cast(cast(" ~ ident ~ " as time(9)) as varchar), 1, 15)") }}{%- endmacro %}

{% macro trino__diff_bytes(ident) -%}{{ return('lower(to_hex(' ~ ident ~ '))') }}{%- endmacro %}

{% macro trino__diff_nested(ident) -%}{{ return('json_format(cast(' ~ ident ~ ' as json))') }}{%- endmacro %}

{% macro trino__diff_hash(text) -%}{{ return('lower(to_hex(md5(to_utf8(' ~ text ~ '))))') }}{%- endmacro %}

{% macro trino__diff_hash_number(hash) -%}{{ return('from_base(substr(' ~ hash ~ ', 1, 15), 16)') }}{%- endmacro %}

{# Values as texts that are the same in every warehouse. #}
{% macro duckdb__diff_float(ident, digits) -%}
  {{ return("case when isfinite(cast(" ~ ident ~ " as double)) then printf('%." ~ (digits - 1) ~ "e', cast(" ~ ident ~ " as double) + 0.0) else lower(cast(" ~ ident ~ " as varchar)) end") }}
{%- endmacro %}

{% macro duckdb__diff_date(ident) -%}{{ return("strftime(" ~ ident ~ ", '%Y-%m-%d')") }}{%- endmacro %}

{% macro duckdb__diff_moment(ident) -%}{{ return("strftime(cast(" ~ ident ~ " as timestamp), '%Y-%m-%d %H:%M:%S.%f')") }}{%- endmacro %}

{% macro duckdb__diff_instant(ident) -%}{{ return("strftime(make_timestamp(epoch_us(" ~ ident ~ ")), '%Y-%m-%d %H:%M:%S.%f')") }}{%- endmacro %}

{% macro duckdb__diff_clock(ident) -%}{{ return("strftime(date '2000-01-01' + cast(" ~ ident ~ " as time), '%H:%M:%S.%f')") }}{%- endmacro %}

{% macro duckdb__diff_bytes(ident) -%}{{ return('lower(hex(' ~ ident ~ '))') }}{%- endmacro %}

{% macro duckdb__diff_nested(ident) -%}{{ return('cast(to_json(' ~ ident ~ ') as varchar)') }}{%- endmacro %}

{% macro duckdb__diff_hash_number(hash) -%}{{ return("cast('0x' || substr(" ~ hash ~ ", 1, 15) as bigint)") }}{%- endmacro %}

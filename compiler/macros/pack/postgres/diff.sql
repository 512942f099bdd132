{# A unique index on columns of the key, without a condition and of the columns themselves. #}
{% macro postgres__diff_proof(relation, columns) -%}
select count(*) from pg_catalog.pg_index as i
where i.indrelid = {{ state_text(relation) }}::regclass and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
  and not exists (
    select 1 from generate_series(0, i.indnkeyatts - 1) as place
    join pg_catalog.pg_attribute as a on a.attrelid = i.indrelid and a.attnum = i.indkey[place]
    where a.attname not in ({% for c in columns %}{{ state_text(c) }}{{ ', ' if not loop.last }}{% endfor %})
  )
{%- endmacro %}


{# Values as texts that are the same in every warehouse. #}
{% macro postgres__diff_float(ident, digits) -%}
  {%- set value = 'cast(' ~ ident ~ ' as double precision)' -%}
  {{ return("case when " ~ value ~ " = 'NaN' then 'nan' when " ~ value ~ " = 'Infinity' then 'inf' when " ~ value ~ " = '-Infinity' then '-inf' else trim(to_char(" ~ value ~ " + 0.0, '9." ~ '9' * (digits - 1) ~ "EEEE')) end") }}
{%- endmacro %}

{% macro postgres__diff_moment(ident) -%}{{ return("to_char(" ~ ident ~ ", 'YYYY-MM-DD HH24:MI:SS.US')") }}{%- endmacro %}

{% macro postgres__diff_instant(ident) -%}{{ return("to_char(" ~ ident ~ " at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')") }}{%- endmacro %}

{% macro postgres__diff_clock(ident) -%}{{ return("to_char(cast(" ~ ident ~ " as time), 'HH24:MI:SS.US')") }}{%- endmacro %}

{% macro postgres__diff_bytes(ident) -%}{{ return("encode(" ~ ident ~ ", 'hex')") }}{%- endmacro %}

{% macro postgres__diff_nested(ident) -%}{{ return('cast(to_json(' ~ ident ~ ') as text)') }}{%- endmacro %}

{# In the order of bytes, which is told without asking a locale. #}
{% macro postgres__diff_hash(text) -%}{{ return('md5(' ~ text ~ ') collate "C"') }}{%- endmacro %}

{% macro postgres__diff_hash_number(hash) -%}{{ return("cast(cast('x' || substr(" ~ hash ~ ", 1, 15) as bit(60)) as bigint)") }}{%- endmacro %}

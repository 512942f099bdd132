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

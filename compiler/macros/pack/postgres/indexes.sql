{% macro postgres__get_create_index_sql(relation, index_dict) -%}
  {%- set method = index_dict.get('type') -%}
  create {{ 'unique ' if index_dict.get('unique') }}index if not exists {{ index_name(relation, index_dict) }}
on {{ relation }}{{ ' using ' ~ method if method }} ({{ as_list(index_dict['columns']) | join(', ') }})
{%- endmacro %}

{% macro postgres__get_drop_index_sql(relation, index_name) -%}
  drop index if exists {{ adapter.quote(relation.schema) }}.{{ adapter.quote(index_name) }}
{%- endmacro %}

{% macro postgres__get_show_indexes_sql(relation) -%}
select
  i.relname as name,
  m.amname as method,
  x.indisunique as "unique",
  string_agg(a.attname, ',' order by a.attnum) as column_names
from pg_index as x
join pg_class as i on i.oid = x.indexrelid
join pg_am as m on m.oid = i.relam
join pg_class as t on t.oid = x.indrelid
join pg_namespace as n on n.oid = t.relnamespace
join pg_attribute as a on a.attrelid = t.oid and a.attnum = any(x.indkey)
where t.relname = '{{ relation.identifier }}'
  and n.nspname = '{{ relation.schema }}'
  and t.relkind in ('r', 'm')
group by 1, 2, 3
order by 1, 2, 3
{%- endmacro %}

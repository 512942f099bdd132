{# Views are known by the table itself, whatever it is called, and so are foreign keys. #}
{% macro postgres__get_dependents_sql(relation) -%}
select format('drop %s if exists %I.%I cascade', case v.relkind when 'm' then 'materialized view' else 'view' end, n.nspname, v.relname) as statement
from pg_class as t
join pg_depend as d on d.refclassid = 'pg_class'::regclass and d.refobjid = t.oid and d.classid = 'pg_rewrite'::regclass
join pg_rewrite as r on r.oid = d.objid
join pg_class as v on v.oid = r.ev_class and v.oid <> t.oid
join pg_namespace as n on n.oid = v.relnamespace
where t.oid = to_regclass({{ state_text(relation) }})
union
select format('alter table %s drop constraint if exists %I', c.conrelid::regclass, c.conname)
from pg_constraint as c
where c.contype = 'f' and c.conrelid <> c.confrelid
  and c.confrelid = to_regclass({{ state_text(relation) }})
order by 1
{%- endmacro %}

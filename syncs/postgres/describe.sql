-- What is to be known of the table $1 before rows are written to it: no row if it is not there.
select
  c.oid::regclass::text as name,
  (
    select coalesce(json_agg(json_build_object(
      'name', a.attname,
      'array', t.typcategory = 'A',
      'boolean', t.typcategory = 'B',
      'generated', a.attgenerated <> '' or a.attidentity = 'a'
    )), '[]')
    from pg_attribute a
    join pg_type t on t.oid = a.atttypid
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  ) as columns,
  (
    -- the columns of each index that `on conflict` can go by
    select coalesce(json_agg(k.names), '[]')
    from (
      select json_agg(a.attname order by a.attname) as names
      from pg_index i
      cross join unnest(i.indkey[0:i.indnkeyatts - 1]) as part (number)
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = part.number
      where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indimmediate and i.indpred is null and i.indexprs is null
      group by i.indexrelid
    ) as k
  ) as keys,
  json_build_object(
    'insert', has_any_column_privilege(c.oid, 'insert'),
    'update', has_any_column_privilege(c.oid, 'update'),
    'delete', has_table_privilege(c.oid, 'delete')
  ) as granted
from pg_class c
where c.oid = to_regclass($1)

-- One row for each column of each relation, or one row without a column for a relation that has none.
-- $1: the schemas, each as database, chr(31), schema in lower case, joined by chr(30); no database means the current one.
with wanted as (
    select split_part(pair, chr(31), 2) as schema_name
    from unnest(string_to_array($1::text, chr(30))) as pairs (pair)
    where split_part(pair, chr(31), 1) in ('', lower(current_database()))
)

select
    current_database() as database_name,
    schemas.nspname as schema_name,
    relations.relname as relation_name,
    case relations.relkind
        when 'v' then 'view'
        when 'm' then 'materialized_view'
        when 'f' then 'external'
        else 'table'
    end as kind,
    pg_get_userbyid(relations.relowner) as owner,
    relation_comments.description as relation_comment,
    columns.attname as column_name,
    format_type(columns.atttypid, columns.atttypmod) as data_type,
    not columns.attnotnull as is_nullable,
    column_comments.description as column_comment
from pg_class as relations
inner join pg_namespace as schemas on relations.relnamespace = schemas.oid
left join pg_attribute as columns
    on relations.oid = columns.attrelid and columns.attnum > 0 and not columns.attisdropped
left join pg_description as relation_comments
    on
        relations.oid = relation_comments.objoid
        and relation_comments.classoid = 'pg_class'::regclass
        and relation_comments.objsubid = 0
left join pg_description as column_comments
    on
        columns.attrelid = column_comments.objoid
        and columns.attnum = column_comments.objsubid
        and column_comments.classoid = 'pg_class'::regclass
where
    relations.relkind in ('r', 'p', 'v', 'm', 'f')
    and lower(schemas.nspname) in (select schema_name from wanted)
order by schemas.nspname, relations.relname, columns.attnum

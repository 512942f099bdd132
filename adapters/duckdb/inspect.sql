-- One row for each column of each relation, or one row without a column for a relation that has none to show.
-- $1: the schemas, each as database, chr(31), schema in lower case, joined by chr(30); no database means the current one.
with wanted as (
    select
        coalesce(nullif(split_part(pair, chr(31), 1), ''), lower(current_database())) as database_name,
        split_part(pair, chr(31), 2) as schema_name
    from unnest(string_split($1::varchar, chr(30))) as pairs (pair)
),

relations as (
    select
        database_name,
        schema_name,
        table_name,
        table_oid,
        'table' as kind,
        comment
    from duckdb_tables()

    union all

    select
        database_name,
        schema_name,
        view_name,
        view_oid,
        'view',
        comment
    from duckdb_views()
    where not internal
)

select
    relations.database_name,
    relations.schema_name,
    relations.table_name,
    relations.kind,
    relations.comment,
    columns.column_name,
    columns.data_type,
    columns.is_nullable,
    columns.comment as column_comment
from relations
left join duckdb_columns() as columns
    on
        relations.database_name = columns.database_name
        and relations.schema_name = columns.schema_name
        and relations.table_oid = columns.table_oid
        and relations.table_name = columns.table_name
where (lower(relations.database_name), lower(relations.schema_name)) in (select (database_name, schema_name) from wanted)
order by relations.database_name, relations.schema_name, relations.table_name, columns.column_index;

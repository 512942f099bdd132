-- One row for each column of each relation of one catalog, or one row without a column for a relation that has none.
-- {catalog} is the catalog's name in double quotes, {schemas} the schemas that are wanted, in lower case, as literals.
select
    tables.table_catalog,
    tables.table_schema,
    tables.table_name,
    case
        when views.name is not null then 'materialized_view'
        when tables.table_type = 'VIEW' then 'view'
        else 'table'
    end as kind,
    comments.comment as relation_comment,
    columns.column_name,
    columns.data_type,
    columns.is_nullable,
    columns.comment as column_comment,
    columns.ordinal_position
from {catalog}.information_schema.tables as tables
left join {catalog}.information_schema.columns as columns
    on
        tables.table_schema = columns.table_schema
        and tables.table_name = columns.table_name
        and columns.table_schema in ({schemas})
left join system.metadata.table_comments as comments
    on
        tables.table_schema = comments.schema_name
        and tables.table_name = comments.table_name
        and comments.catalog_name = {catalog_text}
        and comments.schema_name in ({schemas})
left join system.metadata.materialized_views as views
    on
        tables.table_schema = views.schema_name
        and tables.table_name = views.name
        and views.catalog_name = {catalog_text}
        and views.schema_name in ({schemas})
where tables.table_schema in ({schemas})

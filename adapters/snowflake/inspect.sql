-- One row for each column of each relation of a database; {database} and {schemas} are put in. What the schema of the information may not have in
-- every account is read by the names of the columns. What has columns but is no table is a view.
select
    columns.*,
    tables.table_type,
    tables.table_owner,
    tables.comment as relation_comment,
    tables.is_dynamic
from {database}information_schema.columns as columns
left join {database}information_schema.tables as tables
    on
        columns.table_schema = tables.table_schema
        and columns.table_name = tables.table_name
where upper(columns.table_schema) in ({schemas})

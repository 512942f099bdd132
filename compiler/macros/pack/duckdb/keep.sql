{% macro duckdb__get_dependents_sql(relation) -%}
select 'drop index ' || concat_ws('.', '"' || replace(database_name, '"', '""') || '"', '"' || replace(schema_name, '"', '""') || '"', '"' || replace(index_name, '"', '""') || '"') as statement
from duckdb_indexes()
where lower(database_name) = lower({{ state_text(relation.database) }}) and lower(schema_name) = lower({{ state_text(relation.schema) }}) and lower(table_name) = lower({{ state_text(relation.identifier) }})
order by 1
{%- endmacro %}

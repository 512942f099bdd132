{% macro duckdb__gc_view(relation) -%}
select 'create view {{ relation | replace("'", "''") }}' || regexp_replace(sql, '^create view [^(]+?(\s+as\s|\s*\()', '\1', 'is') as definition
from duckdb_views()
where lower(database_name) = lower('{{ relation.database }}') and lower(schema_name) = lower('{{ relation.schema }}') and lower(view_name) = lower('{{ relation.identifier }}')
{%- endmacro %}

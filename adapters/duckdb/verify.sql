select name, value
from (
    select 0 as place, 'version' as name, 'DuckDB ' || version() as value
    union all
    select 1, 'database', current_database() || '.' || current_schema()
    union all
    select
        2,
        'holds',
        database_name || ': ' || coalesce(path, 'in memory') || case when readonly then ', read only' else '' end
    from duckdb_databases()
    where not internal
    union all
    select 3, 'threads', current_setting('threads')::varchar
    union all
    select 4, 'memory limit', current_setting('memory_limit')
)
order by place, value;

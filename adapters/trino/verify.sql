select name, value
from (
    select 1 as place, 'version' as name, 'Trino ' || max(node_version) as value
    from system.runtime.nodes
    where coordinator
    union all
    select 2, 'user', current_user
    union all
    select 3, 'database', current_catalog
    union all
    select 4, 'connector', max(connector_name)
    from system.metadata.catalogs
    where catalog_name = current_catalog
    union all
    select 5, 'nodes', cast(count(*) as varchar)
    from system.runtime.nodes
    where state = 'active'
    union all
    select 6, 'time zone', current_timezone()
) as facts
order by place

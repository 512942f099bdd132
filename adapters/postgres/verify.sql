select name, value
from (
    values
    (1, 'version', 'PostgreSQL ' || current_setting('server_version')),
    (2, 'user', current_user::text),
    (3, 'database', current_database()::text),
    (4, 'encoding', current_setting('server_encoding')),
    (
        5,
        'encrypted',
        case when (select ssl from pg_stat_ssl where pid = pg_backend_pid()) then 'yes' else 'no' end
    ),
    (
        6,
        'may create schemas',
        case when has_database_privilege(current_database(), 'create') then 'yes' else 'no' end
    )
) as facts (place, name, value)
order by place

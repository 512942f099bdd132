select 1 as id, 'ann@example.com' as email

select 7 as customer_id, 8 as twice, date '2024-01-01' as first_at

-- What was sold in each month.
select
    date_trunc('month', ordered_at) as month,
    count(*) as orders,
    sum(amount) as revenue
from {{ ref('orders') }}
group by 1

-- Each customer, with the first order and what was spent.
select
    customer,
    min(ordered_at) as first_order,
    count(*) as orders,
    sum(amount) as spent
from {{ ref('orders') }}
group by customer

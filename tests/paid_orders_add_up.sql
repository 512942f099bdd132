-- A completed order is paid to the cent.
select
    order_id,
    total_amount,
    paid_amount
from {{ ref('orders') }}
where status = 'completed'
    and total_amount <> paid_amount

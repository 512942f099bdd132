-- Orders whose payments do not add up to what they come to: money to ask for, or to give back.
select
    orders.order_id,
    orders.ordered_on,
    orders.status,
    customers.full_name,
    customers.email,
    orders.total_amount,
    orders.paid_amount,
    orders.total_amount - orders.paid_amount as open_amount
from {{ ref('orders') }} as orders
inner join {{ ref('customers') }} as customers on orders.customer_id = customers.customer_id
where orders.is_sale
    and orders.total_amount <> orders.paid_amount

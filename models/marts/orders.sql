with orders as (

    select
        *,
        row_number() over (partition by customer_id order by ordered_at, order_id) as customer_order_number
    from {{ ref('stg_orders') }}

)

select
    orders.order_id,
    orders.customer_id,
    orders.store_id,
    orders.ordered_at,
    orders.ordered_on,
    orders.status,
    orders.customer_order_number,
    orders.status not in ('cancelled', 'returned') as is_sale,
    amounts.line_count,
    amounts.units,
    {{ cents_to_dollars('amounts.net_cents') }} as net_amount,
    {{ cents_to_dollars('amounts.tax_cents') }} as tax_amount,
    {{ cents_to_dollars('amounts.net_cents + amounts.tax_cents') }} as total_amount,
    {% for method in var('payment_methods') -%}
    {{ cents_to_dollars('coalesce(payments.' ~ method ~ '_cents, 0)') }} as {{ method }}_amount,
    {% endfor -%}
    {{ cents_to_dollars('coalesce(payments.paid_cents, 0)') }} as paid_amount,
    payments.last_paid_at
from orders
inner join {{ ref('int_order_amounts') }} as amounts on orders.order_id = amounts.order_id
left join {{ ref('int_order_payments') }} as payments on orders.order_id = payments.order_id

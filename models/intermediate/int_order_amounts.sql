-- What an order comes to: its lines, and the tax of the store it was placed in.
with lines as (

    select
        order_id,
        count(*) as line_count,
        cast(sum(quantity) as bigint) as units,
        cast(sum(amount_cents) as bigint) as net_cents
    from {{ ref('stg_order_items') }}
    group by order_id

)

select
    orders.order_id,
    lines.line_count,
    lines.units,
    lines.net_cents,
    cast(round(lines.net_cents * stores.tax_rate) as bigint) as tax_cents
from {{ ref('stg_orders') }} as orders
inner join lines on orders.order_id = lines.order_id
inner join {{ ref('stg_stores') }} as stores on orders.store_id = stores.store_id

select
    items.order_id,
    items.line,
    items.sku,
    products.category,
    orders.ordered_on,
    orders.store_id,
    items.quantity,
    {{ cents_to_dollars('items.amount_cents') }} as revenue,
    {{ cents_to_dollars('items.quantity * products.price_cents - items.amount_cents') }} as discount,
    {{ cents_to_dollars('items.amount_cents - items.quantity * products.cost_cents') }} as margin
from {{ ref('stg_order_items') }} as items
inner join {{ ref('stg_products') }} as products on items.sku = products.sku
inner join {{ ref('orders') }} as orders on items.order_id = orders.order_id
where orders.is_sale

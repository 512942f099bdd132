select
    order_id,
    line,
    sku,
    quantity,
    unit_price_cents,
    quantity * unit_price_cents as amount_cents
from {{ ref('raw_order_items') }}

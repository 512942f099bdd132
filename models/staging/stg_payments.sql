select
    id as payment_id,
    order_id,
    method,
    amount_cents,
    paid_at,
    status
from {{ ref('raw_payments') }}

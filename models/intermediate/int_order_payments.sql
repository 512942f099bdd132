-- What came in for an order, by method. Refunds count with a minus; attempts that failed do not count.
select
    order_id,
    {{- sum_by('method', var('payment_methods'), 'amount_cents', suffix='_cents') }},
    sum(amount_cents) as paid_cents,
    max(paid_at) as last_paid_at
from {{ ref('stg_payments') }}
where status <> 'failed'
group by order_id

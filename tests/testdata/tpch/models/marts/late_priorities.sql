select priority, count(*) as orders
from {{ ref('stg_orders') }} as orders
where exists (
    select 1
    from {{ ref('stg_lineitems') }} as lineitems
    where lineitems.order_id = orders.order_id and lineitems.promised_on < lineitems.received_on
)
group by priority

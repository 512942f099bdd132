{{ config(properties={'format': "'PARQUET'", 'partitioning': "ARRAY['year(ordered_on)']"} if target.type == 'trino' else none) }}
select
    lineitems.order_id,
    lineitems.line,
    lineitems.part_id,
    lineitems.supplier_id,
    orders.customer_id,
    orders.ordered_on,
    lineitems.quantity,
    cast(lineitems.price * (1 - lineitems.discount) as decimal(18, 4)) as revenue
from {{ ref('stg_lineitems') }} as lineitems
inner join {{ ref('stg_orders') }} as orders on lineitems.order_id = orders.order_id

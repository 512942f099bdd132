select
    orderkey as order_id,
    custkey as customer_id,
    orderstatus as status,
    cast(totalprice as decimal(15, 2)) as price,
    orderdate as ordered_on,
    orderpriority as priority
from {{ source('tpch', 'orders') }}
where orderdate <= date '{{ var('up_to') }}'

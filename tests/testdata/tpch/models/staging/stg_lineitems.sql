select
    orderkey as order_id,
    linenumber as line,
    partkey as part_id,
    suppkey as supplier_id,
    cast(quantity as decimal(15, 2)) as quantity,
    cast(extendedprice as decimal(15, 2)) as price,
    cast(discount as decimal(15, 2)) as discount,
    cast(tax as decimal(15, 2)) as tax,
    returnflag as return_flag,
    linestatus as status,
    shipdate as shipped_on,
    commitdate as promised_on,
    receiptdate as received_on,
    shipmode as mode
from {{ source('tpch', 'lineitem') }}
where shipdate <= date '{{ var('up_to') }}'

select
    return_flag,
    status,
    count(*) as items,
    sum(quantity) as quantity,
    sum(price) as price,
    sum(price * (1 - discount)) as discounted,
    sum(price * (1 - discount) * (1 + tax)) as charged
from {{ ref('stg_lineitems') }}
where shipped_on <= date '1998-09-02'
group by return_flag, status

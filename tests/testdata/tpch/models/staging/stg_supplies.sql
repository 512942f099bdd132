select
    supplies.partkey as part_id,
    suppliers.suppkey as supplier_id,
    suppliers.name as supplier,
    suppliers.nationkey as nation_id,
    supplies.availqty as available,
    cast(supplies.supplycost as decimal(15, 2)) as cost
from {{ source('tpch', 'partsupp') }} as supplies
inner join {{ source('tpch', 'supplier') }} as suppliers on supplies.suppkey = suppliers.suppkey

select custkey as customer_id, name as customer_name, nationkey as nation_id, cast(acctbal as decimal(15, 2)) as balance, mktsegment as segment
from {{ source('tpch', 'customer') }}

select partkey as part_id, name as part_name, brand, size, cast(retailprice as decimal(15, 2)) as retail_price
from {{ source('tpch', 'part') }}

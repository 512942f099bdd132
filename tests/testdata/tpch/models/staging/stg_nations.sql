select nations.nationkey as nation_id, nations.name as nation, regions.name as region
from {{ source('tpch', 'nation') }} as nations
inner join {{ source('tpch', 'region') }} as regions on nations.regionkey = regions.regionkey

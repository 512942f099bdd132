with cheapest as (
    select part_id, min(cost) as cost, sum(available) as available
    from {{ ref('stg_supplies') }}
    group by part_id
)

select
    parts.brand,
    parts.size,
    count(*) as parts,
    sum(cheapest.available) as available,
    sum(parts.retail_price - cheapest.cost) as margin
from {{ ref('stg_parts') }} as parts
inner join cheapest on parts.part_id = cheapest.part_id
group by parts.brand, parts.size

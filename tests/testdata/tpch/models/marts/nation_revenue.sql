select region, nation, count(*) as customers, sum(orders) as orders, sum(revenue) as revenue, max(case when place = 1 then customer_name end) as best
from (
    select nations.region, revenues.*
    from {{ ref('customer_revenue') }} as revenues
    inner join {{ ref('stg_nations') }} as nations on revenues.nation = nations.nation
) as by_customer
group by region, nation

select
    customers.customer_id,
    customers.customer_name,
    nations.nation,
    customers.segment,
    count(distinct sales.order_id) as orders,
    sum(sales.revenue) as revenue,
    rank() over (partition by nations.nation order by sum(sales.revenue) desc, customers.customer_id) as place
from {{ ref('sales') }} as sales
inner join {{ ref('stg_customers') }} as customers on sales.customer_id = customers.customer_id
inner join {{ ref('stg_nations') }} as nations on customers.nation_id = nations.nation_id
group by customers.customer_id, customers.customer_name, nations.nation, customers.segment

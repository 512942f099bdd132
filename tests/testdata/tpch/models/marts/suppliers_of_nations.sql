{{ config(materialized='view') }}
select nations.nation, supplies.supplier, sum(sales.revenue) as revenue
from {{ ref('sales') }} as sales
inner join {{ ref('stg_supplies') }} as supplies on sales.part_id = supplies.part_id and sales.supplier_id = supplies.supplier_id
inner join {{ ref('stg_nations') }} as nations on supplies.nation_id = nations.nation_id
group by nations.nation, supplies.supplier

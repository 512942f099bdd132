{{ config(materialized='incremental', incremental_strategy='append') }}
select order_id, customer_id, ordered_on, sum(quantity) as quantity, sum(revenue) as revenue
from {{ ref('sales') }}
{% if is_incremental() -%}
where ordered_on > (select max(ordered_on) from {{ this }})
{% endif -%}
group by order_id, customer_id, ordered_on
having sum(quantity) > 180

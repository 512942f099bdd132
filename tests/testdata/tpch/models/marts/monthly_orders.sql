{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='month') }}
-- The last month may not have been complete.
select cast(date_trunc('month', ordered_on) as date) as month, count(*) as orders, sum(price) as price, count(distinct customer_id) as customers
from {{ ref('stg_orders') }}
{% if is_incremental() -%}
where ordered_on >= (select max(month) from {{ this }})
{% endif -%}
group by cast(date_trunc('month', ordered_on) as date)

{{
    config(
        materialized='incremental',
        unique_key='ordered_on',
        incremental_strategy='delete+insert'
    )
}}

-- An order can still change for a while (it is paid, it comes back), so the last days are counted again.
select
    ordered_on,
    count(*) as orders,
    sum(case when is_sale then 1 else 0 end) as sales,
    count(distinct customer_id) as customers,
    sum(case when is_sale then net_amount else 0 end) as revenue
from {{ ref('orders') }}
{% if is_incremental() -%}
where ordered_on > (select {{ dbt.dateadd('day', -14, 'max(ordered_on)') }} from {{ this }})
{% endif -%}
group by ordered_on

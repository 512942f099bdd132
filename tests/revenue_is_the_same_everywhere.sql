-- However it is cut, revenue is the same sum.
with sums as (

    select 'orders' as cut, sum(net_amount) as revenue from {{ ref('orders') }} where is_sale
    union all
    select 'order_items' as cut, sum(revenue) as revenue from {{ ref('order_items') }}
    union all
    select 'daily_orders' as cut, sum(revenue) as revenue from {{ ref('daily_orders') }}
    union all
    select 'store_months' as cut, sum(revenue) as revenue from {{ ref('store_months') }}
    union all
    select 'category_months' as cut, sum(total) as revenue from {{ ref('category_months') }}

)

select *
from sums
where revenue <> (select revenue from sums where cut = 'orders')

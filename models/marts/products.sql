with sales as (

    select
        sku,
        count(distinct order_id) as orders,
        sum(quantity) as units,
        sum(revenue) as revenue,
        sum(margin) as margin
    from {{ ref('order_items') }}
    group by sku

)

select
    products.sku,
    products.product_name,
    products.category,
    {{ cents_to_dollars('products.price_cents') }} as price,
    coalesce(sales.orders, 0) as orders,
    coalesce(sales.units, 0) as units,
    coalesce(sales.revenue, 0) as revenue,
    coalesce(sales.margin, 0) as margin,
    rank() over (partition by products.category order by coalesce(sales.revenue, 0) desc) as rank_in_category
from {{ ref('stg_products') }} as products
left join sales on products.sku = sales.sku

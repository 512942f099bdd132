with months as (

    select
        store_id,
        cast(date_trunc('month', ordered_at) as date) as month,
        count(*) as sales,
        sum(net_amount) as revenue
    from {{ ref('orders') }}
    where is_sale
    group by 1, 2

),

compared as (

    select
        *,
        lag(revenue) over (partition by store_id order by month) as revenue_before
    from months

)

select
    compared.store_id,
    stores.store_name,
    compared.month,
    compared.sales,
    compared.revenue,
    cast(100 * (cast(compared.revenue as double precision) / nullif(compared.revenue_before, 0) - 1) as decimal(16, 1)) as growth_percent
from compared
inner join {{ ref('stg_stores') }} as stores on compared.store_id = stores.store_id

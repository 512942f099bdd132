with history as (

    select
        customer_id,
        count(*) as orders,
        min(ordered_on) as first_ordered_on,
        max(ordered_on) as last_ordered_on,
        sum(total_amount) as lifetime_value
    from {{ ref('orders') }}
    where is_sale
    group by customer_id

),

-- The shop's today is the day of its last order: the demo's data does not grow older.
today as (

    select max(ordered_on) as on_date from {{ ref('orders') }}

)

select
    customers.customer_id,
    customers.full_name,
    customers.email,
    customers.referrer,
    customers.signed_up_on,
    history.first_ordered_on,
    history.last_ordered_on,
    coalesce(history.orders, 0) as orders,
    coalesce(history.lifetime_value, 0) as lifetime_value,
    case
        when history.customer_id is null then 'prospect'
        when {{ dbt.datediff('history.last_ordered_on', 'today.on_date', 'day') }} > {{ var('lapsed_after_days') }} then 'lapsed'
        when history.orders = 1 then 'new'
        else 'regular'
    end as segment
from {{ ref('stg_customers') }} as customers
cross join today
left join history on customers.customer_id = history.customer_id

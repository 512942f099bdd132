{{ config(materialized='incremental', incremental_strategy='merge', unique_key='shipped_on') }}
select
    shipped_on,
    count(*) as items,
    sum(quantity) as quantity,
    sum(case when mode in ('AIR', 'REG AIR') then 1 else 0 end) as by_air
from {{ ref('stg_lineitems') }}
{% if is_incremental() -%}
where shipped_on >= (select {{ dbt.dateadd('day', -3, 'max(shipped_on)') }} from {{ this }})
{% endif -%}
group by shipped_on

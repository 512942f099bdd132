{{ config(materialized='<<.Materialized>>', tags=['mart', 'level_<<.Level>>']<<if eq .Materialized "incremental">>, unique_key='id'<<end>>) }}

with base as (

    select * from {{ ref('<<index .Refs 0>>') }}
    <<- if eq .Materialized "incremental">>
    {% if is_incremental() %}
    where day >= (select max(day) from {{ this }})
    {% endif %}
    <<- end>>

),

totals as (

    select
        bucket,
        sum(amount) as total,
        count(distinct name) as names
    from {{ ref('<<index .Refs 1>>') }}
    group by bucket
    having count(*) > 0

)

select
    base.id,
    base.bucket,
    base.name,
    base.amount_cents,
    base.amount,
    base.day,
    base.size,
    totals.total,
    totals.names,
    sum(base.amount) over (partition by base.bucket order by base.day, base.id) as running
from base
inner join totals on base.bucket = totals.bucket

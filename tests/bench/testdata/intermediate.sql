<<if ne .Materialized "view">>{{ config(materialized='<<.Materialized>>') }}

<<end>>{%- set sizes = ['small', 'medium', 'large'] -%}

with first as (

    select * from {{ ref('<<index .Refs 0>>') }}

),

second as (

    select
        bucket,
        count(*) as rows_of_bucket,
        {%- for size in sizes %}
        sum(case when size = '{{ size }}' then amount_cents else 0 end) as {{ size }}_cents,
        {%- endfor %}
        max(day) as last_day
    from {{ ref('<<index .Refs 1>>') }}
    group by bucket

),

joined as (

    select
        first.id,
        first.bucket,
        first.name,
        first.amount_cents + coalesce(second.small_cents, 0) % 97 as amount_cents,
        first.day,
        first.size,
        row_number() over (partition by first.bucket order by first.day, first.id) as place
    from first
    left join second on first.bucket = second.bucket

)

select
    id,
    bucket,
    name,
    amount_cents,
    {{ dollars('amount_cents') }} as amount,
    day,
    size
from joined
where place <= {{ var('rows_per_bucket', 1000) }}

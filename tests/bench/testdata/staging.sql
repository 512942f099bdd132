with source as (

    select * from <<if .Source>>{{ source('seeded', '<<index .Refs 0>>') }}<<else>>{{ ref('<<index .Refs 0>>') }}<<end>>

),

renamed as (

    select
        id as <<.Name>>_id,
        cast(id as integer) % 7 as bucket,
        lower(name) as name,
        amount as amount_cents,
        {{ dollars('amount') }} as amount,
        cast(day as date) as day,
        case
            when amount < 1000 then 'small'
            when amount < 5000 then 'medium'
            else 'large'
        end as size
    from source

)

select
    <<.Name>>_id as id,
    bucket,
    name,
    amount_cents,
    amount,
    day,
    size
from renamed
where <<.Name>>_id is not null

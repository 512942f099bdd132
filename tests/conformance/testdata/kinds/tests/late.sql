{{ config(severity='warn', tags=['late']) }}
select * from {{ ref('visits') }} where seen_at > '2030-01-01'
union all
select * from {{ ref('inline') }} where seen_at > '2030-01-01'

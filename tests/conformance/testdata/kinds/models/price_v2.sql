{{ config(materialized='table', tags='money') }}
select {{ cents('2.5') }} as cents, 'EUR' as currency

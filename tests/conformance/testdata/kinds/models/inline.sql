{{ config(materialized='ephemeral') }}
select id, seen_at, customer from {{ ref('raw_visits') }}

{{ config(materialized='incremental', unique_key='id', tags=['hourly'], meta={'a': 1}, on_schema_change='append_new_columns') }}
select id, seen_at, customer from {{ ref('raw_visits') }}
{% if is_incremental() %}where seen_at > (select max(seen_at) from {{ this }}){% endif %}

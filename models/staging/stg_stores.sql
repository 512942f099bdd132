select
    id as store_id,
    name as store_name,
    city,
    city is null as is_online,
    opened_on,
    tax_rate
from {{ ref('raw_stores') }}

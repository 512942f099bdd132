select
    id as customer_id,
    first_name,
    last_name,
    first_name || ' ' || last_name as full_name,
    lower(email) as email,
    signed_up_on,
    coalesce(referrer, 'unknown') as referrer
from {{ ref('raw_customers') }}

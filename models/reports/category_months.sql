{%- set categories = ['tea', 'infusion', 'teaware', 'pantry', 'gifts'] -%}

select
    cast(date_trunc('month', ordered_on) as date) as month,
    {{- sum_by('category', categories, 'revenue') }},
    sum(revenue) as total
from {{ ref('order_items') }}
group by 1

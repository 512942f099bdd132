select {{ 1 }} as a, '{{ metric('total_revenue') }}' as b

select id, 2 as n from {{ ref('people') }}

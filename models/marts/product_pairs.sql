/*---
description: >
  Products that were bought together in one order. Each pair stands once, with the smaller SKU first.
config:
  tags: [basket]
columns:
  - name: sku
    data_tests:
      - not_null
      - relationships:
          arguments: {to: ref('products'), field: sku}
  - name: other_sku
    data_tests: [not_null]
  - name: orders
    description: In how many orders the pair stands.
---*/
select
    a.sku,
    b.sku as other_sku,
    count(*) as orders
from {{ ref('order_items') }} as a
inner join {{ ref('order_items') }} as b
    on a.order_id = b.order_id
    and a.sku < b.sku
group by a.sku, b.sku

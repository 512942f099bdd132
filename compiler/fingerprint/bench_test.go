package fingerprint_test

import (
	"fmt"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/sql"
)

// mart is a query as they stand in marts.
const mart = `with placed as (
    select * from shop.orders where status not in ('cancelled', 'draft')
),
people as (
    select id, trim(first_name) as first_name, last_name, lower(email) as email, signed_up_at::date as signed_up_on
    from shop.customers
),
paid as (
    select
        order_id,
        sum(case when method = 'card' then amount else 0 end) as by_card,
        sum(case when method = 'voucher' then amount else 0 end) as by_voucher,
        sum(amount) as amount,
        count(distinct id) as times
    from shop.payments
    where not refunded and paid_at >= '2021-03-01'
    group by order_id
),
ranked as (
    select
        customer_id, ordered_at, min(ordered_at) as first_at, count(*) filter (where amount > 0) as orders,
        row_number() over (partition by customer_id order by ordered_at desc) as place
    from placed
    group by 1, 2
    having count(*) > 0
)
select
    o.id,
    o.customer_id,
    p.first_name || ' ' || p.last_name as customer_name,
    coalesce(p.email, 'unknown') as email,
    o.ordered_at,
    date_trunc('month', o.ordered_at) as month,
    o.amount * 1.19 as gross,
    paid.by_card,
    paid.by_voucher,
    paid.amount / nullif(paid.times, 0) as payment,
    lag(o.ordered_at) over (partition by o.customer_id order by o.ordered_at) as previous_at,
    r.first_at = o.ordered_at as is_first
from placed as o
left join people as p on p.id = o.customer_id
left join paid on paid.order_id = o.id and paid.amount > 0
left join ranked as r on r.customer_id = o.customer_id and r.ordered_at = o.ordered_at
where o.amount is not null`

// BenchmarkTenThousandModels hashes queries that are parsed.
func BenchmarkTenThousandModels(b *testing.B) {
	file := sql.Parse(mart, dialect.DuckDB)
	b.ReportAllocs()
	for b.Loop() {
		for range 10_000 {
			fingerprint.Text(file, nodes)
		}
	}
}

// BenchmarkRead reads them for what they mean.
func BenchmarkRead(b *testing.B) {
	file := sql.Parse(mart, dialect.DuckDB)
	b.ReportAllocs()
	for b.Loop() {
		fingerprint.Read(file, tablesOf(shop))
	}
}

// BenchmarkFingerprint puts a node's parts together.
func BenchmarkFingerprint(b *testing.B) {
	var parts []fingerprint.Part
	for i := range 40 {
		parts = append(parts, fingerprint.Upstream(fmt.Sprint(i), fingerprint.Of("x")))
	}
	b.ReportAllocs()
	for b.Loop() {
		fingerprint.New(parts...)
	}
}

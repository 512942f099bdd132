package sql_test

import (
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// model is a query of sixty lines, as they stand in marts.
const model = `with orders as (
    select * from analytics.stg_orders where status <> 'cancelled'
),
customers as (
    select customer_id, first_name, last_name, email, created_at::date as created_on
    from analytics.stg_customers
),
payments as (
    select
        order_id,
        sum(case when payment_method = 'credit_card' then amount else 0 end) as credit_card_amount,
        sum(case when payment_method = 'coupon' then amount else 0 end) as coupon_amount,
        sum(case when payment_method = 'bank_transfer' then amount else 0 end) as bank_transfer_amount,
        sum(amount) as total_amount,
        count(distinct payment_id) as number_of_payments
    from analytics.stg_payments
    where not refunded and created_at >= '2020-01-01'
    group by order_id
),
-- the first and the last order of each customer
customer_orders as (
    select
        customer_id,
        min(ordered_at) as first_order,
        max(ordered_at) as most_recent_order,
        count(*) filter (where amount > 0) as number_of_orders,
        row_number() over (partition by customer_id order by ordered_at desc) as rank
    from orders
    group by 1, ordered_at
    having count(*) > 0
),
joined as (
    select
        orders.order_id,
        orders.customer_id,
        customers.first_name || ' ' || customers.last_name as customer_name,
        coalesce(customers.email, 'unknown') as email,
        orders.ordered_at,
        date_trunc('month', orders.ordered_at) as order_month,
        orders.amount * 1.19 as gross_amount,
        payments.credit_card_amount,
        payments.coupon_amount,
        payments.bank_transfer_amount,
        payments.total_amount / nullif(payments.number_of_payments, 0) as average_payment,
        lag(orders.ordered_at) over (partition by orders.customer_id order by orders.ordered_at) as previous_order,
        customer_orders.first_order = orders.ordered_at as is_first_order
    from orders
    left join customers on customers.customer_id = orders.customer_id
    left join payments on payments.order_id = orders.order_id and payments.total_amount > 0
    left join customer_orders using (customer_id)
    where orders.amount between 0 and 10000
)
select
    *,
    sum(gross_amount) over (partition by order_month) as month_amount,
    cast(extract(year from ordered_at) as integer) as order_year
from joined
where email not like '%@example.com' and customer_id in (select customer_id from customers)
order by ordered_at desc, order_id
limit 100
`

func BenchmarkParse(b *testing.B) {
	b.SetBytes(int64(len(model)))
	b.ReportAllocs()
	b.ReportMetric(float64(strings.Count(model, "\n")), "lines")
	for b.Loop() {
		if f := sql.Parse(model, dialect.DuckDB); len(f.Problems) > 0 {
			b.Fatal(f.Problems)
		}
	}
}

func BenchmarkCanonical(b *testing.B) {
	q := sql.Parse(model, dialect.DuckDB).Query()
	b.ReportAllocs()
	for b.Loop() {
		sql.Canonical(q, dialect.DuckDB)
	}
}

func BenchmarkWalk(b *testing.B) {
	q := sql.Parse(model, dialect.DuckDB).Query()
	b.ReportAllocs()
	for b.Loop() {
		sql.Walk(q, func(sql.Node) bool { return true })
	}
}

package jinja_test

import (
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// model is a template of 50 lines as projects have them: five refs, a loop, a macro of the project's, a condition.
var model = `{{ config(materialized='incremental', unique_key='id', tags=['nightly', 'finance']) }}

{%- set payment_methods = ['credit_card', 'coupon', 'bank_transfer', 'gift_card'] -%}
{%- set start = var('start_date', '2020-01-01') %}

with orders as (
    select * from {{ ref('stg_orders') }}
),
payments as (
    select * from {{ ref('stg_payments') }}
    where status = 'success' -- only those that went through
),
customers as (
    select * from {{ ref('dim_customers') }}
),
order_payments as (
    select
        order_id,
        {% for payment_method in payment_methods -%}
        sum(case when payment_method = '{{ payment_method }}' then amount else 0 end) as {{ payment_method }}_amount,
        {% endfor -%}
        sum(amount) as total_amount
    from payments
    group by order_id
),
regions as (
    select region_id, region_name
    from {{ ref('dim_regions') }}
    where valid_to is null
),
final as (
    select
        orders.order_id,
        orders.customer_id,
        customers.first_name,
        orders.order_date,
        {{ cents('orders.amount') }} as amount,
        {% for payment_method in payment_methods -%}
        order_payments.{{ payment_method }}_amount{{ ',' if not loop.last }}
        {% endfor -%}
        , order_payments.total_amount as amount_paid
    from orders
    left join order_payments on orders.order_id = order_payments.order_id
    left join customers on orders.customer_id = customers.customer_id
    left join {{ ref('dim_dates') }} as dates on dates.day = orders.order_date
    where orders.order_date >= '{{ start }}'
    {% if is_incremental() %}
    and orders.order_date > (select max(order_date) from {{ this }})
    {% endif %}
)
select * from final
`

func benchGlobals() globals {
	g := dbtLike()
	t, _ := jinja.Parse(diag.NewSource("m.sql", `{% macro cents(column, scale=2) %}round({{ column }} / 100.0, {{ scale }}){% endmacro %}`))
	g["cents"] = t.Blocks()[0].Macro
	return g
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(model)))
	for b.Loop() {
		if t, problems := jinja.Parse(diag.NewSource("m.sql", model)); t == nil {
			b.Fatal(problems.Err())
		}
	}
}

func BenchmarkRender(b *testing.B) {
	t, problems := jinja.Parse(diag.NewSource("m.sql", model))
	if t == nil {
		b.Fatal(problems.Err())
	}
	g := benchGlobals()
	b.ReportAllocs()
	for b.Loop() {
		out, err := t.Render(b.Context(), g, jinja.Options{})
		if err != nil || !strings.Contains(out.Text, "round(orders.amount / 100.0, 2)") {
			b.Fatal(err)
		}
	}
}

package lint_test

import "testing"

func TestFanOutTellsOfRowsThatAJoinRepeats(t *testing.T) {
	t.Parallel()
	const keyed = `
-- macros/tests.sql --
{% test unique_combination_of_columns(model, combination_of_columns) %} select 1 as n from {{ model }} limit 0 {% endtest %}
-- models/keys.yml --
models:
  - name: orders
    columns: [{name: id, data_tests: [unique]}]
  - name: customers
    columns: [{name: id, constraints: [{type: primary_key}]}]
  - name: rates
    data_tests: [{unique_combination_of_columns: {arguments: {combination_of_columns: [order_id, currency]}}}]
  - name: notes
    columns: [{name: order_id, data_tests: [{unique: {config: {where: "id > 1"}}}]}]
-- models/orders.sql --
select 1 as id, 7 as customer_id, 10 as amount
-- models/customers.sql --
select 7 as id, 'de' as country, 1 as score
-- models/rates.sql --
select 1 as order_id, 'eur' as currency, 1.5 as rate
-- models/lines.sql --
select 1 as order_id, 2 as amount
-- models/notes.sql --
select 1 as order_id, 3 as id
-- models/a.sql --
`
	told := func(call string) string { return "models/a.sql:1 warning fan-out: " + call }
	run(t, []example{
		{"by the key", keyed + "select sum(o.amount) as n from {{ ref('orders') }} o join {{ ref('customers') }} c on c.id = o.customer_id\n", "", nil},
		{"against the key", keyed + "select sum(c.score) as n from {{ ref('customers') }} c join {{ ref('orders') }} o on o.customer_id = c.id\n", told("sum(c.score)"), nil},
		{"an outer join", keyed + "select avg(c.score) as n from {{ ref('customers') }} c left join {{ ref('orders') }} o on o.customer_id = c.id\n", told("avg(c.score)"), nil},
		{"the greatest, and each once", keyed + "select max(c.score) as m, count(distinct c.id) as n from {{ ref('customers') }} c join {{ ref('orders') }} o on o.customer_id = c.id\n", "", nil},
		{"in groups of the key", keyed + "select o.id, sum(c.score) as n from {{ ref('customers') }} c join {{ ref('orders') }} o on o.customer_id = c.id group by 1\n", "", nil},
		{"half of a key", keyed + "select sum(o.amount) as n from {{ ref('orders') }} o join {{ ref('rates') }} r on r.order_id = o.id\n", told("sum(o.amount)"), nil},
		{"all of a key, half by a value", keyed + "select sum(o.amount) as n from {{ ref('orders') }} o join {{ ref('rates') }} r on r.order_id = o.id where r.currency = 'eur'\n", "", nil},
		{"by a comma", keyed + "select sum(o.amount) as n from {{ ref('orders') }} o, {{ ref('rates') }} r where r.order_id = o.id\n", told("sum(o.amount)"), nil},
		{"by a comma and the key", keyed + "select sum(o.amount) as n from {{ ref('orders') }} o, {{ ref('customers') }} c where o.customer_id = c.id\n", "", nil},
		{"by USING", keyed + "select sum(l.amount) as n from {{ ref('lines') }} l join {{ ref('rates') }} r using (order_id)\n", told("sum(l.amount)"), nil},
		{"by USING and the key", keyed + "select sum(o.amount) as n from {{ ref('orders') }} o join (select 1 as x) as one on true join {{ ref('customers') }} c using (id)\n", "", nil},
		{"by the names that both have", keyed + "select sum(l.amount) as n from {{ ref('lines') }} l natural join {{ ref('rates') }} r\n", told("sum(l.amount)"), nil},
		{"through CTEs", keyed + "with c as (select * from {{ ref('customers') }}), o as (select customer_id from {{ ref('orders') }} where amount > 0) " +
			"select sum(c.score) as n from c join o on o.customer_id = c.id\n", told("sum(c.score)"), nil},
		{"without a key nothing is said", keyed + "select sum(o.amount) as n from {{ ref('orders') }} o join {{ ref('lines') }} l on l.order_id = o.id\n", "", nil},
		{"a test of some rows is no key", keyed + "select sum(o.amount) as n from {{ ref('orders') }} o join {{ ref('notes') }} x on x.order_id = o.id\n", "", nil},
		{"a product of both", keyed + "select sum(c.score * o.amount) as n from {{ ref('customers') }} c join {{ ref('orders') }} o on o.customer_id = c.id\n", "", nil},
	})
}

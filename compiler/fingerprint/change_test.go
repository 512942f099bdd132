package fingerprint_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// shop is what is known of the tables of the tests; raw is one whose columns are not.
var shop = map[string][]string{"orders": {"id", "customer_id", "amount", "status"}, "customers": {"id", "name", "country"}}

func tablesOf(known map[string][]string) lineage.Tables {
	return func(name []sql.Ident) *lineage.Table {
		last := strings.ToLower(name[len(name)-1].Name)
		columns, ok := known[last]
		if !ok {
			return nil
		}
		t := &lineage.Table{ID: last}
		for _, c := range columns {
			t.Columns = append(t.Columns, lineage.Column{Name: c})
		}
		return t
	}
}

func read(d *dialect.Dialect, text string, known map[string][]string) fingerprint.Meaning {
	return fingerprint.Read(sql.Parse(text, d), tablesOf(known))
}

// short is a change in one line: its class, what is not as it was, and the columns that are not kept.
func short(c fingerprint.Change) string {
	out := []string{c.Class.String()}
	if c.Rows {
		out = append(out, "rows")
	}
	if c.Others {
		out = append(out, "others")
	}
	for _, x := range c.Columns {
		if x.State != fingerprint.Kept {
			out = append(out, x.State.String()+" "+x.Name)
		}
	}
	return strings.Join(out, ", ")
}

func TestChangesAreWhatIsProved(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, before, after, want string }{
		{"nothing", "select id, amount from orders", "select o.id, (amount) from orders as o", "unchanged"},
		{"a CTE around it", "select id, amount from orders", "with o as (select * from orders) select id, amount from o", "unchanged"},
		{"a CTE renamed", "with a as (select * from orders) select id from a", "with b as (select * from orders) select id from b", "unchanged"},
		{"a star written out", "select * from customers", "select id, name, country from customers", "unchanged"},
		{"a star less", "select * from customers", "select * exclude (name) from customers", "columns, removed name"},
		{"a column at the end", "select id from orders", "select id, amount from orders", "non-breaking, added amount"},
		{"a column in the middle", "select id, status from orders", "select id, amount * 2 as twice, status from orders", "non-breaking, added twice"},
		{"columns in another order", "select id, status from orders", "select status, id from orders", "non-breaking"},
		{"an expression", "select id, amount from orders", "select id, amount / 100 as amount from orders", "columns, changed amount"},
		{"a name", "select id, amount from orders", "select id, amount as paid from orders", "columns, added paid, removed amount"},
		{"in a CTE", "with o as (select id, amount, status from orders) select id, amount * 2 as twice, status from o",
			"with o as (select id, amount + 1 as amount, status from orders) select id, amount * 2 as twice, status from o", "columns, changed twice"},
		{"in a CTE, unused", "with o as (select id, amount from orders) select id from o", "with o as (select id, amount + 1 as amount from orders) select id from o", "unchanged"},
		{"through a star", "with o as (select id, amount from orders) select * from o", "with o as (select id, amount, status from orders) select * from o", "non-breaking, added status"},
		{"where", "select id from orders where amount > 1", "select id from orders where amount > 2", "breaking, rows"},
		{"where, in a CTE", "with o as (select id from orders where amount > 1) select * from o", "with o as (select id from orders) select * from o", "breaking, rows"},
		{"where over a changed column", "with o as (select id, amount from orders) select id from o where amount > 1",
			"with o as (select id, amount + 1 as amount from orders) select id from o where amount > 1", "breaking, rows"},
		{"conditions in another order", "select id from orders where amount > 1 and status = 'a'", "select id from orders where status = 'a' and amount > 1", "unchanged"},
		{"a join", "select o.id from orders o", "select o.id from orders o left join customers c on c.id = o.customer_id", "breaking, rows, changed id"},
		{"the kind of join", "select o.id from orders o join customers c on c.id = o.customer_id", "select o.id from orders o left join customers c on c.id = o.customer_id", "breaking, rows"},
		{"a condition of a join", "select o.id from orders o join customers c on c.id = o.customer_id", "select o.id from orders o join customers c on c.id = o.id", "breaking, rows"},
		{"the table of a column", "select o.id from orders o join customers c on c.id = o.customer_id", "select c.id from orders o join customers c on c.id = o.customer_id", "columns, changed id"},
		{"a self join", "select a.amount from orders a join orders b on a.id = b.id", "select b.amount from orders a join orders b on a.id = b.id", "columns, changed amount"},
		{"an aggregate more", "select status, sum(amount) as paid from orders group by status", "select status, sum(amount) as paid, count(*) as n from orders group by 1", "non-breaking, added n"},
		{"a key more", "select status, sum(amount) as paid from orders group by 1", "select status, sum(amount) as paid from orders group by 1, customer_id", "breaking, rows"},
		{"group by all", "select status, sum(amount) as paid from orders group by all", "select status, sum(amount) as paid, max(id) as last from orders group by all", "non-breaking, added last"},
		{"group by all, a key more", "select status, sum(amount) as paid from orders group by all", "select status, sum(amount) as paid, id from orders group by all", "breaking, rows, added id"},
		{"the first aggregate", "select 1 as one from orders", "select count(*) as one from orders", "breaking, rows, changed one"},
		{"having", "select status from orders group by 1 having count(*) > 1", "select status from orders group by 1 having count(*) > 2", "breaking, rows"},
		{"distinct", "select status from orders", "select distinct status from orders", "breaking, rows"},
		{"distinct, a column more", "select distinct status from orders", "select distinct status, id from orders", "breaking, rows, added id"},
		{"distinct on", "select distinct on (status) status, id from orders order by status, id", "select distinct on (status) status, id from orders order by status, amount", "breaking, rows"},
		{"a window", "select id, row_number() over (partition by status order by id) as n from orders", "select id, row_number() over (partition by customer_id order by id) as n from orders", "columns, changed n"},
		{"a named window", "select id, sum(amount) over w as n from orders window w as (partition by status)", "select id, sum(amount) over w as n from orders window w as (partition by id)", "columns, changed n"},
		{"a window that is filtered by", "with o as (select id, row_number() over (partition by status order by id) as n from orders) select id from o where n = 1",
			"with o as (select id, row_number() over (partition by customer_id order by id) as n from orders) select id from o where n = 1", "breaking, rows"},
		{"qualify", "select id from orders qualify row_number() over (partition by status order by id) = 1", "select id from orders qualify row_number() over (partition by status order by id) = 2", "breaking, rows"},
		{"order", "select id from orders order by id", "select id from orders order by id desc", "non-breaking"},
		{"order with limit", "select id from orders order by id limit 3", "select id from orders order by amount limit 3", "breaking, rows"},
		{"order by all with limit", "select id, amount from orders order by all limit 3", "select id, status as amount from orders order by all limit 3", "breaking, rows, changed amount"},
		{"order by a place with limit", "select id, amount from orders order by 2 limit 3", "select id, status as amount from orders order by 2 limit 3", "breaking, rows, changed amount"},
		{"limit", "select id from orders order by id limit 3", "select id from orders order by id limit 4", "breaking, rows"},
		{"limit without order", "select id from orders limit 3", "select id, amount from orders limit 3", "breaking, rows, added amount"},
		{"union all, a column more", "select id from orders union all select id from customers", "select id, 1 as k from orders union all select id, 2 from customers", "non-breaking, added k"},
		{"union, a column more", "select id from orders union select id from customers", "select id, 1 as k from orders union select id, 2 from customers", "breaking, rows, added k"},
		{"union all for union", "select id from orders union select id from customers", "select id from orders union all select id from customers", "breaking, rows"},
		{"a side of a union", "select id from orders union all select id from customers", "select id from orders union all select id + 1 from customers", "columns, changed id"},
		{"another table", "select id from orders", "select id from customers", "breaking, rows, changed id"},
		{"random() beside a change", "select id, random() as r from orders", "select id, random() as r, amount from orders", "columns, changed r, added amount"},
		{"random() by itself", "select id, random() as r from orders", "select id, random() as r from orders -- as it was", "unchanged"},
		{"a date that moves", "select id, current_date as d from orders", "select id, current_date as d, amount from orders", "columns, changed d, added amount"},
		{"a text that is one", "select id, 'today'::date as d from orders", "select id, 'today'::date as d, amount from orders", "columns, changed d, added amount"},
		{"a list in no order", "select status, list(id) as ids from orders group by 1", "select status, list(id) as ids, count(*) as n from orders group by 1", "columns, changed ids, added n"},
		{"a list in order", "select status, list(id order by id) as ids from orders group by 1", "select status, list(id order by id) as ids, count(*) as n from orders group by 1", "non-breaking, added n"},
		{"now() in where", "select id from orders where amount < now()", "select id, status from orders where amount < now()", "breaking, rows, added status"},
		{"a function that is not known", "select id, mine(amount) as m from orders", "select id, mine(amount) as m, status from orders", "breaking, rows, changed m, added status"},
		{"rows of an array", "select id, unnest([1, 2]) as u from orders", "select id, unnest([1, 2, 3]) as u from orders", "breaking, rows, changed u"},
		{"a table that is not known", "select a, b from raw", "select a, b, c from raw", "non-breaking, added c"},
		{"a star over one", "select * from raw", "select *, 1 as k from raw", "non-breaking, added k"},
		{"another column of one", "select a from raw", "select b as a from raw", "columns, changed a"},
		{"a subquery", "select id, (select max(name) from customers c where c.id = o.customer_id) as n from orders o", "select id, (select min(name) from customers c where c.id = o.customer_id) as n from orders o", "columns, changed n"},
		{"exists", "select id from orders o where exists (select 1 from customers c where c.id = o.customer_id)", "select id from orders o where exists (select 1 from customers c where c.id = o.id)", "breaking, rows"},
		{"an alias in a later column", "select amount * 2 as twice, twice + 1 as more from orders", "select amount * 3 as twice, twice + 1 as more from orders", "columns, changed twice, changed more"},
		{"an alias in where", "select id, amount * 2 as twice from orders where twice > 1", "select id, amount * 3 as twice from orders where twice > 1", "breaking, rows, changed twice"},
		{"a column the warehouse names", "select n from (select count(*) from orders) as s(n)", "select n from (select count(id) from orders) as s(n)", "columns, changed n"},
		{"one read by that name", "select count from (select count(*) from raw) as s", "select count from (select count(id) from raw) as s", "columns, changed count"},
		{"a recursive CTE", "with recursive r as (select 1 as n union all select n + 1 from r where n < 3) select n from r", "with recursive r as (select 1 as n union all select n + 1 from r where n < 4) select n from r", "breaking, rows, changed n"},
		{"values", "select * from (values (1, 'a'), (2, 'b')) as v(id, name)", "select * from (values (1, 'a'), (2, 'c')) as v(id, name)", "columns, changed name"},
		{"a row of values more", "select * from (values (1, 'a')) as v(id, name)", "select * from (values (1, 'a'), (2, 'c')) as v(id, name)", "breaking, rows, changed id, changed name"},
		{"columns of using", "select id, name from orders join customers using (id)", "select id, country as name from orders join customers using (id)", "columns, changed name"},
		{"not understood", "select id from", "select id from from", "breaking, rows, others"},
	} {
		was, is := read(dialect.DuckDB, c.before, shop), read(dialect.DuckDB, c.after, shop)
		if got := short(is.Since(was)); got != c.want {
			t.Errorf("%s: %s\n%s\n%s\nwant %s", c.name, got, c.before, c.after, c.want)
		}
		if got := short(is.Since(is)); got != "unchanged" {
			t.Errorf("%s: by itself it is %s", c.name, got)
		}
	}
}

// TestColumnsOfOtherTypesAreOthers reads one text over a table whose column got another type, and one that got a column.
func TestColumnsOfOtherTypesAreOthers(t *testing.T) {
	t.Parallel()
	table := func(types ...types.Type) lineage.Tables {
		out := &lineage.Table{ID: "raw"}
		for i, typ := range types {
			out.Columns = append(out.Columns, lineage.Column{Name: string(rune('a' + i)), Type: typ})
		}
		return func([]sql.Ident) *lineage.Table { return out }
	}
	file := sql.Parse("select *, 1 as one from raw", dialect.DuckDB)
	integer, text := types.Of(types.BigInt), types.Of(types.Varchar)
	before := fingerprint.Read(file, table(integer, integer))
	for want, after := range map[string]lineage.Tables{
		"unchanged":             table(integer, integer),
		"columns, changed b":    table(integer, text),
		"non-breaking, added c": table(integer, integer, text),
		"columns, removed b":    table(integer),
	} {
		if got := short(fingerprint.Read(file, after).Since(before)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestTheProofSaysWhatDecidesAboutRows reads the clauses of a change.
func TestTheProofSaysWhatDecidesAboutRows(t *testing.T) {
	t.Parallel()
	before := "with o as (select * from orders where amount > 1) select o.id from o join customers c on c.id = o.customer_id"
	after := "with o as (select * from orders where amount > 2) select o.id from o join customers c on c.id = o.customer_id limit 3"
	change := read(dialect.DuckDB, after, shop).Since(read(dialect.DuckDB, before, shop))
	say := func(text string, list []fingerprint.Clause) (out []string) {
		for _, c := range list {
			out = append(out, fmt.Sprintf("%s: %s", c.Word, text[c.At.Start:c.At.End]))
		}
		return out
	}
	if diff := cmp.Diff([]string{"where: amount > 2", "limit: limit 3"}, say(after, change.Added)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"where: amount > 1"}, say(before, change.Removed)); diff != "" {
		t.Error(diff)
	}
}

// TestAChildIsAffectedByWhatItUses has children of orders, and what becomes of them when orders changes.
func TestAChildIsAffectedByWhatItUses(t *testing.T) {
	t.Parallel()
	after := map[string][]string{"orders": {"id", "customer_id", "amount", "status", "day"}, "customers": shop["customers"]}
	change := fingerprint.Change{Class: fingerprint.Columns, Columns: []fingerprint.ColumnChange{
		{Name: "id"}, {Name: "customer_id"}, {Name: "amount", State: fingerprint.Changed}, {Name: "status"}, {Name: "day", State: fingerprint.Added},
	}}
	for _, c := range []struct{ text, want, because string }{
		{"select id, status from orders", "unchanged", ""},
		{"select id, status, count(*) from orders group by 1, 2", "unchanged", ""},
		{"select id, amount from orders", "columns, changed amount", "orders.amount copy changed"},
		{"select id, amount * 2 as twice from orders", "columns, changed twice", "orders.amount transform changed"},
		{"select id from orders where amount > 1", "breaking, rows", "orders.amount filter changed"},
		{"select status, sum(amount) as paid from orders group by 1", "columns, changed paid", "orders.amount aggregate changed"},
		{"select amount, count(*) as n from orders group by 1", "breaking, rows, changed amount", "orders.amount group changed; orders.amount copy changed"},
		{"select id, row_number() over (order by amount) as n from orders", "columns, changed n", "orders.amount order changed"},
		{"select * from orders", "columns, changed amount, added day", "orders.amount copy changed; orders.day copy added"},
		{"select * exclude (amount) from orders", "non-breaking, added day", "orders.day copy added"},
		{"select name from customers", "unchanged", ""},
		{"select c.name from customers c join orders o on o.customer_id = c.id", "unchanged", ""},
		{"select c.name, random() as r, o.amount from customers c join orders o on o.customer_id = c.id", "columns, changed r, changed amount", "orders.amount copy changed"},
	} {
		file := sql.Parse(c.text, dialect.DuckDB)
		was, is := fingerprint.Read(file, tablesOf(shop)), fingerprint.Read(file, tablesOf(after))
		uses := lineage.Resolve(file.Query(), lineage.Options{Dialect: dialect.DuckDB, Text: c.text, Tables: tablesOf(after)})
		got := is.Affected(uses, is.Since(was), map[string]fingerprint.Change{"orders": change})
		var because []string
		for _, b := range got.Because {
			because = append(because, fmt.Sprintf("%s.%s %s %s", b.Table, b.Column, b.Kind, b.State))
		}
		if short(got.Change) != c.want || strings.Join(because, "; ") != c.because {
			t.Errorf("%s:\n%s (%s)\nwant %s (%s)", c.text, short(got.Change), strings.Join(because, "; "), c.want, c.because)
		}
	}
	rows := fingerprint.Change{Class: fingerprint.Breaking, Rows: true}
	file := sql.Parse("select status from orders", dialect.DuckDB)
	uses := lineage.Resolve(file.Query(), lineage.Options{Dialect: dialect.DuckDB, Text: file.Text, Tables: tablesOf(shop)})
	m := fingerprint.Read(file, tablesOf(shop))
	if got := m.Affected(uses, m.Since(m), map[string]fingerprint.Change{"orders": rows}); got.Class != fingerprint.Breaking || len(got.Because) != 1 {
		t.Errorf("other rows of orders make of its child %+v", got)
	}
}

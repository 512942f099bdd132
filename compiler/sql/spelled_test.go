package sql_test

import (
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// TestWhatIsUnderstoodPrintsAsItWasRead has the texts that a fuzzer found: what stands before or after an element is not what a person
// would write there.
func TestWhatIsUnderstoodPrintsAsItWasRead(t *testing.T) {
	for d, texts := range map[*dialect.Dialect][]string{
		dialect.DuckDB: {
			"select (a!), (a!) b, b[(a!)]", "select w(order by (a!) nulls last)", "select d l connect by (nocycle) where t",
			"select d l connect by nocycle (prior)", "select (+(*))", "select (* like '' rename (a as b)) @ x", "select r glob m::g",
			"select r glob (-1)", "select x glob (case when y then 'a' end)", "select reduce((s * x) -> s)", "select a in b || c", "select a in [](+)", "select extract((a) from t)",
			"select {t.*, **x}", "select list_transform([1], \"x.y\" -> \"x.y\" + 1)", "select ((interval) + 4), (interval) - 'x'",
			"select interval (true)", "select interval (x) day", "select filter((a and b) -> 0)", "select (*columns(*)).b",
			"select * rename (t.a as b, c as d,) from t", "select x::dec()", "from range(3) generated",
			"from s pivot (sum(x) for a in (1) b in (2))", "select array(from t), array((1 + 2), 3)",
		},
		dialect.Postgres: {
			"select prior \"\", prior x", "select json_array(select 1 returning jsonb)", "select json_arrayagg(x order by y null on null returning int)",
			"select a in (row())[1]", "select array((select 1)), array((select 1) + 2, 3)", "select position(('a'[1]) in c)",
			"insert into t (a[1], b.c) overriding system value select 1", "select x[:], x[1:]", "select * from rows from (f(), (!2)) as t",
		},
		dialect.Snowflake: {
			"select prior x::e connect by prior cast(x as e) = y", "select t(x as time(3) with time zone)", "select (array)[1]",
			"select ('@v'):m", "select * from '@v/x' (file_format => 'f', pattern => 'p') as x", "select * from t at (timestamp => x) before (statement => 'y')",
			"select transform(xs, x int -> x + 1)", "merge into t using \"\" d on d",
		},
		dialect.Trino: {
			"select interval - '1' day", "select a in (not b)", "select x(table(o)), x(table (o, p))",
			"select * from u tablesample bernoulli (10) repeatable (2)",
		},
	} {
		for _, text := range texts {
			if problems := sql.Parse(text, d).Problems; len(problems) > 0 {
				t.Errorf("%s: %v in %s", d.Name, problems, text)
			}
			checkFixpoint(t, text, d)
		}
	}
}

// TestNonsenseIsNotUnderstood: what no warehouse would accept is not read as something that it is not.
func TestNonsenseIsNotUnderstood(t *testing.T) {
	for d, texts := range map[*dialect.Dialect][]string{
		dialect.DuckDB: {
			"select * from rows from (f() as ())", "select pivot()!", "select * from a cross asof join y", "select values()[]",
			"select * from s pivot (m for d, -n)", "select {0.*}", "select x[-]", "table cross", "update u set b::d = u",
			"select * from a asof left cross join b", "select l: all()", "select * from n, t: returning()", "select reduce(((s)) -> x)",
			"select * from json_table(columns (n y, nested '' columns))", "select a in *", "select a in (()).*", "select sum(order by a b)", "select b in ((1, 2).f)[2]",
		},
		dialect.Postgres: {
			"select from t at (*)", "select from A tablesample 0($0000)", "table left", "select g(table x, t)", "select (f(table x as b))",
			"insert into x overriding value select 1", "select t(x as row(b array()))",
		},
		dialect.Snowflake: {
			"select @ :m", "select g(variadic 2 absent on null)", "select g(variadic a, b)", "merge into t using '' (d) on d",
			"select * from @v (t from r)", "select interval as day day", "create table s as select 1 a b",
		},
		dialect.Trino: {
			"select c((s x) -> s: t)", "select k(x t -> x value 1)", "insert into t select top 1", "table lateral", "select * from u tablesample (0)(2)", "select a in not b",
			"select extract(r order by l from t)",
		},
	} {
		for _, text := range texts {
			if len(sql.Parse(text, d).Problems) == 0 {
				t.Errorf("%s understands %s", d.Name, text)
			}
		}
	}
}

package adaptertest

import (
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
)

var rowClaims = []claim{
	{"ValuesComeBackAsTheyWereLoaded", valuesComeBack},
	{"TextIsCastToEveryType", textIsCast},
	{"MixedValuesOfAColumnAreLoaded", mixedValues},
	{"TextIsKeptToTheByte", textIsKept},
	{"LargeNumbersAreExact", largeNumbers},
	{"ManyRowsStream", manyRows},
	{"AQueryCanEndEarly", endEarly},
	{"EmptyResultsHaveColumns", emptyResults},
	{"TheLastOfManyStatementsIsTheResult", lastResult},
}

// typed is a table of all types that a load must know, in the warehouse's spelling.
func (b *bench) typed(name string) {
	b.Helper()
	t := b.dialect.Types
	b.exec("create table " + b.name(name) + " (b " + t.Boolean + ", i " + t.Integer + ", l " + t.Bigint + ", f " + t.Float +
		", n decimal(20, 5), s " + t.Text + ", d " + t.Date + ", ts " + t.Timestamp + ", tz timestamp with time zone, x " + t.Binary + ")")
}

var noon = time.Date(2024, 2, 29, 12, 30, 45, 123456000, time.UTC)

// typedRow is what a query of the typed table yields for one row.
var typedRow = []any{
	true, int64(-2147483648), int64(9007199254740993), -1.5e-7, adapters.Decimal("-12.34500"), "héllo",
	time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), noon, noon, []byte{0, 1, 0xff, '\\', 'x'},
}

func valuesComeBack(b *bench) {
	b.typed("t")
	row := append([]any{}, typedRow...)
	row[4] = "-12.345"
	nulls := make([]any, len(row))
	stats, err := b.load("t", given(row, nulls, row))
	if err != nil {
		b.Fatal(err)
	}
	if stats.Rows != 3 {
		b.Errorf("loaded %d rows, want 3", stats.Rows)
	}
	got := b.query(b, b.sql("select * from {t} order by i nulls last"))
	if diff := cmp.Diff([][]any{typedRow, typedRow, nulls}, got); diff != "" {
		b.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func textIsCast(b *bench) {
	b.typed("t")
	row := []any{
		"true", "-2147483648", "9007199254740993", "-1.5e-7", "-12.345", "héllo",
		"2024-02-29", "2024-02-29 12:30:45.123456", "2024-02-29 14:30:45.123456+02:00",
		"plain", // how other bytes are escaped differs
	}
	want := slices.Clone(typedRow)
	want[9] = []byte("plain")
	if _, err := b.load("t", given(row)); err != nil {
		b.Fatal(err)
	}
	got := b.query(b, b.sql("select * from {t}"))
	if diff := cmp.Diff([][]any{want}, got); diff != "" {
		b.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func mixedValues(b *bench) {
	b.exec(b.sql("create table {t} (k bigint, f " + b.dialect.Types.Float + ", s " + b.dialect.Types.Text + ")"))
	rows := [][]any{{int64(1), nil, nil}, {"2", int64(2), "x"}, {nil, 2.5, int64(7)}, {int64(4), "-3", true}, {"5", nil, "y"}}
	if _, err := b.load("t", given(rows...)); err != nil {
		b.Fatal(err)
	}
	want := [][]any{
		{int64(1), nil, nil}, {int64(2), 2.0, "x"}, {int64(4), -3.0, "true"}, {int64(5), nil, "y"}, {nil, 2.5, "7"},
	}
	got := b.query(b, b.sql("select * from {t} order by k nulls last"))
	if diff := cmp.Diff(want, got); diff != "" {
		b.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func textIsKept(b *bench) {
	texts := []string{
		"", " ", "'", `"`, "''", "\n", "\r\n", "\r", "\t", `\`, `\N`, `\.`, `\\`, `\x41`, "NULL", "null", "a,b;c", "$1", "%s", "{{ x }}", "--",
		"exactly12byt", "thirteenbytes", "é", "日本語テキスト", "😀", "\u0301", "\ufeff", "line\nline\\nline\ttab",
		strings.Repeat("long ", 20_000),
	}
	b.exec(b.sql("create table {t} (k bigint, s " + b.dialect.Types.Text + ")"))
	var rows [][]any
	for i, s := range texts {
		rows = append(rows, []any{int64(i), s})
	}
	rows = append(rows, []any{int64(len(texts)), nil})
	if _, err := b.load("t", given(rows...)); err != nil {
		b.Fatal(err)
	}
	got := b.query(b, b.sql("select k, s from {t} order by k"))
	if diff := cmp.Diff(rows, got); diff != "" {
		b.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func largeNumbers(b *bench) {
	const digits = "12345678901234567890123456789.012345678"
	got := b.query(b, "select cast('"+digits+"' as decimal(38, 9)), cast(-0.05 as decimal(5, 2)), cast(7 as decimal(5, 0))")[0]
	want := []any{adapters.Decimal(digits), adapters.Decimal("-0.05"), adapters.Decimal("7")}
	if len(b.dialect.Columns.Integer) == 0 { // an integer is a decimal without places
		want[2] = int64(7)
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(x, y *big.Int) bool { return x.Cmp(y) == 0 })); diff != "" {
		b.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func manyRows(b *bench) {
	const n = 100_000
	b.exec(b.sql("create table {t} (k bigint, s " + b.dialect.Types.Text + ")"))
	stats, err := b.load("t", made(n))
	if err != nil {
		b.Fatal(err)
	}
	if stats.Rows != n {
		b.Errorf("loaded %d rows, want %d", stats.Rows, n)
	}
	rows, err := b.Query(b.Context(), b.sql("select k, s from {t} order by k"))
	if err != nil {
		b.Fatal(err)
	}
	next := int64(0)
	for row, err := range rows.All {
		if err != nil {
			b.Fatal(err)
		}
		if row[0] != next || !strings.HasPrefix(row[1].(string), "row ") {
			b.Fatalf("row %d is %v", next, row)
		}
		next++
	}
	if next != n {
		b.Errorf("read %d rows, want %d", next, n)
	}
}

func endEarly(b *bench) {
	for _, n := range []int{1, 10, 1_000_000} {
		rows, err := b.Query(b.Context(), "select g from "+series(n))
		if err != nil {
			b.Fatal(err)
		}
		for row, err := range rows.All {
			if g, ok := row[0].(int64); err != nil || !ok || g < 1 || g > int64(n) {
				b.Fatalf("first row is %v, %v", row, err)
			}
			break
		}
		if err := rows.Close(); err != nil {
			b.Errorf("close: %v", err)
		}
		if err := rows.Close(); err != nil {
			b.Errorf("close again: %v", err)
		}
		for row, err := range rows.All {
			b.Fatalf("a closed result yields %v, %v", row, err)
		}
		if got := b.query(b, "select 2")[0][0]; got != int64(2) {
			b.Fatalf("the next query yields %v", got)
		}
	}
}

func emptyResults(b *bench) {
	rows, err := b.Query(b.Context(), "select 1 as "+b.dialect.Ident("a")+", cast('x' as varchar(3)) as "+b.dialect.Ident("B c")+" where 1 = 0")
	if err != nil {
		b.Fatal(err)
	}
	var names []string
	for _, c := range rows.Columns {
		names = append(names, c.Name)
		if c.Type == "" {
			b.Errorf("column %s has no type", c.Name)
		}
	}
	if diff := cmp.Diff([]string{"a", "B c"}, names); diff != "" {
		b.Errorf("mismatch (-want +got):\n%s", diff)
	}
	for row, err := range rows.All {
		b.Errorf("got row %v, %v", row, err)
	}
}

func lastResult(b *bench) {
	got := b.query(b, b.sql("create table {t} (a bigint); insert into {t} values (1); select 0; select a, 'x;y' from {t};"))
	if diff := cmp.Diff([][]any{{int64(1), "x;y"}}, got); diff != "" {
		b.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

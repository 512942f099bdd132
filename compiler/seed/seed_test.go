package seed_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/seed"
)

func opener(text string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
}

func collect(t *testing.T, f *seed.File) [][]any {
	t.Helper()
	rows := [][]any{}
	for row, err := range f.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, append([]any{}, row...))
	}
	return rows
}

// testdata/dbt.json is what dbt 1.12 makes of each file.
func TestTypesAndValuesAreThoseOfDbt(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/dbt.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		In        string
		Delimiter string
		Given     []string
		Columns   [][2]string
		Rows      [][]*string
		Error     bool
	}
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.In, func(t *testing.T) {
			t.Parallel()
			o := seed.Options{Dialect: dialect.Postgres, Delimiter: c.Delimiter, ColumnTypes: map[string]string{}}
			for _, name := range c.Given {
				o.ColumnTypes[name] = "text"
			}
			f, err := seed.Infer(opener(c.In), o)
			if (err != nil) != c.Error {
				t.Fatalf("error %v, dbt has one: %v", err, c.Error)
			}
			if err != nil {
				return
			}
			var columns [][2]string
			for _, col := range f.Columns {
				columns = append(columns, [2]string{col.Name, dbtType(col.Type)})
			}
			if diff := cmp.Diff(c.Columns, columns); diff != "" {
				t.Errorf("columns mismatch (-dbt +got):\n%s", diff)
			}
			var rows [][]*string
			for _, row := range collect(t, f) {
				var texts []*string
				for i, v := range row {
					texts = append(texts, spell(v, columns[i][1]))
				}
				rows = append(rows, texts)
			}
			if diff := cmp.Diff(c.Rows, rows); diff != "" && len(c.Rows)+len(rows) > 0 {
				t.Errorf("rows mismatch (-dbt +got):\n%s", diff)
			}
		})
	}
}

// dbtType is the type that dbt declares. It does not look at how large integers are, and then fails to load them.
func dbtType(t string) string {
	switch t {
	case dialect.Postgres.Types.Bigint, dialect.Postgres.Types.Numeric:
		return "integer"
	case dialect.Postgres.Types.Timestamp:
		return "timestamp"
	default:
		return t
	}
}

// spell writes a value as Python does.
func spell(v any, kind string) *string {
	var s string
	switch v := v.(type) {
	case nil:
		return nil
	case float64:
		s = strings.ToLower(strconv.FormatFloat(v, 'f', -1, 64))
		if !strings.Contains(s, ".") && !math.IsInf(v, 0) && !math.IsNaN(v) {
			s += ".0"
		}
		if a := math.Abs(v); a >= 1e16 || a != 0 && a < 1e-4 {
			s = strconv.FormatFloat(v, 'e', -1, 64)
		}
	default:
		s = fmt.Sprint(v)
	}
	return &s
}

func TestAWarehouseThatReadsSeedsItselfKeepsWhatItReads(t *testing.T) {
	t.Parallel()
	in := "a,b,c\r\n1,null,2020-01-02T03:04:05+02:00\r\n\r\n,\"x\r\ny\",\r\n"
	f, err := seed.Infer(opener(in), seed.Options{Dialect: dialect.DuckDB})
	if err != nil {
		t.Fatal(err)
	}
	want := [][]any{{int64(1), "null", "2020-01-02 03:04:05"}, {nil, "x\r\ny", nil}}
	if diff := cmp.Diff(want, collect(t, f)); diff != "" {
		t.Errorf("rows mismatch (-want +got):\n%s", diff)
	}
}

func TestGivenTypesAreTakenAsTheyAreAndTheirValuesAreText(t *testing.T) {
	t.Parallel()
	o := seed.Options{Dialect: dialect.Postgres, ColumnTypes: map[string]string{"a": "varchar(5)", "unknown": "int"}}
	f, err := seed.Infer(opener("a,b\n007,007\n"), o)
	if err != nil {
		t.Fatal(err)
	}
	want := []relation.Column{{Name: "a", Type: "varchar(5)", Nullable: true}, {Name: "b", Type: "integer", Nullable: true}}
	if diff := cmp.Diff(want, f.Columns); diff != "" {
		t.Errorf("columns mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]any{{"007", int64(7)}}, collect(t, f)); diff != "" {
		t.Errorf("rows mismatch (-want +got):\n%s", diff)
	}
}

func TestIntegersThatDbtWouldOverflowAreWider(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2147483647":           "integer",
		"2147483648":           "bigint",
		"-2147483649":          "bigint",
		"9223372036854775807":  "bigint",
		"9223372036854775808":  "numeric(28,6)",
		"-9223372036854775809": "numeric(28,6)",
		`"2,147,483,648"`:      "bigint",
	} {
		f, err := seed.Infer(opener("a\n"+in+"\n1\n"), seed.Options{Dialect: dialect.Postgres})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Columns[0].Type; got != want {
			t.Errorf("%s has type %s, want %s", in, got, want)
		}
	}
}

func TestMistakesHaveTheirPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in string
		want     seed.Error
	}{
		{"too many values", "a,b\n1,2\n\n\"x\ny\",2,é,3\n", seed.Error{
			Line: 5, Column: 6, Message: "the row has 4 values, but the header has 2 columns", Hint: "quote values that contain the delimiter",
		}},
		{"no header", "", seed.Error{Line: 1, Message: "the file has no header row", Hint: "give the columns names in the first line"}},
		{"open quote", "a,b\n1,\"x\n2,y\n", seed.Error{
			Line: 2, Column: 3, Message: "a quote is not closed", Hint: "double a quote that is part of a value",
		}},
		{"not UTF-8", "a,b\n1,x\n2,\xff\n", seed.Error{
			Line: 3, Column: 3, Message: "the text is not UTF-8", Hint: "save the file as UTF-8",
		}},
		{"same name", "A,a\n", seed.Error{
			Line: 1, Message: `columns "A" and "a" have the same name but for letter case`, Hint: "rename one, or set `quote_columns: true`",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := seed.Infer(opener(c.in), seed.Options{Dialect: dialect.Postgres})
			var got *seed.Error
			if !errors.As(err, &got) {
				t.Fatalf("error is %v", err)
			}
			if diff := cmp.Diff(&c.want, got); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestColumnsAreStoredUnderTheNamesOfTheWarehouse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dialect *dialect.Dialect
		quote   bool
		want    string
	}{
		{dialect.Postgres, false, "id"},
		{dialect.Postgres, true, "ID"},
		{dialect.DuckDB, false, "ID"},
		{dialect.DuckDB, true, "ID"},
	} {
		f, err := seed.Infer(opener("ID\n1\n"), seed.Options{Dialect: c.dialect, QuoteColumns: c.quote})
		if err != nil {
			t.Fatal(err)
		}
		got := f.Target(relation.Relation{Name: "t"}).Columns[0].Name
		if got != c.want || f.Columns[0].Name != "ID" {
			t.Errorf("%s, quoted %v: stored as %q, want %q", c.dialect.Name, c.quote, got, c.want)
		}
	}
}

func TestQuotesMakeNoDifferenceBetweenNamesToDuckDB(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dialect *dialect.Dialect
		want    string
	}{
		{dialect.DuckDB, `columns "A" and "a" have the same name but for letter case`},
		{dialect.Postgres, ""},
	} {
		got := ""
		_, err := seed.Infer(opener("A,a\n"), seed.Options{Dialect: c.dialect, QuoteColumns: true})
		if problem := (*seed.Error)(nil); errors.As(err, &problem) {
			got = problem.Message
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.dialect.Name, got, c.want)
		}
	}
}

func FuzzNothingPanicsAndBothPassesAgree(f *testing.F) {
	for _, in := range []string{"a,b\n1,2\n", "a\r\n\"x\"\"y\"z\r\n", "\ufeffa\n\"", "a,b,\n2020-W01-1T10,1e5,$-5%\n", "a\r\r\n"} {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		file, err := seed.Infer(opener(in), seed.Options{Dialect: dialect.Postgres})
		if err != nil {
			return
		}
		if n := int64(len(collect(t, file))); n != file.Count {
			t.Errorf("%d rows, counted %d", n, file.Count)
		}
	})
}

func BenchmarkSeed(b *testing.B) {
	var text strings.Builder
	text.WriteString("id,name,amount,day,at,ok\n")
	const rows = 100_000
	for i := range rows {
		fmt.Fprintf(&text, "%d,customer %d,%d.%02d,2024-01-%02d,2024-01-02 03:04:%02d,true\n", i, i%1000, i%500, i%100, i%28+1, i%60)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		f, err := seed.Infer(opener(text.String()), seed.Options{Dialect: dialect.Postgres})
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range f.Rows() {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

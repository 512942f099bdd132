package types_test

import (
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/types"
)

// FuzzParse: no text is a panic, and what is printed is read as the same type again.
func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"DECIMAL(18,3)", "STRUCT(a INTEGER, \"b c\" VARCHAR[])", "timestamp(3) with time zone", "_text", "MAP(VARCHAR, INTEGER)[3]",
		"ENUM('a', 'it''s')", "row(x bigint, y array(varchar(3)))", "NUMBER(38,0) NOT NULL", "geometry(Point, 4326)", "\"my type\"", "a.b.c",
		"interval day to second", strings.Repeat("array(", 200), strings.Repeat("(", 1000), "INTEGER" + strings.Repeat("[]", 200), "DECIMAL(-1,99999999999)", "\x00\xff",
	} {
		f.Add(text)
	}
	systems := []*types.System{types.For(dialect.DuckDB), types.For(dialect.Postgres), types.For(dialect.Snowflake), types.For(dialect.Trino), types.For(nil)}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range systems {
			once := s.Print(s.Parse(text))
			if s.Parse(text).Kind() == types.Named || strings.ContainsAny(text, "\"`.'") {
				continue // a name is kept as it is meant, without its quotes
			}
			if twice := s.Print(s.Parse(once)); twice != once && s.Parse(once).Kind() != types.Unknown {
				t.Errorf("%q is printed as %q, and that as %q", text, once, twice)
			}
		}
	})
}

// BenchmarkCall is what a binder waits for, for a function with few and for one with many overloads.
func BenchmarkCall(b *testing.B) {
	for _, d := range []*dialect.Dialect{dialect.DuckDB, dialect.Postgres} {
		s := types.For(d)
		date, number := types.Of(types.Date), types.Of(types.Int)
		b.Run(d.Name+"/sum", func(b *testing.B) {
			for b.Loop() {
				_, _ = s.Call("sum", types.Arg{Type: number})
			}
		})
		b.Run(d.Name+"/minus", func(b *testing.B) {
			for b.Loop() {
				_, _ = s.Binary("-", types.Arg{Type: date}, types.Arg{Type: number})
			}
		})
		b.Run(d.Name+"/unknown name", func(b *testing.B) {
			for b.Loop() {
				_, _ = s.Call("date_trnc", types.Arg{Type: number})
			}
		})
	}
}

func TestLambdasNestedTypesAndNames(t *testing.T) {
	t.Parallel()
	s := types.For(dialect.DuckDB)
	numbers := s.Parse("INTEGER[]")
	text := types.Arg{Lambda: func(params ...types.Type) types.Type {
		if len(params) == 0 || s.Print(params[0]) != "INTEGER" {
			t.Errorf("the body is asked for with %v", params)
		}
		return types.Of(types.Varchar)
	}}
	field := types.Arg{Type: s.Text("b"), Literal: true, Text: "b"}
	record := types.Arg{Type: s.Parse("STRUCT(a INTEGER, b DATE)")}
	for _, c := range []struct {
		name string
		args []types.Arg
		want string
	}{
		{"list_transform", []types.Arg{{Type: numbers}, text}, "VARCHAR[]"},
		{"list_filter", []types.Arg{{Type: numbers}, text}, "INTEGER[]"},
		{"struct_extract", []types.Arg{record, field}, "DATE"},
		{"struct_pack", []types.Arg{{Type: numbers, Name: "n"}, {Type: s.Integer("1"), Name: "one"}}, "STRUCT(n INTEGER[], one INTEGER)"},
		{"struct_insert", []types.Arg{record, {Type: numbers, Name: "n"}}, "STRUCT(a INTEGER, b DATE, n INTEGER[])"},
		{"list_sum", []types.Arg{{Type: numbers}}, "HUGEINT"},
		{"map", []types.Arg{{Type: numbers}, {Type: s.Parse("DATE[]")}}, "MAP(INTEGER, DATE)"},
		{"map_entries", []types.Arg{{Type: s.Parse("MAP(VARCHAR, DATE)")}}, `STRUCT("key" VARCHAR, "value" DATE)[]`},
		{"unnest", []types.Arg{{Type: numbers}}, "INTEGER"},
		{"date_part", []types.Arg{{Type: s.Text("epoch"), Literal: true, Text: "epoch"}, {Type: types.Of(types.Date)}}, "DOUBLE"},
		{"round", []types.Arg{{Type: s.Parse("DECIMAL(18,3)")}, {Type: s.Integer("1"), Literal: true, Text: "1"}}, "DECIMAL(18,1)"},
	} {
		r, err := s.Call(c.name, c.args...)
		if got := s.Print(r.Type); err != nil || got != c.want {
			t.Errorf("%s is %q, want %q (%v)", c.name, got, c.want, err)
		}
	}
}

func TestVolatileFunctionsSaySo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		dialect *dialect.Dialect
		name    string
		want    types.Volatility
	}{
		{dialect.DuckDB, "random", types.Volatile}, {dialect.DuckDB, "uuid", types.Volatile}, {dialect.DuckDB, "now", types.Stable}, {dialect.DuckDB, "lower", types.Immutable},
		{dialect.Postgres, "random", types.Volatile}, {dialect.Postgres, "gen_random_uuid", types.Volatile}, {dialect.Postgres, "now", types.Stable}, {dialect.Postgres, "current_date", types.Stable},
		{dialect.Snowflake, "uuid_string", types.Volatile}, {dialect.Snowflake, "current_timestamp", types.Stable}, {dialect.Trino, "uuid", types.Volatile}, {dialect.Trino, "now", types.Stable},
	} {
		var args []types.Type
		if c.name == "lower" {
			args = append(args, types.Of(types.Varchar))
		}
		r, err := types.For(c.dialect).Call(c.name, types.Args(args...)...)
		if err != nil || r.Volatility != c.want {
			t.Errorf("%s: %s is %v, want %v (%v)", c.dialect.Name, c.name, r.Volatility, c.want, err)
		}
	}
}

func TestFunctionsInFrom(t *testing.T) {
	t.Parallel()
	number := types.Of(types.Int)
	for _, c := range []struct {
		dialect *dialect.Dialect
		name    string
		args    []types.Type
		want    []string
	}{
		{dialect.DuckDB, "generate_series", []types.Type{number, number}, []string{"generate_series BIGINT"}},
		{dialect.DuckDB, "unnest", []types.Type{types.ListOf(types.Of(types.Date))}, []string{"unnest DATE"}},
		{dialect.DuckDB, "glob", []types.Type{types.Of(types.Varchar)}, []string{"file VARCHAR"}},
		{dialect.DuckDB, "read_csv", []types.Type{types.Of(types.Varchar)}, nil},
		{dialect.Postgres, "generate_series", []types.Type{number, number}, []string{"generate_series integer"}},
		{dialect.Postgres, "json_each", []types.Type{types.Of(types.JSON)}, []string{"key text", "value json"}},
	} {
		s := types.For(c.dialect)
		r, err := s.Table(c.name, types.Args(c.args...)...)
		var got []string
		for _, f := range r.Columns {
			got = append(got, f.Name+" "+s.Print(f.Type))
		}
		if err != nil || strings.Join(got, ",") != strings.Join(c.want, ",") {
			t.Errorf("%s: %s has columns %q, want %q (%v)", c.dialect.Name, c.name, got, c.want, err)
		}
	}
}

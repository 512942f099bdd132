package types_test

import (
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/types"
)

func TestSpellingsOfATypeAreOneType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ written, printed string }{
		{"int4", "INTEGER"},
		{"character varying(10)", "VARCHAR"},
		{"DECIMAL(18,3)", "DECIMAL(18,3)"},
		{"numeric", "DECIMAL(18,3)"},
		{"Timestamp(3) With Time Zone", "TIMESTAMP WITH TIME ZONE"},
		{"STRUCT(a INTEGER, \"B c\" VARCHAR[])", "STRUCT(a INTEGER, \"B c\" VARCHAR[])"},
		{"struct(\"time\" time, \"select\" double precision)", "STRUCT(\"time\" TIME, \"select\" DOUBLE)"},
		{"MAP(VARCHAR, DECIMAL(4, 1))", "MAP(VARCHAR, DECIMAL(4,1))"},
		{"INTEGER[3][]", "INTEGER[3][]"},
		{"ENUM('a', 'it''s')", "ENUM('a', 'it''s')"},
		{"UNION(n INTEGER, s TEXT)", "UNION(n INTEGER, s VARCHAR)"},
		{"main.mood", "main.mood"},
		{"", ""},
		{"STRUCT(a", ""},
		{"DECIMAL(18,3", ""},
	} {
		s := types.For(dialect.DuckDB)
		if got := s.Print(s.Parse(c.written)); got != c.printed {
			t.Errorf("%s is printed as %q, want %q", c.written, got, c.printed)
		}
	}
}

func TestUnknownIsNeverAnError(t *testing.T) {
	t.Parallel()
	s := types.For(dialect.DuckDB)
	unknown := types.Type{}
	for _, name := range []string{"+", "date_part", "list_transform", "struct_extract", "sum", "coalesce", "unnest"} {
		for n := 1; n <= 2; n++ {
			_, err := s.Call(name, types.Args(make([]types.Type, n)...)...)
			if err != nil && err.Reason != types.WrongCount {
				t.Errorf("%s of %d unknown: %v", name, n, err)
			}
		}
	}
	if got, ok := s.Common(unknown, types.Of(types.Date)); !ok || !got.IsUnknown() {
		t.Errorf("unknown and a date become %v", got)
	}
	if r, err := s.Call("length", types.Arg{}); err != nil || s.Print(r.Type) != "BIGINT" {
		t.Errorf("length of unknown is %q, %v", s.Print(r.Type), err)
	}
}

func TestAFunctionThatIsNotThere(t *testing.T) {
	t.Parallel()
	_, err := types.For(dialect.DuckDB).Call("lenght", types.Args(types.Of(types.Varchar))...)
	if err == nil || err.Reason != types.NoFunction || len(err.Near) == 0 || err.Near[0] != "length" {
		t.Errorf("got %+v", err)
	}
}

func TestPostgresChoosesAsTheServerDoes(t *testing.T) {
	t.Parallel()
	s := types.For(dialect.Postgres)
	for _, c := range []struct{ op, left, right, want string }{
		{"+", "integer", "bigint", "bigint"},
		{"+", "date", "integer", "date"},
		{"-", "date", "date", "integer"},
		{"+", "date", "interval", "timestamp without time zone"},
		{"*", "numeric(10,2)", "integer", "numeric"},
		{"||", "character varying(10)", "integer", "text"},
		{"||", "integer[]", "integer", "integer[]"},
		{"->>", "jsonb", "text", "text"},
		{"+", "text", "integer", ""},
	} {
		r, err := s.Binary(c.op, types.Arg{Type: s.Parse(c.left)}, types.Arg{Type: s.Parse(c.right)})
		got := s.Print(r.Type)
		if err != nil {
			got = ""
		}
		if got != c.want {
			t.Errorf("%s %s %s is %q, want %q", c.left, c.op, c.right, got, c.want)
		}
	}
}

func TestDocumentedWarehouses(t *testing.T) {
	t.Parallel()
	snowflake, trino := types.For(dialect.Snowflake), types.For(dialect.Trino)
	for _, c := range []struct {
		system *types.System
		name   string
		args   []string
		want   string
	}{
		{snowflake, "sum", []string{"NUMBER(10,2)"}, "NUMBER(38,2)"},
		{snowflake, "iff", []string{"BOOLEAN", "VARCHAR(3)", "VARCHAR(3)"}, "VARCHAR(3)"},
		{snowflake, "coalesce", []string{"NUMBER(10,2)", "int"}, "NUMBER(38,2)"},
		{snowflake, "date_trunc", []string{"VARCHAR", "DATE"}, "DATE"},
		{snowflake, "date_trunc", []string{"VARCHAR", "timestamp_tz"}, "TIMESTAMP_TZ(9)"},
		{snowflake, "dateadd", []string{"VARCHAR", "int", "timestamp"}, "TIMESTAMP_NTZ(9)"},
		{snowflake, "a_function_of_their_own", []string{"DATE"}, ""},
		{trino, "sum", []string{"integer"}, "bigint"},
		{trino, "avg", []string{"decimal(10,2)"}, "decimal(10,2)"},
		{trino, "coalesce", []string{"bigint", "decimal(10,2)"}, "decimal(21,2)"},
		{trino, "element_at", []string{"map(varchar, row(a integer, b array(double)))", "varchar"}, "row(a integer, b array(double))"},
		{trino, "map_keys", []string{"map(varchar(3), bigint)"}, "array(varchar(3))"},
		{trino, "from_unixtime", []string{"double"}, "timestamp(3) with time zone"},
		{trino, "date_diff", []string{"varchar", "date", "timestamp(6)"}, "bigint"},
	} {
		var args []types.Type
		for _, a := range c.args {
			args = append(args, c.system.Parse(a))
		}
		r, err := c.system.Call(c.name, types.Args(args...)...)
		if err != nil {
			t.Errorf("%s%v: %v", c.name, c.args, err)
		}
		if got := c.system.Print(r.Type); got != c.want {
			t.Errorf("%s%v is %q, want %q", c.name, c.args, got, c.want)
		}
	}
}

func TestDecimalsGrowAsTheWarehousesSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		system                *types.System
		left, op, right, want string
	}{
		{types.For(dialect.DuckDB), "DECIMAL(4,1)", "+", "DECIMAL(4,1)", "DECIMAL(5,1)"},
		{types.For(dialect.DuckDB), "DECIMAL(18,3)", "*", "DECIMAL(18,3)", "DECIMAL(18,6)"},
		{types.For(dialect.Snowflake), "NUMBER(10,2)", "*", "NUMBER(5,3)", "NUMBER(15,5)"},
		{types.For(dialect.Snowflake), "NUMBER(10,2)", "/", "NUMBER(5,0)", "NUMBER(16,8)"},
		{types.For(dialect.Trino), "decimal(10,2)", "+", "decimal(5,3)", "decimal(12,3)"},
		{types.For(dialect.Trino), "integer", "/", "integer", "integer"},
		{types.For(dialect.Trino), "date", "-", "date", "interval day to second"},
	} {
		r, err := c.system.Binary(c.op, types.Arg{Type: c.system.Parse(c.left)}, types.Arg{Type: c.system.Parse(c.right)})
		if got := c.system.Print(r.Type); err != nil || got != c.want {
			t.Errorf("%s %s %s is %q, want %q (%v)", c.left, c.op, c.right, got, c.want, err)
		}
	}
}

func TestNoArgumentIsNotAnUnknownOne(t *testing.T) {
	t.Parallel()
	s := types.For(dialect.Postgres)
	if _, err := s.Call("abs", types.Arg{}); err != nil {
		t.Errorf("abs of unknown: %v", err)
	}
	if _, err := s.Call("abs"); err == nil || err.Reason != types.WrongCount {
		t.Errorf("abs of nothing: %v", err)
	}
}

// TestDocumentedWarehousesCountArguments: functions that share a result do not share how many arguments they take.
func TestDocumentedWarehousesCountArguments(t *testing.T) {
	t.Parallel()
	snowflake, trino := types.For(dialect.Snowflake), types.For(dialect.Trino)
	for _, c := range []struct {
		system *types.System
		name   string
		least  int
		most   int
	}{
		{snowflake, "length", 1, 1}, {snowflake, "editdistance", 2, 3}, {snowflake, "md5", 1, 1}, {snowflake, "hex_encode", 1, 2},
		{snowflake, "next_day", 2, 2}, {snowflake, "last_day", 1, 2}, {snowflake, "get", 2, 2}, {snowflake, "count_if", 1, 1},
		{snowflake, "approx_percentile", 2, 2}, {snowflake, "array_agg", 1, 1}, {snowflake, "array_distinct", 1, 1},
		{trino, "bitwise_and", 2, 2}, {trino, "bitwise_not", 1, 1}, {trino, "hamming_distance", 2, 2}, {trino, "approx_distinct", 1, 2},
	} {
		for n := range 5 {
			_, err := c.system.Call(c.name, make([]types.Arg, n)...)
			if accepts := err == nil; accepts != (c.least <= n && n <= c.most) {
				t.Errorf("%s of %d arguments: %v", c.name, n, err)
			}
		}
	}
}

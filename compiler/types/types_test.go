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

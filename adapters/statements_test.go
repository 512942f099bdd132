package adapters_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
)

func TestATextIsCutIntoItsStatements(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []adapters.Statement
	}{
		{"", nil},
		{" ;; -- nothing;\n /* ; */ ;", nil},
		{"select 1", []adapters.Statement{{"select 1", 0}}},
		{" select 1 ;\nselect ';' ;", []adapters.Statement{{"select 1", 1}, {"select ';'", 12}}},
		{`select ";" -- ;` + "\n, 'é;'; /* two; */ select 2 /* end */", []adapters.Statement{
			{`select ";" -- ;` + "\n, 'é;'", 0}, {"/* two; */ select 2 /* end */", 25},
		}},
		{"select $$a;b$$; select 'it''s;'", []adapters.Statement{{"select $$a;b$$", 0}, {"select 'it''s;'", 16}}},
		{`select 'back\';slash'; select 2`, []adapters.Statement{{`select 'back\';slash'`, 0}, {"select 2", 23}}},
		{"select 'not closed; select 2", []adapters.Statement{{"select 'not closed; select 2", 0}}},
	} {
		if diff := cmp.Diff(c.want, adapters.Statements(c.text, dialect.Snowflake)); diff != "" {
			t.Errorf("%q: mismatch (-want +got):\n%s", c.text, diff)
		}
	}
}

package sql_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// checkFixpoint checks that what was understood of a text is printed so that it is understood again: the tree is the same, spans apart,
// and so is its printed form.
func checkFixpoint(t *testing.T, text string, d *dialect.Dialect) {
	t.Helper()
	f := sql.Parse(text, d)
	if len(f.Problems) > 0 {
		return
	}
	for _, s := range f.Statements {
		printed := sql.Print(s, d)
		again := sql.Parse(printed, d)
		if len(again.Problems) > 0 || len(again.Statements) != 1 {
			t.Errorf("printed form is not understood: %v\n%s\n%s", again.Problems, text, printed)
			continue
		}
		if diff := cmp.Diff(dump(s), dump(again.Statements[0])); diff != "" {
			t.Errorf("the tree of the printed form is another:\n%s\n%s\n%s", text, printed, diff)
		}
		if twice := sql.Print(again.Statements[0], d); twice != printed {
			t.Errorf("printed twice:\n%s\n%s", printed, twice)
		}
	}
}

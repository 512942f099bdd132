package policy_test

import (
	"testing"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/policy"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

func TestEveryTableAndColumnIsDocumented(t *testing.T) {
	t.Parallel()
	tables := policy.Tables()
	if len(tables) != 10 {
		t.Errorf("there are %d tables", len(tables))
	}
	for _, table := range tables {
		if table.Doc == "" || len(table.Columns) < 2 {
			t.Errorf("table %s has %d columns and the documentation %q", table.Name, len(table.Columns), table.Doc)
		}
	}
}

// TestRowsHaveTheColumnsOfTheirTables makes a row of every table, of a project that has a bit of everything.
func TestRowsHaveTheColumnsOfTheirTables(t *testing.T) {
	t.Parallel()
	g := compiled(t)
	change := policy.Change{Node: "model.shop.orders", State: "changed", Result: &diff.Result{
		Spec:    diff.Spec{New: relation.Table{Columns: []relation.Column{{Name: "n", Type: "integer"}}}},
		Schema:  diff.Schema{Added: []relation.Column{{Name: "a"}}, Removed: []relation.Column{{Name: "r"}}, Retyped: []diff.Retyped{{Name: "t"}}},
		Columns: []*diff.Column{{Name: "n", Changed: 2}},
	}}
	rows := policy.Facts{Graph: g, Analysis: analyze.Of(t.Context(), g, analyze.Options{}), Changes: []policy.Change{change}}.Rows()
	for _, table := range policy.Tables() {
		if len(rows[table.Name]) == 0 {
			t.Errorf("table %s has no row", table.Name)
		}
		for _, row := range rows[table.Name] {
			if len(row) != len(table.Columns) {
				t.Fatalf("a row of %s has %d values for %d columns: %v", table.Name, len(row), len(table.Columns), row)
			}
			for i, v := range row {
				if !fits(v, table.Columns[i].Type) {
					t.Errorf("%s.%s is %s, and a value is %T", table.Name, table.Columns[i].Name, table.Columns[i].Type, v)
				}
			}
		}
		delete(rows, table.Name)
	}
	for name := range rows {
		t.Errorf("there is no table %s", name)
	}
}

func fits(v any, kind string) bool {
	switch v.(type) {
	case nil:
		return true
	case string:
		return kind == "varchar"
	case int64:
		return kind == "bigint"
	case bool:
		return kind == "boolean"
	}
	return false
}

func compiled(t *testing.T) *compiler.Graph {
	t.Helper()
	p, problems := project.Load(project.Options{Dir: "testdata/shop", ProfilesDir: t.TempDir(), Env: map[string]string{}})
	if problems.HasErrors() {
		t.Fatal(problems.Sorted())
	}
	g, problems := compiler.Compile(p, compiler.Options{Dialect: dialect.Embedded})
	if problems.HasErrors() {
		t.Fatal(problems.Sorted())
	}
	return g
}

func TestAFileWithTheNameOfAStarterTakesItsPlace(t *testing.T) {
	t.Parallel()
	own := diag.NewSource("checks/marts_have_owners.sql", "-- Ours.\n-- severity: info\nselect 1")
	checks, problems := policy.Checks(&project.Project{}, []*diag.Source{own})
	if problems.HasErrors() {
		t.Fatal(problems.Sorted())
	}
	found := 0
	for _, c := range checks {
		if c.Name == "marts_have_owners" {
			found++
			if c.Starter || c.Severity != diag.Info || c.Description != "Ours." {
				t.Errorf("it is %+v", c)
			}
		} else if c.Severity != diag.Off {
			t.Errorf("%s is %s though the project does not say so", c.Name, c.Severity)
		}
	}
	if found != 1 {
		t.Errorf("there are %d of that name", found)
	}
}

func FuzzReadingAChecksHead(f *testing.F) {
	f.Add("-- What.\n-- severity: warning\n-- hint: how\nselect 1")
	f.Add("--severity:\n--:\n\n")
	f.Add("-- What.\r\n-- severity: dire\r\nselect 1")
	f.Add("\ufeff-- severity: \u00a0error\u2028-- hint: \xff\nselect 1")
	f.Add("--  severity: severity: off \t\n-- hint:\n--")
	f.Add("select 1 -- severity: warning")
	f.Fuzz(func(t *testing.T, text string) {
		checks, problems := policy.Checks(&project.Project{}, []*diag.Source{diag.NewSource("checks/a.sql", text)})
		for _, d := range problems.Sorted() {
			if d.Span.Start < 0 || d.Span.End > len(text) || d.Span.Start > d.Span.End {
				t.Errorf("%s is at %d to %d of %d bytes", d.Message, d.Span.Start, d.Span.End, len(text))
			}
		}
		for _, c := range checks {
			if !c.Starter { // the others are the same each time
				c.Asks()
			}
		}
	})
}

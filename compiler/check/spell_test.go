package check_test

import (
	"context"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/modsql/mod/compiler/check"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/macros/bind"
	"github.com/modsql/mod/compiler/project"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// where is the config of a test of some rows.
type where string

// Attr implements jinja.Attributer.
func (w where) Attr(name string) (jinja.Value, bool) {
	return bind.Func(name, "key default?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
		if a.Value("key") == "where" && w != "" {
			return string(w), nil
		}
		return a.Value("default"), nil
	}), name == "get"
}

func names(t *testing.T, d *dialect.Dialect, config where) *macros.Context {
	t.Helper()
	root := &project.Package{Name: "shop", IsRoot: true, Vars: jinja.NewDict(), Quoting: jinja.NewDict(), Flags: jinja.NewDict(), Cloud: jinja.NewDict()}
	p := &project.Project{Root: root, Packages: []*project.Package{root}, CLIVars: jinja.NewDict(), Target: &project.Target{Type: d.Name, Dict: jinja.NewDict()}}
	library, problems := macros.NewLibrary(p, d)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return &macros.Context{
		Library: library, Project: p, Package: root, Dialect: d, Execute: true, Config: config,
		Invocation: &macros.Invocation{Flags: map[string]jinja.Value{"STORE_FAILURES": false}},
	}
}

func TestStatementsOfTestsAreSpelledForEachDialect(t *testing.T) {
	t.Parallel()
	group := check.Group{Tests: []check.Test{
		{Name: "not_null", On: on("orders"), Column: "id"},
		{Name: "unique", On: on("orders"), Column: "id"},
		{Name: "accepted_values", On: on("orders"), Column: "status", Args: map[string]any{"values": []any{"open", "paid"}}},
		{Name: "not_null", On: on("orders"), Column: `"Status"`},
		{Name: "accepted_values", On: on("orders"), Column: "lines", Args: map[string]any{"values": []any{1, 2}, "quote": false}},
	}}
	filtered := check.Group{Tests: append([]check.Test(nil), group.Tests[:2]...)}
	for i := range filtered.Tests {
		filtered.Tests[i].Where = "id > 3"
	}
	got := &txtar.Archive{}
	for _, d := range dialect.All() {
		spell := func(title string, config where, macro string, args ...any) {
			text, err := names(t, d, config).Spell(context.Background(), macro, args...)
			if err != nil {
				text = err.Error()
			}
			got.Files = append(got.Files, txtar.File{Name: title + " / " + d.Name, Data: []byte(strings.TrimSpace(text) + "\n")})
		}
		spell("unique", "", "test_unique", on("orders"), "id")
		spell("not_null", "", "test_not_null", on("orders"), "id")
		spell("accepted_values", "", "test_accepted_values", on("orders"), "status", []any{"open", "paid"})
		spell("accepted_values, not quoted", "", "test_accepted_values", on("orders"), "lines", []any{1, 2}, false)
		spell("relationships", "", "test_relationships", on("orders"), "customer_id", on("customers"), "id")
		spell("rows without where", "", "get_where_subquery", on("orders"))
		spell("rows with where", "id > 3", "get_where_subquery", on("orders"))
		spell("shared", "", check.SharedMacro, group.Args()...)
		spell("shared, some rows", "", check.SharedMacro, filtered.Args()...)
	}
	golden(t, "testdata/statements.txtar", txtar.Format(got))
}

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is not what it was; rewrite it with -update if that is right (-was +is):\n%s", path, diff)
	}
}

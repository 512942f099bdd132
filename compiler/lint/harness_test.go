package lint_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/lint"
	"github.com/modsql/mod/compiler/project"
)

// example is a project and what is to be found in it, a problem a line as told has it; "" if nothing is wrong.
type example struct {
	name    string
	archive string
	want    string
	only    []*dialect.Dialect // nil: all
}

func only(d ...*dialect.Dialect) []*dialect.Dialect { return d }

// run checks each example for each warehouse.
func run(t *testing.T, examples []example) {
	t.Helper()
	for _, x := range examples {
		for _, d := range dialect.All() {
			if x.only != nil && !slices.Contains(x.only, d) {
				continue
			}
			t.Run(x.name+", "+d.Name, func(t *testing.T) {
				t.Parallel()
				if diff := cmp.Diff(strings.TrimSpace(x.want), told(checked(t, d, x.archive))); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// checked is what a check of a project given as txtar finds, without an engine to ask.
func checked(t *testing.T, d *dialect.Dialect, archive string) *diag.List {
	t.Helper()
	return judged(t, d, archive, nil)
}

// judged is what a check finds that may ask an engine.
func judged(t *testing.T, d *dialect.Dialect, archive string, e lint.Engine) *diag.List {
	t.Helper()
	g, known := compiled(t, d, archive)
	policy, problems := lint.NewPolicy(g.Project)
	known.Append(problems)
	known.Append(policy.Learn(g))
	found, err := lint.Check(t.Context(), lint.Case{
		Graph: g, Nodes: g.Order, Policy: policy, Known: known, Engine: e,
		Analyze: func(ctx context.Context, wanted func(*compiler.Node) bool) (*analyze.Analysis, error) {
			return analyze.Of(ctx, g, analyze.Options{Wanted: wanted}), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// compiled compiles a project given as txtar, as far as that is possible.
func compiled(t *testing.T, d *dialect.Dialect, archive string) (*compiler.Graph, *diag.List) {
	t.Helper()
	dir := t.TempDir()
	base := fmt.Sprintf("-- project.yml --\nname: shop\n-- profiles.yml --\nshop:\n  target: dev\n  outputs: {dev: {type: %s, schema: main, %s}}\n",
		d.Name, map[bool]string{true: "path: shop.duckdb", false: "dbname: shop, host: localhost, user: me, password: x"}[d == dialect.DuckDB])
	for _, f := range txtar.Parse([]byte(base + strings.TrimPrefix(archive, "\n"))).Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, known := project.Load(project.Options{Dir: dir, ProfilesDir: dir, Env: map[string]string{"HOME": dir}})
	if err := known.Err(); err != nil {
		t.Fatal(err)
	}
	g, more := compiler.Compile(p, compiler.Options{Dialect: d})
	if g == nil {
		t.Fatal(more.Err())
	}
	known.Append(more)
	return g, known
}

// told are problems as text: "models/orders.sql:2 warning unused-cte: old".
func told(found *diag.List) string {
	var lines []string
	for _, d := range found.Sorted() {
		line := string(d.Code)
		if !d.Span.IsZero() {
			at := d.Span.Position()
			line = fmt.Sprintf("%s:%d %s %s: %s", d.Span.Source.Path, at.Line, d.Severity, d.Code, strings.Join(strings.Fields(d.Span.Text()), " "))
		}
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.Join(lines, "\n")
}

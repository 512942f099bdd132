package analyze_test

import (
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
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/project"
)

// example is a project, and what is known of columns of it: lines by the name of a column.
type example struct {
	name    string
	archive string
	want    map[string]string // "model.column": what tell says of it
}

// run analyses each example for each warehouse.
func run(t *testing.T, tell func(*analyze.Analysis, lineage.Input) []string, examples []example) {
	t.Helper()
	for _, x := range examples {
		for _, d := range dialect.All() {
			t.Run(x.name+", "+d.Name, func(t *testing.T) {
				t.Parallel()
				a := analyzed(t, d, x.archive)
				got := map[string]string{}
				for name := range x.want {
					got[name] = strings.Join(tell(a, column(t, a, name)), "\n")
				}
				if diff := cmp.Diff(stored(d, x.want), stored(d, got)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

// stored are texts in which names compare as those that the warehouse stores.
func stored(d *dialect.Dialect, texts map[string]string) map[string]string {
	if d.Fold("a") == "a" {
		return texts
	}
	out := map[string]string{}
	for key, text := range texts {
		out[key] = d.Fold(text)
	}
	return out
}

// analyzed analyses a project given as txtar, which has no errors.
func analyzed(t *testing.T, d *dialect.Dialect, archive string) *analyze.Analysis {
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
	p, problems := project.Load(project.Options{Dir: dir, ProfilesDir: dir, Env: map[string]string{"HOME": dir}})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	g, problems := compiler.Compile(p, compiler.Options{Dialect: d})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return analyze.Of(t.Context(), g, analyze.Options{})
}

// column is the column that "model.column" names.
func column(t *testing.T, a *analyze.Analysis, name string) lineage.Input {
	t.Helper()
	of, column, _ := strings.Cut(name, ".")
	i := slices.IndexFunc(a.Graph.Order, func(n *compiler.Node) bool { return n.Name == of })
	if i < 0 {
		t.Fatalf("there is no node %q", of)
	}
	return lineage.Input{Table: a.Graph.Order[i].ID, Column: column}
}

// named is a column as "model.column".
func named(a *analyze.Analysis, of lineage.Input) string {
	return a.Graph.Nodes[of.Table].Name + "." + of.Column
}

// inherited tells what a column has from others, and the file and line of the one that says it.
func inherited(a *analyze.Analysis, of lineage.Input) []string {
	traits := a.Inherited(of)
	var out []string
	say := func(what string, said ...analyze.Said) {
		for _, s := range said {
			out = append(out, fmt.Sprintf("%s %s of %s at %s:%d", what, s.Text, named(a, s.Of), s.At.Source.Path, s.At.Position().Line))
		}
	}
	if traits.Description != nil {
		say("description", *traits.Description)
	}
	say("tag", traits.Tags...)
	say("pii", traits.PII...)
	return out
}

// suggested tells which tests a column could have, with their arguments.
func suggested(a *analyze.Analysis, of lineage.Input) []string {
	var out []string
	for _, s := range a.SuggestedTests(of) {
		line := s.Test.Test.Name + " as " + named(a, s.Of)
		if args := s.Arguments(); args != nil {
			line += " with " + jinja.Str(args)
		}
		out = append(out, line)
	}
	return out
}

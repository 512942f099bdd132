package cache

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/project"
)

// shop is a project with one of each kind of node, compiled.
func shop(t testing.TB) (*compiler.Graph, *diag.List) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"dbt_project.yml":   "name: shop\nversion: '1.0'\n",
		"models/orders.sql": "{{ config(tags=['daily']) }} select * from {{ source('raw', 'orders') }} join {{ ref('rates') }} using (day)",
		"models/off.sql":    "{{ config(enabled=false) }} select 1",
		"models/shop.yml": "sources: [{name: raw, tables: [{name: orders}]}]\n" +
			"models: [{name: orders, versions: [{v: 1, defined_in: orders}], columns: [{name: id, tests: [unique]}]}, {name: orphan}]\n",
		"seeds/rates.csv": "day,rate\n2025-01-01,2\n",
	} {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, problems := project.Load(project.Options{Dir: dir})
	if problems.HasErrors() {
		t.Fatal(problems.Err())
	}
	g, found := compiler.Compile(p, compiler.Options{Dialect: dialect.Named("duckdb")})
	if found.HasErrors() {
		t.Fatal(found.Err())
	}
	return g, found
}

func TestAnOutlineHasWhatListsNeed(t *testing.T) {
	g, problems := shop(t)
	saved := New(g, problems)
	saved.Lines = []Lines{{Type: compiler.Model, Text: "shop.orders.v1\nshop.orphan\n"}, {Type: compiler.Seed, Text: "shop.rates\n"}}
	s, ok := Read(string(saved.Bytes()))
	if !ok {
		t.Fatal("the cache that was just written cannot be read")
	}
	outline, ok := s.Outline(g.Project, g.Dialect)
	if !ok {
		t.Fatal("the graph of the cache cannot be read")
	}
	if diff := cmp.Diff(shapes(g), shapes(outline)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(saved.Lines, s.Lines); diff != "" {
		t.Error(diff)
	}
	want, got := problems.Sorted(), s.Problems[0].Sorted()
	if len(want) == 0 || len(got) != len(want) || got[0].Error() != want[0].Error() {
		t.Errorf("the problems were %v, and are %v", want, got)
	}
}

// shape is what a list shows of a node, or is selected by.
type shape struct {
	ID, Name, Package, File, Path, Props, Test, Table string
	FQN, Tags, Parents, Children                      []string
	Version                                           any
	Enabled                                           bool
}

func shapes(g *compiler.Graph) []shape {
	var out []shape
	for _, n := range append(append([]*compiler.Node(nil), g.Order...), g.Disabled...) {
		s := shape{ID: n.ID, Name: n.Name, Package: n.Package.Name, Path: n.Path, FQN: append([]string{}, n.FQN...), Tags: append([]string{}, n.Tags...), Version: n.Version, Enabled: n.Enabled}
		if n.File != nil {
			s.File = n.File.Source.Path
		}
		if n.Props != nil {
			s.Props = n.Props.File.Path
		}
		if n.Test != nil {
			s.Test = n.Test.Name + " on " + n.Test.Attached
		}
		if n.Table != nil {
			s.Table = n.Table.Source.Name + "." + n.Table.Table.Name
		}
		s.Parents, s.Children = g.DAG.Parents(n.ID), g.DAG.Children(n.ID)
		out = append(out, s)
	}
	return out
}

func FuzzReadNeverPanics(f *testing.F) {
	g, problems := shop(f)
	f.Add(string(New(g, problems).Bytes()))
	f.Fuzz(func(t *testing.T, text string) {
		r := reader{s: text} // without the checksum, which would hide the rest
		for range r.count() {
			r.problems()
		}
		r.lines()
		r.graph(g.Project, g.Dialect)
		if s, ok := Read(text); ok {
			s.Outline(g.Project, g.Dialect)
		}
		ReadAnswers(string(sealed(magicOfAnswers, append(begun(magicOfAnswers, 0), text...))))
	})
}

func TestAnswersAreReadAsTheyWereWritten(t *testing.T) {
	want := Answers{{1}: "", {2}: "no", {0xff, 3}: strings.Repeat("long ", 100)}
	text := want.Bytes()
	if diff := cmp.Diff(want, ReadAnswers(string(text))); diff != "" {
		t.Error(diff)
	}
	for i := range text {
		if got := ReadAnswers(string(text[:i])); got != nil {
			t.Errorf("the first %d bytes are read as %v", i, got)
		}
	}
}

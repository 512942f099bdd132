package macros_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// memory is a warehouse in memory: it knows its tables and answers the queries it was told.
type memory struct {
	tables  relation.Catalog
	answers map[string]*macros.Result // by statement, white space folded
	ran     []string
}

func newMemory(tables ...*relation.Table) *memory {
	m := &memory{answers: map[string]*macros.Result{}}
	m.tables = *relation.NewCatalog(tables...) //nolint:govet // nothing has used it yet
	return m
}

var spaces = regexp.MustCompile(`\s+`)

func fold(sql string) string { return strings.TrimSpace(spaces.ReplaceAllString(sql, " ")) }

func (m *memory) Run(_ context.Context, sql string, fetch bool) (macros.Response, *macros.Result, error) {
	m.ran = append(m.ran, fold(sql))
	if !fetch {
		return macros.Response{Message: "OK", Code: "DDL", Rows: -1}, nil, nil
	}
	r := m.answers[fold(sql)]
	if r == nil {
		return macros.Response{}, nil, fmt.Errorf("no answer for %q", fold(sql))
	}
	return macros.Response{Message: "SELECT", Rows: int64(len(r.Rows))}, r, nil
}

func (m *memory) Relation(_ context.Context, r relation.Relation) (*relation.Table, error) {
	return m.tables.Get(r), nil
}

func (m *memory) Relations(_ context.Context, database, schema string) ([]*relation.Table, error) {
	var out []*relation.Table
	for _, t := range m.tables.All() {
		if strings.EqualFold(t.Database, database) && strings.EqualFold(t.Schema, schema) {
			out = append(out, t)
		}
	}
	return out, nil
}

func (m *memory) Columns(_ context.Context, r relation.Relation) ([]relation.Column, error) {
	if t := m.tables.Get(r); t != nil {
		return t.Columns, nil
	}
	return nil, nil
}

func (m *memory) Created(t relation.Table)           { m.tables.Put(&t) }
func (m *memory) Dropped(r relation.Relation)        { m.tables.Delete(r) }
func (m *memory) Renamed(from, to relation.Relation) { m.tables.Rename(from, to) }
func (m *memory) Begin(context.Context) error        { m.ran = append(m.ran, "begin"); return nil }
func (m *memory) Commit(context.Context) error       { m.ran = append(m.ran, "commit"); return nil }

// load writes an archive to a folder and loads the project in it. Files below dbt_packages are those of packages.
func load(t *testing.T, archive string) *project.Project {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, problems := project.Load(project.Options{Dir: dir, Env: map[string]string{"HOME": dir, "STAGE": "test"}})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return p
}

// at is the context of a model `orders` of the root project, with execute on.
func at(t *testing.T, p *project.Project, w macros.Warehouse) *macros.Context {
	t.Helper()
	d := dialect.Named(p.Target.Type)
	library, problems := macros.NewLibrary(p, d)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	this := relation.Relation{Database: p.Target.Database, Schema: p.Target.Schema, Name: "orders"}
	c := &macros.Context{
		Library: library, Project: p, Package: p.Root, Dialect: d, Execute: true, Warehouse: w,
		This:   macros.NewRelation(d, this, relation.Unknown),
		Config: config{"materialized": "incremental"},
		Model: func() *jinja.Dict {
			return jinja.DictOf("name", "orders", "alias", "orders", "resource_type", "model", "package_name", p.Root.Name,
				"config", jinja.DictOf("materialized", "incremental"))
		},
		Graph: macros.NewGraph(func() *jinja.Dict { return jinja.DictOf("nodes", jinja.NewDict()) }),
		Invocation: &macros.Invocation{
			ID: "00000000-0000-0000-0000-000000000000", Started: 1700000000123456789,
			Flags: map[string]jinja.Value{"WHICH": "compile", "FULL_REFRESH": false},
			Args:  jinja.DictOf("which", "compile"),
		},
	}
	c.Ref = func(_ *jinja.Call, pkg, name string, version jinja.Value) (jinja.Value, error) {
		r := this
		r.Name = name
		if version != nil {
			r.Name += "_v" + jinja.Str(version)
		}
		if pkg != "" && pkg != p.Root.Name {
			r.Schema = pkg
		}
		return macros.NewRelation(d, r, relation.Unknown), nil
	}
	c.Source = func(_ *jinja.Call, source, table string) (jinja.Value, error) {
		return macros.NewRelation(d, relation.Relation{Schema: source, Name: table}, relation.Unknown), nil
	}
	c.Function = func(_ *jinja.Call, pkg, name string) (jinja.Value, error) {
		return macros.NewRelation(d, relation.Relation{Schema: pkg, Name: name}, relation.Function), nil
	}
	c.Metric = func(_ *jinja.Call, _, name string) (jinja.Value, error) { return name, nil }
	return c
}

// config is the config object of the tests.
type config map[string]jinja.Value

func (c config) Attr(name string) (jinja.Value, bool) {
	if name != "get" {
		return nil, false
	}
	return jinja.Func{Name: "config.get", Fn: func(call *jinja.Call) (jinja.Value, error) {
		if v, ok := c[jinja.Str(call.Args[0])]; ok {
			return v, nil
		}
		return nil, nil
	}}, true
}

func render(t *testing.T, c *macros.Context, text string) (string, error) {
	t.Helper()
	template, problems := jinja.Parse(diag.NewSource("test", text))
	if err := problems.Err(); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	out, err := template.Render(t.Context(), c, jinja.Options{})
	if err != nil {
		return "", err
	}
	return out.Text, nil
}

func sorted(in []string) []string { slices.Sort(in); return in }

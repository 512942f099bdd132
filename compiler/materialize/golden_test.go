package materialize_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// scene is a request and what there is to find out on the way.
type scene struct {
	name     string
	kind     string
	only     *dialect.Dialect // nil: every dialect
	config   settings
	existing *relation.Table
	others   []*relation.Table
	able     dialect.Feature
	full     bool
	gated    bool
	store    bool
	docs     bool
	pre      []materialize.Hook
	post     []materialize.Hook
	seed     *materialize.Seed
	expected *materialize.Expected
	model    *jinja.Dict
	target   *jinja.Dict // what its profile says of the target; nil: nothing
	own      string      // macros of the project
	sql      string
	from     relation.Relation // of what is promoted
	previous relation.Relation // under which name what is replaced is kept
	columns  map[string][]relation.Column
	rows     materialize.Rows
}

var orders = relation.Relation{Database: "shop", Schema: "main", Name: "orders"}

func named(name string, kind relation.Kind, columns ...relation.Column) *relation.Table {
	r := orders
	r.Name = name
	return &relation.Table{Relation: r, Kind: kind, Columns: columns}
}

func col(name, typ string) relation.Column { return relation.Column{Name: name, Type: typ} }

func (s scene) request(t *testing.T, d *dialect.Dialect) (materialize.Request, *script) {
	t.Helper()
	if s.model == nil {
		s.model = jinja.DictOf("unique_id", "model.shop.orders", "description", "", "columns", jinja.NewDict(), "constraints", jinja.NewList())
	}
	if s.sql == "" {
		s.sql = "select 1 as id"
	}
	if s.config == nil {
		s.config = settings{}
	}
	c := speller(t, d, s.config, s.model, s.own)
	if s.target != nil {
		c.Project.Target.Dict = s.target
	}
	out := &script{Context: c, columns: s.columns, rows: s.rows}
	c.Warehouse = knowing{columns: s.columns, run: func(sql string) { out.lines("run_query", sql) }}
	catalog := relation.NewCatalog(s.others...)
	return materialize.Request{
		Target: relation.Table{Relation: orders}, Existing: s.existing, Find: catalog.Get, Overrides: c.Library.Overrides,
		SQL: s.sql, From: s.from, Previous: s.previous, Full: s.full, Gated: s.gated, Config: s.config, Dialect: d, Pre: s.pre, Post: s.post, Seed: s.seed, Expected: s.expected,
		Abilities: s.able, RelationDocs: s.docs, ColumnDocs: s.docs, Store: s.store,
	}, out
}

func (s scene) run(t *testing.T, d *dialect.Dialect) string {
	t.Helper()
	r, out := s.request(t, d)
	ops := materialize.Promote
	if s.kind == "restore" {
		ops = materialize.Restore
	}
	if kind := materialize.Named(s.kind); kind != nil {
		ops = kind.Ops
	}
	list, err := ops(r)
	if err == nil {
		err = out.print(list)
	}
	if err != nil {
		out.lines("error", err.Error())
	}
	return out.out.String()
}

func TestOpsAreSpelledForEachDialect(t *testing.T) {
	t.Parallel()
	byKind := map[string][]scene{}
	for _, s := range scenes() {
		byKind[s.kind] = append(byKind[s.kind], s)
	}
	for kind, scenes := range byKind {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			got := &txtar.Archive{}
			for _, s := range scenes {
				for _, d := range dialect.All() {
					if s.only == nil || s.only == d {
						got.Files = append(got.Files, txtar.File{Name: s.name + " / " + d.Name, Data: []byte(s.run(t, d))})
					}
				}
			}
			golden(t, filepath.Join("testdata", kind+".txtar"), txtar.Format(got))
		})
	}
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

package change_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

var update = flag.Bool("update", false, "rewrite golden files")

const shop = `
-- project.yml --
name: shop
models: {+materialized: table}
vars: {floor: 1}
-- profiles.yml --
shop: {target: dev, outputs: {dev: {type: duckdb, schema: main, path: shop.duckdb}}}
-- seeds/countries.csv --
code,name
de,Germany
-- models/sources.yml --
sources: [{name: raw, schema: raw, tables: [{name: orders}]}]
models:
  - name: orders
    columns: [{name: id, data_tests: [unique]}]
-- models/stg_orders.sql --
select id, customer, amount, status from {{ source('raw', 'orders') }}
-- models/recent.sql --
{{ config(materialized='ephemeral') }}
select * from {{ ref('stg_orders') }} where id > {{ var('floor') }}
-- models/orders.sql --
select id, customer, amount from {{ ref('recent') }}
-- models/customers.sql --
{{ config(materialized='view') }}
select customer, count(*) as orders from {{ ref('stg_orders') }} group by 1
-- models/revenue.sql --
select sum(amount) as total from {{ ref('orders') }}
-- models/loyal.sql --
select c.customer, n.name from {{ ref('customers') }} c join {{ ref('countries') }} n on n.code = c.customer where c.orders > 3
-- models/daily.sql --
{{ config(materialized='incremental') }}
select customer, amount from {{ ref('orders') }}
{% if is_incremental() %}where id > (select max(id) from {{ ref('stg_orders') }}){% endif %}
-- macros/cents.sql --
{% macro cents(c) %}{{ c }} / 100{% endmacro %}
`

// world is a project, and what was built of it.
type world struct {
	t     testing.TB
	files map[string]string
	raw   []relation.Column
	built map[string]change.Built
	codes map[fingerprint.Hash]*change.Code
	clock time.Time // by which things are built

	now     time.Time // up to which there are times to load; zero for none
	restate map[string]interval.Set
	planned func(*compiler.Node) bool
}

func newWorld(t testing.TB) *world {
	w := &world{
		t: t, files: map[string]string{}, built: map[string]change.Built{}, codes: map[fingerprint.Hash]*change.Code{},
		clock: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	for _, f := range txtar.Parse([]byte(strings.TrimPrefix(shop, "\n"))).Files {
		w.files[f.Name] = string(f.Data)
	}
	for _, name := range []string{"id", "customer", "amount", "status"} {
		w.raw = append(w.raw, relation.Column{Name: name, Type: "INTEGER"})
	}
	return w
}

// compiled is what the project is made of now.
func (w *world) compiled() *change.Graph {
	dir, err := os.MkdirTemp("", "change")
	if err != nil {
		w.t.Fatal(err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it is temporary
	for name, text := range w.files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			w.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			w.t.Fatal(err)
		}
	}
	p, problems := project.Load(project.Options{Dir: dir, ProfilesDir: dir, Env: map[string]string{"HOME": dir}})
	if err := problems.Err(); err != nil {
		w.t.Fatal(err)
	}
	g, problems := compiler.Compile(p, compiler.Options{Dialect: dialect.DuckDB})
	if err := problems.Err(); err != nil {
		w.t.Fatal(err)
	}
	catalog := relation.NewCatalog()
	catalog.Put(&relation.Table{Relation: relation.Relation{Database: "shop", Schema: "raw", Name: "orders"}, Kind: relation.BaseTable, Columns: w.raw})
	var mu sync.Mutex
	used := map[*compiler.Node][]change.Variable{}
	a := analyze.Of(context.Background(), g, analyze.Options{Catalog: catalog, Apart: true, Used: func(n *compiler.Node, kind, name string, value jinja.Value) {
		mu.Lock()
		defer mu.Unlock()
		used[n] = append(used[n], change.Variable{Env: kind != "var", Name: name, Value: jinja.Str(value)})
	}})
	return change.Of(a, change.Options{Catalog: catalog, Used: func(n *compiler.Node) []change.Variable { return used[n] }})
}

// verdicts say how the nodes stand.
func (w *world) verdicts(g *change.Graph) []*change.Verdict {
	verdicts, unknown := g.Since(change.History{
		Built: w.built, Now: w.now, Restate: w.restate, Planned: w.planned,
		Code: func(key fingerprint.Hash) *change.Code { return w.codes[key] },
		Existing: func(n *compiler.Node) *relation.Table {
			if _, ok := w.built[n.ID]; !ok {
				return nil
			}
			kind := relation.BaseTable
			if n.Config.Materialized() == "view" {
				kind = relation.View
			}
			return &relation.Table{Relation: n.Relation, Kind: kind}
		},
	})
	if len(unknown) > 0 {
		w.t.Fatalf("codes that nobody kept: %v", unknown)
	}
	return verdicts
}

// apply builds what is needed.
func (w *world) apply(g *change.Graph) {
	for _, v := range w.verdicts(g) {
		if !v.Needed() {
			continue
		}
		if v.State == change.Removed {
			delete(w.built, v.ID)
			continue
		}
		w.build(g, v)
	}
}

func (w *world) build(g *change.Graph, v *change.Verdict) {
	m := g.Nodes[v.ID]
	f := m.Built(func(id string) change.Version { return w.built[id].Version })
	code := g.Code(m, f)
	text, err := json.Marshal(code)
	if err != nil {
		w.t.Fatal(err)
	}
	key := fingerprint.Of(string(text))
	w.codes[key] = &code
	b := change.Built{Version: change.Version{Hash: f.Hash, Code: key}, Own: f.Own, Began: w.clock, Ended: w.clock.Add(time.Second)}
	if v.Built != nil && !v.NewData() {
		b.Data = v.Built.DataAt()
	}
	w.clock = w.clock.Add(time.Minute)
	w.built[v.ID] = b
}

// said are verdicts as lines: only those by which something changed.
func said(verdicts []*change.Verdict) string {
	var out strings.Builder
	for _, v := range verdicts {
		if v.State == change.Current {
			continue
		}
		fmt.Fprintf(&out, "%s %s\n", v.State, v.ID[strings.Index(v.ID, ".")+1:])
		for _, r := range v.Reasons {
			at := ""
			if !r.At.IsZero() {
				line := r.At.Source.Position(r.At.Start).Line
				at = fmt.Sprintf(" (%s:%d)", r.At.Source.Path, line)
			}
			fmt.Fprintf(&out, "  %s%s\n", r.Text, at)
		}
	}
	return out.String()
}

// TestVerdictsSayWhatAnEditAsksFor edits the shop after everything was built.
func TestVerdictsSayWhatAnEditAsksFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		edit func(*world)
	}{
		{"a comment", func(w *world) { w.files["models/orders.sql"] += "-- what was ordered\n" }},
		{"a description", func(w *world) {
			w.files["models/more.yml"] = "models: [{name: revenue, description: all of it}]"
		}},
		{"a column's expression", func(w *world) {
			w.files["models/stg_orders.sql"] = "select id, customer,\n  amount * 2 as amount, status from {{ source('raw', 'orders') }}"
		}},
		{"a column that nobody reads", func(w *world) {
			w.files["models/stg_orders.sql"] = "select id, customer, amount, status, 1 as one from {{ source('raw', 'orders') }}"
		}},
		{"a filter", func(w *world) {
			w.files["models/stg_orders.sql"] = "select id, customer, amount, status from {{ source('raw', 'orders') }}\nwhere status > 0"
		}},
		{"a var", func(w *world) {
			w.files["project.yml"] = strings.Replace(w.files["project.yml"], "floor: 1", "floor: 2", 1)
		}},
		{"a seed", func(w *world) { w.files["seeds/countries.csv"] += "fr,France\n" }},
		{"a view becomes a table", func(w *world) {
			w.files["models/customers.sql"] = "select customer, count(*) as orders from {{ ref('stg_orders') }} group by 1"
		}},
		{"a model more", func(w *world) { w.files["models/again.sql"] = "select * from {{ ref('orders') }}" }},
		{"a model less", func(w *world) { delete(w.files, "models/revenue.sql") }},
		{"a column of the source", func(w *world) { w.raw = append(w.raw, relation.Column{Name: "day", Type: "DATE"}) }},
		{"the type of a column of the source", func(w *world) { w.raw[2].Type = "VARCHAR" }},
		{"a test", func(w *world) {
			w.files["models/sources.yml"] = strings.Replace(w.files["models/sources.yml"], "[unique]", "[unique, not_null]", 1)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.apply(w.compiled())
			c.edit(w)
			g := w.compiled()
			golden(t, strings.ReplaceAll(c.name, " ", "_")+".txt", said(w.verdicts(g)))
			w.apply(g)
			if got := needed(w.verdicts(g)); got != "" {
				t.Errorf("after it was applied: %s", got)
			}
		})
	}
}

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

// needed are those of verdicts that ask for something.
func needed(list []*change.Verdict) string {
	var out []*change.Verdict
	for _, v := range list {
		if v.Needed() {
			out = append(out, v)
		}
	}
	return said(out)
}

// TestNothingIsNeededAfterAnApply makes random edits, and applies what they ask for.
func TestNothingIsNeededAfterAnApply(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w := newWorld(t)
		for range rapid.IntRange(1, 4).Draw(r, "rounds") {
			for range rapid.IntRange(1, 3).Draw(r, "edits") {
				w.randomEdit(r)
			}
			g := w.compiled()
			w.apply(g)
			if got := needed(w.verdicts(g)); got != "" {
				r.Fatalf("after it was applied:\n%s", got)
			}
		}
	})
}

func (w *world) randomEdit(r *rapid.T) {
	column := rapid.SampledFrom([]string{"amount", "amount + 1 as amount", "amount * 2 as amount"})
	filter := rapid.SampledFrom([]string{"", " where id > 1", " where status > 0"})
	switch rapid.IntRange(0, 6).Draw(r, "edit") {
	case 0:
		w.files["models/stg_orders.sql"] = "select id, customer, status, " + column.Draw(r, "column") + " from {{ source('raw', 'orders') }}" + filter.Draw(r, "filter")
	case 1:
		w.files["models/orders.sql"] = "select id, customer, " + column.Draw(r, "column") + " from {{ ref('recent') }}"
	case 2:
		w.files["models/recent.sql"] = "{{ config(materialized='ephemeral') }} select * from {{ ref('stg_orders') }}" + filter.Draw(r, "filter")
	case 3:
		w.files["models/customers.sql"] = "{{ config(materialized='" + rapid.SampledFrom([]string{"table", "view"}).Draw(r, "kind") +
			"') }} select customer, count(*) as orders, 1 as one from {{ ref('stg_orders') }} group by 1"
	case 4:
		w.files["seeds/countries.csv"] += fmt.Sprintf("x%d,X\n", len(w.files["seeds/countries.csv"]))
	case 5:
		w.raw = append(w.raw, relation.Column{Name: fmt.Sprintf("c%d", len(w.raw)), Type: "INTEGER"})
	case 6:
		if _, ok := w.files["models/again.sql"]; ok {
			delete(w.files, "models/again.sql")
			return
		}
		w.files["models/again.sql"] = "select * from {{ ref('orders') }}"
	}
}

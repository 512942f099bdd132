package site

import (
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
	"github.com/modsql/mod/compiler/project"
)

const mapProject = `
-- project.yml --
name: shop
targets:
  dev: {type: duckdb, path: ":memory:"}
-- models/properties.yml --
sources:
  - name: till
    loader: fivetran
    tables: [{name: sales}]
models:
  - name: orders
    meta: {owner: finance}
exposures:
  - name: report
    type: dashboard
    owner: {name: Ada}
    depends_on: [ref('orders')]
-- models/staging/stg_sales.sql --
select * from {{ source('till', 'sales') }}
-- models/orders.sql --
select * from {{ ref('stg_sales') }}
`

// told compiles a project and begins to tell it.
func told(t *testing.T, archive string) *telling {
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
	p, problems := project.Load(project.Options{Dir: dir, ProfilesDir: dir, Env: map[string]string{"HOME": dir}})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	g, problems := compiler.Compile(p, compiler.Options{Dialect: dialect.DuckDB})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return newTelling(&Project{Graph: g, Columns: analyze.Of(t.Context(), g, analyze.Options{})})
}

func TestTheMapTellsEveryNodeFromTheSystemsOfSourcesToTheEnd(t *testing.T) {
	m := told(t, mapProject).mapOf()
	type node struct{ ID, Name, Kind, Area, Owner string }
	var nodes []node
	for i := range m.ID {
		nodes = append(nodes, node{m.Prefixes[m.Prefix[i]] + m.ID[i], m.Name[i], m.Kinds[m.Kind[i]], m.Areas[m.Area[i]], m.Owners[m.Owner[i]]})
	}
	edges := map[[2]string]bool{}
	for k := 0; k < len(m.Edges); k += 2 {
		from, to := m.Edges[k], m.Edges[k+1]
		edges[[2]string{nodes[from].ID, nodes[to].ID}] = true
		if m.X[from] >= m.X[to] {
			t.Errorf("%s is not left of %s", nodes[from].ID, nodes[to].ID)
		}
	}
	slices.SortFunc(nodes, func(a, b node) int { return strings.Compare(a.ID, b.ID) })
	want := []node{
		{"exposure.shop.report", "", "exposure", "exposure", "Ada"},
		{"model.shop.orders", "", "model", "model", "finance"},
		{"model.shop.stg_sales", "", "model", "staging", ""},
		{"source.shop.till.sales", "", "source", "source", ""},
		{"system:till", "till (fivetran)", "system", "systems", ""},
	}
	if d := cmp.Diff(want, nodes); d != "" {
		t.Errorf("nodes (-want +got):\n%s", d)
	}
	wantEdges := map[[2]string]bool{
		{"system:till", "source.shop.till.sales"}:          true,
		{"source.shop.till.sales", "model.shop.stg_sales"}: true,
		{"model.shop.stg_sales", "model.shop.orders"}:      true,
		{"model.shop.orders", "exposure.shop.report"}:      true,
	}
	if d := cmp.Diff(wantEdges, edges); d != "" {
		t.Errorf("edges (-want +got):\n%s", d)
	}
	if len(m.Ways) != len(m.Edges)/2 {
		t.Errorf("%d ways of %d edges", len(m.Ways), len(m.Edges)/2)
	}
}

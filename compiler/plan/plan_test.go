package plan_test

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
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// shop is a seed and a chain of models over an ephemeral one, with tests of one and of two nodes.
const shop = `
-- dbt_project.yml --
name: shop
-- seeds/raw.csv --
id
1
-- models/stg.sql --
select * from {{ ref('raw') }}
-- models/recent.sql --
{{ config(materialized='ephemeral') }} select * from {{ ref('stg') }}
-- models/orders.sql --
{{ config(materialized='incremental') }} select * from {{ ref('recent') }}
-- models/totals.sql --
{{ config(materialized='table') }} select * from {{ ref('orders') }}
-- models/apart.sql --
select * from {{ source('till', 'visits') }}
-- models/properties.yml --
models:
  - name: stg
    columns: [{name: id, data_tests: [unique]}]
sources:
  - name: till
    tables: [{name: visits, columns: [{name: id, data_tests: [not_null]}]}]
-- tests/both_agree.sql --
select * from {{ ref('orders') }} except select * from {{ ref('stg') }}
`

func TestStepsWaitForWhatTheyReadAndItsTests(t *testing.T) {
	t.Parallel()
	g := compiled(t, shop)
	for _, tt := range []struct {
		name     string
		selected []string // nil: everything
		want     string
	}{
		{"everything", nil, `
visits: build
raw: load
source_not_null_till_visits_id: check after visits
stg: build after raw
apart: build after visits, source_not_null_till_visits_id
unique_stg_id: check after stg
recent: none after stg, unique_stg_id
orders: build after recent
both_agree: check after orders, stg
totals: build after orders, both_agree
`},
		{"a test of a source, which no run builds", []string{"source_not_null_till_visits_id", "apart"}, `
source_not_null_till_visits_id: check
apart: build after source_not_null_till_visits_id
`},
		{"through nodes that are left out", []string{"raw", "totals"}, `
raw: load
totals: build after raw
`},
		{"a test without what it reads", []string{"unique_stg_id", "orders"}, `
unique_stg_id: check
orders: build after unique_stg_id
`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p, err := plan.New(g, plan.Seen{}, plan.Options{Selected: ids(g, tt.selected)})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.TrimSpace(tt.want), dump(p)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestActionFollowsFromWhatExists(t *testing.T) {
	t.Parallel()
	g := compiled(t, shop)
	orders := relation.Relation{Database: "shop", Schema: "main", Name: "orders"}
	for _, tt := range []struct {
		name    string
		exists  relation.Kind
		refresh bool
		want    string
	}{
		{"nothing", relation.Unknown, false, "build: it does not exist yet"},
		{"a table", relation.BaseTable, false, "add: new rows are added"},
		{"a table, full refresh", relation.BaseTable, true, "build: a full refresh"},
		{"a view", relation.View, false, "build: the view of that name becomes a table"},
	} {
		seen := plan.Seen{Tables: relation.NewCatalog()}
		if tt.exists != relation.Unknown {
			seen.Tables.Put(&relation.Table{Relation: orders, Kind: tt.exists})
		}
		p, err := plan.New(g, seen, plan.Options{Selected: ids(g, []string{"orders"}), FullRefresh: tt.refresh})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%s: %s", p.Steps[0].Action, p.Steps[0].Reason); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestTheLongestChainWeighsMost(t *testing.T) {
	t.Parallel()
	g := compiled(t, shop)
	took := map[string]float64{"seed.shop.raw": 1, "model.shop.stg": 2, "model.shop.apart": 4, "model.shop.orders": 8}
	p, err := plan.New(g, plan.Seen{Took: took}, plan.Options{Selected: ids(g, []string{"raw", "stg", "orders", "apart"})})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, s := range p.Steps {
		got[s.Node.Name] = s.Weight
	}
	if diff := cmp.Diff(map[string]float64{"raw": 11, "stg": 10, "orders": 8, "apart": 4}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func compiled(t *testing.T, archive string) *compiler.Graph {
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
	p, problems := project.Load(project.Options{Dir: dir, Env: map[string]string{"HOME": dir}})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	g, problems := compiler.Compile(p, compiler.Options{Dialect: dialect.DuckDB})
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return g
}

// ids are the IDs of the nodes of those names, of all but sources if names is nil.
func ids(g *compiler.Graph, names []string) []string {
	var out []string
	for _, n := range g.Order {
		if names == nil || slices.Contains(names, n.Name) {
			out = append(out, n.ID)
		}
	}
	return out
}

func dump(p *plan.Plan) string {
	name := map[string]string{}
	var lines []string
	for _, s := range p.Steps {
		name[s.Node.ID] = s.Node.Name
		var after []string
		for _, id := range s.After {
			after = append(after, name[id])
		}
		line := fmt.Sprintf("%s: %s", s.Node.Name, s.Action)
		if len(after) > 0 {
			line += " after " + strings.Join(after, ", ")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// published is a project in which nodes have tests: of themselves, of what is above, of what stands beside, and such as only warn.
const published = `
-- project.yml --
name: shop
-- models/stg.sql --
select 1 as id
-- models/orders.sql --
{{ config(materialized='table') }} select * from {{ ref('stg') }}
-- models/customers.sql --
{{ config(materialized='table') }} select 1 as id
-- models/totals.sql --
{{ config(materialized='table', publish=false) }} select * from {{ ref('orders') }}
-- models/loose.sql --
{{ config(materialized='ephemeral') }} select * from {{ ref('stg') }}
-- models/properties.yml --
models:
  - name: stg
    columns: [{name: id, data_tests: [unique, {not_null: {config: {severity: warn}}}]}]
  - name: orders
    columns:
      - name: id
        data_tests:
          - relationships: {arguments: {to: ref('customers'), field: id}}
          - relationships: {name: after_totals, arguments: {to: ref('totals'), field: id}}
  - name: customers
    columns: [{name: id, data_tests: [relationships: {arguments: {to: ref('orders'), field: id}}]}]
  - name: totals
    columns: [{name: id, data_tests: [not_null]}]
  - name: loose
    columns: [{name: id, data_tests: [not_null]}]
-- tests/both_agree.sql --
select * from {{ ref('orders') }} except select * from {{ ref('stg') }}
`

func TestTestsHoldBackTheLastOfWhatTheyRead(t *testing.T) {
	t.Parallel()
	g := compiled(t, published)
	var all []string
	for _, n := range g.Order {
		all = append(all, n.ID)
	}
	p, err := plan.New(g, plan.Seen{Tables: relation.NewCatalog()}, plan.Options{Selected: all})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, s := range p.Steps {
		for _, id := range s.Gate {
			got[s.Node.Name] = append(got[s.Node.Name], g.Nodes[id].Name)
		}
		slices.Sort(got[s.Node.Name])
		if len(s.Gate) == 0 {
			delete(got, s.Node.Name)
		}
	}
	want := map[string][]string{
		"stg":    {"unique_stg_id"},
		"orders": {"both_agree"},
		// The first of two that are each about the other decides.
		"customers": {"relationships_customers_id__id__ref_orders_", "relationships_orders_id__id__ref_customers_"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

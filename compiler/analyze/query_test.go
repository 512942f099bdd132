package analyze_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/lineage"
)

// known tells which columns the relation of a column is known to have, with "…" where there may be more.
func known(a *analyze.Analysis, of lineage.Input) []string {
	n := a.Node(of.Table)
	var names []string
	for _, c := range n.Columns {
		names = append(names, c.Name)
	}
	if n.Open {
		names = append(names, "…")
	}
	if n.Failed != nil {
		names = append(names, "failed")
	}
	return []string{strings.Join(names, " ")}
}

// madeOf tells what the node of a column depends on, and the edges that lead to the column over one node.
func madeOf(a *analyze.Analysis, of lineage.Input) []string {
	var out []string
	for _, e := range a.Up(of, 1) {
		out = append(out, e.Kind.String()+" "+named(a, e.From))
	}
	for _, id := range a.Graph.Nodes[of.Table].DependsOn {
		out = append(out, "after "+a.Graph.Nodes[id].Name)
	}
	slices.Sort(out)
	return out
}

func TestWhatCannotBeReadIsOpenAndStopsNothing(t *testing.T) {
	t.Parallel()
	const seed = "-- seeds/raw.csv --\nid,amount\n1,2\n"
	run(t, known, []example{
		{"a query that can be read", seed + "-- models/a.sql --\nselect *, amount as price from {{ ref('raw') }}\n-- models/b.sql --\nselect * from {{ ref('a') }}\n",
			map[string]string{"raw.": "id amount", "a.": "id amount price", "b.": "id amount price"}},
		{"no query at all", seed + "-- models/a.sql --\nfrobnicate the {{ ref('raw') }}\n-- models/b.sql --\nselect *, 1 as one from {{ ref('a') }}\n-- models/a.yml --\n" +
			"models: [{name: a, columns: [{name: id}]}]\n",
			map[string]string{"a.": "id …", "b.": "id one …"}},
		{"a template that asks for rows, of which the declared columns are known", seed + "-- models/a.sql --\n{% set r = run_query('select 1') %}select {{ r.columns | length }} as n\n" +
			"-- models/a.yml --\nmodels: [{name: a, columns: [{name: n}]}]\n-- models/b.sql --\nselect n from {{ ref('a') }}\n",
			map[string]string{"a.": "n … failed", "b.": "n"}},
		{"a template that asks for the columns of another model", seed + "-- models/a.sql --\nselect {{ adapter.get_columns_in_relation(ref('raw')) | map(attribute='name') | join(', ') }} from {{ ref('raw') }}\n",
			map[string]string{"a.": "id amount"}},
		{"a source, whose columns may not all be told", "-- models/a.sql --\nselect * from {{ source('till', 'visits') }}\n-- models/s.yml --\n" +
			"sources: [{name: till, tables: [{name: visits, columns: [{name: id}]}]}]\n", map[string]string{"visits.": "id …", "a.": "id …"}},
	})
}

func TestUnderBareRefsANameOfAModelIsARef(t *testing.T) {
	t.Parallel()
	const plain = `
-- project.yml --
name: shop
bare_refs: true
-- seeds/raw.csv --
id,amount
1,2
-- models/stg.sql --
select id, amount as price from raw
`
	run(t, madeOf, []example{
		{"of seeds and models, through CTEs, under an alias", plain + `
-- models/a.sql --
with s as (select * from stg) select x.id, sum(x.price) as total from s x group by 1
`, map[string]string{
			"stg.price": "after raw\nrename raw.amount", "a.id": "after stg\ncopy stg.id\ngroup stg.id", "a.total": "after stg\naggregate stg.price\ngroup stg.id",
		}},
		{"a CTE hides it", plain + `
-- models/a.sql --
with stg as (select 1 as id) select id from stg
`, map[string]string{"a.id": ""}},
		{"a source hides it", plain + `
-- models/s.yml --
sources: [{name: till, tables: [{name: stg, columns: [{name: id}]}]}]
-- models/a.sql --
select id from stg
`, map[string]string{"a.id": "copy stg.id"}},
		{"with a schema it is none, and the relation is known all the same", plain + `
-- models/a.sql --
select id from main.raw
`, map[string]string{"a.id": "copy raw.id"}},
	})
	run(t, madeOf, []example{{"without the key there are none", strings.Replace(plain, "bare_refs: true", "bare_refs: false", 1), map[string]string{"stg.price": "rename raw.amount"}}})
}

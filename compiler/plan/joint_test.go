package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// TestNothingIsBuiltBeforeTheTestsOfWhatItReads makes plans of any selection of any project: what reads all that a test does waits for the test, what a test
// holds back waits for all else that it reads, and no two wait for each other.
func TestNothingIsBuiltBeforeTheTestsOfWhatItReads(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		g := compiled(t, anyProject(r))
		var chosen []string
		for _, n := range g.Order {
			if rapid.IntRange(0, 4).Draw(r, n.Name) > 0 {
				chosen = append(chosen, n.ID)
			}
		}
		p, err := plan.New(g, plan.Seen{Tables: relation.NewCatalog()}, plan.Options{Selected: chosen})
		if err != nil {
			r.Fatal(err)
		}
		waits := map[string]map[string]bool{} // for what each step waits, by IDs
		for _, s := range p.Steps {
			all := map[string]bool{}
			for _, id := range s.After {
				all[id] = true
				for more := range waits[id] {
					all[more] = true
				}
			}
			waits[s.Node.ID] = all
		}
		for _, test := range p.Steps {
			if test.Node.Type != compiler.Test {
				continue
			}
			for _, s := range p.Steps {
				if s.Node.Type != compiler.Test && readsAll(g, s.Node, test.Node.DependsOn) && !waits[s.Node.ID][test.Node.ID] {
					r.Fatalf("%s does not wait for %s", s.Node.Name, test.Node.Name)
				}
			}
			for _, id := range test.After {
				if test.Within != "" && id != test.Within && !waits[test.Within][id] {
					r.Fatalf("%s is held back by %s and does not wait for %s", test.Within, test.Node.Name, id)
				}
			}
		}
	})
}

// readsAll tells whether a node reads all of those, itself or through others.
func readsAll(g *compiler.Graph, n *compiler.Node, of []string) bool {
	above := g.DAG.Ancestors(n.ID, -1)
	return !slices.ContainsFunc(of, func(id string) bool { return !slices.Contains(above, id) })
}

// anyProject is some models, each of which may read earlier ones, and tests of one to three of them.
func anyProject(r *rapid.T) string {
	var b strings.Builder
	b.WriteString("-- project.yml --\nname: shop\n")
	models := rapid.IntRange(1, 9).Draw(r, "models")
	refs := func(below, most int) string {
		text := ""
		for i := range rapid.IntRange(0, most).Draw(r, "refs") {
			text += fmt.Sprintf(" cross join {{ ref('m%d') }} as r%d", rapid.IntRange(0, below-1).Draw(r, "ref"), i)
		}
		return text
	}
	for i := range models {
		kind := rapid.SampledFrom([]string{"view", "table", "ephemeral"}).Draw(r, "kind")
		from := ""
		if i > 0 {
			from = refs(i, 2)
		}
		fmt.Fprintf(&b, "-- models/m%d.sql --\n{{ config(materialized='%s') }} select 1 as id from (select 1) as x%s\n", i, kind, from)
	}
	for i := range rapid.IntRange(0, 6).Draw(r, "tests") {
		fmt.Fprintf(&b, "-- tests/t%d.sql --\nselect 1 from {{ ref('m%d') }}%s\n", i, rapid.IntRange(0, models-1).Draw(r, "tested"), refs(models, 2))
	}
	return b.String()
}

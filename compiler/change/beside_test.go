package change_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/relation"
)

// history is what is known of an environment in which those were built.
func (w *world) history(built map[string]change.Built) change.History {
	return change.History{
		Built: built,
		Code:  func(key fingerprint.Hash) *change.Code { return w.codes[key] },
		Existing: func(n *compiler.Node) *relation.Table {
			if _, ok := built[n.ID]; !ok {
				return nil
			}
			kind := relation.BaseTable
			if n.Config.Materialized() == "view" {
				kind = relation.View
			}
			return &relation.Table{Relation: n.Relation, Kind: kind}
		},
	}
}

// beside judges an environment beside the world.
func (w *world) beside(g *change.Graph, here map[string]change.Built) []*change.Verdict {
	verdicts, unknown := g.Beside(w.history(w.built), w.history(here))
	if len(unknown) > 0 {
		w.t.Fatalf("codes that nobody kept: %v", unknown)
	}
	return verdicts
}

// applyBeside builds what is needed in an environment, of what that reads.
func (w *world) applyBeside(g *change.Graph, here map[string]change.Built) {
	all := *w
	all.built = maps.Clone(w.built)
	verdicts := w.beside(g, here)
	for _, v := range verdicts {
		if b, ok := here[v.ID]; ok && !v.Elsewhere {
			all.built[v.ID] = b
		}
	}
	for _, v := range verdicts {
		switch {
		case v.State == change.Removed:
			delete(here, v.ID)
		case v.Needed():
			all.build(g, v)
			here[v.ID] = all.built[v.ID]
		}
	}
	w.clock = all.clock
}

// promote takes home what the environment has, and builds the rest. It returns what was taken.
func (w *world) promote(g *change.Graph, here map[string]change.Built) (taken []string) {
	promotions, unproven := g.Promote(w.verdicts(g), w.beside(g, here))
	if len(unproven) > 0 {
		w.t.Errorf("not proved: %s", said(unproven))
	}
	for _, p := range promotions {
		switch {
		case p.State == change.Removed:
			delete(w.built, p.ID)
		case p.From == nil:
			w.build(g, p.Verdict)
		default:
			b := *p.From
			if p.Built != nil {
				b.Data = p.Built.DataAt()
			}
			w.built[p.ID] = b
			taken = append(taken, p.ID)
		}
	}
	return taken
}

// edits are those that a project goes through.
var edits = []func(w *world){
	func(w *world) {
		w.files["models/stg_orders.sql"] = "select id, customer, amount * 2 as amount, status from {{ source('raw', 'orders') }}"
	},
	func(w *world) {
		w.files["models/stg_orders.sql"] = "select id, customer, amount, status, 1 as one from {{ source('raw', 'orders') }}"
	},
	func(w *world) {
		w.files["models/stg_orders.sql"] = "select id, customer, amount, status from {{ source('raw', 'orders') }} where status > 0"
	},
	func(w *world) { w.files["models/again.sql"] = "select * from {{ ref('orders') }}" },
	func(w *world) { delete(w.files, "models/again.sql") },
	func(w *world) { w.files["seeds/countries.csv"] += "fr,France\n" },
	func(w *world) {
		w.files["models/customers.sql"] = "select customer, count(*) as orders from {{ ref('stg_orders') }} group by 1"
	},
	func(w *world) { w.files["models/orders.sql"] += "-- what was ordered\n" },
	func(w *world) { w.files["models/revenue.sql"] += " -- in all" },
	func(w *world) {
		w.files["project.yml"] = strings.Replace(w.files["project.yml"], "floor: 1", "floor: 2", 1)
	},
}

// TestAnEnvironmentIsBuiltAndPromoted goes through edits: what differs is built in the environment and nothing else is left to do there, and once it is
// promoted nothing is left to do at all.
func TestAnEnvironmentIsBuiltAndPromoted(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		w, rng := newWorld(t), rand.New(rand.NewPCG(seed, 8))
		before := maps.Clone(w.files)
		w.apply(w.compiled())
		here := map[string]change.Built{}
		for range 6 {
			edits[rng.IntN(len(edits))](w)
			if rng.IntN(4) == 0 {
				w.files = maps.Clone(before) // edited back
			}
			g := w.compiled()
			built := maps.Clone(w.built)
			w.applyBeside(g, here)
			if !maps.Equal(keys(built), keys(w.built)) {
				t.Fatalf("seed %d: the target was changed", seed)
			}
			if got := needed(w.beside(g, here)); got != "" {
				t.Fatalf("seed %d: after the environment was built: %s", seed, got)
			}
			if rng.IntN(2) == 0 {
				continue
			}
			w.promote(g, here)
			if got := needed(w.verdicts(g)); got != "" {
				t.Fatalf("seed %d: after it was promoted: %s", seed, got)
			}
			for _, v := range w.beside(g, here) {
				if !v.Elsewhere && v.State != change.Removed {
					t.Fatalf("seed %d: %s differs after it was promoted", seed, v.ID)
				}
			}
		}
	}
}

// keys are the versions of builds.
func keys(built map[string]change.Built) map[string]change.Version {
	out := map[string]change.Version{}
	for id, b := range built {
		out[id] = b.Version
	}
	return out
}

// TestWhatTheTargetHasNewerDataOfIsNotTaken builds a part of the target after the environment.
func TestWhatTheTargetHasNewerDataOfIsNotTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.apply(w.compiled())
	edits[0](w)
	g := w.compiled()
	here := map[string]change.Built{}
	w.applyBeside(g, here)
	whole := *w
	whole.built = maps.Clone(w.built)
	taken := whole.promote(g, here)
	if !slices.Contains(taken, "model.shop.orders") {
		t.Fatalf("what is taken is %v", taken)
	}
	newer := w.built["model.shop.orders"]
	newer.Began, newer.Ended, newer.Data = w.clock, w.clock, w.clock
	w.built["model.shop.orders"] = newer
	promotions, _ := g.Promote(w.verdicts(g), w.beside(g, here))
	for _, p := range promotions {
		if p.ID == "model.shop.orders" && (p.From != nil || !strings.HasPrefix(p.Why, "it has newer data here")) {
			t.Errorf("orders is taken: %q", p.Why)
		}
		if p.From != nil && p.Node.Stored() && slices.Contains(g.Nodes[p.ID].Reads, "model.shop.orders") {
			t.Errorf("%s is taken, which reads what is built anew", p.ID)
		}
	}
}

package selector_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/selector"
)

// anyGraph draws a graph of models and tests.
func anyGraph(t *rapid.T) *compiler.Graph {
	var nodes []*compiler.Node
	for i := range rapid.IntRange(1, 12).Draw(t, "models") {
		var parents []string
		for j := range i {
			if rapid.Bool().Draw(t, "edge") {
				parents = append(parents, fmt.Sprintf("model.shop.m%d", j))
			}
		}
		n := node(compiler.Model, shop, fmt.Sprintf("m%d", i), parents...)
		n.Tags = []string{rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "tag")}
		nodes = append(nodes, n)
	}
	models := len(nodes)
	for i := range rapid.IntRange(0, 8).Draw(t, "tests") {
		of := rapid.SliceOfNDistinct(rapid.IntRange(0, models-1), 1, min(2, models), rapid.ID[int]).Draw(t, "of")
		var parents []string
		for _, m := range of {
			parents = append(parents, fmt.Sprintf("model.shop.m%d", m))
		}
		nodes = append(nodes, test(fmt.Sprintf("t%d", i), "unique", parents...))
	}
	return graphOf(nodes...)
}

// anyCriterion draws a criterion that is well formed.
func anyCriterion(t *rapid.T) string {
	before := rapid.SampledFrom([]string{"", "", "+", "1+", "2+", "@"}).Draw(t, "before")
	after := ""
	if before != "@" {
		after = rapid.SampledFrom([]string{"", "", "+", "+1"}).Draw(t, "after")
	}
	what := rapid.SampledFrom([]string{"m0", "m1", "m2", "m*", "tag:a", "tag:b", "test_type:generic", "resource_type:model"}).Draw(t, "what")
	return before + what + after
}

type picked map[string]bool

func pick(t *rapid.T, g *compiler.Graph, r selector.Request) picked {
	nodes, problems := selector.Select(g, r)
	if problems.HasErrors() {
		t.Fatalf("problems: %v", problems.Sorted())
	}
	out := picked{}
	for _, n := range nodes {
		out[n.ID] = true
	}
	return out
}

func (p picked) within(other picked) bool {
	for id := range p {
		if !other[id] {
			return false
		}
	}
	return true
}

func (p picked) equal(other picked) bool { return p.within(other) && other.within(p) }

func TestSelectionIsASetAlgebra(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		a, b, c := anyCriterion(t), anyCriterion(t), anyCriterion(t)
		only := func(specs ...string) picked {
			return pick(t, g, selector.Request{Select: specs, Indirect: selector.Empty})
		}
		claims := map[string]bool{
			"union commutes":              only(a, b).equal(only(b, a)),
			"union is a space":            only(a, b).equal(only(a + " " + b)),
			"union is idempotent":         only(a, a).equal(only(a)),
			"intersection commutes":       only(a + "," + b).equal(only(b + "," + a)),
			"intersection is associative": only(a + "," + b + "," + c).equal(only(c + "," + a + "," + b)),
			"intersection is within":      only(a + "," + b).within(only(a)),
			"intersection absorbs":        only(a, a+","+b).equal(only(a)),
			"intersection distributes":    only(a+","+b, a+","+c).within(only(a)),
			"union is above":              only(a).within(only(a, b)),
		}
		for claim, holds := range claims {
			if !holds {
				t.Errorf("%s: not for %q, %q, %q", claim, a, b, c)
			}
		}
		left := pick(t, g, selector.Request{Select: []string{a}, Exclude: []string{b}, Indirect: selector.Empty})
		for id := range left {
			if only(b)[id] || !only(a)[id] {
				t.Errorf("--select %s --exclude %s picks %s", a, b, id)
			}
		}
		if both := only(a); len(left)+len(only(a+","+b)) != len(both) {
			t.Errorf("--exclude %s and its intersection do not divide %s", b, a)
		}
	})
}

func TestOperatorsOnlyAdd(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		name := rapid.SampledFrom([]string{"m0", "m1", "m2", "tag:a"}).Draw(t, "name")
		only := func(spec string) picked {
			return pick(t, g, selector.Request{Select: []string{spec}, Indirect: selector.Empty})
		}
		order := []string{"%s", "1+%s", "2+%s", "+%s", "+%s+"}
		for i := 1; i < len(order); i++ {
			less, more := fmt.Sprintf(order[i-1], name), fmt.Sprintf(order[i], name)
			if !only(less).within(only(more)) {
				t.Errorf("%s picks what %s does not", less, more)
			}
		}
		if !only(name + "+").within(only("@" + name)) {
			t.Errorf("%s+ picks what @%s does not", name, name)
		}
		// What @ picks can be built: all parents of it are in it.
		whole := only("@" + name)
		for id := range whole {
			for _, parent := range g.DAG.Parents(id) {
				if !whole[parent] {
					t.Errorf("@%s lacks %s, which %s reads", name, parent, id)
				}
			}
		}
	})
}

func TestModesOfIndirectSelectionAreNested(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		g := anyGraph(t)
		spec := strings.Join([]string{anyCriterion(t), anyCriterion(t)}, " ")
		modes := []selector.Indirect{selector.Empty, selector.Cautious, selector.Buildable, selector.Eager}
		var last picked
		for _, mode := range modes {
			now := pick(t, g, selector.Request{Select: []string{spec}, Indirect: mode})
			if last != nil && !last.within(now) {
				t.Errorf("%s: %s picks less than the mode before", spec, mode)
			}
			for id := range now {
				if n := g.Nodes[id]; n.Type == compiler.Model && last != nil && !last[id] {
					t.Errorf("%s: %s adds %s, which is no test", spec, mode, id)
				}
			}
			last = now
		}
	})
}

func FuzzSelect(f *testing.F) {
	for _, seed := range []string{"+a", "@tag:x,b+2", "config.meta.x:1", "1+", "path:a/[b", "selector:x", "::", "9999999999999999999+a"} {
		f.Add(seed)
	}
	g := example()
	f.Fuzz(func(_ *testing.T, spec string) {
		selector.Select(g, selector.Request{Select: []string{spec}, Exclude: []string{spec}})
		selector.Complete(g, nil, spec)
	})
}

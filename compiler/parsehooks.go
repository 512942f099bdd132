package compiler

import (
	"context"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// SeedDependency is for a seed with a hook that refers to another node: seeds are loaded before anything else.
const SeedDependency diag.Code = "seed-dependency"

// hearHooks renders a draft's hooks to collect what they refer to. What else is wrong with one is told when its turn comes: while
// the project is parsed a hook may not know yet what it needs.
func (b *builder) hearHooks(d *draft) {
	n := d.Node
	refs, sources := len(n.Refs), len(n.Sources)
	for _, h := range append(hooksIn(n, "pre_hook"), hooksIn(n, "post_hook")...) {
		at := [2]int{len(n.Refs), len(n.Sources)}
		t, problems := jinja.Parse(diag.NewSource(generatedSource.Path, h.SQL))
		if t == nil || problems.HasErrors() {
			continue
		}
		c := b.parseContext(d)
		c.Asked = nil // it is the hook that asks, when the model's code has been rendered
		_, _ = t.Render(context.Background(), c, jinja.Options{})
		for i := at[0]; i < len(n.Refs); i++ {
			n.Refs[i].At = h.At
		}
		for i := at[1]; i < len(n.Sources); i++ {
			n.Sources[i].At = h.At
		}
	}
	if n.Type != Seed || len(n.Refs) == refs && len(n.Sources) == sources {
		return
	}
	n.Refs, n.Sources = nil, nil
	b.problems.Errorf(n.At, SeedDependency, "Seeds cannot depend on other nodes, and a hook of seed %q calls ref or source", n.Name).Hint =
		"write the relation's name in the hook, or put the hook on a model"
}

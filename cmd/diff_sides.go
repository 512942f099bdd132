package cmd

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner"
)

// diffSide is one of the relations that are compared, and the target that it is at.
type diffSide struct {
	graph *compiler.Graph // of the target
	at    *compiler.Graph // of a target whose warehouse has it: another's, where two targets have the same
	name  string          // as it was given; "" for all that the target has
}

// sides are what is compared, by the words on the command line: two relations, of which each may be at another target; or a target.
func (d *differ) sides(args []string) (list []diffSide, err error) {
	names := args
	if d.options.against != "" {
		names = []string{d.options.against + ":"}
	}
	for _, arg := range names {
		side := diffSide{graph: d.graph, name: arg}
		if target, name, ok := strings.Cut(arg, ":"); ok {
			if side.graph, err = d.graphAt(target); err != nil {
				return nil, err
			}
			side.name = name
		}
		side.at = side.graph
		for _, other := range append([]*compiler.Graph{d.graph}, graphsOf(list)...) {
			if sameWarehouse(side.graph.Project.Target, other.Project.Target) {
				side.at = other
				break
			}
		}
		list = append(list, side)
	}
	return list, nil
}

func graphsOf(sides []diffSide) (list []*compiler.Graph) {
	for _, s := range sides {
		list = append(list, s.at)
	}
	return list
}

// graphAt is the project as a target sees it.
func (d *differ) graphAt(target string) (*compiler.Graph, error) {
	t := d.project.Target
	if target == t.Name {
		return d.graph, nil
	}
	if g := d.graph.Others()[target]; g != nil {
		return g, nil
	}
	if !t.HasBeside(target) {
		known := slices.Sorted(slices.Values(append(slices.Clone(t.Beside), t.Name)))
		return nil, usagef("there are "+join(known, "and"), "there is no target %q", target)
	}
	g, found := d.compileAt(d.project.Dir, target, true, compiler.Options{Invocation: d.invocation})
	if found.HasErrors() {
		return nil, found.Err()
	}
	return g, nil
}

// sameWarehouse tells whether two targets are in one warehouse, so that one statement can read the relations of both.
func sameWarehouse(a, b *project.Target) bool {
	settings := func(t *project.Target) map[string]any {
		out := maps.Clone(t.Config)
		for _, place := range []string{"schema", "threads"} {
			delete(out, place)
		}
		return out
	}
	return a.Type == b.Type && reflect.DeepEqual(settings(a), settings(b))
}

// reachBeside connects to the warehouses of the sides to which nothing is connected yet.
func (d *differ) reachBeside(ctx context.Context, r *runner.Runner, sides []diffSide) (err error) {
	for _, side := range sides {
		name := side.at.Project.Target.Name
		if side.at == d.graph || slices.Contains(r.Beside, side.at) {
			continue
		}
		if r.Far[name] == nil {
			if r.Far[name], err = d.connectTo(ctx, side.at.Project.Target); err != nil {
				delete(r.Far, name)
				return err
			}
		}
		if d.graph.Others()[name] != side.at {
			r.Beside = append(r.Beside, side.at)
		}
	}
	return nil
}

// against are comparisons of what another target has with what the target has.
func (d *differ) against(ctx context.Context, r *runner.Runner, other diffSide) ([]runner.Comparison, error) {
	nodes, seen, err := d.stored(ctx, r)
	if err != nil {
		return nil, err
	}
	var both []*compiler.Node // that the target has, and the other could have
	var there []relation.Relation
	for _, n := range nodes {
		twin := other.graph.Nodes[n.ID]
		if n.Stored() && twin != nil && seen.Existing(d.graph, n) != nil && d.graph.Of(n) == d.graph {
			both, there = append(both, n), append(there, twin.Relation)
		}
	}
	if len(both) == 0 {
		return nil, usagef("build it first: mod run", "target %s has nothing to compare", d.project.Target.Name)
	}
	found, err := r.Find(ctx, other.at, there...)
	if err != nil {
		return nil, err
	}
	var list []runner.Comparison
	for i, n := range both {
		is := seen.Existing(d.graph, n)
		if found[i] == nil {
			d.alone = append(d.alone, runner.Compared{Comparison: runner.Comparison{Node: n, Spec: diff.Spec{New: *is}}})
			continue
		}
		list = append(list, runner.Comparison{Node: n, Spec: d.spec(n, *found[i], *is), At: diff.Pair[*compiler.Graph]{Base: other.at}})
	}
	return list, nil
}

// named is the comparison of two relations.
func (d *differ) named(ctx context.Context, r *runner.Runner, sides []diffSide) ([]runner.Comparison, error) {
	if _, err := r.Observe(ctx, nil); err != nil {
		return nil, err
	}
	var node *compiler.Node
	var tables []relation.Table
	for _, side := range sides {
		n, name, err := d.relation(side)
		if err != nil {
			return nil, err
		}
		if n != nil {
			node = d.graph.Nodes[n.ID]
		}
		found, err := r.Find(ctx, side.at, name)
		if err != nil {
			return nil, err
		}
		if found[0] == nil {
			return nil, usagef("", "there is no relation %s in target %s", name, side.graph.Project.Target.Name)
		}
		tables = append(tables, *found[0])
	}
	at := diff.Pair[*compiler.Graph]{Base: sides[0].at, New: sides[1].at}
	return []runner.Comparison{{Spec: d.spec(node, tables[0], tables[1]), At: at}}, nil
}

// relation is what a name means: a node of the project, or else a relation.
func (d *differ) relation(side diffSide) (*compiler.Node, relation.Relation, error) {
	g, name := side.graph, side.name
	for _, n := range g.Order {
		if n.Stored() && (n.Name == name || n.ID == name) || n.Type == compiler.Source && n.Label() == name {
			return n, n.Relation, nil
		}
	}
	parts := strings.Split(name, ".")
	if len(parts) > 3 || slices.Contains(parts, "") {
		return nil, relation.Relation{}, usagef("write name, schema.name or database.schema.name, and before it a target and a colon if it is at another", "%q is no relation", name)
	}
	t := g.Project.Target
	parts = append([]string{t.Database, t.Schema}[:3-len(parts)], parts...)
	r := relation.Relation{Database: parts[0], Schema: parts[1], Name: parts[2]}
	return nodeAt(g, r), r, nil
}

// nodeAt is the node that has a relation; nil if none has.
func nodeAt(g *compiler.Graph, r relation.Relation) *compiler.Node {
	for _, n := range g.Order {
		if n.Stored() && strings.EqualFold(n.Relation.String(), r.String()) {
			return n
		}
	}
	return nil
}

package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// prepare makes ready what all steps rely on: what is known of the warehouses, and the schemas they build in.
func (x *run) prepare(ctx context.Context) error {
	nodes := make([]*compiler.Node, len(x.plan.Steps))
	for i, step := range x.plan.Steps {
		nodes[i] = step.Node
	}
	known := x.Runner.known
	if known == nil {
		var err error
		if known, err = x.observeAll(ctx, nodes); err != nil {
			return err
		}
	}
	x.sites = map[*compiler.Graph]*site{}
	for g, k := range known {
		comments, err := newComments(ctx, g)
		if err != nil {
			return err
		}
		x.sites[g] = &site{graph: g, warehouse: x.warehouseOf(g), known: k, comments: comments}
	}
	x.sharing = x.share()
	for _, at := range x.inOrder() {
		if err := x.createSchemas(ctx, at); err != nil {
			return err
		}
	}
	return nil
}

// inOrder are the sites by the names of their targets, the run's own first.
func (x *run) inOrder() []*site {
	return slices.SortedFunc(maps.Values(x.sites), func(a, b *site) int {
		if own := x.Graph; a.graph == own || b.graph == own {
			return cmp.Compare(map[bool]int{false: 1}[a.graph == own], map[bool]int{false: 1}[b.graph == own])
		}
		return cmp.Compare(a.graph.Project.Target.Name, b.graph.Project.Target.Name)
	})
}

// createSchemas creates the schemas of a warehouse that the steps build in and that do not exist.
func (x *run) createSchemas(ctx context.Context, at *site) error {
	var stored []*compiler.Node
	for _, step := range x.plan.Steps {
		if x.at(step.Node) == at && x.stores(step) {
			stored = append(stored, step.Node)
		}
	}
	empty := at.known.withoutRelations(schemasOf(stored))
	if len(empty) == 0 {
		return nil
	}
	w, err := x.wire(ctx, nil, at, x.workers[0], "master")
	if err != nil {
		return err
	}
	op, err := at.graph.Operation(ctx, at.graph.Project.Root, nothing(at.graph), compiler.Sight{Warehouse: w}, nil)
	if err != nil {
		return err
	}
	for _, schema := range empty {
		call := materialize.CreateSchema(schema, at.graph.Library.Overrides).Call
		sql, err := op.Context.Spell(ctx, call.Macro, call.Args...)
		if err == nil && strings.TrimSpace(sql) != "" {
			_, err = w.exec(ctx, sql)
		}
		if err == nil {
			err = w.commit(ctx)
		}
		if err != nil {
			w.rollback(ctx)
			err = fmt.Errorf("create schema %s: %w", schema, err)
			if adapters.KindOf(err) != adapters.Failed || errors.Is(err, adapters.ErrBroken) {
				return err
			}
			// The schema may exist and be empty while we lack the right to create one. If not, its nodes will tell.
			x.report(Logged{Text: err.Error(), Level: "warn", At: time.Now()})
		}
	}
	return nil
}

// stores tells whether a step leaves a relation in its schema.
func (x *run) stores(s *plan.Step) bool {
	switch s.Action {
	case plan.None, plan.Note, plan.Unit:
		return false
	case plan.Check:
		c := s.Node.Config
		as := c.String("store_failures_as")
		return as == "table" || as == "view" || as == "" && c.Bool("store_failures", x.Options.StoreFailures)
	default:
		return true
	}
}

// withoutRelations are those of the schemas that nothing is known to be in: they may not exist.
func (k *known) withoutRelations(schemas []relation.Relation) []relation.Relation {
	full := map[relation.Relation]bool{}
	for _, t := range k.catalog.All() {
		full[schemaOf(folded(t.Relation))] = true
	}
	var out []relation.Relation
	for _, s := range schemas {
		if !full[folded(s)] {
			out = append(out, s)
		}
	}
	return out
}

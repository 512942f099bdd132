package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// prepare makes ready what all steps rely on: what is known of the warehouse, and the schemas they build in.
func (x *run) prepare(ctx context.Context) error {
	nodes := make([]*compiler.Node, len(x.plan.Steps))
	for i, step := range x.plan.Steps {
		nodes[i] = step.Node
	}
	x.known = x.Runner.known
	if x.known == nil {
		conn, err := x.sessions[0].connected(ctx)
		if err != nil {
			return err
		}
		if x.known, err = observe(ctx, conn, schemasOf(nodes)); err != nil {
			return err
		}
	}
	comments, err := newComments(ctx, x.Graph)
	if err != nil {
		return err
	}
	x.comments = comments
	x.sharing = x.share()
	return x.createSchemas(ctx)
}

// createSchemas creates the schemas that the steps build in and that do not exist.
func (x *run) createSchemas(ctx context.Context) error {
	var stored []*compiler.Node
	for _, step := range x.plan.Steps {
		if x.stores(step) {
			stored = append(stored, step.Node)
		}
	}
	empty := x.withoutRelations(schemasOf(stored))
	if len(empty) == 0 {
		return nil
	}
	w, err := x.wire(ctx, nil, x.sessions[0], "master")
	if err != nil {
		return err
	}
	op, err := x.Graph.Operation(ctx, x.Graph.Project.Root, nothing(x.Graph), compiler.Sight{Warehouse: w}, nil)
	if err != nil {
		return err
	}
	for _, schema := range empty {
		call := materialize.CreateSchema(schema, x.Graph.Library.Overrides).Call
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
func (x *run) withoutRelations(schemas []relation.Relation) []relation.Relation {
	full := map[relation.Relation]bool{}
	for _, t := range x.known.catalog.All() {
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

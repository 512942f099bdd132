package cmd

import (
	"context"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/policy"
)

// askChecks asks the project's checks, which are told what differs from the target.
func (v *review) askChecks(ctx context.Context) (*diag.List, error) {
	var changes []policy.Change
	results := map[string]int{}
	for i, c := range v.found {
		if c.Node != nil {
			results[c.Node.ID] = i
		}
	}
	for _, m := range v.models() {
		change := policy.Change{Node: m.ID, State: string(m.State)}
		if i, ok := results[m.ID]; ok {
			change.Result = v.found[i].Result
		}
		if change.Result == nil {
			change.Schema = v.schemaOf(m.ID)
		}
		changes = append(changes, change)
	}
	found, err := v.session.askChecks(ctx, changes)
	list := &diag.List{}
	for _, f := range found {
		list.Add(f.Diagnostic)
	}
	return list, err
}

// schemaOf is how the columns of a node differ from those at the base, as its query says; nothing where either is not known.
func (v *review) schemaOf(id string) diff.Schema {
	if v.base.graph == nil || v.made == nil {
		return diff.Schema{}
	}
	was, known := v.base.graph.Table(id)
	is, knownToo := v.made.Table(id)
	if !known || !knownToo {
		return diff.Schema{}
	}
	return diff.Spec{Base: was, New: is}.Schema()
}

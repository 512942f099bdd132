package cmd

import (
	"context"

	"github.com/modsql/mod/compiler/diag"
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
		changes = append(changes, change)
	}
	found, err := v.session.askChecks(ctx, changes)
	list := &diag.List{}
	for _, f := range found {
		list.Add(f.Diagnostic)
	}
	return list, err
}

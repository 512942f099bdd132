package cmd

import (
	"context"
	"fmt"
	"slices"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/lint"
	"github.com/modsql/mod/compiler/policy"
)

// askChecks asks the project's checks, which are told what differs from the target.
func (v *review) askChecks(ctx context.Context) ([]policy.Finding, error) {
	var changes []policy.Change
	results := map[string]int{}
	for i, c := range v.found {
		if c.Node != nil {
			results[c.Node.ID] = i
		}
	}
	for _, m := range v.models() {
		told := policy.Change{Node: m.ID, State: string(m.State)}
		if i, ok := results[m.ID]; ok {
			told.Result = v.found[i].Result
		}
		if told.Result == nil {
			told.Schema = v.schemaOf(m.ID)
		}
		changes = append(changes, told)
	}
	return v.session.askChecks(ctx, changes)
}

// diagnosed are findings as problems.
func diagnosed(found []policy.Finding) *diag.List {
	list := &diag.List{}
	for _, f := range found {
		list.Add(f.Diagnostic)
	}
	return list
}

// leaveOlder leaves out what checks find wrong with what the pull request does not touch, if they find the same at the base: that is no matter of it. What it
// brings about elsewhere is told, as of a model whose last test it drops, and so is all that a check finds which the base does not have.
func (v *review) leaveOlder(ctx context.Context, found []policy.Finding) error {
	elsewhere := slices.DeleteFunc(slices.Clone(found), func(f policy.Finding) bool {
		return f.Check == nil || f.Code == policy.BadCheck || f.Node != nil && v.touches(f.Node)
	})
	checks := slices.DeleteFunc(slices.Clone(v.base.checks), func(c *policy.Check) bool { return c.Severity == diag.Off })
	if len(elsewhere) == 0 || len(checks) == 0 || v.base.graph == nil {
		return nil
	}
	before, err := askAside(ctx, checks, v.base.graph.Analysis(), nil)
	if err != nil {
		return fmt.Errorf("ask the checks of the base %s: %w", v.base.Short(), err)
	}
	older := &diag.List{}
	added := lint.Added(diagnosed(before).Sorted(), diagnosed(elsewhere).Sorted())
	for _, f := range elsewhere {
		if !slices.Contains(added, f.Diagnostic) {
			older.Add(f.Diagnostic)
		}
	}
	all := len(v.problems)
	v.problems = lint.Added(v.weigh(v.policy.Settle(older, false)), v.problems)
	v.elsewhere = all - len(v.problems)
	return nil
}

// touches tells whether a node is another than at the base by itself, and not by what it is made of alone.
func (v *review) touches(n *compiler.Node) bool {
	own := v.base.own[n.ID]
	return own != nil && own.State != change.Affected
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

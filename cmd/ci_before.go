package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner"
)

// mostFailing is how many rows of a failing test are compared with those that it finds at the target.
const mostFailing = 10_000

// findBefore finds the failing data tests that fail at the target with the same rows already, and that the pull request did not change.
func (v *review) findBefore(ctx context.Context) (err error) {
	var asked []*runner.Result
	_, failed := v.tests()
	for _, r := range failed {
		if r.Node.Type == compiler.Test && r.Status == runner.Fail && r.Failures != nil && *r.Failures <= mostFailing && !v.makes(r.Node) {
			asked = append(asked, r)
		}
	}
	if len(asked) == 0 {
		return nil
	}
	visit, err := v.steps.runner.Visit(ctx, v.graph.Order)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, visit.Close()) }()
	v.failsBefore = map[*compiler.Node]bool{}
	for _, r := range asked {
		here, err := failingRows(ctx, visit, r.Node)
		if err != nil {
			continue // the run has told what is wrong
		}
		there, err := v.failingAtHome(ctx, visit, r.Node)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		v.failsBefore[r.Node] = err == nil && within(here, there)
	}
	return nil
}

// makes tells whether a test is the pull request's own, or is another than at the base.
func (v *review) makes(test *compiler.Node) bool {
	if v.base.own == nil { // it is not known
		return true
	}
	verdict := v.base.own[test.ID]
	return verdict != nil && (verdict.State == change.New || verdict.State == change.Changed)
}

// failingAtHome are the rows that a test finds in what the target has.
func (v *review) failingAtHome(ctx context.Context, visit *runner.Visit, test *compiler.Node) (map[string]int, error) {
	r := v.steps.runner
	here := r.Deferral
	defer func() { r.Deferral = here }()
	r.Deferral = runner.Deferral{
		At: func(id string) (relation.Relation, bool) {
			n := v.graph.Nodes[id]
			return n.Home, n.Stored() || n.Type == compiler.Function
		},
		Over: func(string) bool { return true },
	}
	return failingRows(ctx, visit, test)
}

// failingRows are the rows that a test finds, and how often each is there.
func failingRows(ctx context.Context, visit *runner.Visit, test *compiler.Node) (map[string]int, error) {
	out := map[string]int{}
	err := visit.Show(ctx, test, mostFailing+1, func(rows *adapters.Rows) error {
		for row, err := range rows.All {
			if err != nil {
				return err
			}
			var b strings.Builder
			for _, value := range row {
				fmt.Fprintf(&b, "%T %q ", value, fmt.Sprint(value))
			}
			out[b.String()]++
		}
		return nil
	})
	return out, err
}

// within tells whether rows are all among others.
func within(rows, others map[string]int) bool {
	for row, n := range rows {
		if others[row] < n {
			return false
		}
	}
	return true
}

// excused tells whether a test that fails is no matter of the pull request's, as --baseline has it.
func (v *review) excused(r *runner.Result) bool { return v.options.baseline && v.failsBefore[r.Node] }

// onlyExcused tells whether nothing failed but what is no matter of the pull request's.
func (v *review) onlyExcused() bool {
	for _, r := range v.ordered() {
		if (r.Status == runner.Fail || r.Status == runner.Error || r.Status == runner.Skipped) && !v.excused(r) {
			return false
		}
	}
	return true
}

// split parts the tests that fail from those that are excused.
func (v *review) split(failed []*runner.Result) (own, excused []*runner.Result) {
	for _, r := range failed {
		if v.excused(r) {
			excused = append(excused, r)
		} else {
			own = append(own, r)
		}
	}
	return own, excused
}

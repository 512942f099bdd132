package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lint"
	"github.com/modsql/mod/runner/git"
)

// beforeThis is what mod check finds in the project as it was at a commit.
func (v *review) beforeThis(ctx context.Context, commit string, o checkOptions) (found []*diag.Diagnostic, err error) {
	err = v.checkedOut(ctx, commit, func(there string) error {
		sys := v.System
		sys.Dir, sys.Out, sys.Err = there, io.Discard, io.Discard
		other := newApp(sys)
		other.flags, other.command = v.flags, v.command
		other.flags.projectDir, other.flags.environment = there, ""
		_, found, err = other.examine(ctx, checkOptions{dated: o.dated})
		return err
	})
	return found, err
}

// withoutBaseline leaves out of what mod check found what was there at the base already, and says how much that is.
func (s *session) withoutBaseline(ctx context.Context, found []*diag.Diagnostic, o checkOptions) ([]*diag.Diagnostic, error) {
	v := &review{session: s, options: ciOptions{base: o.base}}
	if err := v.findBase(ctx); err != nil {
		return nil, err
	}
	if v.base.why != nil {
		hint := "name a commit: --base"
		var missing *git.Missing
		if errors.As(v.base.why, &missing) && missing.Hint != "" {
			hint = missing.Hint
		}
		return nil, usagef(hint, "--baseline: %v", v.base.why)
	}
	before, err := v.beforeThis(ctx, v.base.Commit, o)
	if err != nil {
		return nil, fmt.Errorf("check the base %s: %w", v.base.Short(), err)
	}
	added := lint.Added(before, found)
	if n := len(found) - len(added); n > 0 {
		s.view.note(fmt.Sprintf("left out: %s that the base %s has too", count(n, "problem"), v.base.Short()))
	}
	return added, nil
}

// leaveBaseline leaves out of the problems of a pull request what was there at the base already.
func (v *review) leaveBaseline(ctx context.Context) error {
	if !v.options.baseline || len(v.problems) == 0 || v.base.why != nil || v.base.Base == nil {
		return nil
	}
	before, err := v.beforeThis(ctx, v.base.Commit, checkOptions{})
	if err != nil {
		return fmt.Errorf("check the base %s: %w", v.base.Short(), err)
	}
	all := len(v.problems)
	v.problems = lint.Added(before, v.problems)
	v.before = all - len(v.problems)
	return nil
}

// leftOut says how many problems are left out, or with --baseline why none are.
func (v *review) leftOut() string {
	text := ""
	if v.elsewhere > 0 {
		text = fmt.Sprintf("- Left out: %s of what this does not touch, which the base %s has too.\n", count(v.elsewhere, "problem"), code(v.base.Short()))
	}
	switch {
	case !v.options.baseline:
	case v.base.why != nil || v.base.Base == nil:
		text += "- What the base has is not known, and nothing is left out.\n"
	case v.before > 0:
		text += fmt.Sprintf("- Left out: %s that the base %s has too.\n", count(v.before, "problem"), code(v.base.Short()))
	}
	return text
}

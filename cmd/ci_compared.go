package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/runner/git"
)

// comparedWith says what the pull request was compared with: how old that is, and whether the target is what the base makes of it.
func (v *review) comparedWith() string {
	var b strings.Builder
	if v.steps == nil {
		b.WriteString("Nothing was built, tested or compared: there is no warehouse. ")
	} else {
		b.WriteString(v.lastBuilt() + " ")
	}
	b.WriteString(v.baseCommit() + "\n")
	for _, warning := range []string{v.otherVersion(), v.staleTarget()} {
		if warning != "" {
			b.WriteString("\n⚠️ " + warning + "\n")
		}
	}
	return b.String()
}

// lastBuilt says how old what the target has is.
func (v *review) lastBuilt() string {
	var newest change.Built
	for _, b := range v.steps.runner.Book.BuildsAtHome() {
		if b.Ended.After(newest.Ended) {
			newest = b
		}
	}
	target := v.project.Target.Name
	if newest.Ended.IsZero() {
		return fmt.Sprintf("Nothing is known of what target `%s` has, so that all was built. With `mod apply` there it is known.", target)
	}
	return fmt.Sprintf("Compared with target `%s` as it was last built, on %s.", target, moment(newest.Ended))
}

// baseCommit says which commit the base is, or why there is none and what to do about it.
func (v *review) baseCommit() string {
	b := v.base
	switch {
	case b.why != nil:
		return v.noBase()
	case b.manifest != "":
		return fmt.Sprintf("The base is the manifest in %s.", code(b.manifest))
	}
	text := "The base is " + code(b.Short())
	if b.Branch != "" {
		text += " of " + code(b.Branch)
	}
	text += ", committed on " + moment(b.Time)
	if b.Behind > 0 {
		text += fmt.Sprintf("; there %s since", map[bool]string{true: "is 1 commit", false: fmt.Sprintf("are %d commits", b.Behind)}[b.Behind == 1])
	}
	return text + "."
}

// noBase says why the base is not known, and what follows from that.
func (v *review) noBase() string {
	why, hint := v.base.why.Error(), ""
	var missing *git.Missing
	var problems *diag.Errors
	switch {
	case errors.As(v.base.why, &missing):
		hint = " To have it: " + missing.Hint + "."
	case errors.As(v.base.why, &problems):
		why = fmt.Sprintf("%s does not compile: %s", code(v.base.Short()), problems.List.Sorted()[0].Message)
	}
	text := "The base is not known: " + cell(why) + "." + hint
	if v.steps == nil {
		return text + " So all was checked, and what this changes is not known."
	}
	return text + " So whatever the target has otherwise counts as a change."
}

// otherVersion says that the target was built by another version of mod, which may tell changes otherwise; "" if it was not.
func (v *review) otherVersion() string {
	if v.steps == nil {
		return ""
	}
	for _, r := range v.steps.runner.Book.Known.Runs {
		if r.Environment == v.project.Target.Name && r.Version != Version() && r.Version != "" {
			return fmt.Sprintf("Target `%s` was built by mod %s, and this is mod %s: what looks changed may be the same.", v.project.Target.Name, r.Version, Version())
		}
	}
	return ""
}

// mostStale is how many names are told of what is not as the base makes it.
const mostStale = 5

// staleTarget says what the target has otherwise than the base makes it, and what to do about it; "" for nothing.
func (v *review) staleTarget() string {
	b := v.base
	if len(b.stale) == 0 {
		return ""
	}
	var names []string
	for _, n := range b.stale[:min(len(b.stale), mostStale)] {
		names = append(names, code(n.Label()))
	}
	if more := len(b.stale) - mostStale; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	text := fmt.Sprintf("Target `%s` has %s not as the base makes %s (%s)", v.project.Target.Name, count(len(b.stale), "node"),
		map[bool]string{true: "it", false: "them"}[len(b.stale) == 1], strings.Join(names, ", "))
	if b.ahead {
		return text + fmt.Sprintf(": it was built of a newer commit of %s. Rebase on that, or what it has more shows below as if this took it away.", code(b.Branch))
	}
	return text + ": it was built of an older commit, or of something else. With `mod apply` of the base there only what this changes would show below."
}

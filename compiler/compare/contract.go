package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
)

// contract compares the enforced contracts of a model. A change that breaks what others rely on is a diagnostic too: an error if the
// model has versions, since then a new version should have been made, and a warning otherwise.
func (p pair) contract() (same bool, broken *diag.Diagnostic) {
	was, is := enforced(p.old), enforced(p.now)
	switch {
	case !was:
		return !is, nil
	case is && p.sameShape():
		return true, nil
	}
	changes := p.breaks(is)
	if len(changes) == 0 {
		return false, nil
	}
	broken = &diag.Diagnostic{
		Severity: diag.Warning, Code: BrokenContract, Span: p.node.At,
		Message: fmt.Sprintf("the contract of model %q is broken: %s", p.node.Name, strings.Join(changes, ", ")),
		Hint:    "add a version for those who rely on the old one: https://docs.getdbt.com/docs/mesh/govern/model-versions",
	}
	if p.node.Version != nil {
		broken.Severity, broken.Hint = diag.Error, "leave this version as it was, and make a new one"
	}
	return false, broken
}

func enforced(node map[string]any) bool { return mapAt(node, "contract")["enforced"] == true }

// sameShape tells whether everything is the same that a contract promises: names, types and constraints of columns in any order,
// and where the warehouse enforces them also the constraints of the model.
func (p pair) sameShape() bool {
	old, now := mapAt(p.old, "columns"), mapAt(p.now, "columns")
	for _, name := range keysOf(old, now) {
		a, b := mapAt(old, name), mapAt(now, name)
		if a == nil || b == nil || !equal(a["data_type"], b["data_type"]) || !equal(a["constraints"], b["constraints"]) {
			return false
		}
	}
	was, is := stores(p.old), stores(p.now)
	return was == is && (!is || equal(p.old["constraints"], p.now["constraints"]) && materialized(p.old) == materialized(p.now))
}

// breaks are the changes on which somebody may stumble.
func (p pair) breaks(stillEnforced bool) []string {
	var out []string
	if !stillEnforced {
		out = append(out, "it is no longer enforced")
	}
	old, now := mapAt(p.old, "columns"), mapAt(p.now, "columns")
	hasConstraints := !blank(p.old["constraints"])
	for _, name := range keysOf(old, nil) {
		a, b := mapAt(old, name), mapAt(now, name)
		hasConstraints = hasConstraints || !blank(a["constraints"])
		before, after := typeName(a), typeName(b)
		switch {
		case b == nil:
			out = append(out, fmt.Sprintf("column %q is gone", name))
		case before != after:
			out = append(out, fmt.Sprintf("column %q is %s and was %s", name, or(after), or(before)))
		case stores(p.old) && removed(a["constraints"], b["constraints"]):
			out = append(out, fmt.Sprintf("column %q lost a constraint", name))
		}
	}
	if stores(p.old) && removed(p.old["constraints"], p.now["constraints"]) {
		out = append(out, "a constraint is gone")
	}
	if stores(p.old) && !stores(p.now) && hasConstraints {
		out = append(out, fmt.Sprintf("it was a %s with constraints and is a %s", materialized(p.old), materialized(p.now)))
	}
	return out
}

// stores tells whether the warehouse keeps constraints for a model of that materialization.
func stores(node map[string]any) bool {
	return slices.Contains([]string{"table", "incremental"}, materialized(node))
}

func materialized(node map[string]any) string {
	text, _ := mapAt(node, "config")["materialized"].(string)
	return text
}

// typeName is a column's type without size and scale, of which a change breaks nothing.
func typeName(column map[string]any) string {
	text, _ := column["data_type"].(string)
	name, _, _ := strings.Cut(text, "(")
	return strings.ToLower(strings.TrimSpace(name))
}

func or(name string) string {
	if name == "" {
		return "of no type"
	}
	return name
}

// removed tells whether a constraint that a warehouse enforces is not among those of now. Which ones it does differs; not null is
// the one that all do.
func removed(old, now any) bool {
	was, _ := old.([]any)
	is, _ := now.([]any)
	return slices.ContainsFunc(was, func(c any) bool {
		constraint, _ := c.(map[string]any)
		return constraint["type"] == "not_null" && !slices.ContainsFunc(is, func(d any) bool { return equal(c, d) })
	})
}

package compiler

import (
	"fmt"
	"time"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// Access is a model's access: "private", "protected" or "public".
func (n *Node) Access() string {
	if v := n.version(); v != nil && v.Access != "" {
		return v.Access
	}
	if n.Props != nil && n.Props.Access != "" {
		return n.Props.Access
	}
	return cmpOr(n.Config.String("access"), "protected")
}

// access checks that a model may be referred to from there: a private one only from its group, and neither a private nor a
// protected one from outside its package if that restricts access. https://docs.getdbt.com/docs/mesh/govern/model-access
func (b *builder) access(n, target *Node, r RefCall) *diag.Diagnostic {
	if n.Type == UnitTest {
		return nil // it stands in for the refs of the model that it tests
	}
	abroad := n.Package != target.Package && target.Package.RestrictAccess
	group, own := b.groupOf(target), b.groupOf(n)
	d := &diag.Diagnostic{Code: PrivateRef, Span: r.At}
	switch access := target.Access(); {
	case abroad && access != "public":
		d.Message = fmt.Sprintf("model %q is %s to the package %q", target.Name, access, target.Package.Name)
		d.Hint = "refer to a model that the package makes public"
	case access != "private" || own != "" && own == group:
		return nil
	case group == "":
		d.Message = fmt.Sprintf("model %q is private and in no group", target.Name)
		d.Hint = `give both models the same "group:", or make it protected`
	default:
		d.Message = fmt.Sprintf("model %q is private to group %q", target.Name, group)
		d.Hint = "refer to a model that the group makes public, or join the group"
	}
	return d
}

// groupOf is the group of a node, "" for none. A generic test is in the group of what it tests.
func (b *builder) groupOf(n *Node) string {
	if n.Config == nil {
		return ""
	}
	if own := n.Config.String("group"); own != "" || n.Test == nil || n.Test.Attached == "" {
		return own
	}
	if tested := b.Nodes[n.Test.Attached]; tested != nil && tested.Config != nil {
		return tested.Config.String("group")
	}
	return ""
}

// checkGroups reports nodes in groups that nothing defines.
func (b *builder) checkGroups() {
	known := map[string]bool{}
	var names []string
	for _, pkg := range b.project.Packages {
		for _, g := range pkg.Props.Groups {
			known[g.Name] = true
			names = append(names, g.Name)
		}
	}
	for _, id := range b.ids {
		n := b.Nodes[id]
		if n == nil || n.Config == nil {
			continue
		}
		if group := n.Config.String("group"); group != "" && !known[group] {
			d := b.problems.Errorf(n.At, UnknownGroup, "%s %q is in the group %q, which does not exist", n.Type, n.Name, group)
			if d.Hint = diag.DidYouMean(group, names); d.Hint == "" {
				d.Hint = `define it under "groups:" in a properties file`
			}
		}
	}
}

// checkDeprecations warns of models past their deprecation_date, and of models that refer to one that has a date.
// https://docs.getdbt.com/reference/resource-properties/deprecation_date
func (b *builder) checkDeprecations() {
	now := time.Unix(0, b.options.Invocation.Started)
	for _, id := range b.ids {
		n := b.Nodes[id]
		if n == nil || n.Type != Model {
			continue
		}
		if date, ok := n.deprecated(); ok && date.Before(now) {
			d := b.problems.Warnf(n.At, DeprecatedModel, "model %s is past its deprecation date %s", n.versionedName(), date.Format(time.DateOnly))
			d.Hint = "disable it, or take it out"
		}
		warned := map[*Node]bool{}
		for _, r := range n.Refs {
			target, problem := b.findRef(n.Package, r)
			if problem == nil && !warned[target] {
				warned[target] = true
				b.checkDeprecatedRef(target, r, now)
			}
		}
	}
}

func (b *builder) checkDeprecatedRef(target *Node, r RefCall, now time.Time) {
	date, ok := target.deprecated()
	if !ok {
		return
	}
	verb := "will be deprecated"
	if date.Before(now) {
		verb = "was deprecated"
	}
	d := b.problems.Warnf(r.At, DeprecatedRef, "model %s %s on %s", target.versionedName(), verb, date.Format(time.DateOnly))
	if latest := target.LatestVersion; latest != nil && jinja.Str(latest) != jinja.Str(target.Version) {
		d.Hint = fmt.Sprintf("refer to the latest version: ref('%s', v=%s)", target.Name, jinja.Repr(latest))
	}
}

// deprecated is the time from which a model is not to be used; ok tells whether there is one.
func (n *Node) deprecated() (date time.Time, ok bool) {
	if n.Type != Model || n.Props == nil {
		return date, false
	}
	date, err := time.Parse(time.RFC3339, n.deprecation())
	return date, err == nil
}

// Dated tells whether a model has a date of deprecation: what is said of it then depends on the day.
func (g *Graph) Dated() bool {
	for _, n := range g.Nodes {
		if _, ok := n.deprecated(); ok {
			return true
		}
	}
	return false
}

// versionedName is a node's name in quotes, with its version if it has one.
func (n *Node) versionedName() string {
	if n.Version == nil {
		return fmt.Sprintf("%q", n.Name)
	}
	return fmt.Sprintf("%q v%s", n.Name, jinja.Str(n.Version))
}

// version is the entry of the model's versions that the node is, nil without versions.
func (n *Node) version() *project.Version {
	if n.Version == nil || n.Props == nil {
		return nil
	}
	for _, v := range n.Props.Versions {
		if jinja.Str(v.V) == jinja.Str(n.Version) {
			return v
		}
	}
	return nil
}

package compiler

import (
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// Publish tells when what a run builds of a node takes the place of what was there: as its config publish says, else as the project does.
// A node that keeps no rows and no query in the warehouse is published at once.
func (g *Graph) Publish(n *Node) project.Publish {
	switch n.Type {
	case Model, Seed, Snapshot:
	default:
		return project.AtOnce
	}
	if !n.Stored() {
		return project.AtOnce
	}
	v, ok := n.Config.Value("publish")
	if !ok {
		return g.Project.Publish
	}
	p, ok := project.PublishOf(v)
	if !ok { // of a project of dbt, where the name may mean anything
		return g.Project.Publish
	}
	return p
}

// checkPublish complains of a config publish that says nothing.
func (b *builder) checkPublish(n *Node) {
	v, ok := n.Config.Value("publish")
	if !ok || !b.project.Native() {
		return
	}
	if _, ok := project.PublishOf(v); !ok {
		b.problems.Errorf(n.At, InvalidConfig, "%s %q has the config publish: %s, which is none of its values", n.Type, n.Name, jinja.Str(v)).Hint = project.PublishHint
	}
}

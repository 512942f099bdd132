package compiler

import (
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// groupConfig is the config of a group as manifests show it. As in dbt, what the project file says of models in the group's folder is
// in it, beside what the group says itself. The dict is the caller's.
func (g *Graph) groupConfig(pkg *project.Package, group *project.Raw) *jinja.Dict {
	fqn := append(append([]string{pkg.Name}, group.File.Folders()...), group.Name)
	c := &Config{Values: jinja.DictOf("meta", jinja.NewDict()), Unrendered: jinja.NewDict()}
	c.applyProject(Model, pkg, fqn)
	c.apply(group.Config)
	if !pkg.IsRoot {
		c.applyProject(Model, g.project.Root, fqn)
	}
	d := jinja.NewDict()
	spellConfig(c.Values, dictForm{d})
	return d
}

package macros

import (
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// reference is the function ref. Its attribute config is what dbt knows of the project when it runs, which packages such as
// elementary ask for their own version and for the variables of the command line.
type reference struct {
	jinja.Func
	context *Context
}

// Attr implements jinja.Attributer.
func (r reference) Attr(name string) (jinja.Value, bool) {
	if name != "config" {
		return nil, false
	}
	return r.context.runtimeConfig(), true
}

func (c *Context) runtimeConfig() *jinja.Dict {
	p := c.Project
	dependencies := jinja.NewDict()
	for _, pkg := range p.Packages {
		dependencies.Put(pkg.Name, describePackage(pkg))
	}
	args, _ := c.runName("invocation_args_dict")
	d := describePackage(p.Root)
	for _, field := range []struct {
		name  string
		value jinja.Value
	}{
		{"profile_name", p.Root.Profile}, {"target_name", p.Target.Name}, {"cli_vars", p.CLIVars}, {"dependencies", dependencies},
		{"args", args},
	} {
		d.Put(field.name, field.value)
	}
	return d
}

func describePackage(p *project.Package) *jinja.Dict {
	return jinja.DictOf("project_name", p.Name, "version", optional(p.Version), "project_root", p.Dir, "vars", givenVars{p.Vars})
}

// givenVars are the vars of a project file, which dbt gives as an object.
type givenVars struct{ given *jinja.Dict }

// Attr implements jinja.Attributer.
func (v givenVars) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "vars":
		return v.given, true
	case "to_dict":
		return jinja.Func{Name: name, Fn: func(*jinja.Call) (jinja.Value, error) { return v.given.Clone(), nil }}, true
	}
	return nil, false
}

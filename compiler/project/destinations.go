package project

import (
	"slices"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// Destination is a connection to a system that syncs write to: an entry of the project file's destinations.
type Destination struct {
	Name string
	Type string // "postgres"
	// Config is every setting but the type: string, bool, int, float64, []any, map[string]any.
	Config map[string]any
	At     diag.Span // its name
	// Problems are those of its settings, such as an environment variable that is not set. They matter to who connects.
	Problems *diag.List

	yaml *node
}

// Place is where a setting stands, or the destination if it is not given.
func (d *Destination) Place(setting string) diag.Span {
	if k, _ := d.yaml.pair(setting); k != nil {
		return k.at
	}
	return d.At
}

// Destination returns the destination of that name, or nil.
func (p *Project) Destination(name string) *Destination {
	for _, d := range p.Destinations {
		if d.Name == name {
			return d
		}
	}
	return nil
}

// destinations reads the block of that name. As in profiles, variables that hold secrets may be read.
func (r *projectReader) destinations() {
	n := r.mappingOr(r.get("destinations"), "destinations")
	if n == nil {
		return
	}
	for i := 0; i+1 < len(n.items); i += 2 {
		k, v := n.items[i], n.items[i+1]
		d := &Destination{Name: k.text, At: k.at, Problems: &diag.List{}, Config: map[string]any{}, yaml: v}
		if v.kind != mapping || v.get("type").isNull() {
			r.list.Errorf(k.at, CodeInvalidProject, "the destination %q has no type", k.text).Hint = `add "type: postgres", or another one`
			continue
		}
		reader := &renderer{
			list: d.Problems, globals: &baseContext{env: r.l.project.Env, vars: r.l.project.CLIVars, target: r.l.project.Target.Dict, secrets: true},
			skip:    func(path []string) bool { return slices.Contains(path, "template") },
			lenient: func(path []string) bool { return slices.ContainsFunc(path, isSecretKey) },
		}
		settings := reader.dict(v)
		d.Type = textOf(settings, "type")
		for key, value := range settings.All() {
			if name := jinja.Str(key); name != "type" {
				d.Config[name] = plain(value)
			}
		}
		r.l.project.Destinations = append(r.l.project.Destinations, d)
	}
}

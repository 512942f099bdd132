package project

import (
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// ParseVars reads the value of --vars: a YAML mapping, as in `{days: 3, since: "2024-01-01"}`. The empty text has no variables.
func ParseVars(text string) (*jinja.Dict, *diag.List) {
	l := &diag.List{}
	src := diag.NewSource("--vars", text)
	n := parseYAML(src, l)
	if l.HasErrors() || n.isNull() {
		return jinja.NewDict(), l
	}
	whole := diag.Span{Source: src, End: len(text)}
	if n.kind != mapping {
		l.Errorf(whole, CodeInvalidVars, "%q is not a YAML mapping", text).Hint = `write it as '{name: value}'`
		return jinja.NewDict(), l
	}
	for i := 0; i+1 < len(n.items); i += 2 {
		// {a:1} is one key "a:1" to YAML, never what was meant.
		if k, v := n.items[i], n.items[i+1]; k.plain && v.isNull() && v.text == "" && indexColon(k.text) > 0 {
			l.Errorf(k.at, CodeInvalidVars, "%q has no space after the colon", k.text).Hint =
				`write "` + k.text[:indexColon(k.text)] + `: ` + k.text[indexColon(k.text)+1:] + `"`
		}
	}
	return variables(n, l), l
}

func indexColon(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] == ':' {
			return i
		}
	}
	return -1
}

// Var resolves var(name) for a node of that package: the command line, then the root project's vars (for that package, then
// for all), then the package's own.
func (p *Project) Var(pkg *Package, name string) (jinja.Value, bool) {
	if v, ok := p.CLIVars.Get(name); ok {
		return v, true
	}
	for _, vars := range p.varScopes(pkg) {
		if v, ok := vars.Get(name); ok {
			return v, true
		}
	}
	return nil, false
}

// Vars are all variables that a node of that package sees, those of the command line first.
func (p *Project) Vars(pkg *Package) *jinja.Dict {
	all := jinja.NewDict()
	scopes := append([]*jinja.Dict{p.CLIVars}, p.varScopes(pkg)...)
	for _, vars := range scopes {
		for k, v := range vars.All() {
			if _, ok := all.Get(k); !ok {
				_ = all.Set(k, v)
			}
		}
	}
	return all
}

// varScopes are the vars that count for a package, the strongest first.
func (p *Project) varScopes(pkg *Package) []*jinja.Dict {
	var scopes []*jinja.Dict
	add := func(from *Package) {
		if from == nil {
			return
		}
		name := from.Name
		if pkg != nil {
			name = pkg.Name
		}
		if own, ok := from.Vars.Get(name); ok {
			if d, ok := own.(*jinja.Dict); ok {
				scopes = append(scopes, d)
			}
		}
		scopes = append(scopes, from.Vars)
	}
	add(p.Root)
	if pkg != nil && pkg != p.Root {
		add(pkg)
	}
	return scopes
}

package project

import (
	"encoding/json"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// Globals are the names YAML may use: var, env_var, target, and the base context (fromyaml, tojson …); they are the ground
// on which the macros' context stands. secrets says that DBT_ENV_SECRET_* may be read (profiles and packages only).
// pkg may be nil: var then knows the command line only, as in a project file.
func (p *Project) Globals(pkg *Package, secrets bool) jinja.Globals {
	c := &baseContext{env: p.Env, vars: p.CLIVars, secrets: secrets, target: p.Target.Dict}
	if p.Root != nil {
		c.project = p.Root.Name
	}
	if pkg != nil {
		c.lookup = func(name string) (jinja.Value, bool) { return p.Var(pkg, name) }
		c.all = func() *jinja.Dict { return p.Vars(pkg) }
	}
	return c
}

// baseContext is dbt's base context. It is immutable and safe for concurrent use.
type baseContext struct {
	env     *Env
	vars    *jinja.Dict // of the command line, and of vars.yml while the project file is read
	secrets bool
	target  *jinja.Dict // nil: there is no target yet
	project string
	// lookup and all, if set, replace vars.
	lookup func(name string) (jinja.Value, bool)
	all    func() *jinja.Dict
}

// Lookup implements jinja.Globals.
func (c *baseContext) Lookup(name string) (jinja.Value, bool) {
	switch name {
	case "var":
		return varFunction{c}, true
	case "env_var":
		return jinja.Func{Name: name, Fn: c.envVar}, true
	case "target":
		return c.target, c.target != nil
	case "project_name":
		return c.project, c.project != ""
	case "builtins":
		d := jinja.NewDict()
		for _, n := range builtinNames {
			if v, ok := c.Lookup(n); ok {
				d.Put(n, v)
			}
		}
		return d, true
	}
	if f, ok := functions[name]; ok {
		return jinja.Func{Name: name, Fn: f}, true
	}
	return nil, false
}

var builtinNames = []string{"var", "env_var", "target", "project_name", "return", "fromjson", "tojson", "fromyaml", "toyaml",
	"set", "set_strict", "zip", "zip_strict", "local_md5", "diff_of_two_dicts"}

// varFunction is var: a function that also has has_var.
type varFunction struct{ *baseContext }

// Call implements jinja.Callable.
func (v varFunction) Call(c *jinja.Call) (jinja.Value, error) {
	args, err := c.Bind("var", 1, "var_name", "default")
	if err != nil {
		return nil, err
	}
	name, ok := args.Value(0).(string)
	if !ok {
		return nil, &diag.Diagnostic{Code: CodeInvalidTemplate, Message: "var needs the name of a variable, as in var('days')"}
	}
	if value, ok := v.get(name); ok {
		return value, nil
	}
	if args.Has(1) {
		return args.Value(1), nil
	}
	return nil, v.missing(name)
}

// Attr implements jinja.Attributer.
func (v varFunction) Attr(name string) (jinja.Value, bool) {
	if name != "has_var" {
		return nil, false
	}
	return jinja.Func{Name: "var.has_var", Fn: func(c *jinja.Call) (jinja.Value, error) {
		args, err := c.Bind("has_var", 1, "var_name")
		if err != nil {
			return nil, err
		}
		_, ok := v.get(jinja.Str(args.Value(0)))
		return ok, nil
	}}, true
}

func (v varFunction) get(name string) (jinja.Value, bool) {
	if v.lookup != nil {
		return v.lookup(name)
	}
	return v.vars.Get(name)
}

func (v varFunction) missing(name string) error {
	all := v.vars
	if v.all != nil {
		all = v.all()
	}
	var names []string
	for k := range all.All() {
		if s, ok := k.(string); ok {
			names = append(names, s)
		}
	}
	return MissingVar(name, names)
}

// MissingVar is the error, a [*diag.Diagnostic], of var(name) where only those variables are set.
func MissingVar(name string, have []string) error {
	p := &diag.Diagnostic{Code: CodeMissingVar, Message: `the variable "` + name + `" is not set`}
	if p.Hint = diag.DidYouMean(name, have); p.Hint == "" {
		p.Hint = `set it under "vars:" or with --vars, or give a default: var('` + name + `', …)`
		if len(have) > 0 {
			p.Hint += "; set are " + strings.Join(have, ", ")
		}
	}
	return p
}

func (c *baseContext) envVar(call *jinja.Call) (jinja.Value, error) {
	args, err := call.Bind("env_var", 1, "var", "default")
	if err != nil {
		return nil, err
	}
	name, ok := args.Value(0).(string)
	if !ok {
		return nil, &diag.Diagnostic{Code: CodeInvalidTemplate, Message: "env_var needs the name of a variable, as in env_var('DBT_USER')"}
	}
	if !c.secrets && strings.HasPrefix(name, secretPrefix) {
		return nil, &diag.Diagnostic{Code: CodeSecretEnvVar, Message: `the secret variable "` + name + `" can only be read in profiles and packages`,
			Hint: "read it in profiles.yml, or rename the variable"}
	}
	if v, ok := c.env.Lookup(name); ok {
		return v, nil
	}
	if args.Value(1) != nil {
		return args.Value(1), nil
	}
	p := &diag.Diagnostic{Code: CodeMissingEnvVar, Message: `the environment variable "` + name + `" is not set`}
	if p.Hint = diag.DidYouMean(name, c.env.names()); p.Hint == "" {
		p.Hint = "set it, or give a default: env_var('" + name + "', …)"
	}
	return nil, p
}

// fromJSON reads JSON; numbers without point and exponent are ints.
func fromJSON(text string) (jinja.Value, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	v, err := jsonValue(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err == nil {
		return nil, &diag.Diagnostic{Code: CodeInvalidTemplate, Message: "text after the JSON value"}
	}
	return v, nil
}

// jsonValue reads token by token, because objects keep their order.
func jsonValue(dec *json.Decoder) (jinja.Value, error) {
	t, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch t := t.(type) {
	case json.Number:
		if v, ok := resolveJSONNumber(t.String()); ok {
			return v, nil
		}
		return t.Float64()
	case json.Delim:
		if t == '[' {
			list := jinja.NewList()
			for dec.More() {
				v, err := jsonValue(dec)
				if err != nil {
					return nil, err
				}
				list.Items = append(list.Items, v)
			}
			_, err := dec.Token()
			return list, err
		}
		d := jinja.NewDict()
		for dec.More() {
			k, err := dec.Token()
			if err != nil {
				return nil, err
			}
			v, err := jsonValue(dec)
			if err != nil {
				return nil, err
			}
			d.Put(k.(string), v)
		}
		_, err := dec.Token()
		return d, err
	}
	return t, nil
}

func resolveJSONNumber(s string) (jinja.Value, bool) {
	if strings.ContainsAny(s, ".eE") {
		return nil, false
	}
	if strings.HasPrefix(s, "-") {
		return resolveInt(-1, s[1:])
	}
	return resolveInt(1, s)
}

package macros

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
	"github.com/modsql/mod/compiler/macros/modules"
	"github.com/modsql/mod/compiler/project"
)

// speechName resolves functions of the language: what needs neither the node nor the warehouse.
func (c *Context) speechName(name string) (jinja.Value, bool) {
	switch name {
	case "builtins":
		return builtins{c}, true
	case "var":
		return variables{c}, true
	case "env_var":
		return c.envVar(), c.Used != nil
	case "modules":
		return timed{modules.New(time.Unix(0, c.started())), c.Invocation}, true
	case "exceptions":
		return exceptions{c}, true
	case "log":
		return bind.Func(name, "msg info?", c.log), true
	case "print":
		return bind.Func(name, "msg", c.print), true
	case "render":
		return bind.Func(name, "string", c.render), true
	case "write":
		return bind.Func(name, "payload", c.write), true
	case "validation":
		return jinja.DictOf("any", anyOf{}), true
	case "try_or_compiler_error":
		return bind.Func(name, "message_if_exception func *args **kwargs", tryOrCompilerError), true
	case "adapter_macro":
		return bind.Func(name, "name *args **kwargs", c.adapterMacro), true
	}
	return nil, false
}

// timed is the object modules, of which one tells the time.
type timed struct {
	modules jinja.Value
	run     *Invocation
}

// Attr implements jinja.Attributer.
func (t timed) Attr(name string) (jinja.Value, bool) {
	if name == "datetime" && t.run != nil {
		t.run.hear("modules.datetime")
	}
	return t.modules.(jinja.Attributer).Attr(name)
}

// Index implements jinja.Indexer.
func (t timed) Index(key jinja.Value) (jinja.Value, bool, error) {
	name, _ := key.(string)
	v, ok := t.Attr(name)
	return v, ok, nil
}

func (c *Context) started() int64 {
	if c.Invocation == nil {
		return 0
	}
	return c.Invocation.Started
}

// Instant is a time as templates see it: a datetime in UTC.
func Instant(t time.Time) jinja.Value { return modules.DateTimeOf(t.UTC()) }

// Wall is a time as templates see it: a datetime in UTC that does not know its zone.
func Wall(t time.Time) jinja.Value { return modules.NaiveOf(t.UTC()) }

func (i *Invocation) startedAt() jinja.Value {
	if i.StartedAt != nil {
		return i.StartedAt
	}
	return modules.DateTimeOf(time.Unix(0, i.Started).UTC())
}

func refFunction(c *Context) reference {
	return reference{context: c, Func: jinja.Func{Name: "ref", Fn: func(call *jinja.Call) (jinja.Value, error) {
		a, err := bind.To(call, "ref", "*names version? v? **options")
		if err != nil {
			return nil, err
		}
		names, err := stringArguments("ref", a.Rest)
		if err != nil {
			return nil, err
		}
		version := a.Value("version")
		if !jinja.Truth(version) {
			version = a.Value("v")
		}
		switch len(names) {
		case 1:
			return c.Ref(call, "", names[0], version)
		case 2:
			return c.Ref(call, names[0], names[1], version)
		}
		return nil, fmt.Errorf("ref() takes the name of a model, or a package and a name, but %d arguments were given", len(names))
	}}}
}

func sourceFunction(c *Context) jinja.Func {
	return jinja.Func{Name: "source", Fn: func(call *jinja.Call) (jinja.Value, error) {
		a, err := bind.To(call, "source", "*names **options")
		if err != nil {
			return nil, err
		}
		names, err := stringArguments("source", a.Rest)
		if err != nil {
			return nil, err
		}
		if len(names) != 2 {
			return nil, fmt.Errorf("source() takes the name of a source and of its table, but %d arguments were given", len(names))
		}
		return c.Source(call, names[0], names[1])
	}}
}

// namedFunction is a function of a name, or of a package and a name.
func namedFunction(name, of string, find func(c *jinja.Call, pkg, name string) (jinja.Value, error)) jinja.Func {
	return jinja.Func{Name: name, Fn: func(call *jinja.Call) (jinja.Value, error) {
		a, err := bind.To(call, name, "*names")
		if err != nil {
			return nil, err
		}
		names, err := stringArguments(name, a.Rest)
		if err != nil {
			return nil, err
		}
		switch len(names) {
		case 1:
			return find(call, "", names[0])
		case 2:
			return find(call, names[0], names[1])
		}
		return nil, fmt.Errorf("%s() takes the name of %s, or a package and a name, but %d arguments were given", name, of, len(names))
	}}
}

func stringArguments(function string, args []jinja.Value) ([]string, error) {
	var out []string
	for _, v := range args {
		s, ok := v.(string)
		if !ok {
			if u, isUndefined := v.(*jinja.Undefined); isUndefined {
				return nil, fmt.Errorf("'%s' is undefined, and %s() needs a name", u.Name, function)
			}
			return nil, fmt.Errorf("the arguments of %s() must be strings, not %s", function, jinja.TypeName(v))
		}
		out = append(out, s)
	}
	return out, nil
}

// variables is var: a function with has_var.
type variables struct{ context *Context }

// Call implements jinja.Callable. While parsing, a variable that is not set is None, as in dbt.
func (v variables) Call(call *jinja.Call) (jinja.Value, error) {
	a, err := bind.To(call, "var", "var_name default?")
	if err != nil {
		return nil, err
	}
	name, err := a.Text("var_name", "")
	if err != nil {
		return nil, err
	}
	if value, ok := v.find(name); ok {
		value, err = v.rendered(call, name, value)
		return v.context.used("var", name, value), err
	}
	if a.Given("default") || !v.context.Execute {
		return v.context.used("var", name, a.Value("default")), nil
	}
	return nil, project.MissingVar(name, v.names())
}

// used tells of a variable that was asked for, and returns what it is.
func (c *Context) used(kind, name string, value jinja.Value) jinja.Value {
	if c.Used != nil {
		c.Used(kind, name, value)
	}
	return value
}

// envVar is env_var that tells which are asked for.
func (c *Context) envVar() jinja.Value {
	return jinja.Func{Name: "env_var", Fn: func(call *jinja.Call) (jinja.Value, error) {
		ground, _ := c.Project.Globals(c.Package, false).Lookup("env_var")
		value, err := ground.(jinja.Callable).Call(call)
		if err != nil || len(call.Args) == 0 {
			return value, err
		}
		return c.used("env var", jinja.Str(call.Args[0]), value), nil
	}}
}

func (v variables) find(name string) (jinja.Value, bool) {
	if v.context.Vars != nil {
		if value, ok := v.context.Vars.Get(name); ok {
			return value, true
		}
	}
	return v.context.Project.Var(v.context.Package, name)
}

// rendered renders a variable that is itself a template. A list or dict is the context's own.
func (v variables) rendered(call *jinja.Call, name string, value jinja.Value) (jinja.Value, error) {
	text, ok := value.(string)
	if !ok {
		return v.context.mine("var "+name, value), nil
	}
	if !strings.Contains(text, "{{") && !strings.Contains(text, "{%") {
		return value, nil
	}
	return renderText(call, "var", text)
}

func (v variables) names() []string {
	var names []string
	for k := range v.context.Project.Vars(v.context.Package).All() {
		names = append(names, jinja.Str(k))
	}
	return names
}

// Attr implements jinja.Attributer.
func (v variables) Attr(name string) (jinja.Value, bool) {
	if name != "has_var" {
		return nil, false
	}
	return bind.Func("var.has_var", "var_name", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
		name, err := a.Text("var_name", "")
		_, ok := v.find(name)
		return ok, err
	}), true
}

func (c *Context) log(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	if c.Invocation != nil && c.Invocation.Log != nil {
		c.Invocation.Log(jinja.Str(a.Value("msg")), a.Bool("info", false))
	}
	return "", nil
}

func (c *Context) print(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	if c.Invocation != nil && c.Invocation.Print != nil {
		c.Invocation.Print(jinja.Str(a.Value("msg")))
	}
	return "", nil
}

func (c *Context) write(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	if c.Write == nil {
		return "", nil
	}
	return "", c.Write(jinja.Str(a.Value("payload")))
}

func (c *Context) render(call *jinja.Call, a bind.Args) (jinja.Value, error) {
	return renderText(call, "render", jinja.Str(a.Value("string")))
}

// renderText renders a text that a template made, with the names of the rendering that is in progress.
func renderText(call *jinja.Call, what, text string) (jinja.Value, error) {
	t, problems := jinja.Parse(&diag.Source{Path: "<" + what + ">", Text: text})
	if err := problems.Err(); err != nil {
		return nil, err
	}
	out, err := call.State.Render(t, nil)
	if err != nil {
		return nil, err
	}
	return out.Text, nil
}

// anyOf is validation.any: called or subscripted with values, it is a check that a config has one of them.
type anyOf struct{}

// Call implements jinja.Callable.
func (anyOf) Call(c *jinja.Call) (jinja.Value, error) { return oneOf(c.Args), nil }

// Index implements jinja.Indexer.
func (anyOf) Index(key jinja.Value) (jinja.Value, bool, error) {
	if t, ok := key.(*jinja.Tuple); ok {
		return oneOf(t.Items), true, nil
	}
	return oneOf([]jinja.Value{key}), true, nil
}

func oneOf(allowed []jinja.Value) jinja.Func {
	return bind.Func("validation", "value", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
		var shown []string
		for _, want := range allowed {
			// A name of a Python type, as in validation.any[basestring], is not defined: it checks nothing.
			if _, undefined := want.(*jinja.Undefined); undefined || jinja.Equal(want, a.Value("value")) {
				return nil, nil
			}
			shown = append(shown, jinja.Str(want))
		}
		return nil, fmt.Errorf("expected value %q to be one of %s", jinja.Str(a.Value("value")), strings.Join(shown, ","))
	})
}

func tryOrCompilerError(c *jinja.Call, a bind.Args) (jinja.Value, error) {
	v, err := c.State.Call(a.Value("func"), a.Rest, a.Extra)
	var leaving *jinja.Return
	if err == nil || errors.As(err, &leaving) {
		return v, err
	}
	return nil, &diag.Diagnostic{Code: Raised, Message: jinja.Str(a.Value("message_if_exception"))}
}

// adapterMacro is dbt's old spelling of adapter.dispatch: adapter_macro("package.name", …).
func (c *Context) adapterMacro(call *jinja.Call, a bind.Args) (jinja.Value, error) {
	full, err := a.Text("name", "")
	if err != nil {
		return nil, err
	}
	pkg, name, ok := strings.Cut(full, ".")
	if !ok {
		pkg, name = "", full
	}
	m, err := c.dispatch(pkg, name)
	if err != nil {
		return nil, err
	}
	return call.State.Call(m, a.Rest, a.Extra)
}

// unsupported is a name of dbt's that mod does not offer.
func unsupported(name string) jinja.Func {
	return jinja.Func{Name: name, Fn: func(*jinja.Call) (jinja.Value, error) {
		return nil, &diag.Diagnostic{Code: Unsupported, Message: "mod does not offer " + name + "()"}
	}}
}

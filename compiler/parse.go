package compiler

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// parse reads a draft's template and renders it once with execute off, to hear its ref(), source() and config() calls.
func (b *builder) parse(d *draft) {
	d.calls = newCalls()
	if d.Type == Seed {
		d.Checksum = seedChecksum(d.File)
		return
	}
	if d.IsPython() {
		b.parsePython(d)
		return
	}
	if d.template == nil {
		t, problems := jinja.Parse(d.File.Source)
		d.problems.Append(problems)
		if t == nil {
			return
		}
		d.template = t
		d.refuseSnapshots()
	}
	if isBlank(d.Raw) {
		// As in dbt, it is there but never run.
		d.problems.Warnf(diag.Span{Source: d.File.Source}, EmptyModel, "%s %q is empty", d.Type, d.Name).Hint = "write a select, or delete the file"
	}
	b.hear(d)
}

// newCalls is a layer for config() calls, of which most nodes have none: one piece of memory.
func newCalls() *project.Layer {
	c := &struct {
		project.Layer
		values, unrendered jinja.Dict
	}{}
	c.Values, c.Unrendered = &c.values, &c.unrendered
	return &c.Layer
}

// hear renders a draft's template to collect its calls.
func (g *Graph) hear(d *draft) {
	c := g.parseContext(d)
	out, err := d.template.Render(context.Background(), c, jinja.Options{Lenient: true, Missed: d.missed})
	if err != nil {
		d.problems.Add(problem(err, d.At))
	}
	g.hearBareRefs(d, out)
	d.unrender(d.template)
}

// missed warns of a call of what nobody defines. As in dbt it fails this node, when its turn comes, and no other.
func (d *draft) missed(e *jinja.Error) {
	p := e.Diagnostic()
	p.Severity = diag.Warning
	if p.Hint == "" && !strings.Contains(p.Message, "did you mean") {
		p.Hint = "define it, or install the package that has it"
	}
	d.problems.Add(p)
}

// unrender keeps the configs of the draft's config() call as they are written, so that what differs from one environment to the
// next is no change of the node. As in dbt, the first call in the template counts; one without keywords is kept as rendered, and
// so are those of a template that is simple enough to be read without being rendered.
func (d *draft) unrender(t *jinja.Template) {
	if t == nil || d.calls.Values.Len() == 0 {
		return
	}
	_, pre := d.calls.Values.Get("pre_hook")
	_, post := d.calls.Values.Get("post_hook")
	if d.Type == Model && !pre && !post && t.OnlyCalls("ref", "source", "config") {
		return
	}
	for _, i := range t.Invocations() {
		if i.Namespace != "" || i.Name != "config" {
			continue
		}
		written := jinja.NewDict()
		for _, a := range i.Args {
			if text, ok := a.Value.(string); ok {
				written.Put(a.Name, text)
			} else if a.Name != "" {
				written.Put(a.Name, a.Text)
			}
		}
		if written.Len() > 0 {
			d.calls.Unrendered = written
		}
		return
	}
}

// parseContext is what a template sees while it is parsed: its calls are recorded, and ref() answers with the node itself, as
// dbt's does, since nothing has a name yet.
func (g *Graph) parseContext(d *draft) *macros.Context {
	n := d.Node
	self := macros.NewRelation(g.Dialect, relation.Relation{
		Database: g.project.Target.Database, Schema: g.project.Target.Schema, Name: n.Name,
	}, relation.Unknown)
	c := g.context(n)
	c.Config = &parsedConfig{draft: d, graph: g}
	c.Model = func() *jinja.Dict { g.foresee(d); return g.describeOwn(n) }
	c.This = self
	c.Ref = func(call *jinja.Call, pkg, name string, version jinja.Value) (jinja.Value, error) {
		n.Refs = append(n.Refs, RefCall{Package: pkg, Name: name, Version: version, At: call.Span})
		return self, nil
	}
	c.Source = func(call *jinja.Call, source, table string) (jinja.Value, error) {
		n.Sources = append(n.Sources, SourceCall{Source: source, Table: table, At: call.Span})
		return self, nil
	}
	c.Function = func(call *jinja.Call, pkg, name string) (jinja.Value, error) {
		n.Functions = append(n.Functions, RefCall{Package: pkg, Name: name, At: call.Span})
		return self, nil
	}
	c.Metric = func(call *jinja.Call, pkg, name string) (jinja.Value, error) {
		n.Metrics = append(n.Metrics, RefCall{Package: pkg, Name: name, At: call.Span})
		return name, nil
	}
	c.Direct = func(m *macros.Macro) { n.addMacro(m.ID) }
	c.Asked = func(string, diag.Span) { n.Introspective = true }
	return c
}

// foresee gives a draft that is being parsed the config that it has until its template has been heard: what the project file and the
// properties say. Few templates ask.
func (g *Graph) foresee(d *draft) {
	if d.Config == nil {
		d.Config = g.mergeConfig(d.Type, d.Package, d.FQN, d.layers, d.foreseen)
	}
}

// problem is an error of a template as a diagnostic; at is where it is shown if it has no place of its own.
func problem(err error, at diag.Span) *diag.Diagnostic {
	var d *diag.Diagnostic
	var e *jinja.Error
	switch {
	case errors.As(err, &d) && errors.As(err, &e):
		return inPlace(d, e)
	case errors.As(err, &d):
		return d
	case errors.As(err, &e):
		return e.Diagnostic()
	default:
		return &diag.Diagnostic{Code: InvalidConfig, Span: at, Message: err.Error()}
	}
}

// inPlace gives a problem that a host function found the place of its call, which the template knows.
func inPlace(d *diag.Diagnostic, e *jinja.Error) *diag.Diagnostic {
	placed := *d
	if placed.Span.IsZero() {
		at := e.Diagnostic()
		placed.Span, placed.Related = at.Span, append(slices.Clip(placed.Related), at.Related...)
	}
	return &placed
}

func (n *Node) addMacro(id string) {
	for _, known := range n.Macros {
		if known == id {
			return
		}
	}
	n.Macros = append(n.Macros, id)
}

func isBlank(s string) bool { return strings.TrimFunc(s, unicode.IsSpace) == "" }

// parsedConfig is the config object of a template that is being parsed: calling it records configs, and its answers are empty.
type parsedConfig struct {
	draft *draft
	graph *Graph
}

// Call implements jinja.Callable: config(materialized='table') or config({'materialized': 'table'}).
func (p *parsedConfig) Call(c *jinja.Call) (jinja.Value, error) {
	given := c.Kwargs
	if len(c.Args) == 1 && given.Len() == 0 {
		d, ok := c.Args[0].(*jinja.Dict)
		if !ok {
			return nil, fmt.Errorf("config() takes keyword arguments or one dict, not %s", jinja.TypeName(c.Args[0]))
		}
		given = d
	} else if len(c.Args) > 0 {
		return nil, errors.New("config() takes keyword arguments or one dict")
	}
	if err := oneSpelling(given); err != nil {
		return nil, err
	}
	p.draft.record(given, c.Span)
	return "", nil
}

// oneSpelling refuses configs that say the same thing under two names, such as pre_hook and pre-hook.
func oneSpelling(given *jinja.Dict) error {
	said := map[string]string{}
	for k := range given.All() {
		key := jinja.Str(k)
		if other, twice := said[configKey(key)]; twice {
			return &diag.Diagnostic{Code: InvalidConfig, Message: fmt.Sprintf("config() says both %s and %s, which are the same", other, key), Hint: "say one of them"}
		}
		said[configKey(key)] = key
	}
	return nil
}

// Attr implements jinja.Attributer.
func (p *parsedConfig) Attr(name string) (jinja.Value, bool) {
	empty := func(*jinja.Call) (jinja.Value, error) { return "", nil }
	switch name {
	case "get":
		return jinja.Func{Name: "config.get", Fn: func(c *jinja.Call) (jinja.Value, error) {
			// dbt answers parse-time questions with "", except for meta, which templates take apart.
			if len(c.Args) > 0 && jinja.Equal(c.Args[0], "meta") {
				p.graph.foresee(p.draft)
				return p.draft.Config.Meta(), nil
			}
			return "", nil
		}}, true
	case "require", "meta_get", "meta_require":
		return jinja.Func{Name: "config." + name, Fn: empty}, true
	case "persist_relation_docs", "persist_column_docs":
		return jinja.Func{Name: "config." + name, Fn: func(*jinja.Call) (jinja.Value, error) { return false, nil }}, true
	case "set":
		return jinja.Func{Name: "config.set", Fn: func(c *jinja.Call) (jinja.Value, error) {
			if len(c.Args) == 2 {
				p.draft.record(jinja.DictOf(jinja.Str(c.Args[0]), c.Args[1]), c.Span)
			}
			return "", nil
		}}, true
	default:
		return nil, false
	}
}

// record merges a config() call into the draft's.
func (d *draft) record(given *jinja.Dict, at diag.Span) {
	values := jinja.NewDict()
	for k, v := range given.All() {
		key := configKey(jinja.Str(k))
		values.Put(key, v)
		d.calls.Unrendered.Put(key, v)
		if d.calls.At == nil {
			d.calls.At = map[string]diag.Span{}
		}
		d.calls.At[key] = at
	}
	project.Merge(d.calls.Values, values)
}

package project

import (
	"context"
	"errors"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// renderLimits bound a template in YAML, which has no business to be long.
var renderLimits = jinja.Options{Steps: 1_000_000, Depth: 100, Output: 1 << 20}

// renderer turns YAML into values. Text with templates is rendered as dbt does it: a text that is a single expression becomes
// the expression's value.
type renderer struct {
	globals jinja.Globals // nil renders nothing
	// times makes unquoted dates and times Python's objects, which dbt's variables are; all else that dbt reads of YAML gets their texts.
	times bool
	list  *diag.List
	// skip tells which places are left as they are written; nil skips none. The path has "" for the items of a list.
	skip func(path []string) bool
	path []string
	// lenient keeps a text that cannot be rendered, for passwords, which may look like templates. A variable that is not set is told
	// even so: nobody's password is a call of env_var.
	lenient func(path []string) bool
}

// value is n's value. Lists and dicts are fresh.
func (r *renderer) value(n *node) jinja.Value {
	if n == nil {
		return nil
	}
	switch n.kind {
	case mapping:
		return r.dict(n)
	case sequence:
		items := make([]jinja.Value, len(n.items))
		for i, item := range n.items {
			items[i] = r.at("", item)
		}
		return jinja.NewList(items...)
	}
	if r.times && (n.tag == "" && n.plain || n.tag == "!!timestamp") {
		if v, ok := timeValue(n.text); ok {
			return v
		}
	}
	v := resolveScalar(n)
	if s, ok := v.(string); ok && r.globals != nil && needsRendering(s) && (r.skip == nil || !r.skip(r.path)) {
		return r.text(n, s)
	}
	return v
}

// dict is the value of a mapping.
func (r *renderer) dict(n *node) *jinja.Dict {
	d := jinja.NewDict()
	for i := 0; i+1 < len(n.items); i += 2 {
		k, v := n.items[i], n.items[i+1]
		if k.kind != scalar {
			r.list.Errorf(k.at, CodeInvalidYAML, "a key must be text, not a %s", k.kind)
			continue
		}
		if key, ok := resolveScalar(k).(string); ok {
			d.Put(key, r.at(key, v))
		} else if err := d.Set(resolveScalar(k), r.at(k.text, v)); err != nil {
			r.list.Errorf(k.at, CodeInvalidYAML, "%v", err)
		}
	}
	return d
}

// at is the value of n at a step further down.
func (r *renderer) at(step string, n *node) jinja.Value {
	r.path = append(r.path, step)
	v := r.value(n)
	r.path = r.path[:len(r.path)-1]
	return v
}

// needsRendering is false for text that a template engine would hand back as it is. It drops one line break at the end.
func needsRendering(s string) bool {
	return strings.HasSuffix(s, "\n") || hasTemplate(s)
}

func hasTemplate(s string) bool {
	for i := strings.IndexByte(s, '{'); i >= 0 && i+1 < len(s); {
		if c := s[i+1]; c == '{' || c == '%' || c == '#' {
			return true
		}
		next := strings.IndexByte(s[i+1:], '{')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// text renders a scalar's text.
func (r *renderer) text(n *node, s string) jinja.Value {
	if !hasTemplate(s) {
		return strings.TrimSuffix(s, "\n")
	}
	src := diag.NewSource(n.at.Source.Path, s)
	template, problems := jinja.Parse(src)
	if problems.HasErrors() || template == nil {
		if r.lenient != nil && r.lenient(r.path) {
			return s
		}
		for _, d := range problems.Sorted() {
			moved := *d
			moved.Span, moved.Related = placeInYAML(n, src, d.Span), nil
			r.list.Add(&moved)
		}
		return s
	}
	v, err := template.Native(context.Background(), r.globals, renderLimits)
	if err != nil {
		problem := templateProblem(n, src, err)
		if problem.Code == CodeMissingEnvVar || r.lenient == nil || !r.lenient(r.path) {
			r.list.Add(problem)
		}
		return s
	}
	return v
}

// Evaluate is the value of a text with a template, as the project file may have it: a single expression gives its own value, anything else
// is text. It knows the target, and the variables of the command line.
func (p *Project) Evaluate(text string) (jinja.Value, error) {
	template, problems := jinja.Parse(diag.NewSource("", text))
	for _, d := range problems.Sorted() {
		if d.Severity == diag.Error {
			return nil, d
		}
	}
	return template.Native(context.Background(), p.Globals(nil, false), renderLimits)
}

// templateProblem makes a diagnostic, at its place in the YAML, of the error of a rendering.
func templateProblem(n *node, src *diag.Source, err error) *diag.Diagnostic {
	d := &diag.Diagnostic{Code: CodeInvalidTemplate, Span: n.at, Message: err.Error()}
	var failed *jinja.Error
	if errors.As(err, &failed) {
		d.Message, d.Hint = failed.Message, failed.Hint
		d.Span = placeInYAML(n, src, failed.Span)
	}
	var cause *diag.Diagnostic // of a function of the context
	if errors.As(err, &cause) {
		d.Code, d.Message, d.Hint = cause.Code, cause.Message, cause.Hint
	}
	return d
}

// placeInYAML maps a span of a scalar's text to the YAML file: exactly where the text stands there as it is, otherwise the
// whole scalar.
func placeInYAML(n *node, src *diag.Source, at diag.Span) diag.Span {
	if at.Source != src {
		return n.at
	}
	written := n.at.Text()
	if i := strings.Index(written, src.Text); i >= 0 && i <= 1 {
		return diag.Span{Source: n.at.Source, Start: n.at.Start + i + at.Start, End: n.at.Start + i + at.End}
	}
	return n.at
}

// raw is n's value without rendering.
func raw(n *node, l *diag.List) jinja.Value {
	r := renderer{list: l}
	return r.value(n)
}

// variables is a mapping's value without rendering, for var().
func variables(n *node, l *diag.List) *jinja.Dict {
	r := renderer{list: l, times: true}
	return r.dict(n)
}

func (k kind) String() string {
	switch k {
	case sequence:
		return "list"
	case mapping:
		return "mapping"
	}
	return "scalar"
}

package selector

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// File is a project's selectors.yml: selections that have a name. A nil *File has none.
// Its form: https://docs.getdbt.com/reference/node-selection/yaml-selectors.
type File struct{ entries []*entry }

type entry struct {
	name string
	x    expression
	def  bool // `default: true`: it stands in for a missing --select
	yaml *yaml.Node
	// broken is why it cannot be told whether it is the default; nil if it can.
	broken *diag.Diagnostic
}

// Render gives the value of a text that has a template in it, as the project file has values. It must be pure.
type Render func(text string) (jinja.Value, error)

// ParseFile reads a selectors.yml. What can be read of a file with mistakes is returned beside them. Its texts may be templates; without
// render they stay as they are written.
func ParseFile(src *diag.Source, render Render) (*File, *diag.List) {
	l := &diag.List{}
	r := fileReader{src: src, problems: l, render: render}
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(src.Text), &doc); err != nil {
		l.Errorf(diag.Span{Source: src}, InvalidSelector, "%s", strings.TrimPrefix(err.Error(), "yaml: "))
		return &File{}, l
	}
	if len(doc.Content) == 0 {
		return &File{}, l
	}
	return r.file(doc.Content[0]), l
}

// Names are the names of the selectors, in order.
func (f *File) Names() []string {
	if f == nil {
		return nil
	}
	var names []string
	for _, e := range f.entries {
		names = append(names, e.name)
	}
	return names
}

func (f *File) find(name string) *entry {
	if f == nil {
		return nil
	}
	if i := slices.IndexFunc(f.entries, func(e *entry) bool { return e.name == name }); i >= 0 {
		return f.entries[i]
	}
	return nil
}

// named is the expression of --selector.
func (f *File) named(name string, l *diag.List) expression {
	if e := f.find(name); e != nil {
		return e.x
	}
	at := diag.Span{Source: diag.NewSource("--selector", name), End: len(name)}
	hint := suggest(name, f.Names())
	if len(f.Names()) == 0 {
		hint = "define it in selectors.yml next to the project file"
	}
	l.Errorf(at, UnknownSelector, "there is no selector %q", name).Hint = hint
	return everything{}
}

// fallback is the expression of the default selector, nil if there is none. A default that could not be rendered is a problem only here,
// where it counts.
func (f *File) fallback(l *diag.List) expression {
	if f == nil {
		return nil
	}
	var x expression
	for _, e := range f.entries {
		switch {
		case e.broken != nil:
			l.Add(e.broken)
		case e.def:
			x = e.x
		}
	}
	return x
}

// matching evaluates the selectors whose name a criterion matches.
func (f *File) matching(c *criterion, e *evaluation) set {
	picked, found := set{}, false
	if f != nil {
		for _, entry := range f.entries {
			if !glob(c.value, entry.name) {
				continue
			}
			found = true
			if slices.Contains(e.within, entry.name) {
				e.problems.Errorf(c.at, InvalidSelector, "the selector %q contains itself", entry.name).Hint =
					"selectors refer to each other in a circle: " + strings.Join(append(e.within, entry.name), " -> ")
				return set{}
			}
			inner := *e
			inner.within = append(slices.Clone(e.within), entry.name)
			direct, _ := entry.x.eval(&inner)
			picked = union.join([]set{picked, direct})
		}
	}
	if !found {
		e.problems.Errorf(c.at, UnknownSelector, "there is no selector %q", c.value).Hint = suggest(c.value, f.Names())
	}
	return picked
}

// fileReader turns the YAML of a selectors.yml into expressions.
type fileReader struct {
	src      *diag.Source
	problems *diag.List
	render   Render
}

// rendered puts the values of the templates below a node in their places, but for the defaults of selectors.
func (r *fileReader) rendered(n *yaml.Node) {
	for i, inner := range n.Content {
		if n.Kind != yaml.MappingNode || i%2 == 0 || n.Content[i-1].Value != "default" {
			r.rendered(inner)
		}
	}
	if d := r.scalar(n); d != nil {
		r.problems.Add(d)
	}
}

// scalar puts the value of a template in its place, or says why it has none.
func (r *fileReader) scalar(n *yaml.Node) *diag.Diagnostic {
	if r.render == nil || n == nil || n.Kind != yaml.ScalarNode || !strings.Contains(n.Value, "{{") && !strings.Contains(n.Value, "{%") {
		return nil
	}
	v, err := r.render(n.Value)
	if err != nil {
		d := &diag.Diagnostic{Code: InvalidSelector, Span: r.at(n), Message: err.Error()}
		var cause *diag.Diagnostic
		if errors.As(err, &cause) {
			d.Code, d.Message, d.Hint = cause.Code, cause.Message, cause.Hint
		}
		return d
	}
	n.Style, n.Tag, n.Value = 0, "!!str", jinja.Str(v)
	if is, ok := v.(bool); ok {
		n.Tag, n.Value = "!!bool", strconv.FormatBool(is)
	}
	return nil
}

func (r *fileReader) file(root *yaml.Node) *File {
	f := &File{}
	if root.Kind == yaml.MappingNode && len(root.Content) == 0 {
		return f
	}
	r.rendered(root)
	defaults := 0
	list := field(root, "selectors")
	if list == nil || list.Kind != yaml.SequenceNode {
		r.errorf(root, `begin it with "selectors:" and a list of entries with name: and definition:`, "the file has no list of selectors")
		return f
	}
	for _, item := range list.Content {
		name, definition := field(item, "name"), field(item, "definition")
		if name == nil || name.Value == "" || definition == nil {
			r.errorf(item, "", "a selector needs a name and a definition")
			continue
		}
		e := &entry{name: name.Value, yaml: item, broken: r.scalar(field(item, "default"))}
		e.def = truth(field(item, "default"))
		if f.find(e.name) != nil {
			r.errorf(name, "", "the selector %q is defined twice", e.name)
		}
		if e.def {
			defaults++
		}
		if e.def && defaults > 1 {
			r.errorf(name, "", "a second selector has default: true")
		}
		if e.x = r.expression(definition); e.x != nil {
			f.entries = append(f.entries, e)
		}
	}
	return f
}

// expression reads a definition; nil if it reported an error.
func (r *fileReader) expression(n *yaml.Node) expression {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch {
	case n.Kind == yaml.ScalarNode:
		return r.text(n)
	case n.Kind != yaml.MappingNode || len(n.Content) == 0:
		r.errorf(n, "", "a definition is text, or a mapping with method and value, union, or intersection")
		return nil
	}
	for i, op := range []operator{union, intersection} {
		if list := field(n, []string{"union", "intersection"}[i]); list != nil {
			return r.group(op, list)
		}
	}
	return r.mapping(n)
}

// text reads a definition in the form of the command line.
func (r *fileReader) text(n *yaml.Node) expression {
	before := r.problems.Len()
	own := &diag.List{}
	x := parse(r.src.Path, []string{n.Value}, "", own)
	for _, d := range own.Sorted() {
		d.Span = r.at(n)
		r.problems.Add(d)
	}
	if r.problems.Len() > before {
		return nil
	}
	if g, ok := x.(*group); ok && len(g.parts) == 1 {
		return relocate(g.parts[0], r.at(n))
	}
	return relocate(x, r.at(n))
}

// relocate moves what a definition says of itself to its place in the file, and drops the warnings of the command line.
func relocate(x expression, at diag.Span) expression {
	switch x := x.(type) {
	case *criterion:
		x.at = at
	case *group:
		x.expected = diag.Span{}
		for _, part := range x.parts {
			relocate(part, at)
		}
	}
	return x
}

// group reads the list of a union or intersection; an entry exclude: is taken away from the rest.
func (r *fileReader) group(op operator, list *yaml.Node) expression {
	if list.Kind != yaml.SequenceNode {
		r.errorf(list, "", "a union or intersection is a list of definitions")
		return nil
	}
	g := &group{op: op}
	var without expression
	for _, item := range list.Content {
		if item.Kind == yaml.MappingNode && field(item, "exclude") != nil && field(item, "method") == nil {
			if without != nil {
				r.errorf(item, "", "a second exclude in one list")
			}
			without = r.group(union, field(item, "exclude"))
		} else if x := r.expression(item); x != nil {
			g.parts = append(g.parts, x)
		}
	}
	return minus(g, without)
}

func minus(x, without expression) expression {
	if without == nil {
		return x
	}
	return &group{op: difference, parts: []expression{x, without}}
}

// mapping reads `{method: tag, value: nightly, children: true …}` or `{tag: nightly}`.
func (r *fileReader) mapping(n *yaml.Node) expression {
	name, value := field(n, "method"), field(n, "value")
	if name == nil && len(n.Content) == 2 {
		name, value = n.Content[0], n.Content[1]
	}
	if name == nil || value == nil {
		r.errorf(n, "", "a definition needs method and value")
		return nil
	}
	parts := strings.Split(name.Value, ".")
	c := &criterion{at: r.at(value), method: methodNamed(parts[0]), args: parts[1:], value: value.Value}
	if c.method == nil {
		r.errorf(name, methodHint(parts[0]), "there is no selection method %q", parts[0])
		return nil
	}
	c.with.childrensParents = truth(field(n, "childrens_parents"))
	c.with.parents = r.depth(n, "parents")
	c.with.children = r.depth(n, "children")
	if mode := field(n, "indirect_selection"); mode != nil {
		c.indirect = Indirect(mode.Value)
		if !slices.Contains(indirectModes, mode.Value) {
			r.errorf(mode, suggest(mode.Value, indirectModes), "there is no indirect selection %q", mode.Value)
		}
	}
	if c = c.checked(r.at(name), r.problems); c == nil {
		return nil
	}
	if without := field(n, "exclude"); without != nil {
		return minus(c, r.group(union, without))
	}
	return c
}

func (r *fileReader) depth(n *yaml.Node, key string) depth {
	if !truth(field(n, key)) {
		return 0
	}
	steps := field(n, key+"_depth")
	if steps == nil {
		return anyDepth
	}
	d, err := strconv.Atoi(steps.Value)
	if err != nil || d < 0 {
		r.errorf(steps, "", "%s_depth is not a number: %q", key, steps.Value)
		return anyDepth
	}
	return depth(d)
}

// errorf reports a mistake at a node; the hint may be empty.
func (r *fileReader) errorf(n *yaml.Node, hint, format string, args ...any) {
	r.problems.Errorf(r.at(n), InvalidSelector, format, args...).Hint = hint
}

func (r *fileReader) at(n *yaml.Node) diag.Span {
	start := r.src.Offset(n.Line, n.Column)
	end := start
	if n.Kind == yaml.ScalarNode && strings.HasPrefix(r.src.Text[start:], n.Value) {
		end += len(n.Value)
	}
	return diag.Span{Source: r.src, Start: start, End: end}
}

// field is the value of a key, nil if the node is no mapping or has no such key.
func field(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func truth(n *yaml.Node) bool { return n != nil && strings.EqualFold(n.Value, "true") }

package compiler

import (
	"context"
	"regexp"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

var looksLikeCall = regexp.MustCompile(`^\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*$`)

// literalRef matches an argument that refers to a model and does nothing else.
var literalRef = regexp.MustCompile(`^\s*ref\(\s*(?:'([^'\\]*)'|"([^"\\]*)")\s*\)\s*$`)

// whereSubquery is the macro that every generic test calls on its model.
const whereSubquery = "get_where_subquery"

// testKwargs renders a generic test's arguments: text that is a call of ref, source, var … is called, other text is a template;
// the column's name stays as it is.
func (g *Graph) testKwargs(ctx context.Context, c *macros.Context, n *Node) (*jinja.Dict, error) {
	out := jinja.NewDict()
	for k, v := range n.Test.Kwargs.All() {
		key := jinja.Str(k)
		if key != "column_name" {
			rendered, known := g.plainArgument(c, n, key, v)
			if !known {
				var err error
				if rendered, err = renderArgument(ctx, c, v); err != nil {
					return nil, err
				}
			}
			v = rendered
		}
		out.Put(key, v)
	}
	return out, nil
}

// plainArgument is what an argument renders to that most tests have: their model, or a ref. known is false if a template has to tell, because
// the test has a where, the project has macros of its own for these calls, or something is wrong.
func (g *Graph) plainArgument(c *macros.Context, n *Node, key string, v jinja.Value) (value jinja.Value, known bool) {
	if key == "model" {
		return g.testedRelation(c, n)
	}
	text, _ := v.(string)
	match := literalRef.FindStringSubmatch(text)
	if match == nil || g.spelledBy(n.Package, "ref") {
		return nil, false
	}
	value, err := c.Ref(&jinja.Call{Span: diag.Span{Source: generatedSource}}, "", cmpOr(match[1], match[2]), nil)
	return value, err == nil
}

// testedRelation is what a generic test's model renders to, {{ get_where_subquery(ref('x')) }}, where that is the relation itself.
func (g *Graph) testedRelation(c *macros.Context, n *Node) (value jinja.Value, known bool) {
	where := g.Library.Find(n.Package.Name, "", whereSubquery)
	if where == nil || !where.Builtin() || g.ownWhere || g.spelledBy(n.Package, "ref") || g.spelledBy(n.Package, "source") {
		return nil, false
	}
	if c.Execute { // while it is parsed, a test is told of no where
		if _, filtered := n.Config.Value("where"); filtered {
			return nil, false
		}
		if _, said := n.Config.Meta().Get("where"); said {
			return nil, false
		}
	}
	value, err := readFrom(c, n.Test.tested)
	if err != nil {
		return nil, false
	}
	if c.Direct != nil {
		c.Direct(where)
	}
	return value, true
}

// readFrom calls ref or source as the template of a generic test on a node does.
func readFrom(c *macros.Context, tested *Node) (jinja.Value, error) {
	call := &jinja.Call{Span: diag.Span{Source: generatedSource}}
	if t := tested.Table; t != nil {
		return c.Source(call, t.Source.Name, t.Table.Name)
	}
	var version jinja.Value
	if tested.Version != nil {
		version = jinja.Str(tested.Version)
	}
	return c.Ref(call, "", tested.Name, version)
}

// spelledBy tells whether a macro of that name hides a function from the nodes of a package.
func (g *Graph) spelledBy(pkg *project.Package, name string) bool {
	return g.Library.Find(pkg.Name, "", name) != nil
}

func renderArgument(ctx context.Context, g jinja.Globals, v jinja.Value) (jinja.Value, error) {
	switch v := v.(type) {
	case string:
		if looksLikeCall.MatchString(v) {
			v = "{{ " + v + " }}"
		}
		if !strings.Contains(v, "{{") && !strings.Contains(v, "{%") && !strings.Contains(v, "{#") {
			return v, nil
		}
		t, problems := jinja.Parse(diag.NewSource(generatedSource.Path, v))
		if t == nil {
			return nil, problems.Err()
		}
		return t.Native(ctx, g, jinja.Options{})
	case *jinja.List:
		out := jinja.NewList()
		for _, item := range v.Items {
			rendered, err := renderArgument(ctx, g, item)
			if err != nil {
				return nil, err
			}
			out.Items = append(out.Items, rendered)
		}
		return out, nil
	case *jinja.Dict:
		out := jinja.NewDict()
		for k, item := range v.All() {
			rendered, err := renderArgument(ctx, g, item)
			if err != nil {
				return nil, err
			}
			out.Put(jinja.Str(k), rendered)
		}
		return out, nil
	default:
		return v, nil
	}
}

package analyze

import (
	"context"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/check"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/project"
)

// test looks at the query of a generic test. Nobody wrote it, or reads it, and there are many: one in which nothing is wrong is dropped, and those that
// ask the same of other relations are not looked at.
func (a *Analysis) test(ctx context.Context, n *Node, o Options) {
	a.await(n)
	q, ok := a.question(n)
	if ok {
		if _, sound := a.sound.Load(q); sound {
			return
		}
	}
	a.query(ctx, n, o)
	if slices.ContainsFunc(n.Forms, (*Form).wrong) {
		return
	}
	if ok && n.Failed == nil {
		a.sound.Store(q, true)
	}
	n.Forms, n.Columns, n.Rows = nil, nil, nil
}

// wrong tells whether names in the query mean nothing, or not what they should.
func (f *Form) wrong() bool { return f.Query != nil && len(f.Query.Problems) > 0 }

// question is all that decides whether the names in a built-in test's query mean something. The query is a macro of ours, which names the
// column and nothing else of the relation.
type question struct {
	pkg, test, args string // where it is asked, and what besides its relations
	of, to          asked
}

// asked is a column as a query names it, and as its relation has it.
type asked struct{ text, name, kind string }

// question is what a test asks; ok is false for one whose query has to be looked at: it is not a built-in test, the project has macros of
// its own for it, it has a where or a template in its arguments, or it asks for columns that are not known.
func (a *Analysis) question(n *Node) (q question, ok bool) {
	if !generic(n) || n.Test.Namespace != "" || check.Named(n.Test.Name) == nil || a.asksOtherwise("test_"+n.Test.Name) || filtered(n.Node) {
		return q, false
	}
	macro := a.Graph.Library.Find(n.Package.Name, "", "test_"+n.Test.Name)
	if macro == nil || !macro.Builtin() {
		return q, false
	}
	column, _ := n.Test.Kwargs.GetString("column_name")
	q.pkg, q.test = n.Package.Name, n.Test.Name
	if q.of, ok = a.asks(n.Test.Attached, column); !ok {
		return q, false
	}
	field, related := n.Test.Kwargs.GetString("field")
	if related {
		if q.to, ok = a.asks(a.other(n), field); !ok {
			return q, false
		}
	}
	q.args, ok = otherArguments(n.Test)
	return q, ok
}

func generic(n *Node) bool { return n.Test != nil && n.Test.Name != "" }

// asksOtherwise tells whether a macro of the project takes part in a built-in test.
func (a *Analysis) asksOtherwise(test string) bool {
	return slices.ContainsFunc([]string{test, "get_where_subquery", "should_store_failures", "ref", "source"}, a.overrides)
}

func (a *Analysis) overrides(macro string) bool {
	if known, ok := a.overridden.Load(macro); ok {
		return known.(bool)
	}
	is := slices.ContainsFunc(a.Graph.Project.Packages, func(p *project.Package) bool {
		m := a.Graph.Library.Find(p.Name, "", macro)
		return m != nil && !m.Builtin()
	}) || a.Graph.Library.Overrides(macro)
	a.overridden.Store(macro, is)
	return is
}

func filtered(n *compiler.Node) bool {
	_, has := n.Config.Value("where")
	_, said := n.Config.Meta().Get("where")
	return has || said
}

// other is the node that a test compares its own with, "" if that cannot be told from what it depends on.
func (a *Analysis) other(n *Node) string {
	to, _ := n.Test.Kwargs.GetString("to")
	text, _ := to.(string)
	if !strings.HasPrefix(text, "ref(") && !strings.HasPrefix(text, "source(") {
		return ""
	}
	switch i := slices.IndexFunc(n.DependsOn, func(id string) bool { return id != n.Test.Attached }); {
	case i < 0:
		return n.Test.Attached
	case len(n.DependsOn) == 2:
		return n.DependsOn[i]
	}
	return ""
}

// asks is a column of a node as an argument names it; ok is false if the node does not have it, or is a part of the query itself.
func (a *Analysis) asks(id string, argument jinja.Value) (is asked, ok bool) {
	on := a.nodes[id]
	text, isText := argument.(string)
	if on == nil || !isText || on.Node.Ephemeral() {
		return is, false
	}
	select {
	case <-on.done:
	default:
		return is, false
	}
	i := slices.IndexFunc(on.Columns, func(c lineage.Column) bool {
		return strings.EqualFold(c.Name, text) || a.at(on).graph.Dialect.Ident(c.Name) == text
	})
	if i < 0 {
		return is, false
	}
	c := on.Columns[i]
	return asked{text, c.Name, a.at(on).types.Print(c.Type)}, true
}

// otherArguments are a test's arguments besides relations and columns, as text; ok is false if one may be a template.
func otherArguments(t *compiler.DataTest) (text string, ok bool) {
	var b strings.Builder
	for k, v := range t.Kwargs.All() {
		key := jinja.Str(k)
		if key == "model" || key == "to" || key == "field" || key == "column_name" {
			continue
		}
		b.WriteString(key + "=" + jinja.Repr(v) + "\n")
	}
	return b.String(), !strings.ContainsAny(b.String(), "{(")
}

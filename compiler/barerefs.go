package compiler

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/sql"
)

// In a package with bare_refs, a table's name without a schema means the model, seed or snapshot of that name: it is a ref without
// Jinja. A CTE of the query hides it, and so does a source with a table of that name.

// bareName is a name in a rendered query that may be such a ref.
type bareName struct {
	name    string
	at      sql.Span // in the rendered text
	aliased bool
}

// origin is where the name stands in the user's file.
func (b bareName) origin(out *jinja.Output) diag.Span {
	return out.Origin(int(b.at.Start)).Through(out.Origin(int(b.at.End) - 1))
}

// bareNames are the names in a query that no CTE hides.
func (g *Graph) bareNames(text string) []bareName {
	q := sql.Parse(text, g.Dialect).Query()
	if q == nil {
		return nil
	}
	var out []bareName
	for _, read := range lineage.Resolve(q, lineage.Options{Dialect: g.Dialect, Text: text}).Reads {
		if len(read.Name) == 1 {
			out = append(out, bareName{read.Name[0].Name, read.At, read.Aliased})
		}
	}
	slices.SortFunc(out, func(a, b bareName) int { return int(a.at.Start) - int(b.at.Start) })
	return slices.CompactFunc(out, func(a, b bareName) bool { return a.at == b.at })
}

// takesBareRefs tells whether a node's query may have refs without Jinja.
func (n *Node) takesBareRefs() bool {
	return n.Package != nil && n.Package.BareRefs && n.Test == nil && n.Unit == nil && n.Type != Operation
}

// hearBareRefs notes the bare names of a draft's query, which are resolved once all nodes have their names.
func (g *Graph) hearBareRefs(d *draft, out *jinja.Output) {
	if out == nil || !d.takesBareRefs() {
		return
	}
	for _, b := range g.bareNames(out.Text) {
		d.bare = append(d.bare, RefCall{Name: b.name, At: b.origin(out)})
	}
}

// resolveBareRefs makes refs of a node's bare names that mean one.
func (b *builder) resolveBareRefs(n *Node) {
	for _, r := range n.bare {
		if b.bareTarget(n, r.Name) != nil {
			n.Refs = append(n.Refs, r)
		}
	}
}

// bareTarget is the node that a bare name means to a node, nil if it means none. A node's own name is its relation.
func (n *names) bareTarget(from *Node, name string) *Node {
	target, problem := n.findRef(from.Package, RefCall{Package: "", Name: name})
	if problem != nil || target == from {
		return nil
	}
	hidden := slices.ContainsFunc(n.sources, func(s *Node) bool { return strings.EqualFold(s.Name, name) })
	if hidden {
		return nil
	}
	return target
}

// query renders a node's template. Bare names that are refs are written as the relations they mean; origin maps the bytes of the
// text to the user's files.
func (g *Graph) query(ctx context.Context, c *nodeContext, n *Node) (text string, origin func(int) diag.Span, err error) {
	out, err := n.template.Render(ctx, c, jinja.Options{})
	if err != nil {
		return "", nil, g.failure(err, n)
	}
	if !n.takesBareRefs() {
		return out.Text, out.Origin, nil
	}
	var edits []edit
	for _, b := range g.bareNames(out.Text) {
		target := g.bareTarget(n, b.name)
		if target == nil {
			continue
		}
		if !slices.Contains(n.DependsOn, target.ID) {
			return "", nil, unseenBareRef(b.name, b.origin(out))
		}
		relation, err := c.Ref(&jinja.Call{}, "", b.name, nil)
		if err != nil {
			return "", nil, err
		}
		edits = append(edits, edit{int(b.at.Start), int(b.at.End), g.aliased(jinja.Str(relation), b)})
	}
	text, origin = edited(out, edits)
	return text, origin, nil
}

// aliased is what a bare name is replaced by: columns of it can still be named by that name.
func (g *Graph) aliased(relation string, b bareName) string {
	name := g.Dialect.Ident(b.name)
	if g.Dialect.Has(dialect.Unquoted) {
		name = b.name
	}
	if b.aliased || strings.HasSuffix(strings.ToLower(relation), "."+strings.ToLower(name)) {
		return relation
	}
	return relation + " as " + name
}

func unseenBareRef(name string, at diag.Span) *diag.Diagnostic {
	return &diag.Diagnostic{
		Code: UnknownDependency, Span: at, Message: fmt.Sprintf("that %q is read here was not seen while parsing", name),
		Hint: fmt.Sprintf("add this line to the file, so that the order of the run is known:  -- depends_on: {{ ref('%s') }}", name),
	}
}

// edit is a range of a text and what stands there instead.
type edit struct {
	start, end int
	text       string
}

// edited is an output with some of its text replaced. What was put in comes from where the text that it replaces does.
func edited(out *jinja.Output, edits []edit) (string, func(int) diag.Span) {
	if len(edits) == 0 {
		return out.Text, out.Origin
	}
	var b strings.Builder
	at := 0
	ends := make([]int, len(edits)) // of the replacements, in the new text
	for i, e := range edits {
		b.WriteString(out.Text[at:e.start])
		b.WriteString(e.text)
		at, ends[i] = e.end, b.Len()
	}
	b.WriteString(out.Text[at:])
	return b.String(), func(offset int) diag.Span {
		i, _ := slices.BinarySearch(ends, offset+1)
		if i < len(edits) && offset >= ends[i]-len(edits[i].text) {
			return out.Origin(edits[i].start)
		}
		if i == 0 {
			return out.Origin(offset)
		}
		return out.Origin(offset - ends[i-1] + edits[i-1].end)
	}
}

// Package change says of the nodes of a graph what they are made of, and what became of that since they were built: which are to be built again, and
// why. What is the same is proved: of a node whose query uses nothing that changed nothing is to be done.
package change

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/sql"
)

// Made is what a node is made of as the project is now.
type Made struct {
	*compiler.Node
	fingerprint.Fingerprint
	// Reads are the nodes that it reads, by their IDs, those that its ephemeral parents read among them; without the ephemeral ones.
	Reads []string
	// Beside is what is kept beside the rows, such as rights ("grants") and stored descriptions ("descriptions"): a hash of each. It can be set
	// without building.
	Beside map[string]string

	known *analyze.Node // nil for what has no columns, such as a data test
	names map[string]string
}

// Code is what is kept of what a node was made of, so that a later version can be compared with it.
type Code struct {
	SQL     string             `json:"sql,omitempty"`   // the query; "" where there is none, or where it is not known without a warehouse
	Names   map[string]string  `json:"names,omitempty"` // the IDs of what it reads, by the names in the query, in lower case
	Parts   []fingerprint.Part `json:"parts"`
	Columns []relation.Column  `json:"columns,omitempty"` // those of what is not made by a query
}

// Graph is what the nodes of a graph are made of. It is not changed once made, and safe for concurrent reading.
type Graph struct {
	*compiler.Graph
	Nodes map[string]*Made // models, seeds, snapshots, functions, data tests and unit tests

	analysis *analyze.Analysis
	options  Options
}

// Table is a node's relation with the columns that it has when it is built; false if they are not known to the last.
func (g *Graph) Table(id string) (relation.Table, bool) { return g.analysis.Table(g.analysis.Node(id)) }

// Analysis is what the graph was made from.
func (g *Graph) Analysis() *analyze.Analysis { return g.analysis }

// Options are what is known besides the queries.
type Options struct {
	Catalog *relation.Catalog               // tells the columns of sources; nil knows none
	Only    func(*compiler.Node) bool       // tells which nodes are wanted, all that they are made of among them; nil wants every node
	Used    func(*compiler.Node) []Variable // the variables that a node's query asked for; nil knows none
}

// Variable is a var or an environment variable that a query asked for.
type Variable struct {
	Env   bool
	Name  string
	Value string
}

// Of finds out what the nodes of an analysis are made of. The analysis should have been made without a time and a run ([analyze.Options]),
// or a query that tells them is another in each run.
func Of(a *analyze.Analysis, o Options) *Graph {
	g := &Graph{Graph: a.Graph, Nodes: make(map[string]*Made, len(a.Graph.Nodes)), analysis: a, options: o}
	for _, n := range a.Graph.Order {
		if counted(n) && (o.Only == nil || o.Only(n)) {
			g.Nodes[n.ID] = g.made(n)
		}
	}
	return g
}

// counted tells whether it matters what a node is made of.
func counted(n *compiler.Node) bool {
	switch n.Type {
	case compiler.Model, compiler.Seed, compiler.Snapshot, compiler.Function, compiler.Test, compiler.UnitTest:
		return true
	}
	return false
}

// made finds out about a node; what it reads was found out about.
func (g *Graph) made(n *compiler.Node) *Made {
	m := &Made{Node: n, known: g.analysis.Node(n.ID), names: map[string]string{}, Reads: g.reads(n), Beside: g.beside(n)}
	parts := g.codeParts(m)
	parts = append(parts, g.configParts(n)...)
	parts = append(parts, g.promised(n)...)
	parts = append(parts, g.macroParts(n)...)
	parts = append(parts, g.variableParts(n)...)
	for _, id := range m.Reads {
		if source := g.source(id); source != nil {
			parts = append(parts, g.sourceParts(source)...)
			continue
		}
		parts = append(parts, fingerprint.Upstream(id, g.Nodes[id].Hash))
	}
	m.Fingerprint = fingerprint.New(parts...)
	return m
}

// source is the source of that ID; nil if it is another node.
func (g *Graph) source(id string) *compiler.Node {
	if n := g.Graph.Nodes[id]; n != nil && n.Type == compiler.Source {
		return n
	}
	return nil
}

// reads are the nodes that a node reads, ephemeral ones looked through.
func (g *Graph) reads(n *compiler.Node) []string {
	var out []string
	for _, id := range n.DependsOn {
		parent := g.Nodes[id]
		switch {
		case id == n.ID || parent == nil && g.source(id) == nil:
		case parent != nil && parent.Ephemeral():
			out = append(out, parent.Reads...)
		default:
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// codeParts are the parts that the node's code is.
func (g *Graph) codeParts(m *Made) []fingerprint.Part {
	n := m.Node
	switch {
	case n.Type == compiler.Seed:
		return []fingerprint.Part{fingerprint.Checksum("file", n.Checksum, n.At)}
	case m.known != nil && len(m.known.Forms) > 0:
		var parts []fingerprint.Part
		for _, f := range m.known.Forms {
			name := ""
			if f.Incremental {
				name = "incremental"
			}
			parts = append(parts, fingerprint.Query(name, f.File, g.naming(m), codeAt(n)))
		}
		return append(parts, hookParts(n, f0(m).Dialect)...)
	}
	return append(g.template(n), hookParts(n, g.Graph.Of(n).Dialect)...)
}

// naming tells which node a name in the node's query means, and notes it.
func (g *Graph) naming(m *Made) fingerprint.Nodes {
	return func(name []sql.Ident) string {
		id := g.analysis.NodeNamed(m.Node, name)
		if id != "" {
			m.names[dotted(name)] = id
		}
		return id
	}
}

// dotted is a name as it is kept.
func dotted(name []sql.Ident) string {
	parts := make([]string, len(name))
	for i, p := range name {
		parts[i] = strings.ToLower(p.Name)
	}
	return strings.Join(parts, ".")
}

// f0 is the query of a node that has one.
func f0(m *Made) *sql.File { return m.known.Forms[0].File }

// template is the code of a node that is not known as one query: its text counts, and that of all macros which it may call.
func (g *Graph) template(n *compiler.Node) []fingerprint.Part {
	text := n.Raw
	if n.IsPython() {
		text = n.File.Text
	}
	parts := []fingerprint.Part{fingerprint.Source("code", text, codeAt(n))}
	if n.Test != nil {
		parts = append(parts, fingerprint.Source("arguments", n.Test.Namespace+"."+n.Test.Name+jinja.Str(n.Test.Kwargs), n.At))
	}
	if n.Unit != nil {
		parts = append(parts, fingerprint.Checksum("case", n.Checksum, n.At))
	}
	for _, id := range g.macros(n) {
		if m := g.Library.WithID(id); m != nil && !m.Builtin() {
			parts = append(parts, fingerprint.Source(id, m.Source(), n.At))
		}
	}
	return parts
}

// macros are the IDs of the macros that a node calls, and those that they call, in order.
func (g *Graph) macros(n *compiler.Node) []string {
	list := append([]string(nil), n.Macros...)
	if m := g.Library.Materialization(materialized(n)); m != nil {
		list = append(list, m.ID)
	}
	seen := map[string]bool{}
	var out []string
	for len(list) > 0 {
		id := list[0]
		list = list[1:]
		if seen[id] {
			continue
		}
		seen[id] = true
		out = append(out, id)
		if m := g.Library.WithID(id); m != nil && !m.Builtin() {
			list = append(list, g.Library.Calls(m)...)
		}
	}
	slices.Sort(out)
	return out
}

func materialized(n *compiler.Node) string {
	if n.Config == nil {
		return ""
	}
	return n.Config.Materialized()
}

// macroParts are the macros of the project and its packages that the node's templates call. Those of its own materialization count.
func (g *Graph) macroParts(n *compiler.Node) []fingerprint.Part {
	var parts []fingerprint.Part
	if m := g.Library.Materialization(materialized(n)); m != nil {
		parts = append(parts, fingerprint.Source(m.ID, m.Source(), macroAt(m)))
	}
	for _, id := range g.macros(n) {
		if m := g.Library.WithID(id); m != nil && !m.Builtin() {
			parts = append(parts, fingerprint.Macro(id, m.Source(), macroAt(m)))
		}
	}
	return parts
}

// variableParts are the variables that the query asked for.
func (g *Graph) variableParts(n *compiler.Node) []fingerprint.Part {
	if g.options.Used == nil {
		return nil
	}
	var parts []fingerprint.Part
	for _, v := range g.options.Used(n) {
		if v.Env {
			parts = append(parts, fingerprint.Env(v.Name, v.Value, n.At))
		} else {
			parts = append(parts, fingerprint.Var(v.Name, v.Value, n.At))
		}
	}
	return parts
}

// hookParts are the statements before and after, as they are written.
func hookParts(n *compiler.Node, d *dialect.Dialect) []fingerprint.Part {
	var parts []fingerprint.Part
	for _, name := range []string{"pre_hook", "post_hook"} {
		for i, h := range n.Hooks(name) {
			parts = append(parts, fingerprint.Hook(fmt.Sprintf("%s %d", name, i+1), sql.Parse(h.SQL, d), nil, h.At))
		}
	}
	return parts
}

// configParts are the node's configs.
func (g *Graph) configParts(n *compiler.Node) []fingerprint.Part {
	if n.Config == nil {
		return nil
	}
	var parts []fingerprint.Part
	for _, key := range n.Config.Values.Keys() {
		name := jinja.Str(key)
		if name == "pre_hook" || name == "post_hook" {
			continue
		}
		if value := n.Config.Get(name); !unset(value) {
			parts = append(parts, fingerprint.Config(name, value, n.At))
		}
	}
	return parts
}

// unset tells whether a value is what a config is that nobody sets.
func unset(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case []any:
		return len(v) == 0
	case map[string]any:
		return len(v) == 0
	}
	return false
}

// promised are the columns of an enforced contract.
func (g *Graph) promised(n *compiler.Node) []fingerprint.Part {
	contract, _ := n.Config.Get("contract").(map[string]any)
	if contract["enforced"] != true {
		return nil
	}
	var parts []fingerprint.Part
	for _, c := range n.Columns {
		promise := c.DataType
		if c.Constraints != nil {
			promise += " " + jinja.Str(c.Constraints)
		}
		parts = append(parts, fingerprint.Column(c.Name, promise, n.At))
	}
	return parts
}

// sourceParts are what a source is: where it is, and the columns that it is seen to have.
func (g *Graph) sourceParts(n *compiler.Node) []fingerprint.Part {
	parts := []fingerprint.Part{fingerprint.Upstream(n.ID, fingerprint.Of(strings.ToLower(n.Relation.String())))}
	if t := g.options.Catalog.Get(n.Relation); t != nil {
		for _, c := range t.Columns {
			parts = append(parts, fingerprint.Drift(n.ID, c.Name, c.Type))
		}
	}
	return parts
}

// Version is a version of a node as it is kept: its fingerprint, and the key of its code.
type Version struct{ Hash, Code fingerprint.Hash }

// Built is the fingerprint of a node that was built of those versions of what it reads, which need not be those of the project as it is now. The zero
// Version is one that is not known.
func (m *Made) Built(of func(id string) Version) fingerprint.Fingerprint {
	parts := slices.Clone(m.Parts)
	for i, p := range parts {
		if p.Kind != fingerprint.UpstreamPart || strings.HasPrefix(p.Name, "source.") {
			continue
		}
		v := of(p.Name)
		parts[i].Hash, parts[i].Value = v.Hash, v.Code.String()
	}
	return fingerprint.New(parts...)
}

// Code is what is to be kept of a node that was built with that fingerprint.
func (g *Graph) Code(m *Made, f fingerprint.Fingerprint) Code {
	c := Code{Parts: f.Parts, Names: m.names}
	switch {
	case m.known == nil || m.Test != nil:
	case len(m.known.Forms) > 0:
		c.SQL = f0(m).Text
	default:
		c.Columns = g.printed(m.known.Columns)
	}
	return c
}

// printed are columns as they are kept.
func (g *Graph) printed(list []lineage.Column) []relation.Column {
	out := make([]relation.Column, len(list))
	for i, c := range list {
		out[i] = relation.Column{Name: c.Name, Type: g.analysis.Spelled(c.Type)}
	}
	return out
}

// macroAt is where a macro is defined; the zero Span for one of the pack.
func macroAt(m *macros.Macro) diag.Span {
	if m.File == nil || m.Block == nil {
		return diag.Span{}
	}
	return m.Block.Head
}

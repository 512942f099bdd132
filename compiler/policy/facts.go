package policy

import (
	"cmp"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/types"
)

// Facts are what checks ask about.
type Facts struct {
	Graph    *compiler.Graph
	Analysis *analyze.Analysis
	Changes  []Change // what differs from the target; nil where that is not known
}

// Change is how a node differs from what the target has.
type Change struct {
	Node, State string
	Result      *diff.Result // nil if rows were not compared
	Schema      diff.Schema  // how the columns differ, where there is no Result
}

// Rows are the rows of the tables, by the names of these; a value is a text, an int64, a bool or nil.
func (f Facts) Rows() map[string][][]any {
	c := &collection{Facts: f, owners: f.Graph.Owners(), rows: map[string][][]any{}}
	for _, n := range f.Graph.Order {
		c.node(n)
		c.columns(n)
		c.tests(n)
	}
	for _, change := range f.Changes {
		c.change(change)
	}
	return c.rows
}

// collection collects rows.
type collection struct {
	Facts
	owners compiler.Owners
	rows   map[string][][]any
}

func (c *collection) add(table string, row ...any) { c.rows[table] = append(c.rows[table], row) }

// text is a text, null if it is empty.
func text(s string) any {
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	return s
}

// place is a file and a line in it.
func place(at diag.Span) (path, line any) {
	if at.IsZero() {
		return nil, nil
	}
	return at.Source.Path, int64(at.Position().Line)
}

func (c *collection) node(n *compiler.Node) {
	path, line := place(n.At)
	owner := c.owners.Of(n)
	var layer, materialized, access, version, group, stored any
	contract := false
	if n.Config != nil {
		group = text(n.Config.String("group"))
		values, _ := n.Config.Get("contract").(map[string]any)
		contract = values["enforced"] == true
	}
	switch n.Type {
	case compiler.Model, compiler.Seed, compiler.Snapshot:
		materialized = text(n.Config.Materialized())
		if len(n.FQN) > 2 {
			layer = n.FQN[1]
		}
	}
	if n.Type == compiler.Model {
		access = n.Access()
	}
	if n.Version != nil {
		version = jinja.Str(n.Version)
	}
	if n.Relation != (relation.Relation{}) && !n.Ephemeral() {
		stored = n.Relation.String()
	}
	c.add("nodes", n.ID, n.Label(), string(n.Type), n.Package.Name, n.Package.IsRoot, path, line, layer, materialized, access, contract, version, group, text(owner),
		text(n.Description), stored)
	if owner != "" {
		c.add("owners", owner, n.ID)
	}
	for _, id := range n.DependsOn {
		c.add("edges", n.ID, id)
	}
	for _, tag := range n.Tags {
		c.add("tags", n.ID, tag)
	}
	c.meta(n.ID, nil, n.Meta)
}

func (c *collection) meta(id string, column any, meta *jinja.Dict) {
	for k, v := range meta.All() {
		c.add("meta", id, column, jinja.Str(k), jinja.Str(v))
	}
}

// columns are those that a node is known to give, and then those that are only told of.
func (c *collection) columns(n *compiler.Node) {
	told := map[string]*compiler.Column{}
	for _, col := range n.Columns {
		told[strings.ToLower(col.Name)] = col
	}
	given := map[string]bool{}
	if a := c.Analysis.Node(n.ID); a != nil {
		system := types.For(c.Graph.Of(n).Dialect)
		for i, col := range a.Columns {
			given[strings.ToLower(col.Name)] = true
			c.column(n, col.Name, int64(i+1), system.Print(col.Type), told[strings.ToLower(col.Name)])
			for _, use := range col.Uses {
				c.add("column_edges", n.ID, col.Name, use.Table, use.Column, use.Kind.String())
			}
		}
	}
	for _, col := range n.Columns {
		if !given[strings.ToLower(col.Name)] {
			c.column(n, col.Name, nil, "", col)
		}
	}
}

func (c *collection) column(n *compiler.Node, name string, position any, dataType string, told *compiler.Column) {
	at, description, mask := n.At, "", ""
	if told != nil {
		at, description, dataType = told.At, told.Description, cmp.Or(told.DataType, dataType)
		mask = maskOf(told)
		c.meta(n.ID, name, told.AllMeta())
	}
	column := lineage.Input{Table: n.ID, Column: name}
	path, line := place(at)
	c.add("columns", n.ID, name, position, text(dataType), told != nil, text(description), text(c.personal(column)), c.Analysis.MayBePersonal(column), text(mask), path, line)
}

// personal are the kinds of personal data of a column, its own or those of what it copies.
func (c *collection) personal(column lineage.Input) string {
	said := c.Analysis.Said(column).PII
	if len(said) == 0 {
		said = c.Analysis.Inherited(column).PII
	}
	var kinds []string
	for _, s := range said {
		if s.Text != "false" && !slices.Contains(kinds, s.Text) {
			kinds = append(kinds, s.Text)
		}
	}
	return strings.Join(kinds, ", ")
}

// maskOf is what masks a column: what its meta, its config or the properties that other tools read say.
func maskOf(c *compiler.Column) string {
	for _, d := range []*jinja.Dict{c.AllMeta(), c.Config, c.Extra} {
		for _, key := range []string{"mask", "column_mask"} {
			if v, ok := d.GetString(key); ok && jinja.Truth(v) {
				return jinja.Str(v)
			}
		}
	}
	return ""
}

func (c *collection) tests(n *compiler.Node) {
	switch {
	case n.Type == compiler.UnitTest:
		for _, id := range n.DependsOn {
			c.add("tests", n.ID, n.Name, "unit", id, nil, "error", false)
		}
	case n.Test != nil && n.Test.Name != "":
		key := n.Test.Name == "unique" || n.Test.Name == "unique_combination_of_columns"
		c.add("tests", n.ID, n.Test.Name, "generic", n.Test.Attached, text(n.Test.Column), severity(n), key)
	case n.Test != nil:
		for _, id := range n.DependsOn {
			c.add("tests", n.ID, n.Name, "singular", id, nil, severity(n), false)
		}
	}
}

func severity(n *compiler.Node) any { return text(strings.ToLower(n.Config.String("severity"))) }

// schema tells how the columns of a node differ.
func (c *collection) schema(node string, s diff.Schema) {
	for _, col := range s.Added {
		c.add("diff_columns", node, col.Name, "added", nil, col.Type, nil)
	}
	for _, col := range s.Removed {
		c.add("diff_columns", node, col.Name, "removed", col.Type, nil, nil)
	}
	for _, col := range s.Retyped {
		c.add("diff_columns", node, col.Name, "retyped", col.Base, col.New, nil)
	}
}

func (c *collection) change(change Change) {
	r := change.Result
	if r == nil {
		c.add("diff", change.Node, change.State, nil, nil, nil, nil, nil)
		c.schema(change.Node, change.Schema)
		return
	}
	c.add("diff", change.Node, change.State, r.Rows.Base, r.Rows.New, r.Added, r.Removed, r.Changed)
	c.schema(change.Node, r.Schema)
	for _, col := range r.Columns {
		kind := r.TypeOf(col.Name)
		c.add("diff_columns", change.Node, col.Name, "values", text(kind), text(kind), col.Changed)
	}
}

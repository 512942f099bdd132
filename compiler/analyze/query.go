package analyze

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// query renders a node, waits for what it reads, and resolves it.
func (a *Analysis) query(ctx context.Context, n *Node, o Options) {
	given := !n.incremental() && a.given(n, o.Rendered, a.originOf(ctx, n))
	if !given && !n.Introspective {
		a.renderForms(ctx, n, o.sight(n, nil))
	}
	a.await(n)
	if !given && (n.Introspective || needsWarehouse(n.Failed)) {
		a.renderForms(ctx, n, o.sight(n, imagined{a, o.Catalog, n}))
	}
	if needsWarehouse(n.Failed) {
		a.given(n, o.Compiled, nowhere)
	}
	for _, f := range n.Forms {
		a.resolve(n, f)
	}
	n.resolved = len(n.Forms) > 0 && !slices.ContainsFunc(n.Forms, func(f *Form) bool { return f.Query == nil })
	if len(n.Forms) == 0 || n.Forms[0].Query == nil {
		a.declared(n, o)
	}
	if n.Type == compiler.Snapshot {
		a.addHistory(n)
	}
}

// sight is how the query of a node is rendered.
func (o Options) sight(n *Node, w macros.Warehouse) compiler.Sight {
	s := compiler.Sight{Apart: o.Apart, Warehouse: w}
	if o.Used != nil {
		s.Used = func(kind, name string, value jinja.Value) { o.Used(n.Node, kind, name, value) }
	}
	return s
}

// given takes the query of a node as somebody knows it, and tells whether he does. origin makes what finds the places of its text.
func (a *Analysis) given(n *Node, known func(*compiler.Node) string, origin func(text string) func(int) diag.Span) bool {
	if known == nil {
		return false
	}
	text := known(n.Node)
	if text != "" {
		n.Forms = []*Form{{File: sql.Parse(text, a.at(n).graph.Dialect), origin: origin(text)}}
	}
	return text != ""
}

// nowhere is for a text that nobody can place.
func nowhere(string) func(int) diag.Span {
	return func(int) diag.Span { return diag.Span{} }
}

// originOf places the text of a node that somebody else has rendered, by rendering it again when the first place is asked for: most texts
// have no problems, and nobody asks. A text that does not come out again has no places.
func (a *Analysis) originOf(ctx context.Context, n *Node) func(text string) func(int) diag.Span {
	return func(text string) func(int) diag.Span {
		again := sync.OnceValue(func() func(int) diag.Span {
			r, err := a.Graph.Render(ctx, n.Node, compiler.Sight{})
			if err != nil || r.SQL != text {
				return nowhere(text)
			}
			return r.Origin
		})
		return func(offset int) diag.Span { return again()(offset) }
	}
}

// incremental tells whether a node's query has two forms.
func (n *Node) incremental() bool {
	return n.Type == compiler.Model && n.Config.Materialized() == "incremental"
}

// await waits for what a node reads.
func (a *Analysis) await(n *Node) {
	for _, id := range n.DependsOn {
		if parent := a.nodes[id]; parent != nil && parent != n {
			<-parent.done
		}
	}
}

func needsWarehouse(err error) bool {
	var d *diag.Diagnostic
	return errors.As(err, &d) && d.Code == macros.NeedsWarehouse
}

// renderForms renders a node's query in each of its forms.
func (a *Analysis) renderForms(ctx context.Context, n *Node, sight compiler.Sight) {
	n.Forms, n.Failed = nil, nil
	for _, incremental := range []bool{false, true} {
		if incremental && !n.incremental() {
			break
		}
		form, err := a.render(ctx, n, sight, incremental)
		if err != nil {
			n.Failed = err
			return
		}
		n.Forms = append(n.Forms, form)
	}
}

// render renders a node's query and parses it.
func (a *Analysis) render(ctx context.Context, n *Node, sight compiler.Sight, incremental bool) (*Form, error) {
	if incremental {
		sight.Existing = &relation.Table{Relation: n.Relation, Kind: relation.BaseTable}
	}
	r, err := a.Graph.Render(ctx, n.Node, sight)
	if err != nil {
		return nil, err
	}
	return &Form{Incremental: incremental, File: sql.Parse(r.SQL, a.at(n).graph.Dialect), origin: r.Origin}, nil
}

// resolving is how the query of a node is resolved.
func (a *Analysis) resolving(of *Node, text string) lineage.Options {
	return lineage.Options{
		Dialect: a.at(of).graph.Dialect, Text: text,
		Tables:  func(name []sql.Ident) *lineage.Table { return a.table(of, a.at(of).names.find(name, of.DependsOn)) },
		Inlined: func(name sql.Ident) *lineage.Table { return a.table(of, a.at(of).names.inlined(name)) },
	}
}

// resolve resolves one form of a node's query and adds what it says to the node.
func (a *Analysis) resolve(n *Node, f *Form) {
	q := f.File.Query()
	if q == nil {
		return
	}
	f.Query = lineage.Resolve(q, a.resolving(n, f.File.Text))
	if !f.Incremental {
		n.Columns, n.Open, n.Rows = f.Query.Columns, f.Query.Open, f.Query.Rows
		return
	}
	n.Rows = joined(n.Rows, f.Query.Rows)
	for _, c := range f.Query.Columns {
		if mine := n.Column(c.Name); mine != nil {
			mine.Uses = joined(mine.Uses, c.Uses)
		}
	}
}

// joined is a list of uses with those of another that are not in it.
func joined(list, more []lineage.Use) []lineage.Use {
	at := make(map[lineage.Use]int, len(list))
	out := make([]lineage.Use, 0, len(list)+len(more))
	for _, u := range slices.Concat(list, more) {
		key := u
		key.Partly = false
		i, seen := at[key]
		if !seen {
			at[key] = len(out)
			out = append(out, u)
			continue
		}
		out[i].Partly = out[i].Partly || u.Partly
	}
	return out
}

// table is what the query of a node can see of the node of that ID. It may read one that it does not declare to depend on: of that it sees
// all if it comes before, and nothing if not, whichever happens to be done.
func (a *Analysis) table(reader *Node, id string) *lineage.Table {
	n := a.nodes[id]
	switch {
	case n == nil:
		return nil
	case n == reader: // its own relation, as it stands
		return &lineage.Table{ID: id, Columns: n.Columns, Open: true}
	case n.place > reader.place:
		return &lineage.Table{ID: id, Open: true}
	}
	<-n.done
	return &lineage.Table{ID: id, Columns: a.across(n, reader), Open: n.Open}
}

// across are the columns of a node as another sees them.
func (a *Analysis) across(n, reader *Node) []lineage.Column {
	if n.Node.Ephemeral() {
		return n.Columns
	}
	return a.ColumnsAt(n, a.Graph.Of(reader.Node))
}

// ColumnsAt are the columns of a node as the queries of a target see them, by the graph of the target: those of its copy, if it lives at another.
func (a *Analysis) ColumnsAt(n *Node, at *compiler.Graph) []lineage.Column {
	if a.Graph.Of(n.Node) == at || n.Type == compiler.Source && n.Config.String("target") == "" {
		return n.Columns
	}
	out := slices.Clone(n.Columns)
	for i := range out {
		out[i].Type = a.sides[at].types.Holding(out[i].Type)
	}
	return out
}

// addHistory adds the columns that a snapshot has besides those of its query.
func (a *Analysis) addHistory(n *Node) {
	names, _ := n.Config.Get("snapshot_meta_column_names").(map[string]any)
	named := func(column string) string {
		if name, ok := names[column].(string); ok && name != "" {
			return name
		}
		return column
	}
	updated := types.Type{}
	if at, ok := n.Config.Get("updated_at").(string); ok {
		if c := n.Column(at); c != nil {
			updated = c.Type
		}
	}
	columns := []lineage.Column{
		{Name: named("dbt_scd_id"), Type: a.at(n).types.Parse(a.at(n).graph.Dialect.Types.Text)},
		{Name: named("dbt_updated_at"), Type: updated},
		{Name: named("dbt_valid_from"), Type: updated},
		{Name: named("dbt_valid_to"), Type: updated},
	}
	if n.Config.String("hard_deletes") == "new_record" {
		columns = append(columns, lineage.Column{Name: named("dbt_is_deleted"), Type: a.at(n).types.Parse(a.at(n).graph.Dialect.Types.Text)})
	}
	n.Columns = append(n.Columns[:len(n.Columns):len(n.Columns)], columns...)
}

// At is where something of the query stands in a file the user wrote; the zero Span if nobody wrote it.
func (f *Form) At(s sql.Span) diag.Span {
	if s.IsZero() {
		return diag.Span{}
	}
	return f.origin(int(s.Start)).Through(f.origin(int(s.End) - 1))
}

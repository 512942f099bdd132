package change

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/sql"
)

// Impact is what became of what a node builds since an earlier version of it.
type Impact struct {
	fingerprint.Impact
	Differences []fingerprint.Difference // of what it is made of, what has most effect first
	// Unknown says that the earlier version is not known any more: everything may be other than it was.
	Unknown bool
}

// version is a node as it was once.
type version struct {
	id string
	Version
}

// versionOf is the version of a node that another was built of.
func versionOf(p fingerprint.Part) version {
	v := version{p.Name, Version{Hash: p.Hash}}
	v.Code, _ = fingerprint.Parse(p.Value) // one that is not known is zero
	return v
}

// comparison compares nodes with earlier versions of them.
type comparison struct {
	*Graph
	code    func(fingerprint.Hash) *Code
	impacts map[version]*Impact
	tables  map[version]*lineage.Table
	asked   map[fingerprint.Hash]bool // whose code was not at hand
}

// everything is the impact of what nothing is known of.
func everything() *Impact {
	return &Impact{Impact: fingerprint.Impact{Change: fingerprint.Change{Class: fingerprint.Breaking, Rows: true, Others: true}}, Unknown: true}
}

// codeOf is the code of a version; nil if it is not known.
func (c *comparison) codeOf(v version) *Code {
	if v.Code.IsZero() {
		return nil
	}
	code := c.code(v.Code)
	if code == nil {
		c.asked[v.Code] = true
	}
	return code
}

// since is what became of a node since it was that version.
func (c *comparison) since(v version) *Impact {
	if known := c.impacts[v]; known != nil {
		return known
	}
	out := c.compare(v)
	c.impacts[v] = out
	return out
}

func (c *comparison) compare(v version) *Impact {
	m := c.Nodes[v.id]
	switch {
	case m == nil:
		return everything()
	case m.Hash == v.Hash:
		return &Impact{}
	}
	code := c.codeOf(v)
	if code == nil {
		return everything()
	}
	out := &Impact{Differences: m.Since(fingerprint.Fingerprint{Parts: code.Parts})}
	switch {
	case code.SQL == "" || m.known == nil || len(m.known.Forms) == 0 || m.Test != nil:
		out.Change = c.opaqueChange(m, out.Differences)
	default:
		out.Impact = c.queryImpact(m, code, out.Differences)
	}
	return out
}

// sourceChange is what became of a source that a node reads, by what differs in the node: each column that is not as it was, or everything if it
// is at another place.
func sourceChange(id string, differences []fingerprint.Difference) fingerprint.Change {
	out := fingerprint.Change{}
	for _, d := range differences {
		p := d.Part()
		switch {
		case p.Kind == fingerprint.UpstreamPart && p.Name == id:
			out.Rows, out.Others = true, true
		case p.Kind == fingerprint.DriftPart && strings.HasPrefix(p.Name, id+"."):
			out.Columns = append(out.Columns, fingerprint.ColumnChange{Name: columnOf(id, p), State: stateOf(d)})
		}
	}
	return out.Classified()
}

// upstream is what became of what a node reads, by the part that it is of the earlier version of the node.
func (c *comparison) upstream(p fingerprint.Part, differences []fingerprint.Difference) fingerprint.Change {
	if c.source(p.Name) != nil || strings.HasPrefix(p.Name, "source.") {
		return sourceChange(p.Name, differences)
	}
	return c.since(versionOf(p)).Change
}

// columnOf is the column of a source that a part is.
func columnOf(source string, p fingerprint.Part) string {
	return strings.TrimPrefix(p.Name, source+".")
}

func stateOf(d fingerprint.Difference) fingerprint.State {
	switch {
	case d.Was == nil:
		return fingerprint.Added
	case d.Is == nil:
		return fingerprint.Removed
	}
	return fingerprint.Changed
}

// opaqueChange is what became of what is not made by a query: everything, if anything that it is made of is not as it was.
func (c *comparison) opaqueChange(m *Made, differences []fingerprint.Difference) fingerprint.Change {
	out := fingerprint.Change{}
	for _, d := range differences {
		p := d.Part()
		switch {
		case d.Effect < fingerprint.Data || keepsContent(p):
		case p.Kind == fingerprint.UpstreamPart && d.Was != nil && d.Is != nil && c.spares(m, c.upstream(*d.Was, differences)):
		default:
			out.Rows, out.Others = true, true
		}
	}
	return out.Classified()
}

// spares tells whether a change of what a node reads leaves what is not made by a query as it is. A data test of a column looks at that
// column alone.
func (c *comparison) spares(m *Made, change fingerprint.Change) bool {
	switch {
	case change.Class == fingerprint.Unchanged:
		return true
	case m.Test == nil || m.Test.Column == "" || !slices.Contains(columnTests, m.Test.Name) || len(m.Reads) != 1 || change.Rows || !unset(m.Config.Get("where")):
		return false
	}
	macro := c.Library.Find(m.Package.Name, m.Test.Namespace, "test_"+m.Test.Name)
	return macro != nil && macro.Builtin() && change.State(m.Test.Column) == fingerprint.Kept
}

// columnTests are those of the pack that look at one column of one relation.
var columnTests = []string{"unique", "not_null", "accepted_values"}

// keepsContent tells whether a part decides about how a node is kept, and not about what is in it.
func keepsContent(p fingerprint.Part) bool {
	return p.Kind == fingerprint.ConfigPart && p.Name == "materialized"
}

// queryImpact compares the queries, and follows what changed in what they read.
func (c *comparison) queryImpact(m *Made, code *Code, differences []fingerprint.Difference) fingerprint.Impact {
	d := c.Graph.Of(m.Node).Dialect
	file := f0(m)
	is := fingerprint.Read(file, c.tablesNow(m))
	own := is.Since(fingerprint.Read(sql.Parse(code.SQL, d), c.tablesThen(code)))
	own = beside(own, differences)
	changes := map[string]fingerprint.Change{}
	for _, p := range code.Parts {
		if p.Kind != fingerprint.UpstreamPart {
			continue
		}
		if change := c.upstream(p, differences); change.Class > fingerprint.Unchanged {
			changes[p.Name] = change
		}
	}
	out := fingerprint.Impact{Change: own}
	for i, f := range m.known.Forms {
		uses := c.uses(m, f.File)
		switch {
		case uses == nil:
			out.Rows, out.Others = true, true
		case i == 0:
			out = is.Affected(uses, own, changes)
		default: // what the rows of a run that adds are chosen by
			form := fingerprint.Read(f.File, c.tablesNow(m))
			adding := form.Affected(uses, form.Since(form), changes)
			out.Rows = out.Rows || adding.Rows
		}
	}
	out.Change = out.Change.Classified()
	return out
}

// beside adds to the change of a query what other parts of the node make of what it builds.
func beside(own fingerprint.Change, differences []fingerprint.Difference) fingerprint.Change {
	for _, d := range differences {
		p := d.Part()
		switch {
		case d.Effect < fingerprint.Data || keepsContent(p):
		case p.Kind == fingerprint.QueryPart && p.Name == "", p.Kind == fingerprint.UpstreamPart, p.Kind == fingerprint.DriftPart:
		case p.Kind == fingerprint.ColumnPart:
			own.Others = true
		default:
			own.Rows = true
		}
	}
	return own.Classified()
}

// uses is a query of a node, resolved by what the nodes are now.
func (c *comparison) uses(m *Made, file *sql.File) *lineage.Query {
	q := file.Query()
	if q == nil {
		return nil
	}
	return lineage.Resolve(q, lineage.Options{Dialect: file.Dialect, Text: file.Text, Tables: c.tablesNow(m)})
}

// tablesNow are the tables that a node's query reads, as they are now.
func (c *comparison) tablesNow(m *Made) lineage.Tables {
	return func(name []sql.Ident) *lineage.Table {
		id := c.analysis.NodeNamed(m.Node, name)
		n := c.analysis.Node(id)
		if n == nil {
			return nil
		}
		return &lineage.Table{ID: id, Columns: c.analysis.ColumnsAt(n, c.Graph.Of(m.Node)), Open: n.Open || id == m.ID}
	}
}

// tablesThen are the tables that an earlier query read, as they were then.
func (c *comparison) tablesThen(code *Code) lineage.Tables {
	reads := map[string]fingerprint.Part{}
	for _, p := range code.Parts {
		if p.Kind == fingerprint.UpstreamPart {
			reads[p.Name] = p
		}
	}
	return func(name []sql.Ident) *lineage.Table {
		id := code.Names[dotted(name)]
		if id == "" {
			return nil
		}
		p, ok := reads[id]
		switch {
		case !ok: // its own relation
			return &lineage.Table{ID: id, Open: true}
		case strings.HasPrefix(id, "source."):
			return c.sourceThen(id, code)
		}
		return c.tableThen(versionOf(p))
	}
}

// sourceThen is the table of a source as it was seen.
func (c *comparison) sourceThen(id string, code *Code) *lineage.Table {
	out := &lineage.Table{ID: id}
	for _, p := range code.Parts {
		if p.Kind == fingerprint.DriftPart && strings.HasPrefix(p.Name, id+".") {
			out.Columns = append(out.Columns, lineage.Column{Name: columnOf(id, p), Type: c.analysis.Parse(p.Value)})
		}
	}
	out.Open = len(out.Columns) == 0
	return out
}

// tableThen is the table of a node as it was.
func (c *comparison) tableThen(v version) *lineage.Table {
	if known := c.tables[v]; known != nil {
		return known
	}
	out := &lineage.Table{ID: v.id, Open: true}
	c.tables[v] = out // a version that reads itself knows nothing of itself
	if m := c.Nodes[v.id]; m != nil && m.Hash == v.Hash {
		if n := c.analysis.Node(v.id); n != nil {
			out.Columns, out.Open = n.Columns, n.Open
		}
		return out
	}
	if code := c.codeOf(v); code != nil {
		c.columnsThen(v, code, out)
	}
	return out
}

// columnsThen puts the columns of an earlier version into its table.
func (c *comparison) columnsThen(v version, code *Code, out *lineage.Table) {
	for _, column := range code.Columns {
		out.Columns, out.Open = append(out.Columns, lineage.Column{Name: column.Name, Type: c.analysis.Parse(column.Type)}), false
	}
	if code.SQL == "" {
		return
	}
	d := c.Dialect
	if m := c.Nodes[v.id]; m != nil {
		d = c.Graph.Of(m.Node).Dialect
	}
	file := sql.Parse(code.SQL, d)
	if q := file.Query(); q != nil {
		r := lineage.Resolve(q, lineage.Options{Dialect: d, Text: code.SQL, Tables: c.tablesThen(code)})
		out.Columns, out.Open = r.Columns, r.Open || c.Nodes[v.id] == nil || c.Nodes[v.id].Type == compiler.Snapshot
	}
}

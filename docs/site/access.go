package site

import (
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/lineage"
)

// access is who may do what, who answers for it, and where personal data is.
type access struct {
	Grants   []grantRow     `json:"grants"`
	Groups   []groupRow     `json:"groups"`
	Personal []personalNode `json:"personal"`
}

type groupRow struct {
	Name  string `json:"name"`
	Owner string `json:"owner"`
	Nodes []link `json:"nodes"`
}

// grantRow is what a role may do, on which nodes.
type grantRow struct {
	To        string `json:"to"`
	Privilege string `json:"privilege"`
	Nodes     []link `json:"nodes"`
}

// personalNode is a node with columns that hold personal data, or may.
type personalNode struct {
	Node    link             `json:"node"`
	Stored  bool             `json:"stored"`            // there is a relation that can be read
	Readers []string         `json:"readers,omitempty"` // who is granted to read it
	Columns []personalColumn `json:"columns"`
}

type personalColumn struct {
	Name    string    `json:"name"`
	Kinds   []string  `json:"kinds,omitempty"` // none if it is derived
	Masks   []mask    `json:"masks,omitempty"`
	Carried []carried `json:"carried,omitempty"`
}

// carried is that a sync takes a column out of the warehouse, as it is or as something that is computed from it.
type carried struct {
	Sync  link   `json:"sync"`
	To    string `json:"to,omitempty"` // the destination
	Field string `json:"field"`
	As    string `json:"as"`             // the expression
	Held  bool   `json:"held,omitempty"` // the sync does not say that it may send personal data, and sends none
}

func (t *telling) access() *access {
	out := &access{Grants: []grantRow{}, Groups: []groupRow{}, Personal: []personalNode{}}
	groups, granted := map[string]int{}, map[[2]string]int{}
	leaving := t.leaving()
	for _, n := range t.nodes {
		if n.Type == compiler.Test {
			continue
		}
		self := link{n.ID, title(n), string(n.Type)}
		if p := t.personalNode(n, leaving); len(p.Columns) > 0 {
			out.Personal = append(out.Personal, p)
		}
		if n.Config == nil {
			continue
		}
		if name := n.Config.String("group"); name != "" {
			i := place(groups, name, func() { out.Groups = append(out.Groups, groupRow{Name: name, Owner: t.owners.Groups[name]}) })
			out.Groups[i].Nodes = append(out.Groups[i].Nodes, self)
		}
		for _, g := range grants(n) {
			for _, to := range g.To {
				i := place(granted, [2]string{to, g.Privilege}, func() { out.Grants = append(out.Grants, grantRow{To: to, Privilege: g.Privilege}) })
				out.Grants[i].Nodes = append(out.Grants[i].Nodes, self)
			}
		}
	}
	return out
}

func (t *telling) personalNode(n *compiler.Node, leaving map[lineage.Input][]carried) personalNode {
	out := personalNode{Node: link{n.ID, title(n), string(n.Type)}, Stored: t.Graph.RelationName(n) != "" && !n.Ephemeral()}
	if n.Type == compiler.Sync { // what it sends is told where it comes from
		return out
	}
	for _, c := range t.known[n.ID].columns {
		if c.personal() {
			out.Columns = append(out.Columns, personalColumn{c.Name, c.kinds(), c.Masks, leaving[folded(n.ID, c.Name)]})
		}
	}
	if len(out.Columns) > 0 && n.Config != nil {
		out.Readers = readers(grants(n))
	}
	return out
}

// readers are those of whom grants say that they may read.
func readers(given []grant) []string {
	var out []string
	for _, g := range given {
		switch strings.ToLower(g.Privilege) {
		case "select", "all", "all privileges", "ownership":
			out = append(out, g.To...)
		default: // roles/bigquery.dataViewer and its like
			if strings.HasPrefix(g.Privilege, "roles/") {
				out = append(out, g.To...)
			}
		}
	}
	return out
}

// leaving are the columns whose values syncs take out of the warehouse, through any number of nodes.
func (t *telling) leaving() map[lineage.Input][]carried {
	out := map[lineage.Input][]carried{}
	for _, n := range t.nodes {
		if n.Type != compiler.Sync || n.Sync == nil {
			continue
		}
		for _, f := range n.Sync.Fields {
			c := carried{Sync: link{n.ID, title(n), string(n.Type)}, Field: f.Name, As: f.Expression, Held: !n.Sync.PII}
			if d := n.Sync.Destination; d != nil {
				c.To = d.Name
			}
			seen := map[lineage.Input]bool{}
			for _, e := range t.Columns.Up(lineage.Input{Table: n.ID, Column: f.Name}, -1) {
				from := folded(e.From.Table, e.From.Column)
				if e.Kind.Derives() && !seen[from] {
					seen[from] = true
					out[from] = append(out[from], c)
				}
			}
		}
	}
	return out
}

func folded(node, column string) lineage.Input {
	return lineage.Input{Table: node, Column: strings.ToLower(column)}
}

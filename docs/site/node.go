package site

import (
	"cmp"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/jinja"
)

// link names a node that another one's page leads to: its ID, its name and its type.
type link [3]string

// nodePage is all that the page of a node shows, but for the lineage of its columns.
type nodePage struct {
	ID           string      `json:"id"`
	Name         string      `json:"name"`
	Type         string      `json:"type"`
	Package      string      `json:"package"`
	Path         string      `json:"path,omitempty"`
	Line         int         `json:"line,omitempty"`
	Description  string      `json:"description,omitempty"`
	Relation     string      `json:"relation,omitempty"`
	Kind         string      `json:"kind,omitempty"` // of what the warehouse holds: "table"
	Materialized string      `json:"materialized,omitempty"`
	Owner        string      `json:"owner,omitempty"`
	Tags         []string    `json:"tags,omitempty"`
	Access       string      `json:"access,omitempty"`
	Group        string      `json:"group,omitempty"`
	Version      string      `json:"version,omitempty"`
	Contract     bool        `json:"contract,omitempty"`
	Grants       []grant     `json:"grants,omitempty"`
	Meta         any         `json:"meta,omitempty"`
	Facts        [][2]string `json:"facts,omitempty"` // what a type of node has to say beside that
	Columns      []column    `json:"columns,omitempty"`
	Open         bool        `json:"open,omitempty"` // it may have more columns than those
	Profile      *profiled   `json:"profile,omitempty"`
	Tests        []testRow   `json:"tests,omitempty"`
	Source       *code       `json:"source,omitempty"`
	Compiled     *code       `json:"compiled,omitempty"`
	Up           []link      `json:"up,omitempty"`
	Down         []link      `json:"down,omitempty"`
	Last         *lastRun    `json:"last,omitempty"`
	Past         []pastRun   `json:"past,omitempty"`
	Fresh        *freshness  `json:"fresh,omitempty"`
	Problems     []problem   `json:"problems,omitempty"`
	Changed      []string    `json:"changed,omitempty"` // since the edition before: "added" or "changed", and how
	Since        string      `json:"since,omitempty"`
	// Elsewhere is how it differs from another environment; nil if it does not.
	Elsewhere *pageElsewhere `json:"elsewhere,omitempty"`
}

// grant is who may do what with a relation.
type grant struct {
	Privilege string   `json:"privilege"`
	To        []string `json:"to"`
}

func (t *telling) nodePart(nodes []*compiler.Node) map[string]*nodePage {
	out := make(map[string]*nodePage, len(nodes))
	for _, n := range nodes {
		out[n.ID] = t.nodePage(n)
	}
	return out
}

func (t *telling) nodePage(n *compiler.Node) *nodePage {
	p := &nodePage{
		ID: n.ID, Name: title(n), Type: string(n.Type), Package: n.Package.Name, Description: describe(n),
		Relation: t.known[n.ID].relation, Owner: t.known[n.ID].owner, Tags: n.Tags, Meta: plain(n.Meta), Facts: t.facts(n),
		Up: t.links(t.upstream(n)), Down: t.links(t.downstream(n)), Past: t.past[n.ID], Fresh: t.freshness(n), Problems: t.noticed[n.ID],
		Elsewhere: t.differing[n.ID],
	}
	p.place(n)
	if l, ran := t.last[n.ID]; ran {
		p.Last = &l
	}
	if n.Config != nil {
		p.Materialized, p.Group = n.Config.Materialized(), n.Config.String("group")
		p.Grants = grants(n)
		if n.Type == compiler.Model {
			p.Access = n.Access()
		}
		if c, ok := n.Config.Get("contract").(map[string]any); ok {
			p.Contract, _ = c["enforced"].(bool)
		}
	}
	if n.Version != nil {
		p.Version = jinja.Str(n.Version)
	}
	if in := t.Catalog.Get(n.Relation); t.Catalog != nil && in != nil && artifact.Catalogued(n) {
		p.Kind = string(in.Kind)
	}
	p.Open = t.known[n.ID].open
	p.Columns, p.Profile = t.profile(n, t.known[n.ID].columns)
	for _, test := range t.tests[n.ID] {
		p.Tests = append(p.Tests, t.testRow(test))
	}
	p.Source, p.Compiled = t.codeOf(n)
	if p.Changed = t.how[n.ID]; p.Changed != nil {
		p.Since = t.now.Since
	}
	return p
}

// place says where a node is written.
func (p *nodePage) place(n *compiler.Node) {
	if n.File != nil {
		p.Path = n.File.Path
	}
	if !n.At.IsZero() && n.At.Source != nil && n.File != nil && n.At.Source.Path == n.File.Source.Path {
		p.Line = n.At.Position().Line
	}
}

// title is a node's name as people say it, an exposure's label among them.
func title(n *compiler.Node) string {
	if n.Type == compiler.Exposure && n.Raws != nil {
		return cmp.Or(textOf(n.Raws.Values, "label"), n.Name)
	}
	return n.Label()
}

// describe is a node's description; a table of a source without one has the source's.
func describe(n *compiler.Node) string {
	if n.Description == "" && n.Table != nil {
		return n.Table.Source.Description
	}
	return n.Description
}

// upstream are the nodes that a node reads, each once.
func (t *telling) upstream(n *compiler.Node) []*compiler.Node {
	var out []*compiler.Node
	for _, id := range n.DependsOn {
		if parent := t.Graph.Nodes[id]; parent != nil && !slices.Contains(out, parent) {
			out = append(out, parent)
		}
	}
	return out
}

// downstream are the nodes that read a node; its tests are told apart.
func (t *telling) downstream(n *compiler.Node) []*compiler.Node {
	var out []*compiler.Node
	for _, id := range t.Graph.DAG.Children(n.ID) {
		if child := t.Graph.Nodes[id]; child != nil && child.Type != compiler.Test && child.Type != compiler.UnitTest {
			out = append(out, child)
		}
	}
	return out
}

func (t *telling) links(nodes []*compiler.Node) []link {
	out := make([]link, 0, len(nodes))
	for _, n := range nodes {
		out = append(out, link{n.ID, title(n), string(n.Type)})
	}
	return out
}

// grants are those of a node's config, by privilege.
func grants(n *compiler.Node) []grant {
	v, _ := n.Config.Value("grants")
	d, _ := v.(*jinja.Dict)
	var out []grant
	for privilege, to := range d.All() {
		g := grant{Privilege: jinja.Str(privilege)}
		if many, ok := to.(*jinja.List); ok {
			for _, one := range many.Items {
				g.To = append(g.To, jinja.Str(one))
			}
		} else if to != nil {
			g.To = append(g.To, jinja.Str(to))
		}
		out = append(out, g)
	}
	return out
}

// plain is a value of a template as JSON has it; nil for an empty dict.
func plain(d *jinja.Dict) any {
	if d.Len() == 0 {
		return nil
	}
	text, err := jinja.JSON{Default: func(v jinja.Value) (any, bool) { return jinja.Str(v), true }}.Dump(d)
	if err != nil {
		return nil // a number that JSON does not have
	}
	return rawJSON(text)
}

type rawJSON string

// MarshalJSON implements json.Marshaler.
func (r rawJSON) MarshalJSON() ([]byte, error) { return []byte(r), nil }

func textOf(d *jinja.Dict, key string) string {
	v, _ := d.GetString(key)
	if v == nil {
		return ""
	}
	return strings.TrimSpace(jinja.Str(v))
}

package site

import (
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/relation"
)

// column is a column on the page of its node. What it inherits comes with the column that says it: a node's ID and name, a column's name.
type column struct {
	Name        string      `json:"name"`
	Type        string      `json:"type,omitempty"`
	Description string      `json:"description,omitempty"`
	From        *[3]string  `json:"from,omitempty"` // whose description it is, if it is not its own
	Tags        []inherited `json:"tags,omitempty"`
	PII         []inherited `json:"pii,omitempty"`
	Derived     bool        `json:"derived,omitempty"` // nobody says that it holds personal data, and it is computed from what does
	Masks       []mask      `json:"masks,omitempty"`
	Tests       []int       `json:"tests,omitempty"` // places in the list of the node's tests
	Missing     bool        `json:"missing,omitempty"`
	Statistics  *statistics `json:"stats,omitempty"`
}

// personal tells whether it holds personal data, or may.
func (c column) personal() bool { return c.Derived || len(c.kinds()) > 0 }

// kinds are the kinds of personal data that it is said to hold, "true" for one that is not told.
func (c column) kinds() []string {
	var out []string
	for _, kind := range c.PII {
		if kind.Text != "false" {
			out = append(out, kind.Text)
		}
	}
	return out
}

type inherited struct {
	Text string     `json:"text"`
	From *[3]string `json:"from,omitempty"`
}

// columnsOf are a node's columns in their order, and whether there may be more. A column that is described and that the node does not
// have comes last, as missing.
func (t *telling) columnsOf(n *compiler.Node, passed func(lineage.Input) analyze.Traits) (out []column, open bool) {
	at := map[string]int{}
	add := func(name, typ string) {
		at[strings.ToLower(name)] = len(out)
		out = append(out, column{Name: name, Type: typ})
	}
	var held *relation.Table
	if t.Catalog != nil && n.Relation != (relation.Relation{}) {
		held = t.Catalog.Get(n.Relation)
	}
	known := t.Columns.Node(n.ID)
	switch {
	case held != nil && len(held.Columns) > 0:
		for _, c := range held.Columns {
			add(c.Name, c.Type)
		}
	case known != nil:
		open = known.Open
		for _, c := range known.Columns {
			add(c.Name, t.Columns.TypeOf(lineage.Input{Table: n.ID, Column: c.Name}))
		}
	default:
		open = true
	}
	for _, c := range n.Columns {
		if _, is := at[strings.ToLower(c.Name)]; !is {
			add(c.Name, c.DataType)
			out[len(out)-1].Missing = !open
		}
		out[at[strings.ToLower(c.Name)]].Masks = masksOf(c)
	}
	for i, test := range t.tests[n.ID] {
		if test.Test == nil || test.Test.Column == "" {
			continue
		}
		if k, is := at[strings.ToLower(strings.Trim(test.Test.Column, "\"`"))]; is {
			out[k].Tests = append(out[k].Tests, i)
		}
	}
	t.traits(n, out, passed)
	return out, open
}

// traits adds what is said of the columns, by themselves and by those that they are copies of.
func (t *telling) traits(n *compiler.Node, columns []column, passed func(lineage.Input) analyze.Traits) {
	if t.Columns.Node(n.ID) == nil {
		for i := range columns {
			for _, c := range n.Columns {
				if strings.EqualFold(c.Name, columns[i].Name) {
					columns[i].Description = c.Description
				}
			}
		}
		return
	}
	for i := range columns {
		in := lineage.Input{Table: n.ID, Column: columns[i].Name}
		for _, traits := range []analyze.Traits{t.Columns.Said(in), passed(in)} {
			if d := traits.Description; d != nil {
				columns[i].Description, columns[i].From = d.Text, t.saidBy(n, d.Of)
			}
			for _, s := range traits.Tags {
				columns[i].Tags = append(columns[i].Tags, inherited{s.Text, t.saidBy(n, s.Of)})
			}
			for _, s := range traits.PII {
				columns[i].PII = append(columns[i].PII, inherited{s.Text, t.saidBy(n, s.Of)})
			}
		}
		columns[i].Derived = len(columns[i].PII) == 0 && t.Columns.MayBePersonal(in)
	}
}

// saidBy names a column, nil for one of the node itself.
func (t *telling) saidBy(n *compiler.Node, of lineage.Input) *[3]string {
	if of.Table == n.ID {
		return nil
	}
	return &[3]string{of.Table, t.nameOf(of.Table), of.Column}
}

package analyze

import (
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lineage"
)

// SyncPII is a field of a sync that holds personal data, though the sync does not say that it may send any.
const SyncPII diag.Code = "sync-pii"

// Personal returns the fields of a sync that hold personal data, by what is said about the columns that they are made of, and the problems
// of a sync that may not send such.
func (a *Analysis) Personal(n *compiler.Node) (fields []string, problems []*diag.Diagnostic) {
	for _, f := range n.Sync.Fields {
		said := a.ofField(n, f.Name)
		if said == nil {
			continue
		}
		fields = append(fields, f.Name)
		if n.Sync.PII {
			continue
		}
		of := said.Of.Table
		if node := a.Graph.Nodes[of]; node != nil {
			of = node.Name
		}
		problems = append(problems, &diag.Diagnostic{
			Code: SyncPII, Span: f.At, Message: "field " + f.Name + " of sync " + n.Name + " holds personal data, as " + of + "." + said.Of.Column + " says",
			Hint: "leave it out, or let the sync send such data with pii: true",
		})
	}
	return fields, problems
}

// ofField is what says that a field of a sync holds personal data; nil if nothing does. Here, where data leaves the warehouse, what is
// computed from a value counts as the value: a hash of an address still finds the person.
func (a *Analysis) ofField(n *compiler.Node, field string) *Said {
	if said := a.isPersonal(lineage.Input{Table: n.ID, Column: field}); said != nil {
		return said
	}
	node := a.nodes[n.ID]
	if node == nil {
		return nil
	}
	c := node.Column(field)
	if c == nil {
		return nil
	}
	for _, u := range c.Uses {
		if u.Kind != lineage.Transform {
			continue
		}
		if said := a.isPersonal(u.Input); said != nil {
			return said
		}
	}
	return nil
}

// isPersonal is what says that a column holds personal data; nil if nothing does.
func (a *Analysis) isPersonal(c lineage.Input) *Said {
	for _, said := range [][]Said{a.Said(c).PII, a.Inherited(c).PII} {
		for _, s := range said {
			if s.Text != "false" {
				return &s
			}
		}
	}
	return nil
}

package change

import (
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/relation"
)

// AsBuilt is the history of a warehouse in which all nodes are as the graph makes them, and nothing else is: what another version of the project is
// compared with where no warehouse is asked. Relations in it have no columns.
func (g *Graph) AsBuilt() History {
	built, versions, codes := map[string]Built{}, map[string]Version{}, map[fingerprint.Hash]*Code{}
	for _, n := range g.Order {
		m := g.Nodes[n.ID]
		if m == nil {
			continue
		}
		made := m.Built(func(id string) Version { return versions[id] })
		code := g.Code(m, made)
		key := fingerprint.Of(n.ID, made.Hash.String())
		versions[n.ID], codes[key] = Version{Hash: made.Hash, Code: key}, &code
		if !n.Ephemeral() && !n.Blank() {
			built[n.ID] = Built{Version: versions[n.ID], Own: made.Own, Beside: m.Beside}
		}
	}
	return History{
		Built: built,
		Code:  func(key fingerprint.Hash) *Code { return codes[key] },
		Existing: func(n *compiler.Node) *relation.Table {
			was := g.Nodes[n.ID]
			if was == nil || !was.Stored() {
				return nil
			}
			t := &relation.Table{Relation: n.Relation, Kind: relation.BaseTable}
			if materialized(was.Node) == "view" {
				t.Kind = relation.View
			}
			return t
		},
	}
}

// Differs tells whether the node is not what it was: more is to be done than for newer data, or for what is kept beside the rows.
func (v *Verdict) Differs() bool { return v.Needed() && v.madeOtherwise() }

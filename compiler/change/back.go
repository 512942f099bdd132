package change

import (
	"fmt"

	"github.com/modsql/mod/compiler/dialect"
)

// Back says what is to be done to have those nodes as they were built before, by their IDs: the tables that are kept take their places again, and views that go with
// what is there now are made anew. Verdicts are those of the nodes as they are; only what is to be done comes back, in their order.
func (g *Graph) Back(verdicts []*Verdict, to map[string]Built) []*Verdict {
	var out []*Verdict
	replaced := map[string]bool{}
	for _, v := range verdicts {
		if v.Node == nil {
			continue
		}
		if before, ok := to[v.ID]; ok {
			replaced[v.ID] = true
			out = append(out, &Verdict{Node: v.Node, ID: v.ID, State: Replaced, Built: v.Built, To: &before, Reasons: []Reason{{Text: g.whichBuild(v, before)}}})
			continue
		}
		if !g.Graph.Of(v.Node).Dialect.Has(dialect.CascadeDrop) || !live(v.Node) || v.Built == nil || !g.readsOne(v.ID, replaced) {
			continue
		}
		replaced[v.ID] = true
		lost := *v
		lost.State, lost.Reasons = Affected, append([]Reason{{Text: "it goes with what it reads, and is made again"}}, v.Reasons...)
		out = append(out, &lost)
	}
	return out
}

// readBy tells of a build to which a node was rolled back whether another build read it while it was there before.
func (b Built) readBy(by *Built) bool {
	return !b.Back.IsZero() && !by.Began.Before(b.Ended) && by.Ended.Before(b.Until)
}

// whichBuild tells of the build before, and how it differs from the project.
func (g *Graph) whichBuild(v *Verdict, before Built) string {
	text := "to what was built on " + said(before.Ended)
	switch rows := before.Rows; {
	case rows == nil:
	case *rows == 1:
		text += ", with 1 row"
	default:
		text += fmt.Sprintf(", with %d rows", *rows)
	}
	switch m := g.Nodes[v.ID]; {
	case m == nil:
	case m.Hash == before.Hash:
		text += ", as the project makes it"
	case v.Built != nil && v.Built.Hash == before.Hash:
		text += ", of the same version as what is there"
	default:
		text += ", of another version than the project has"
	}
	return text
}

package change

import (
	"fmt"
	"time"

	"github.com/modsql/mod/compiler"
)

// minute is how times are told.
const minute = "2006-01-02 15:04"

// news are why there is newer data for a node than its last build had.
func (j *judge) news(m *Made, built *Built) (reasons []Reason) {
	if j.Refresh != nil && j.Refresh(m.Node) {
		return []Reason{{Text: "its data is to be refreshed"}}
	}
	if m.Type != compiler.Test && (!m.Stored() || live(m.Node)) {
		return nil
	}
	known := func(parent *Made) bool { return j.inBatches(m) && j.inBatches(parent) } // of those it is known which times are newer
	for _, id := range m.Reads {
		if why, newer := j.newer(id, built, known); newer {
			reasons = append(reasons, Reason{Text: why})
		}
	}
	return reasons
}

// waits tells whether a node that has newer data is left alone for some time yet, as its config build_after says.
func (j *judge) waits(v *Verdict, news int) bool {
	rule := v.Node.Freshness()
	if j.Refresh != nil && j.Refresh(v.Node) {
		return false
	}
	until := v.Built.Ended.Add(rule.BuildAfter.Span())
	switch reads := len(j.Nodes[v.ID].Reads); {
	case rule.BuildAfter.Span() > 0 && j.Now.Before(until):
		v.because(Kept, fmt.Sprintf("there is newer data, and it is not built sooner than %s after its last build, on %s UTC", rule.BuildAfter, until.UTC().Format(minute)))
	case rule.OnAll && news < reads:
		v.because(Kept, fmt.Sprintf("there is newer data in %d of the %d nodes that it reads, and it waits for all of them", news, reads))
	default:
		return false
	}
	v.Newer = false
	return true
}

// newer tells whether what a node reads has newer data than that build had. Of what is known better it is not said.
func (j *judge) newer(id string, built *Built, known func(*Made) bool) (why string, newer bool) {
	m := j.Nodes[id]
	if m != nil && known(m) {
		return "", false
	}
	if m == nil {
		look, ok := j.Looks[id]
		if !ok || !look.newer(id, built) {
			return "", false
		}
		return fmt.Sprintf("%s has data of %s", j.nameOf(id), look.Loaded.UTC().Format(minute)), true
	}
	if live(m.Node) {
		for _, parent := range m.Reads {
			if why, newer := j.newer(parent, built, known); newer {
				return why + ", through " + m.Name, true
			}
		}
		return "", false
	}
	if v := j.verdicts[id]; v != nil && v.Needed() && v.Newer && j.planned(m) {
		return m.Name + " will have newer data", true
	}
	if b, ok := j.Built[id]; ok && !b.readBy(built) && b.DataAt().After(built.Began) {
		return fmt.Sprintf("%s has data of %s", m.Name, b.DataAt().UTC().Format(minute)), true
	}
	return "", false
}

// newer tells whether rows have come into a source since a build: since what was seen of it then, or else since the build began.
func (l Look) newer(source string, built *Built) bool {
	than, ok := built.Seen[source]
	if !ok {
		than = built.Began
	}
	return l.Loaded.After(than)
}

// seen are the newest rows of the sources that a node reads, itself or through views, as they are now.
func (g *Graph) seen(id string, looks map[string]Look, into map[string]time.Time) {
	m := g.Nodes[id]
	if m == nil {
		if look, ok := looks[id]; ok {
			into[id] = look.Loaded
		}
		return
	}
	for _, parent := range m.Reads {
		if p := g.Nodes[parent]; p == nil || live(p.Node) {
			g.seen(parent, looks, into)
		}
	}
}

// Seen are the newest rows of the sources that a node reads, itself or through views, by the sources' IDs, as far as they were looked at.
func (g *Graph) Seen(m *Made, looks map[string]Look) map[string]time.Time {
	out := map[string]time.Time{}
	if len(looks) > 0 {
		g.seen(m.ID, looks, out)
	}
	return out
}

// live tells whether a node has no data of its own: whoever reads it reads what it reads.
func live(n *compiler.Node) bool {
	return n.Type == compiler.Model && n.Config.Materialized() == "view" || n.Type == compiler.Function
}

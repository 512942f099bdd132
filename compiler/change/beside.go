package change

import (
	"slices"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/relation"
)

// Beside says how the nodes stand in an environment that has relations of its own for what differs from home, the environment whose relations it reads
// else. What is at home as the project makes it, though its data, rights or comments may be old, is [Verdict.Elsewhere]: nothing is done for it. What differs stands to its
// last build here; of what was not built here yet the state and the reasons are those at home. Data tests and unit tests belong to what they read; one that itself is another, or
// has not passed at home, is run here. The
// verdicts are in the order of [Graph.Since], and so is unknown what that tells.
func (g *Graph) Beside(home, here History) (verdicts []*Verdict, unknown []fingerprint.Hash) {
	home.replacesNone = true
	atHome, unknown := g.Since(home)
	differs := g.differing(atHome)
	both := here
	both.Built, both.replacesNone = map[string]Built{}, true
	both.elsewhere = func(id string) bool { return differs[id] == nil }
	both.Existing = func(n *compiler.Node) *relation.Table {
		if differs[n.ID] == nil {
			return home.Existing(n)
		}
		return here.Existing(n)
	}
	for id, b := range home.Built {
		if g.Nodes[id] != nil && differs[id] == nil {
			both.Built[id] = b
		}
	}
	for id, b := range here.Built {
		if g.Graph.Nodes[id] == nil || differs[id] != nil {
			both.Built[id] = b
		}
	}
	verdicts, more := g.Since(both)
	for _, v := range verdicts {
		if there := differs[v.ID]; there != nil && there.Needed() && v.State == New {
			v.State, v.Reasons, v.Impact, v.Built, v.Unbuilt = there.State, there.Reasons, there.Impact, there.Built, true
		}
	}
	return verdicts, append(unknown, more...)
}

// differing are the verdicts on what is not at home as the project makes it, by IDs.
func (g *Graph) differing(atHome []*Verdict) map[string]*Verdict {
	differs := map[string]*Verdict{}
	tested := slices.ContainsFunc(atHome, func(v *Verdict) bool { return v.Node != nil && isTest(v.Node) && v.Built != nil })
	for _, v := range atHome {
		switch {
		case v.Node == nil || v.Node.Shared():
		case isTest(v.Node):
			if v.State == Changed || v.State == New && tested { // where tests are never run, one that has not passed says nothing
				differs[v.ID] = v
			}
			for _, id := range g.Nodes[v.ID].Reads {
				if differs[id] != nil {
					differs[v.ID] = v
				}
			}
		case v.Differs():
			differs[v.ID] = v
		}
	}
	return differs
}

// madeOtherwise tells whether what is to be done is to be done for more than newer data, or than what is kept beside the rows.
func (v *Verdict) madeOtherwise() bool {
	return v.State != Stale && v.State != Behind && v.State != Amended
}

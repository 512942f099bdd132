package change

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/interval"
)

// Promotion is what is done at home for a node that is not there as the project makes it, where an environment may have it already.
type Promotion struct {
	*Verdict // at home
	// From is its build in the environment: its relation takes the place of the one at home, and of a test it is the proof. Nil says that the node is
	// built, or the test run, at home.
	From *Built
	Why  string // why the relation of the environment is not taken, as a clause; "" if it is, or if there is nothing to be taken
	// Lacks are the batches of a microbatch model that are the reason: those that are loaded at home, and not in the environment, or there of older data.
	Lacks interval.Set
}

// Promote says how to bring home what an environment has built, given the verdicts at home and those there ([Graph.Beside]). What is but stale at home is left as it is. Unproven are data tests that can fail a run, and of which it is not known that what is taken
// passes them: until they have passed nothing should be taken.
func (g *Graph) Promote(home, there []*Verdict) (promotions []*Promotion, unproven []*Verdict) {
	p := &promoter{Graph: g, there: map[string]*Verdict{}, anew: map[string]bool{}}
	for _, v := range there {
		p.there[v.ID] = v
	}
	for _, v := range home {
		if v.Node != nil && g.readsOne(v.ID, p.anew) && live(v.Node) {
			p.anew[v.ID] = true
		}
		if !v.Needed() || v.State == Stale || v.State == Behind {
			continue
		}
		out := &Promotion{Verdict: v}
		promotions = append(promotions, out)
		there := p.there[v.ID]
		switch {
		case v.Node == nil || v.State == Amended:
		case !isTest(v.Node):
			p.node(out)
		case there == nil || there.Elsewhere || g.readsOne(v.ID, p.anew):
		case !there.Needed():
			out.From = there.Built
		case !strings.EqualFold(v.Node.Config.String("severity"), "warn"):
			unproven = append(unproven, there)
		}
	}
	return promotions, unproven
}

// promoter decides about one node after another, parents first.
type promoter struct {
	*Graph
	there map[string]*Verdict
	anew  map[string]bool // whose rows are made anew at home, by IDs
}

// readsOne tells whether a node reads one of those.
func (g *Graph) readsOne(id string, of map[string]bool) bool {
	m := g.Nodes[id]
	return m != nil && slices.ContainsFunc(m.Reads, func(id string) bool { return of[id] })
}

// node decides about what is built.
func (p *promoter) node(out *Promotion) {
	there := p.there[out.ID]
	if live(out.Node) {
		p.anew[out.ID] = p.anew[out.ID] || there != nil && there.Needed()
		return
	}
	if out.Why = p.whyNot(out, there); out.Why == "" {
		out.From = there.Built
		p.takeOver(out)
	}
	p.anew[out.ID] = out.From == nil
}

// whyNot is why a relation of the environment is not taken.
func (p *promoter) whyNot(out *Promotion, there *Verdict) string {
	home := out.Verdict
	batched := home.Built != nil && p.Graph.Graph.Of(home.Node).Batched(home.Node)
	switch {
	case there == nil || there.Elsewhere && home.Node.Shared():
		return "it is never built in an environment"
	case there.Elsewhere || there.Unbuilt:
		return "it is not built there"
	case batched && (there.State == Stale || there.State == Behind): // it may have all that is here
	case there.Needed() && len(there.Reasons) > 0:
		return "it is not up to date there: " + there.Reasons[0].Text
	case there.Needed():
		return "it is not up to date there"
	}
	switch {
	case batched:
		if why := out.lacks(home, there); why != "" {
			return why
		}
	case home.Built != nil && home.Built.DataAt().After(there.Built.Began):
		return fmt.Sprintf("it has newer data here, of %s", home.Built.DataAt().UTC().Format("2006-01-02 15:04"))
	}
	for _, id := range p.Nodes[home.ID].Reads {
		if p.anew[id] {
			return p.nameOf(id) + ", which it reads, is built anew"
		}
	}
	return p.kept(home.Node)
}

// lacks is why a microbatch model's relation at home has rows that the one of the environment has not, or older ones; "" if it has none. What is before its begin is
// loaded nowhere any more.
func (out *Promotion) lacks(home, there *Verdict) string {
	here, size := home.Built.Claims, home.Node.BatchSize()
	since := interval.Of(interval.Range{From: size.Floor(home.Node.Begin()), To: here.Loaded().Bounds().To})
	align := func(set interval.Set) (out interval.Set) {
		for _, r := range set {
			out = out.Union(interval.Of(size.Align(r)))
		}
		return out
	}
	if lacks := here.Loaded().Intersect(since).Minus(there.Built.Claims.Loaded()); len(lacks) > 0 {
		out.Lacks = align(lacks)
		return fmt.Sprintf("it lacks %s, which is loaded here", lacks)
	}
	if newer := here.After(there.Built.Claims).Intersect(since); len(newer) > 0 {
		out.Lacks = align(newer)
		return fmt.Sprintf("it has newer data here of %s", newer)
	}
	return ""
}

// takeOver says of a microbatch model that is taken what of it is loaded: nothing else is.
func (p *promoter) takeOver(out *Promotion) {
	if !p.Graph.Graph.Of(out.Node).Batched(out.Node) {
		return
	}
	v := *out.Verdict
	v.Intervals, v.Again = nil, nil
	loaded := out.From.Claims.Loaded()
	v.Reasons = append(slices.Clone(v.Reasons), Reason{Text: "it has " + loaded.String()})
	if len(loaded) == 0 {
		v.Reasons[len(v.Reasons)-1].Text = "it has no batches yet"
	}
	if v.Built != nil {
		if gone := v.Built.Claims.Loaded().Minus(loaded); len(gone) > 0 {
			v.Reasons = append(v.Reasons, Reason{Text: fmt.Sprintf("what is loaded here of %s goes: it begins on %s", gone, v.Node.Config.String("begin"))})
		}
	}
	out.Verdict = &v
}

// kept is why no other relation can take the place of a node's; "" if one can.
func (p *promoter) kept(n *compiler.Node) string {
	materialized := n.Config.Materialized()
	switch {
	case p.Graph.Graph.Of(n) != p.Graph.Graph:
		return "it lives at another target"
	case n.Type == compiler.Seed:
		return p.once(n)
	case materialized == "incremental" && !n.Config.Bool("full_refresh", true):
		return "with full_refresh: false what is there stays"
	case materialized != "table" && materialized != "incremental" || p.Library.Materialization(materialized) != nil:
		return "it is no table of which one can take another's place"
	}
	return p.once(n)
}

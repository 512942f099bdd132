package change

import (
	"fmt"
	"time"

	"github.com/modsql/mod/compiler"
)

// Age is how old the data of a node is, and how old it may be.
type Age struct {
	*compiler.Node
	AsOf   time.Time          // up to when its data is complete, as far as it is known; the zero time if it was never built, or nobody looked
	Known  bool               // AsOf is known
	Limit  *compiler.AgeLimit // that is exceeded, the sterner one; nil if none is
	Failed bool               // the limit is error_after
	Newest time.Time          // of a source: when its newest row came
	Behind bool               // there is newer data that it has not
	Next   *Due               // of a microbatch model with a cron: what is due next; nil of others
	Cause  *Cause             // why a limit is exceeded; nil if none is
}

// Late is since when a limit is exceeded; the zero time if none is.
func (a *Age) Late() time.Time {
	if a.Limit == nil || !a.Known {
		return time.Time{}
	}
	return a.AsOf.Add(a.Limit.Span())
}

// Cause is where the delay began.
type Cause struct {
	*compiler.Node
	Text string // a clause for people: "has had no new row since 2026-03-01 08:00 UTC"
}

// Ages says of each source and each model of a graph how old its data is, in the graph's order. What is as fresh as it could be counts as complete
// now: a source without new rows is, unless its own limit says that there should be some, and so is a model that has all of what it reads.
// Nodes that do not age, such as seeds, are left out.
func Ages(g *compiler.Graph, h History) []*Age {
	r := &reckoner{graph: g, History: h, ages: map[string]*Age{}}
	var out []*Age
	for _, n := range g.Order {
		if _, looked := h.Looks[n.ID]; !looked && !n.Stored() {
			continue
		}
		a := r.age(n)
		if a == nil {
			continue
		}
		if a.Limit, a.Failed = exceeded(n.Freshness(), a, h.Now); a.Limit != nil {
			a.Cause = r.cause(a, h.Now.Add(-a.Limit.Span()))
		}
		out = append(out, a)
	}
	return out
}

// exceeded is the sternest limit that an age is beyond, and whether that is a failure; nil if there is none.
func exceeded(rule compiler.FreshnessRule, a *Age, now time.Time) (limit *compiler.AgeLimit, failed bool) {
	for _, limit := range []*compiler.AgeLimit{rule.ErrorAfter, rule.WarnAfter} {
		if limit.Span() > 0 && (!a.Known || limit.Exceeded(now.Sub(a.AsOf).Seconds())) {
			return limit, limit == rule.ErrorAfter
		}
	}
	return nil, false
}

// reckoner finds out how old nodes are, parents first.
type reckoner struct {
	graph *compiler.Graph
	History
	ages map[string]*Age // nil for what does not age
}

// age is how old a node's data is; nil if it does not age.
func (r *reckoner) age(n *compiler.Node) *Age {
	if a, done := r.ages[n.ID]; done {
		return a
	}
	r.ages[n.ID] = nil // a node that reads itself
	a := r.found(n)
	r.ages[n.ID] = a
	return a
}

func (r *reckoner) found(n *compiler.Node) *Age {
	switch {
	case n.Type == compiler.Seed, n.Type == compiler.Function:
		return nil
	case n.Type == compiler.Source:
		return r.source(n)
	}
	a := &Age{Node: n, AsOf: r.Now, Known: true}
	if r.graph.Of(n).Batched(n) {
		a.Next = nextDue(n, r.Now)
	}
	inputs := r.inputs(n)
	if n.Stored() && !live(n) {
		built, ok := r.Built[n.ID]
		if !ok {
			a.AsOf, a.Known, a.Behind = time.Time{}, false, true
			return a
		}
		for _, in := range inputs {
			r.has(a, in, built)
		}
		return a
	}
	for _, in := range inputs {
		a.older(in)
		a.Behind = a.Behind || in.Behind && in.Type != compiler.Source
	}
	return a
}

// older makes an age no younger than that of something that it reads.
func (a *Age) older(in *Age) {
	switch {
	case !in.Known:
		a.Known, a.AsOf = false, time.Time{}
	case a.Known && in.AsOf.Before(a.AsOf):
		a.AsOf = in.AsOf
	}
}

// has takes into account what a relation has of one of the things that it reads.
func (r *reckoner) has(a *Age, in *Age, built Built) {
	lacks := false
	switch look, looked := r.Looks[in.ID]; {
	case in.Type == compiler.Source && looked:
		lacks = look.newer(in.ID, &built)
	case in.Type == compiler.Source: // nobody knows whether there is more: it has what was there when it was built
		a.older(&Age{AsOf: built.Began, Known: true})
		return
	default:
		b, ok := r.Built[in.ID]
		lacks = !ok || b.DataAt().After(built.Began)
		a.Behind = a.Behind || in.Behind
	}
	if !lacks {
		a.older(in)
		return
	}
	a.Behind = a.Behind || a.Next == nil || !r.rests(a.Node, &built)
	a.older(&Age{AsOf: built.Began, Known: true})
}

// source is how old a source is: as long as its own limits are kept, or it has none, it is as new as it is to be.
func (r *reckoner) source(n *compiler.Node) *Age {
	look, ok := r.Looks[n.ID]
	if !ok {
		return &Age{Node: n, AsOf: r.Now, Known: true}
	}
	a := &Age{Node: n, AsOf: look.Loaded, Newest: look.Loaded, Known: true}
	if limit, _ := exceeded(n.Freshness(), a, r.Now); limit == nil {
		a.AsOf = r.Now
	}
	return a
}

// inputs are what a node reads and what ages, ephemeral models and views looked through.
func (r *reckoner) inputs(n *compiler.Node) []*Age {
	var out []*Age
	seen := map[string]bool{n.ID: true}
	var add func(n *compiler.Node)
	add = func(n *compiler.Node) {
		for _, id := range n.DependsOn {
			in := r.graph.Nodes[id]
			if in == nil || seen[id] {
				continue
			}
			seen[id] = true
			if in.Ephemeral() || live(in) {
				add(in)
			} else if a := r.age(in); a != nil {
				out = append(out, a)
			}
		}
	}
	add(n)
	return out
}

// cause finds out why data is older than that: which of what it is made of has nothing newer, or was not built.
func (r *reckoner) cause(a *Age, than time.Time) *Cause {
	if a.Type == compiler.Source {
		if a.AsOf.IsZero() || a.AsOf.Year() <= 1 {
			return &Cause{a.Node, "has no rows"}
		}
		return &Cause{a.Node, "has had no new row since " + a.AsOf.UTC().Format(minute) + " UTC"}
	}
	var worst *Age
	for _, in := range r.inputs(a.Node) {
		if (!in.Known || in.AsOf.Before(than)) && (worst == nil || in.AsOf.Before(worst.AsOf)) {
			worst = in
		}
	}
	if worst != nil {
		return r.cause(worst, than)
	}
	built, ok := r.Built[a.ID]
	switch {
	case !ok:
		return &Cause{a.Node, "was never built"}
	case a.Behind:
		return &Cause{a.Node, fmt.Sprintf("was last built on %s UTC, and there is newer data for it", built.Ended.UTC().Format(minute))}
	}
	return &Cause{a.Node, fmt.Sprintf("was last built on %s UTC", built.Ended.UTC().Format(minute))}
}

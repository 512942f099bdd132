package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/runner"
)

// foreseenSync is what a sync would send of what the environment has.
type foreseenSync struct {
	node *compiler.Node
	plan *runner.SyncPlan // nil if it is not known
	err  error            // why it is not
}

// foreseeSyncs finds out what the syncs of what changes would send next, and sends nothing.
func (v *review) foreseeSyncs(ctx context.Context) (err error) {
	list := v.syncsReached()
	if len(list) == 0 {
		return nil
	}
	visit, err := v.steps.runner.Visit(ctx, v.graph.Order)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, visit.Close()) }()
	for _, n := range list {
		found := foreseenSync{node: n}
		kind, rules, problems := v.checkSync(n)
		switch broken := v.brokenAbove(n); {
		case broken != "":
			found.err = fmt.Errorf("%s cannot be built", broken)
		case problems.HasErrors():
			found.err = problems.Err()
		default:
			found.plan, found.err = visit.ForeseeSync(ctx, n, runner.SyncOptions{Kind: kind, Limits: rules.Limits, Now: v.started})
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		v.syncs = append(v.syncs, found)
	}
	return nil
}

// syncsReached are the syncs that are made of something that changes, and those that changed themselves.
func (v *review) syncsReached() (list []*compiler.Node) {
	for _, n := range v.graph.Order {
		if n.Type != compiler.Sync || n.Sync == nil {
			continue
		}
		changes := func(id string) bool { return v.home[id] != nil }
		if changes(n.ID) || slices.ContainsFunc(v.graph.DAG.Ancestors(n.ID, -1), changes) {
			list = append(list, n)
		}
	}
	return list
}

// brokenAbove is a model of which a sync is made that could not be built; "" if there is none.
func (v *review) brokenAbove(n *compiler.Node) string {
	above := v.graph.DAG.Ancestors(n.ID, -1)
	for _, r := range v.broken() {
		if slices.Contains(above, r.Node.ID) {
			return r.Node.Label()
		}
	}
	return ""
}

// sent says what syncs would send.
func (v *review) sent(most int) string {
	if len(v.syncs) == 0 {
		return ""
	}
	var lines []string
	for _, s := range v.syncs {
		lines = append(lines, fmt.Sprintf("- %s: %s\n", code(s.node.Label()), s.text()))
	}
	return "\n### What syncs would send\n\n" + fitted(lines, most, func(n int) string { return fmt.Sprintf("- %d more in target/ci/report.md\n", n) })
}

// text tells what a sync would send.
func (s *foreseenSync) text() string {
	if s.err != nil {
		return "not known, since " + cell(s.err.Error())
	}
	p := s.plan
	var parts []string
	for _, part := range []struct {
		n    int64
		word string
	}{{p.Inserts, "insert"}, {p.Updates, "update"}, {p.Removals, string(p.RemovalOp)}} {
		if part.n > 0 {
			parts = append(parts, counted(part.n, part.word))
		}
	}
	text := "nothing"
	if len(parts) > 0 {
		text = strings.Join(parts, ", ")
	}
	switch {
	case p.Known == 0 && p.Changes() > 0:
		text += "; nothing was sent so far"
	case p.Known > 0:
		text += fmt.Sprintf("; it has sent %s so far", counted(p.Known, "row"))
	}
	if p.Remapped > 0 {
		text += fmt.Sprintf("; %s with other fields than before", counted(p.Remapped, "row"))
	}
	if p.Held != nil {
		text += ". ⚠️ It would be held back: " + cell(p.Held.Error())
	}
	return text
}

// counted is a number of things.
func counted(n int64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return grouped(n) + " " + word + "s"
}

// ciSyncJSON is what a sync would send, as other programs read it.
type ciSyncJSON struct {
	ID       string `json:"id"`
	Inserts  int64  `json:"inserts"`
	Updates  int64  `json:"updates"`
	Removals int64  `json:"removals"`
	Remapped int64  `json:"remapped"`
	Sent     int64  `json:"sent"` // rows that it has sent so far
	Held     string `json:"held,omitempty"`
	Unknown  string `json:"unknown,omitempty"` // why it is not known
}

func (s *foreseenSync) json() ciSyncJSON {
	out := ciSyncJSON{ID: s.node.ID}
	switch {
	case s.err != nil:
		out.Unknown = s.err.Error()
	case s.plan.Held != nil:
		out.Held = s.plan.Held.Error()
	}
	if p := s.plan; p != nil {
		out.Inserts, out.Updates, out.Removals, out.Remapped, out.Sent = p.Inserts, p.Updates, p.Removals, p.Remapped, p.Known
	}
	return out
}

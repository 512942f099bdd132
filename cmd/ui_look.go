package cmd

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/runner/state"
	"github.com/modsql/mod/tui"
)

// look is what one of the views of the terminal interface shows, as the warehouse has it now.
func (h *hands) look(ctx context.Context, at tui.Place) tui.Msg {
	h.warehouse.Lock()
	defer h.warehouse.Unlock()
	defer h.works()()
	b, _, err := h.prepared("status")
	if err != nil {
		return h.failure(string(at), err)
	}
	defer h.learn(b)
	tables := map[tui.Place]func(context.Context) (*tui.Table, error){
		tui.AtStatus: b.statusTable, tui.AtFreshness: b.freshnessTable, tui.AtSyncs: b.syncTable, tui.AtStates: b.stateTable, tui.Environments: b.environmentTable,
	}
	table, err := tables[at](ctx)
	if err != nil {
		return h.failure(string(at), err)
	}
	return tui.Looked{At: at, Table: table}
}

// stands is how the project stands, as mod status finds out.
func (a *app) stands(ctx context.Context) (*standing, error) {
	s, err := a.compile(compileOptions{which: "status", needTarget: true})
	if err != nil {
		return nil, err
	}
	r, err := s.reach(ctx, s.graph.Order)
	if err != nil {
		return nil, err
	}
	found, err := s.ages(ctx, r)
	if closed := r.Close(); err == nil {
		err = closed
	}
	return found, err
}

// statusTable is what mod status --all tells, a line for each node.
func (a *app) statusTable(ctx context.Context) (*tui.Table, error) {
	s, err := a.stands(ctx)
	if err != nil {
		return nil, err
	}
	t := &tui.Table{Title: "status  " + s.count(), Columns: []string{"state", "node", "owner", "how old", "because of"}, Note: s.count()}
	for _, level := range levels() {
		for _, age := range s.ages {
			if word(age) == level {
				t.Rows = append(t.Rows, []string{level, age.Label(), s.owners.Of(age.Node), s.old(age), because(age)})
			}
		}
	}
	return t, nil
}

// because is where a delay began.
func because(a *change.Age) string {
	if a.Cause == nil || a.Cause.Node == a.Node {
		return ""
	}
	return a.Cause.Label() + ": " + a.Cause.Text
}

// freshnessTable is how new the rows of the sources are, and what is allowed.
func (a *app) freshnessTable(ctx context.Context) (*tui.Table, error) {
	s, err := a.stands(ctx)
	if err != nil {
		return nil, err
	}
	t := &tui.Table{
		Title: "freshness of sources", Columns: []string{"source", "state", "newest row", "age", "warn after", "error after"}, Right: []bool{false, false, false, true, true, true},
		Note: "No source has a loaded_at_field or a loaded_at_query.",
	}
	for _, age := range s.ages {
		if age.Type != compiler.Source {
			continue
		}
		newest, old := "", ""
		if age.Known {
			newest, old = moment(age.Newest), took(s.started.Sub(age.Newest))
		}
		rule := age.Freshness()
		t.Rows = append(t.Rows, []string{age.Label(), word(age), newest, old, limit(rule.WarnAfter), limit(rule.ErrorAfter)})
	}
	return t, nil
}

func limit(l *compiler.AgeLimit) string {
	if l.Span() == 0 {
		return ""
	}
	return l.String()
}

// syncTable is what mod sync status tells, a line for each sync.
func (a *app) syncTable(ctx context.Context) (*tui.Table, error) {
	s, found, err := a.pickSyncs(nil, syncOptions{})
	if err != nil {
		return nil, err
	}
	t := &tui.Table{
		Title: "syncs", Columns: []string{"sync", "to", "delivered", "refused", "last run", "ended", "message"},
		Right: []bool{false, false, true, true}, Note: "The project has no sync.",
	}
	if len(found) == 0 {
		return t, nil
	}
	err = s.visit(ctx, nodesOf(found), func(v *runner.Visit) error {
		for _, p := range found {
			status, err := v.SyncStatus(ctx, p.node, 1, p.options.PII)
			if err != nil {
				return err
			}
			row := []string{p.node.Name, destinationText(p.node), grouped(status.Delivered), grouped(status.Refused), "never", "", ""}
			if len(status.Runs) > 0 {
				last := status.Runs[0]
				row[4], row[5], row[6] = last.Started.UTC().Format(time.DateTime), string(last.State), firstLine(last.Message)
			}
			t.Rows = append(t.Rows, row)
		}
		return nil
	})
	return t, err
}

// stateTable is what is noted of builds, the newest first.
func (a *app) stateTable(ctx context.Context) (*tui.Table, error) {
	s, err := a.stands(ctx)
	if err != nil {
		return nil, err
	}
	t := &tui.Table{
		Title: fmt.Sprintf("state  %s, %s", count(len(s.known.Builds), "relation"), count(len(s.known.Leases), "lease")), Columns: []string{"node", "what", "at", "took", "rows", "version", "why"},
		Right: []bool{false, false, false, true, true}, Note: "Nothing is noted of builds: " + s.silence() + ".",
	}
	builds := slices.SortedFunc(maps.Values(s.known.Builds), func(a, b state.Build) int { return b.At.Compare(a.At) })
	for _, b := range builds {
		rows, name := "", b.Node
		if b.Rows != nil {
			rows = grouped(*b.Rows)
		}
		if n := s.graph.Nodes[b.Node]; n != nil {
			name = n.Label()
		}
		seconds := time.Duration(b.Seconds * float64(time.Second))
		t.Rows = append(t.Rows, []string{name, string(b.Kind), b.At.UTC().Format(time.DateTime), took(seconds), rows, b.Hash.String()[:8], b.Note})
	}
	return t, nil
}

// environmentTable is what there is of each environment, and the last run in it. The target's own comes first.
func (a *app) environmentTable(ctx context.Context) (*tui.Table, error) {
	s, err := a.compile(compileOptions{which: "status", needTarget: true})
	if err != nil {
		return nil, err
	}
	r, err := s.reach(ctx, nil)
	if err != nil {
		return nil, err
	}
	err = s.openBook(ctx, r, "status")
	if err == nil {
		err = r.ReadEverywhere(ctx)
	}
	if err = errors.Join(err, r.Close()); err != nil {
		return nil, err
	}
	t := &tui.Table{
		Title: "environments  this is " + s.environmentName(), Columns: []string{"environment", "relations", "last run", "by", "at", "ended"}, Right: []bool{false, true},
		Note: "Nothing is noted of any environment.",
	}
	home := s.project.Target.Name
	relations := map[string]int{home: 0}
	for key, b := range r.Book.Known.Builds {
		if !b.Kind.Gone() {
			relations[key.Environment]++
		}
	}
	last := map[string]state.Run{}
	for _, run := range r.Book.Known.Runs { // the newest first
		if _, seen := last[run.Environment]; !seen {
			last[run.Environment] = run
			relations[run.Environment] += 0
		}
	}
	names := slices.SortedFunc(maps.Keys(relations), func(a, b string) int {
		if (a == home) != (b == home) {
			return map[bool]int{true: -1, false: 1}[a == home]
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		called, beside := strings.CutPrefix(name, home+"/")
		switch {
		case name == s.environmentKey():
			called = s.environmentName()
		case !beside && name != home:
			continue // of another target
		}
		row := []string{called, grouped(int64(relations[name])), "", "", "", ""}
		if run, ok := last[name]; ok {
			row = append(row[:2], "mod "+run.Command, run.Holder, run.Began.UTC().Format(time.DateTime), string(run.Status))
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

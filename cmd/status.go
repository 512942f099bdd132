package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/runner/state"
)

type statusOptions struct {
	selection
	format string
	all    bool
	onTime bool // rows that came late are not counted
}

func newStatus(a *app) *cobra.Command {
	o := statusOptions{}
	c := &cobra.Command{
		Use:   "status",
		Short: "See what is late, since when, and because of whom",
		Long: `Ask the sources how new their rows are, and tell how old the data of each source and model is: which are older than their freshness
allows, and where the delay began. The status is 1 if something is older than its error_after. Rows that came into what a microbatch model reads after
their times were loaded, where no run looks back at them, are counted: one query for each thing that is read.

  mod status
  mod status --select +orders
  mod status --all                 also what is as fresh as it could be
  mod status --format json         for other programs`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.status(c.Context(), o) },
	}
	o.selection.register(a, c)
	c.Flags().BoolVar(&o.all, "all", false, "show also what is as fresh as it could be")
	c.Flags().BoolVar(&o.onTime, "no-late-rows", false, "do not count rows that came after their times were loaded")
	c.Flags().StringVar(&o.format, "format", "text", "`text` or json")
	return c
}

// status tells how old the data is.
func (a *app) status(ctx context.Context, o statusOptions) error {
	if err := oneOf("--format", o.format, "text", "json"); err != nil {
		return err
	}
	s, err := a.compile(compileOptions{which: "status", needTarget: true, selects: o.selects, excludes: o.excludes})
	if err != nil {
		return err
	}
	picked, err := s.pick(o.selection, compiler.Source, compiler.Model, compiler.Snapshot)
	if err != nil {
		return err
	}
	r, err := s.reach(ctx, s.graph.Order)
	if err != nil {
		return err
	}
	found, err := s.ages(ctx, r)
	if err == nil && !o.onTime && !found.silent {
		found.late, err = r.Late(ctx, s.started)
	}
	if err = errors.Join(err, r.Close()); err != nil {
		return err
	}
	found.ages = slices.DeleteFunc(found.ages, func(age *change.Age) bool { return !slices.Contains(picked, age.Node) })
	found.late = slices.DeleteFunc(found.late, func(l change.Late) bool { return !slices.Contains(picked, l.Node) })
	if o.format == "json" {
		err = found.printJSON()
	} else {
		_, err = fmt.Fprint(s.out, found.text(o.all))
	}
	if err == nil && found.failed() {
		return outcome{exitFailed}
	}
	return err
}

// standing is how a project stands.
type standing struct {
	*session
	ages   []*change.Age
	late   []change.Late
	owners compiler.Owners
	known  state.Known
	silent bool // nobody has noted what was built
}

// ages finds out how old the data is.
func (s *session) ages(ctx context.Context, r *runner.Runner) (*standing, error) {
	out := &standing{session: s, owners: s.graph.Owners(), silent: true}
	h := change.History{Now: s.started}
	var err error
	if !s.project.State.Off {
		if err = s.openBook(ctx, r, "status"); err != nil {
			return nil, err
		}
		if _, err = r.Observe(ctx, s.graph.Order); err == nil {
			err = r.ReadBook(ctx)
		}
		noted := false
		if err == nil {
			noted, err = r.BookExists(ctx)
		}
		if err != nil {
			return nil, err
		}
		out.known, out.silent, h.Built = r.Book.Known, !noted, r.Book.Builds()
	}
	if h.Looks, err = r.Looks(ctx, s.graph.Order); err != nil {
		return nil, err
	}
	out.ages = change.Ages(s.graph, h)
	if out.silent {
		out.ages = slices.DeleteFunc(out.ages, func(age *change.Age) bool { return age.Type != compiler.Source })
	}
	return out, nil
}

func (s *standing) failed() bool {
	return slices.ContainsFunc(s.ages, func(a *change.Age) bool { return a.Failed || a.Limit != nil && s.flags.warnError })
}

// word is how an age stands to what is allowed.
func word(a *change.Age) string {
	switch {
	case a.Failed:
		return "late"
	case a.Limit != nil:
		return "old"
	case a.Behind:
		return "behind"
	default:
		return "fresh"
	}
}

// levels are all those words, the worst first.
func levels() []string { return []string{"late", "old", "behind", "fresh"} }

// text is the state of the project for people: the worst first.
func (s *standing) text(all bool) string {
	var b strings.Builder
	paint := s.paint()
	styles := []interface{ Render(...string) string }{paint.bad, paint.warn, paint.warn, paint.good}
	width := 0
	for _, a := range s.ages {
		width = max(width, len(a.Label()))
	}
	for i, w := range levels() {
		for _, a := range s.ages {
			if word(a) != w || w == "fresh" && !all && !a.Freshness().Any() {
				continue
			}
			fmt.Fprintf(&b, "%s  %s  %s\n", styles[i].Render(padded(w, w, 6)), padded(a.Label(), a.Label(), width), s.old(a))
			if a.Cause != nil && a.Cause.Node != a.Node {
				fmt.Fprintf(&b, "        %s%s %s%s\n", strings.Repeat(" ", width+2), a.Cause.Label(), a.Cause.Text, s.owned(a.Cause.Node))
			}
		}
	}
	if b.Len() > 0 {
		b.WriteString("\n")
	}
	if late := lateRows(s.late, all); late != "" {
		b.WriteString(late + "\n")
	}
	b.WriteString(s.going())
	b.WriteString(s.count() + "\n")
	return b.String()
}

// old tells of an age, and of what is allowed.
func (s *standing) old(a *change.Age) string {
	text := "as fresh as it could be"
	switch {
	case !a.Known:
		text = "never built"
	case a.Cause != nil && a.Cause.Node == a.Node:
		text = a.Cause.Text
	case a.Type == compiler.Source:
		text = "newest row of " + moment(a.Newest)
	case a.Behind || a.AsOf.Before(s.started):
		text = "complete up to " + moment(a.AsOf)
	}
	if a.Next != nil {
		text += ", " + a.Next.String()
	}
	rule := a.Freshness()
	switch {
	case a.Limit != nil && a.Known:
		text += fmt.Sprintf(", may be %s old: late since %s", a.Limit, moment(a.Late()))
	case a.Limit != nil:
		text += fmt.Sprintf(", may be %s old", a.Limit)
	case a.Behind && a.Known:
		text += ", and there is newer data for it"
	case rule.Any():
		text += ", may be " + sterner(rule).String() + " old"
	}
	if a.Cause != nil && a.Cause.Node == a.Node {
		text += s.owned(a.Node)
	}
	return text
}

// sterner is the limit that is to be kept first.
func sterner(r compiler.FreshnessRule) *compiler.AgeLimit {
	if r.WarnAfter.Span() > 0 {
		return r.WarnAfter
	}
	return r.ErrorAfter
}

func (s *standing) owned(n *compiler.Node) string {
	if owner := s.owners.Of(n); owner != "" {
		return " (" + owner + ")"
	}
	return ""
}

// moment is a time as a status tells it.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 MST") }

// going tells who builds something now, and how the last run ended if that was not well.
func (s *standing) going() string {
	var b strings.Builder
	runs := map[string][]string{}
	var order []string
	for _, l := range s.known.Leases {
		if l.Until.Before(s.known.Now) {
			continue
		}
		key := l.Holder.By + ", run " + l.Holder.Run + ", since " + moment(l.Taken)
		if runs[key] == nil {
			order = append(order, key)
		}
		runs[key] = append(runs[key], l.Node[strings.LastIndex(l.Node, ".")+1:])
	}
	for _, key := range order {
		fmt.Fprintf(&b, "being built: %s by %s\n", some(runs[key], 5), key)
	}
	if len(s.known.Runs) > 0 {
		switch last := s.known.Runs[0]; last.Status {
		case state.Failed:
			fmt.Fprintf(&b, "the last run, mod %s by %s, failed on %s\n", last.Command, last.Holder, moment(last.Ended))
		case state.Cancelled:
			fmt.Fprintf(&b, "the last run, mod %s by %s, was interrupted on %s\n", last.Command, last.Holder, moment(last.Ended))
		}
	}
	if s.silent {
		b.WriteString("nobody has noted what was built, so that only the sources are known: " + s.silence() + "\n")
	}
	return b.String()
}

// silence is what to do so that there are notes.
func (s *standing) silence() string {
	switch {
	case s.project.State.Off:
		return "the project has state: false"
	case s.project.Native():
		return "build it with mod build"
	}
	return "a project of dbt is noted from its first mod apply on"
}

// some are names, not too many.
func some(names []string, most int) string {
	slices.Sort(names)
	if len(names) <= most {
		return join(names, "and")
	}
	return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
}

// count is how many are how fresh, in a line.
func (s *standing) count() string {
	n := map[string]int{}
	for _, a := range s.ages {
		n[word(a)]++
	}
	var parts []string
	for _, w := range levels() {
		if n[w] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n[w], w))
		}
	}
	if len(parts) == 0 {
		return "nothing is known of what could be late: no source has a loaded_at_field"
	}
	text := strings.Join(parts, ", ")
	if n["behind"] > 0 {
		text += ": see mod plan"
	}
	return text
}

// ageJSON is the age of a node as other programs read it.
type ageJSON struct {
	Node      string     `json:"node"`
	State     string     `json:"state"`
	AsOf      *string    `json:"as_of"`
	Age       *float64   `json:"age_seconds"`
	Allowed   *float64   `json:"allowed_seconds"`
	LateSince *string    `json:"late_since"`
	Behind    bool       `json:"behind"`
	Owner     string     `json:"owner,omitempty"`
	Cause     *causeJSON `json:"cause"`
}

type causeJSON struct {
	Node  string `json:"node"`
	Text  string `json:"text"`
	Owner string `json:"owner,omitempty"`
}

func (s *standing) json(a *change.Age) ageJSON {
	out := ageJSON{Node: a.ID, State: word(a), Behind: a.Behind, Owner: s.owners.Of(a.Node)}
	if a.Known {
		at, seconds := stamp(a.AsOf), s.started.Sub(a.AsOf).Seconds()
		out.AsOf, out.Age = &at, &seconds
	}
	if rule := a.Freshness(); rule.Any() {
		limit := a.Limit
		if limit == nil {
			limit = sterner(rule)
		}
		seconds := limit.Span().Seconds()
		out.Allowed = &seconds
	}
	if late := a.Late(); !late.IsZero() {
		at := stamp(late)
		out.LateSince = &at
	}
	if c := a.Cause; c != nil {
		out.Cause = &causeJSON{c.ID, c.Text, s.owners.Of(c.Node)}
	}
	return out
}

func (s *standing) printJSON() error {
	out := struct {
		Environment string     `json:"environment"`
		At          string     `json:"at"`
		Nodes       []ageJSON  `json:"nodes"`
		Late        []lateJSON `json:"late_rows"`
	}{s.project.Target.Name, stamp(s.started), []ageJSON{}, []lateJSON{}}
	for _, l := range s.late {
		out.Late = append(out.Late, lateRowsJSON(l))
	}
	for _, a := range s.ages {
		out.Nodes = append(out.Nodes, s.json(a))
	}
	e := json.NewEncoder(s.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

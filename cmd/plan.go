package cmd

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/compiler/plan"
)

// exitChanges is the status of `mod plan --exit-code` when there is something to do.
const exitChanges = 10

// planOptions are the options of the commands that build what is needed.
type planOptions struct {
	selection
	choices
	refresh  []string
	unasked  bool // the sources are not asked for newer data
	format   string
	sql, all bool
	exitCode bool
	types    []compiler.Type // that are built; nil for all
	shown    bool            // and nothing else
	id       string          // of apply
	yes      bool            // of apply
	late     bool            // rows that came late are counted
}

func (o *planOptions) register(a *app, c *cobra.Command) {
	o.selection.register(a, c)
	o.choices.register(a, c)
	c.Flags().Var(words{&o.refresh}, "refresh", "build these anew for newer data, whatever is known of it")
	c.Flags().BoolVar(&o.unasked, "no-freshness", false, "do not ask the sources for newer data")
	a.completes(c, "refresh", a.completeNodes)
}

func newPlan(a *app) *cobra.Command {
	o := planOptions{shown: true}
	c := &cobra.Command{
		Use:   "plan",
		Short: "See what is to be built, and why",
		Long: `Compare the project with what was built, and show what is to be done: nothing else is. What is as it was built is left alone, and so is what
reads something that changed without using it. Sources with a loaded_at_field or loaded_at_query are asked whether they have newer rows.

  mod plan
  mod plan --select +orders
  mod plan --no-freshness          for what changed alone
  mod plan --refresh orders        as if there were newer data for it
  mod plan --all                   also what is left alone, with the proof
  mod plan --late-rows             count rows that came after their times were loaded, as mod status does
  mod plan --format json --sql     for other programs

With --exit-code the status is 10 if there is something to do.`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.plan(c.Context(), o) },
	}
	o.register(a, c)
	a.registerEnvironment(c)
	f := c.Flags()
	f.BoolVar(&o.all, "all", false, "show also what is left alone, and why")
	f.BoolVar(&o.late, "late-rows", false, "count the rows that came into what microbatch models read after their times were loaded")
	f.BoolVar(&o.sql, "sql", false, "show the queries")
	f.BoolVar(&o.exitCode, "exit-code", false, "end with status 10 if there is something to do")
	f.StringVar(&o.format, "format", "text", "`text` or json")
	return c
}

// plan shows what is to be done.
func (a *app) plan(ctx context.Context, o planOptions) error {
	if err := oneOf("--format", o.format, "text", "json"); err != nil {
		return err
	}
	s, err := a.compile(compileOptions{which: "plan", needTarget: true, selects: o.selects, excludes: o.excludes})
	if err != nil {
		return err
	}
	u, err := s.upkeep(ctx, o)
	if err != nil {
		return err
	}
	if o.late {
		if err := s.countLate(ctx, u, o); err != nil {
			return errors.Join(err, u.runner.Close())
		}
	}
	if err := errors.Join(s.printPlan(u, o), s.savePlan(u), u.runner.Close()); err != nil {
		return err
	}
	if o.exitCode && len(u.steps) > 0 {
		return outcome{exitChanges}
	}
	return nil
}

// countLate counts rows that came late into what chosen models read: a query for each thing that they read.
func (s *session) countLate(ctx context.Context, u *upkeep, o planOptions) error {
	chosen, err := s.chosen(o.selection, built)
	if err != nil {
		return err
	}
	late, err := u.runner.Late(ctx, s.started)
	u.late = slices.DeleteFunc(late, func(l change.Late) bool { return !chosen[l.Node] })
	if u.late == nil {
		u.late = []change.Late{}
	}
	return err
}

// upkeep is what there is to do for a project, on an open warehouse.
type upkeep struct {
	*judged
	options planOptions
	steps   []*upkeepStep
	plan    *plan.Plan
	id      string
	late    []change.Late // nil if nobody asked

	environment string // as people call it
}

// upkeepStep is something that is to be done.
type upkeepStep struct {
	*change.Verdict
	step   *plan.Step // nil for what is removed
	action string
}

// upkeep finds out what there is to do. The caller closes the runner.
func (s *session) upkeep(ctx context.Context, o planOptions) (*upkeep, error) {
	h, chosen, err := s.wanted(o)
	if err != nil {
		return nil, err
	}
	j, err := s.verdicts(ctx, s.command.Name(), h, o.unasked)
	if err != nil {
		return nil, err
	}
	u, err := s.stepsOf(j, o, chosen)
	if err != nil {
		return nil, errors.Join(err, j.runner.Close())
	}
	return u, nil
}

// wanted is what was asked for: which nodes are chosen, and what is to be done for them whatever was built.
func (s *session) wanted(o planOptions) (h change.History, chosen map[*compiler.Node]bool, err error) {
	types := o.types
	if types == nil {
		types = built
	}
	if chosen, err = s.chosen(o.selection, types); err != nil {
		return h, nil, err
	}
	h.Planned = func(n *compiler.Node) bool { return chosen[n] }
	if err := s.choose(&h, o.choices); err != nil {
		return h, nil, err
	}
	if len(o.refresh) == 0 {
		return h, chosen, nil
	}
	refresh, err := s.chosen(selection{stateOptions: o.stateOptions, selects: o.refresh, indirect: "empty"}, built)
	h.Refresh = func(n *compiler.Node) bool { return refresh[n] }
	return h, chosen, err
}

// chosen are the nodes of a selection.
func (s *session) chosen(o selection, types []compiler.Type) (map[*compiler.Node]bool, error) {
	picked, err := s.pick(o, types...)
	out := make(map[*compiler.Node]bool, len(picked))
	for _, n := range picked {
		out[n] = true
	}
	return out, err
}

// built are the types of what is built and tested.
var built = []compiler.Type{compiler.Seed, compiler.Function, compiler.Model, compiler.Snapshot, compiler.Test, compiler.UnitTest}

// stepsOf makes steps of those verdicts that ask for something, among what was selected.
func (s *session) stepsOf(j *judged, o planOptions, chosen map[*compiler.Node]bool) (_ *upkeep, err error) {
	u := &upkeep{judged: j, options: o, environment: s.environmentName()}
	options := plan.Options{Now: s.started, Verdicts: map[string]*change.Verdict{}, Promoted: j.runner.Promoted(j.promotions)}
	for _, v := range j.verdicts {
		switch {
		case !v.Needed():
		case v.State == change.Removed && len(o.selects) == 0 && len(o.excludes) == 0 && o.selector == "":
			u.steps = append(u.steps, &upkeepStep{Verdict: v, action: "retire"})
		case chosen[v.Node]:
			options.Selected, options.Verdicts[v.ID] = append(options.Selected, v.ID), v
		}
	}
	j.runner.Options = options
	j.runner.Book.Verdicts = options.Verdicts
	if u.plan, err = plan.New(s.graph, j.seen, options); err != nil {
		return nil, err
	}
	var steps []*upkeepStep
	for _, step := range u.plan.Steps {
		if v := options.Verdicts[step.Node.ID]; v != nil {
			steps = append(steps, &upkeepStep{Verdict: v, step: step, action: actionOf(step, j.seen.Existing(s.graph, step.Node) != nil)})
		}
	}
	u.steps = append(steps, u.steps...)
	u.id = u.identify()
	return u, nil
}

// actionOf is what a step does, in a word or two.
func actionOf(s *plan.Step, exists bool) string {
	switch s.Action {
	case plan.Load:
		return "load"
	case plan.Check, plan.Unit:
		return "test"
	case plan.Amend:
		return "alter"
	case plan.Add:
		if len(s.Intervals) > 0 {
			return "backfill"
		}
		return "append"
	case plan.Promote:
		return "promote"
	case plan.Restore:
		return "roll back"
	case plan.None, plan.Note:
		return "skip"
	}
	switch {
	case !exists && s.Node.Type != compiler.Function:
		return "create"
	case s.Node.Type == compiler.Model && s.Node.Config.Materialized() == "view":
		return "swap view"
	}
	return "rebuild"
}

// estimate is what a step cost when its node was last built.
type estimate struct {
	Rows    *int64   `json:"rows"`
	Bytes   *int64   `json:"bytes"`
	Seconds *float64 `json:"seconds"`
}

func (s *upkeepStep) estimate() estimate {
	if s.Built == nil || s.action == "alter" || s.action == "roll back" || s.action == "promote" && len(s.Built.Claims) > 0 { // its rows are those of many loads
		return estimate{}
	}
	return s.last().share(s.batchesOf(s.Intervals))
}

// last is what the last build cost.
func (s *upkeepStep) last() estimate {
	took := s.Built.Ended.Sub(s.Built.Began).Seconds()
	return estimate{Rows: s.Built.Rows, Bytes: s.Built.Bytes, Seconds: &took}
}

// batchesOf are how many batches are to be loaded, and how many the last build did; zeros where the node has none.
func (s *upkeepStep) batchesOf(set interval.Set) (wanted, done int) {
	if len(set) == 0 {
		return 0, 0
	}
	size, claims := s.Node.BatchSize(), s.Built.Claims
	loaded := claims.LoadedIn(s.Built.Run)
	if len(loaded) == 0 && len(claims) > 0 { // it was loaded in an environment, and promoted
		last := slices.MaxFunc(claims, func(a, b interval.Claim) int { return a.At.Compare(b.At) })
		loaded = claims.LoadedIn(last.Run)
	}
	return size.Count(set), size.Count(loaded)
}

// share is what so many batches cost, if others did that.
func (e estimate) share(wanted, done int) estimate {
	if wanted == 0 || done == 0 || wanted == done {
		return e
	}
	part := float64(wanted) / float64(done)
	if e.Rows != nil {
		rows := int64(math.Round(float64(*e.Rows) * part))
		e.Rows = &rows
	}
	if e.Bytes != nil {
		bytes := int64(math.Round(float64(*e.Bytes) * part))
		e.Bytes = &bytes
	}
	if e.Seconds != nil {
		seconds := *e.Seconds * part
		e.Seconds = &seconds
	}
	return e
}

// columnNames are the columns that are not as they were.
func (s *upkeepStep) columnNames() []string {
	names := []string{}
	for _, c := range s.Columns() {
		names = append(names, c.Name)
	}
	return names
}

// reason is all reasons as one clause.
func (s *upkeepStep) reason() string {
	var texts []string
	for _, r := range s.Reasons {
		texts = append(texts, r.Text)
	}
	return strings.Join(texts, "; ")
}

// costs is what it took to build what is to be built again, and of how many steps that is not known.
func (u *upkeep) costs() (all cost, unknown int) {
	for _, s := range u.steps {
		e := s.estimate()
		switch {
		case s.step == nil || s.action == "test" || s.action == "promote" || s.action == "alter" || s.action == "roll back":
		case e.Seconds == nil:
			unknown++
		default:
			all.took += time.Duration(*e.Seconds * float64(time.Second))
			if e.Bytes != nil {
				all.bytes += *e.Bytes
			}
		}
	}
	return all, unknown
}

// identify is the ID of a plan: that of another one which does the same to the same builds.
func (u *upkeep) identify() string {
	texts := []string{u.runner.Book.Environment}
	for _, s := range u.steps {
		texts = append(texts, s.ID, s.action, string(s.State))
		for _, r := range s.Intervals {
			texts = append(texts, r.From.Format(time.RFC3339), r.To.Format(time.RFC3339))
		}
		if m := u.made.Nodes[s.ID]; m != nil {
			texts = append(texts, m.Hash.String())
		}
		if s.Built != nil {
			texts = append(texts, s.Built.Hash.String(), s.Built.Ended.UTC().Format(time.RFC3339Nano))
		}
		if s.To != nil {
			texts = append(texts, s.To.Hash.String(), s.To.Ended.UTC().Format(time.RFC3339Nano))
		}
	}
	for _, p := range u.promotions {
		if p.From != nil {
			texts = append(texts, p.ID, p.From.Hash.String(), p.From.Ended.UTC().Format(time.RFC3339Nano))
		}
	}
	return fingerprint.Of(texts...).String()[:12]
}

// summary is a plan in a line.
func (u *upkeep) summary() string {
	if from := u.runner.Book.From; from != nil && len(u.steps) == 0 {
		return fmt.Sprintf("nothing to promote: %s has all as the project makes it", u.environment)
	}
	if len(u.steps) == 0 {
		return "nothing to do: " + u.rest()
	}
	known, unknown := u.costs()
	does := map[string]int{}
	for _, s := range u.steps {
		does[s.action]++
	}
	var parts []string
	add := func(n int, what, todo string) {
		if n > 0 {
			parts = append(parts, count(n, what)+todo)
		}
	}
	add(does["promote"], "table", " to promote")
	add(does["roll back"], "table", " to roll back")
	add(len(u.steps)-does["test"]-does["alter"]-does["promote"]-does["roll back"], "node", " to build")
	add(does["alter"], "node", " to alter")
	add(does["test"], "test", " to run")
	text := join(parts, "and")
	if does["roll back"] == 0 {
		text += "; " + u.rest()
	}
	if known.took > 0 {
		text += "; about " + took(known.took)
		if known.bytes > 0 {
			text += ", " + size(known.bytes) + " read"
		}
		if unknown > 0 {
			text += fmt.Sprintf(", without %d of which it is not known", unknown)
		}
	}
	return text
}

// rest tells how many nodes are left alone.
func (u *upkeep) rest() string {
	if from := u.runner.Book.From; from != nil {
		passed := 0
		for _, p := range u.promotions {
			if p.From != nil && !p.Node.Stored() {
				passed++
			}
		}
		if passed == 0 {
			return "nothing is proved in " + from.Name
		}
		return count(passed, "test") + " passed in " + from.Name
	}
	here, elsewhere := 0, 0
	for _, v := range u.verdicts {
		switch {
		case v.Elsewhere:
			elsewhere++
		case !v.Needed():
			here++
		}
	}
	switch text := count(here, "node") + " as built"; {
	case elsewhere == 0:
		return text
	case here == 0:
		return fmt.Sprintf("%s as %s has them", count(elsewhere, "node"), u.runner.Book.Home)
	default:
		return fmt.Sprintf("%s, %d as %s has them", text, elsewhere, u.runner.Book.Home)
	}
}

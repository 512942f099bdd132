package cmd

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/interval"
)

// choices are what is decided of incremental models, which are built anew otherwise when they change.
type choices struct {
	forward  []string // models whose rows stay
	backfill []string // the same, and what of them is loaded again: MODEL=FROM..TO
	anytime  bool     // nothing waits for its cron
	exact    bool     // of the models to backfill nothing else is loaded
}

func (o *choices) register(a *app, c *cobra.Command) {
	f := c.Flags()
	f.Var(words{&o.forward}, "forward-only", "of these incremental `models` what is there stays, though they changed: what comes is made by their new version")
	f.StringArrayVar(&o.backfill, "backfill", nil, "the same, and a range of it is loaded again: `MODEL=FROM..TO`")
	a.completes(c, "forward-only", a.completeNodes)
}

// choose tells the history what was decided.
func (s *session) choose(h *change.History, o choices) error {
	forward := map[*compiler.Node]bool{}
	if len(o.forward) > 0 {
		nodes, err := s.pick(selection{selects: o.forward, indirect: "empty"}, compiler.Model)
		if err != nil {
			return err
		}
		for _, n := range nodes {
			if n.Config.Materialized() != "incremental" {
				return usagef("leave it away", "--forward-only: %s is no incremental model: it is built anew each time", n.Name)
			}
			forward[n] = true
		}
	}
	h.Restate, h.Exact, h.Anytime = map[string]interval.Set{}, o.exact, o.anytime
	for _, text := range o.backfill {
		name, asked, ok := strings.Cut(text, "=")
		from, to, two := strings.Cut(asked, "..")
		if !ok || !two {
			return usagef("write it as orders=2026-01-01..2026-02-01", "--backfill: cannot read %q", text)
		}
		n, err := s.batched(name)
		if err != nil {
			return err
		}
		r, err := rangeOf(from, to)
		if err != nil {
			return err
		}
		if r = n.BatchSize().Align(r); !r.To.After(n.Begin()) {
			return usagef("", "there is nothing of %s in %s: it begins on %s", n.Name, r, n.Config.String("begin"))
		}
		if !r.From.Before(s.started) {
			return usagef("", "there is nothing of %s in %s yet: it is %s", n.Name, r, s.started.UTC().Format("2006-01-02 15:04 UTC"))
		}
		h.Restate[n.ID], forward[n] = h.Restate[n.ID].Union(interval.Of(r)), true
	}
	h.Forward = func(n *compiler.Node) bool { return forward[n] }
	return nil
}

// batched is the microbatch model of that name.
func (s *session) batched(name string) (*compiler.Node, error) {
	n, err := s.oneModel(name)
	if err != nil || s.graph.Of(n).Batched(n) {
		return n, err
	}
	return nil, usagef("ranges are known of models with incremental_strategy: microbatch", "%s is no microbatch model: it has no ranges of time to load", n.Name)
}

// oneModel is the model of that name, or the only one that the name selects.
func (s *session) oneModel(name string) (*compiler.Node, error) {
	nodes, err := s.pick(selection{selects: []string{name}, indirect: "empty"}, compiler.Model)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(nodes, func(n *compiler.Node) bool { return n.Name == name || len(nodes) == 1 })
	if i < 0 {
		return nil, usagef("name one model", "%q is %s", name, count(len(nodes), "model"))
	}
	return nodes[i], nil
}

// rangeOf is the time between two texts.
func rangeOf(from, to string) (r interval.Range, err error) {
	if r.From, err = eventTime(from); err != nil {
		return r, err
	}
	if r.To, err = eventTime(to); err != nil {
		return r, err
	}
	if r.Empty() {
		return r, usagef("swap them", "the range %s..%s does not end after it begins", from, to)
	}
	return r, nil
}

func eventTime(text string) (time.Time, error) {
	t, ok := compiler.EventTime(text)
	if !ok {
		return t, usagef("write it as 2026-01-31 or 2026-01-31T12:00:00", "a range cannot begin or end with %q, which is no time", text)
	}
	return t, nil
}

// choice is what can be done instead of building an incremental model anew.
type choice struct {
	name, flag string
	estimate   estimate
	batch      bool // the estimate is for each batch
}

// choices are what can be done instead of the step; nothing where nobody has a choice.
func (u *upkeep) choices(s *upkeepStep) []choice {
	if u.runner.Book.From != nil || s.step == nil || s.action != "rebuild" || !s.Rebuild() || s.State != change.Changed && s.State != change.Affected || s.Node.Config.Materialized() != "incremental" {
		return nil
	}
	if len(s.Intervals) == 0 {
		return []choice{{name: "forward-only", flag: "--forward-only " + s.Node.Name}}
	}
	_, done := s.batchesOf(s.Intervals)
	if done == 0 {
		done = s.Node.BatchSize().Count(s.Built.Claims.Loaded())
	}
	return []choice{
		{name: "forward-only", flag: "--forward-only " + s.Node.Name, estimate: s.last().share(s.Node.Lookback()+1, done)},
		{name: "backfill", flag: "--backfill " + s.Node.Name + "=FROM..TO", estimate: s.last().share(1, done), batch: true},
	}
}

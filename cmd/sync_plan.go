package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/syncs"
)

// requestsShown is how many requests a dry run shows if nobody says.
const requestsShown = 3

func newSyncPlan(a *app) *cobra.Command {
	o := syncOptions{}
	c := &cobra.Command{
		Use:   "plan [sync]...",
		Short: "See what would be sent",
		Long: `Find out what a run would send, and send nothing. The warehouse compares the rows with what was sent before.

  mod sync plan
  mod sync plan customers_crm --rows 10       with the first rows; personal data is masked
  mod sync plan customers_crm --requests 1    with the very requests
  mod sync plan --format json`,
		ValidArgsFunction: a.completeSyncs,
		RunE:              func(c *cobra.Command, args []string) error { return a.syncPlan(c.Context(), args, o) },
	}
	o.selection.register(a, c)
	f := c.Flags()
	f.IntVar(&o.rows, "rows", 0, "show so many of the rows")
	f.IntVar(&o.requests, "requests", 0, "show so many of the requests")
	f.BoolVar(&o.showPII, "show-pii", false, "do not mask personal data")
	f.BoolVar(&o.adopt, "adopt", false, "take what is at the destination for what was sent")
	f.BoolVar(&o.force, "force", false, "without the guards max_delete and max_change")
	f.StringVar(&o.format, "format", "text", "`text` or json")
	return c
}

// syncPlanJSON is a plan as other programs read it.
type syncPlanJSON struct {
	Sync        string           `json:"sync"`
	Destination string           `json:"destination"`
	Object      string           `json:"object,omitempty"`
	Mode        string           `json:"mode"`
	Guarantee   string           `json:"guarantee"`
	Inserts     int64            `json:"inserts"`
	Updates     int64            `json:"updates"`
	Removals    int64            `json:"removals"`
	Remapped    int64            `json:"remapped"`
	Delivered   int64            `json:"delivered"`
	Held        string           `json:"held,omitempty"`
	Rows        []map[string]any `json:"rows,omitempty"`
	Requests    []string         `json:"requests,omitempty"`
}

// syncPlan shows what runs would send.
func (a *app) syncPlan(ctx context.Context, args []string, o syncOptions) error {
	if o.format == "" {
		o.format = "text"
	}
	if err := oneOf("--format", o.format, "text", "json"); err != nil {
		return err
	}
	s, found, err := a.pickSyncs(args, o)
	if err != nil || len(found) == 0 {
		return err
	}
	var plans []*planned
	failed := false
	err = s.visit(ctx, nodesOf(found), func(v *runner.Visit) error {
		for i := range found {
			p, err := s.planOne(ctx, v, &found[i], o)
			if hopeless(ctx, err) {
				return err
			}
			if err != nil {
				s.report(ctx, err)
				failed = true
				continue
			}
			plans = append(plans, p)
			failed = failed || p.plan.Held != nil
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.printPlans(plans, o); err != nil || !failed {
		return err
	}
	return outcome{exitFailed}
}

// planned is the plan of a sync, and what of it is shown.
type planned struct {
	*prepared
	plan     *runner.SyncPlan
	rows     [][]any // the op before the fields
	requests []string
}

// planOne plans one sync.
func (s *session) planOne(ctx context.Context, v *runner.Visit, p *prepared, o syncOptions) (*planned, error) {
	if err := s.open(ctx, p); err != nil {
		return nil, fmt.Errorf("sync %s: %w", p.node.Name, err)
	}
	defer p.options.Destination.Close() //nolint:errcheck // nothing was sent
	out := &planned{prepared: p}
	var look func(*syncs.Target, iter.Seq2[syncs.Row, error]) error
	if o.rows > 0 || o.requests > 0 {
		look = func(t *syncs.Target, rows iter.Seq2[syncs.Row, error]) error { return out.look(t, rows, o) }
	}
	var err error
	out.plan, err = v.PlanSync(ctx, p.node, p.options, look)
	return out, err
}

// errEnough ends a look at the changes.
var errEnough = errors.New("enough was seen")

// look keeps the first rows, and the requests of the first batches.
func (p *planned) look(t *syncs.Target, rows iter.Seq2[syncs.Row, error], o syncOptions) error {
	renderer, _ := p.options.Destination.(syncs.Renderer)
	if o.requests > 0 && renderer == nil {
		return fmt.Errorf("a destination of type %s has no requests to show: use --rows", p.kind.Name)
	}
	preview := &syncs.Delivery{Target: t, Run: p.options.Run, Limits: p.options.Limits.Limits}
	err := preview.Batches(rows, func(b *syncs.Batch) error {
		if !o.showPII {
			b = masked(b)
		}
		for i := 0; i < len(b.Rows) && len(p.rows) < o.rows; i++ {
			p.rows = append(p.rows, append([]any{string(b.Rows[i].Op)}, b.Rows[i].Values...))
		}
		if len(p.requests) < o.requests {
			texts, err := renderer.Render(b)
			if err != nil {
				return err
			}
			p.requests = append(p.requests, texts[:min(len(texts), o.requests-len(p.requests))]...)
		}
		if len(p.rows) >= o.rows && len(p.requests) >= o.requests {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// masked is a batch without its personal data.
func masked(b *syncs.Batch) *syncs.Batch {
	out := *b
	out.Rows = slices.Clone(b.Rows)
	for i := range out.Rows {
		out.Rows[i].Values = slices.Clone(out.Rows[i].Values)
		for j := range out.Rows[i].Values {
			if b.Target.Fields[j].PII && out.Rows[i].Values[j] != nil {
				out.Rows[i].Values[j] = syncs.Mask
			}
		}
	}
	return &out
}

func (s *session) printPlans(plans []*planned, o syncOptions) error {
	if o.format == "json" {
		out := []syncPlanJSON{}
		for _, p := range plans {
			out = append(out, p.json())
		}
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		return e.Encode(out)
	}
	for i, p := range plans {
		if i > 0 {
			fmt.Fprintln(s.out)
		}
		if err := p.print(s.app, s.out); err != nil {
			return err
		}
	}
	return nil
}

func (p *planned) json() syncPlanJSON {
	spec := p.node.Sync
	out := syncPlanJSON{
		Sync: p.node.Name, Destination: spec.Destination.Name, Object: spec.Object, Mode: spec.Mode, Guarantee: string(p.plan.Guarantee),
		Inserts: p.plan.Inserts, Updates: p.plan.Updates, Removals: p.plan.Removals, Remapped: p.plan.Remapped, Delivered: p.plan.Known,
		Requests: p.requests,
	}
	if p.plan.Held != nil {
		out.Held = p.plan.Held.Error()
	}
	for _, row := range p.rows {
		m := map[string]any{"_op": row[0]}
		for i, v := range row[1:] {
			m[spec.Fields[i].Name] = jsonValue(v)
		}
		out.Rows = append(out.Rows, m)
	}
	return out
}

// print writes a plan for people.
func (p *planned) print(a *app, w io.Writer) error {
	paint := a.paint()
	fmt.Fprintf(w, "%s %s %s\n", paint.strong.Render(p.node.Name), paint.dim.Render("→"), destinationText(p.node))
	fmt.Fprintf(w, "  %-11s%s\n", "mode", p.node.Sync.Mode+", "+string(p.plan.Guarantee))
	fmt.Fprintf(w, "  %-11s%s\n", "changes", changesText(p.plan))
	if found := diagnosticsOf(p.plan.Held); found != nil {
		a.view.problems(found)
	} else if p.plan.Held != nil {
		fmt.Fprintf(w, "  %-11s%s\n", "held back", paint.bad.Render(p.plan.Held.Error()))
	}
	if len(p.rows) > 0 {
		fmt.Fprintln(w)
		if err := printTable(w, p.table()); err != nil {
			return err
		}
	}
	for _, r := range p.requests {
		fmt.Fprintf(w, "\n%s\n", strings.TrimRight(r, "\n"))
	}
	return nil
}

// table is the rows that are shown.
func (p *planned) table() *adapters.Rows {
	out := &adapters.Rows{Columns: []relation.Column{{Name: "op"}}}
	for _, f := range p.node.Sync.Fields {
		out.Columns = append(out.Columns, relation.Column{Name: f.Name})
	}
	out.All = func(yield func([]any, error) bool) {
		for _, row := range p.rows {
			for len(row) < len(out.Columns) {
				row = append(row, nil)
			}
			for i := range row {
				if n, ok := row[i].(syncs.Number); ok {
					row[i] = adapters.Decimal(n)
				}
			}
			if !yield(row, nil) {
				return
			}
		}
	}
	return out
}

package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/runner"
)

func newSyncStatus(a *app) *cobra.Command {
	o := syncOptions{}
	c := &cobra.Command{
		Use:   "status [sync]...",
		Short: "See how the last runs ended",
		Long: `Show the last runs of syncs, how many rows were delivered, and which were refused, with the reason.

  mod sync status
  mod sync status customers_crm --runs 10
  mod sync status --format json`,
		ValidArgsFunction: a.completeSyncs,
		RunE:              func(c *cobra.Command, args []string) error { return a.syncStatus(c.Context(), args, o) },
	}
	o.selection.register(a, c)
	c.Flags().IntVar(&o.runs, "runs", 5, "show so many of the runs")
	c.Flags().BoolVar(&o.showPII, "show-pii", false, "do not mask personal data in the keys of refused rows")
	c.Flags().StringVar(&o.format, "format", "text", "`text` or json")
	return c
}

// syncStatus tells of the last runs.
func (a *app) syncStatus(ctx context.Context, args []string, o syncOptions) error {
	if err := oneOf("--format", o.format, "text", "json"); err != nil {
		return err
	}
	s, found, err := a.pickSyncs(args, o)
	if err != nil || len(found) == 0 {
		return err
	}
	var all []*runner.SyncStatus
	err = s.visit(ctx, nodesOf(found), func(v *runner.Visit) error {
		for _, p := range found {
			personal := p.options.PII
			if o.showPII {
				personal = nil
			}
			status, err := v.SyncStatus(ctx, p.node, max(o.runs, 1), personal)
			if err != nil {
				return err
			}
			all = append(all, status)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if o.format == "json" {
		out := []syncStatusJSON{}
		for _, status := range all {
			out = append(out, statusJSON(status))
		}
		e := json.NewEncoder(a.out)
		e.SetIndent("", "  ")
		return e.Encode(out)
	}
	for i, status := range all {
		if i > 0 {
			fmt.Fprintln(a.out)
		}
		s.printStatus(status)
	}
	return nil
}

// printStatus writes what is known of a sync for people.
func (s *session) printStatus(status *runner.SyncStatus) {
	paint := s.paint()
	n := status.Node
	fmt.Fprintf(s.out, "%s %s %s\n", paint.strong.Render(n.Name), paint.dim.Render("→"), destinationText(n))
	if n.Sync.Owner != "" {
		fmt.Fprintln(s.out, "  owner: "+n.Sync.Owner)
	}
	if n.Sync.Schedule != "" {
		fmt.Fprintln(s.out, "  schedule: "+n.Sync.Schedule+", for whoever runs it")
	}
	if len(status.Runs) == 0 {
		fmt.Fprintln(s.out, "  it has never been run")
		return
	}
	delivered := count(int(status.Delivered), "row") + " delivered"
	if status.Refused > 0 {
		delivered += ", " + paint.bad.Render(count(int(status.Refused), "row")+" refused")
	}
	fmt.Fprintln(s.out, "  "+delivered)
	for _, r := range status.Runs {
		line := fmt.Sprintf("  %s  %-10s  %s", r.Started.UTC().Format(time.DateTime), r.State, runText(r))
		fmt.Fprintln(s.out, strings.TrimRight(line, " "))
		if r.Message != "" {
			fmt.Fprintln(s.out, "    "+strings.ReplaceAll(r.Message, "\n", "\n    "))
		}
	}
	if len(status.Letters) > 0 {
		fmt.Fprintln(s.out, "  refused:")
	}
	for _, l := range status.Letters {
		fmt.Fprintf(s.out, "    %s, since %s\n", letterText(n.Sync.Key, l), l.Since.UTC().Format(time.DateTime))
	}
}

// runText tells what a run did.
func runText(r runner.SyncRun) string {
	var parts []string
	for _, c := range []struct {
		n    int64
		what string
	}{{r.Inserted, "inserted"}, {r.Updated, "updated"}, {r.Removed, "removed"}, {r.Rejected, "refused"}} {
		if c.n > 0 {
			parts = append(parts, grouped(c.n)+" "+c.what)
		}
	}
	if len(parts) == 0 {
		return "nothing sent"
	}
	return strings.Join(parts, ", ")
}

// syncStatusJSON is what is known of a sync as other programs read it.
type syncStatusJSON struct {
	Sync        string           `json:"sync"`
	Destination string           `json:"destination"`
	Owner       string           `json:"owner,omitempty"`
	Schedule    string           `json:"schedule,omitempty"`
	Delivered   int64            `json:"delivered"`
	Refused     int64            `json:"refused"`
	Runs        []syncRunJSON    `json:"runs"`
	Letters     []syncLetterJSON `json:"letters"`
}

type syncRunJSON struct {
	Run      string           `json:"run"`
	State    runner.SyncState `json:"state"`
	Started  string           `json:"started_at"`
	Finished string           `json:"finished_at,omitempty"`
	Inserted int64            `json:"inserted"`
	Updated  int64            `json:"updated"`
	Removed  int64            `json:"removed"`
	Rejected int64            `json:"rejected"`
	Message  string           `json:"message,omitempty"`
}

type syncLetterJSON struct {
	Key      map[string]any `json:"key"`
	Op       string         `json:"op"`
	Class    string         `json:"class"`
	Error    string         `json:"error"`
	Attempts int            `json:"attempts"`
	Since    string         `json:"since"`
}

func statusJSON(status *runner.SyncStatus) syncStatusJSON {
	spec := status.Node.Sync
	out := syncStatusJSON{
		Sync: status.Node.Name, Destination: destinationName(spec), Owner: spec.Owner, Schedule: spec.Schedule,
		Delivered: status.Delivered, Refused: status.Refused, Runs: []syncRunJSON{}, Letters: []syncLetterJSON{},
	}
	for _, r := range status.Runs {
		run := syncRunJSON{
			Run: r.ID, State: r.State, Started: stamp(r.Started), Inserted: r.Inserted, Updated: r.Updated, Removed: r.Removed,
			Rejected: r.Rejected, Message: r.Message,
		}
		if !r.Finished.IsZero() {
			run.Finished = stamp(r.Finished)
		}
		out.Runs = append(out.Runs, run)
	}
	for _, l := range status.Letters {
		key := map[string]any{}
		for i, v := range l.Key {
			key[spec.Key[i]] = jsonValue(v)
		}
		out.Letters = append(out.Letters, syncLetterJSON{key, string(l.Op), string(l.Class), l.Error, l.Attempts, stamp(l.Since)})
	}
	return out
}

func destinationName(s *compiler.SyncSpec) string {
	if s.Destination == nil {
		return ""
	}
	return s.Destination.Name
}

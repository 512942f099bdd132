package cmd

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/all"
)

// syncOptions are the options of the commands below sync.
type syncOptions struct {
	selection
	force    bool
	adopt    bool
	dry      bool
	rows     int
	requests int
	showPII  bool
	format   string
	runs     int
}

func newSync(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "sync",
		Short: "Send rows to the systems that need them",
		Long: `Send what has changed in the rows of models to other systems, as the syncs in syncs/*.yml say.

The warehouse remembers what was sent, so that only changes are: new rows, changed ones, and, where the sync says so, those that
are gone. Rows are only sent if the data tests of their models pass. What a destination refuses is kept with its reason, and sent
again with every run.

  mod sync plan                 what would be sent
  mod sync run                  send it
  mod sync status               how the last runs ended
  mod sync retry customers_crm  send again what was refused
  mod sync reset customers_crm  forget what was sent`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	refuseEnvironment(c.PersistentFlags(), "nothing is ever sent from an environment")
	c.AddCommand(newSyncPlan(a), newSyncRun(a), newSyncStatus(a), newSyncRetry(a), newSyncReset(a))
	return c
}

func newSyncRun(a *app) *cobra.Command {
	o := syncOptions{}
	c := &cobra.Command{
		Use:   "run [sync]...",
		Short: "Send what has changed",
		Long: `Send what has changed since the last run, one sync after the other. Interrupted, even by a crash, the next run goes on.

  mod sync run
  mod sync run customers_crm
  mod sync run --select orders+          the syncs that read orders
  mod sync run customers_crm --adopt     take what is there for sent, and send what differs

Exit status: 0 all was sent, 1 rows were refused, held back or could not be read, 2 the project or a flag is wrong, 3 there is no talking to the warehouse.`,
		ValidArgsFunction: a.completeSyncs,
		RunE: func(c *cobra.Command, args []string) error {
			if o.dry {
				o.requests = max(o.requests, requestsShown)
				return a.syncPlan(c.Context(), args, o)
			}
			return a.syncRun(c.Context(), args, o, false)
		},
	}
	o.selection.register(a, c)
	c.Flags().BoolVar(&o.force, "force", false, "send more changes than max_delete and max_change allow")
	c.Flags().BoolVar(&o.adopt, "adopt", false, "take what is at the destination for what was sent")
	c.Flags().BoolVar(&o.dry, "dry-run", false, "show the plan and the requests, and send nothing")
	return c
}

func newSyncRetry(a *app) *cobra.Command {
	o := syncOptions{}
	c := &cobra.Command{
		Use:   "retry [sync]...",
		Short: "Send again what was refused, and nothing else",
		Long: `Send the rows that were refused, as they are now. Every run does so too, together with what has changed.

  mod sync retry customers_crm`,
		ValidArgsFunction: a.completeSyncs,
		RunE:              func(c *cobra.Command, args []string) error { return a.syncRun(c.Context(), args, o, true) },
	}
	o.selection.register(a, c)
	c.Flags().BoolVar(&o.force, "force", false, "send more changes than max_delete and max_change allow")
	return c
}

func newSyncReset(a *app) *cobra.Command {
	o := syncOptions{}
	c := &cobra.Command{
		Use:   "reset sync...",
		Short: "Forget what was sent",
		Long: `Forget what was sent and what was refused: the next run sends all rows anew, or adopts what is there with --adopt. Nothing
changes at the destination.

  mod sync reset customers_crm`,
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeSyncs,
		RunE:              func(c *cobra.Command, args []string) error { return a.syncReset(c.Context(), args, o) },
	}
	return c
}

// completeSyncs completes the names of syncs.
func (a *app) completeSyncs(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	s, err := a.compile(compileOptions{which: "sync"})
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []string
	for _, n := range s.graph.Order {
		if n.Type == compiler.Sync {
			names = append(names, n.Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// prepared is a sync that has been checked.
type prepared struct {
	node    *compiler.Node
	kind    *syncs.Kind
	alerts  runner.SyncAlerts
	options runner.SyncOptions
}

// pickSyncs compiles the project and picks syncs: those that args name, or that are selected.
func (a *app) pickSyncs(args []string, o syncOptions) (*session, []prepared, error) {
	o.selects = append(slices.Clone(o.selects), args...)
	s, err := a.compile(compileOptions{which: "sync", needTarget: true, selects: o.selects, excludes: o.excludes})
	if err != nil {
		return nil, nil, err
	}
	nodes, err := s.pick(o.selection, compiler.Sync)
	if err != nil {
		return nil, nil, err
	}
	if len(nodes) == 0 {
		s.view.note("nothing to do: the selection has no sync")
	}
	found, problems := []prepared{}, &diag.List{}
	for _, n := range nodes {
		kind, rules, list := s.checkSync(n)
		problems.Append(list)
		p := prepared{node: n, kind: kind, alerts: rules.Alerts, options: runner.SyncOptions{Kind: kind, Limits: rules.Limits, Run: newRunID(s.started), Now: s.started, Force: o.force, Adopt: o.adopt}}
		found = append(found, p)
	}
	if err := problems.Err(); err != nil {
		return nil, nil, err
	}
	return s, found, s.guardPersonal(found)
}

// checkSync tells what kind of destination a sync has, and what is wrong with it in the destination's eyes.
func (s *session) checkSync(n *compiler.Node) (*syncs.Kind, runner.SyncRules, *diag.List) {
	kind := all.Named(destinationType(n))
	rules, problems := runner.CheckSync(s.project, n, kind, all.Names())
	return kind, rules, problems
}

// guarantee is what is promised of a sync's delivery; "" if its definition is not right.
func (s *session) guarantee(n *compiler.Node) string {
	kind, _, problems := s.checkSync(n)
	if kind == nil || problems.HasErrors() {
		return ""
	}
	return string(kind.Guarantee(s.destinationConfig(kind, n), syncs.Mode(n.Sync.Mode)))
}

// destinationConfig is what the project says of a sync's destination; relative paths are the project's.
func (s *session) destinationConfig(kind *syncs.Kind, n *compiler.Node) syncs.Config {
	return kind.Below(s.project.Root.Dir, n.Sync.Destination.Config)
}

func destinationType(n *compiler.Node) string {
	if n.Sync.Destination == nil {
		return ""
	}
	return n.Sync.Destination.Type
}

// newRunID is a name for a run that no other has. Names are in the order of time.
func newRunID(now time.Time) string {
	var b [5]byte
	_, _ = rand.Read(b[:]) // it never fails: https://pkg.go.dev/crypto/rand#Read
	return now.UTC().Format("20060102t150405") + hex.EncodeToString(b[:])
}

// guardPersonal finds the fields that hold personal data, and refuses to send them unless the sync says that it may.
func (s *session) guardPersonal(found []prepared) error {
	if len(found) == 0 {
		return nil
	}
	read := map[string]bool{}
	for _, p := range found {
		read[p.node.ID] = true
		for _, id := range s.graph.DAG.Ancestors(p.node.ID, -1) {
			read[id] = true
		}
	}
	catalog, err := s.lastCatalog()
	if err != nil {
		s.warn(err.Error())
	}
	ctx := s.command.Context()
	known := s.analysis(ctx, analyze.Options{Catalog: catalog, Only: func(n *compiler.Node) bool { return read[n.ID] }})
	problems := &diag.List{}
	for i, p := range found {
		fields, more := known.Personal(p.node)
		found[i].options.PII = fields
		for _, d := range more {
			problems.Add(d)
		}
	}
	return errors.Join(ctx.Err(), problems.Err())
}

// open opens the destination of a sync.
func (s *session) open(ctx context.Context, p *prepared) error {
	c := s.destinationConfig(p.kind, p.node)
	d, err := p.kind.Open(ctx, c)
	if err != nil {
		return err
	}
	p.options.Destination, p.options.Guarantee = d, p.kind.Guarantee(c, syncs.Mode(p.node.Sync.Mode))
	return nil
}

// syncRun sends what has changed, or only what was refused before.
func (a *app) syncRun(ctx context.Context, args []string, o syncOptions, retry bool) error {
	s, found, err := a.pickSyncs(args, o)
	if err != nil || len(found) == 0 {
		return err
	}
	failed := false
	err = s.visit(ctx, nodesOf(found), func(v *runner.Visit) error {
		for i := range found {
			p := &found[i]
			p.options.Retry = retry
			result, err := s.syncOne(ctx, v, p)
			s.alert(ctx, p, result)
			if hopeless(ctx, err) {
				return err
			}
			failed = failed || err != nil || result.State != runner.SyncDone
		}
		return nil
	})
	if err == nil && failed {
		return outcome{exitFailed}
	}
	return err
}

// hopeless tells whether what has ended one sync ends those after it too.
func hopeless(ctx context.Context, err error) bool {
	s := status(ctx, err)
	return s == exitInterrupted || s == exitUnreachable
}

// syncOne carries out one sync.
func (s *session) syncOne(ctx context.Context, v *runner.Visit, p *prepared) (*runner.SyncResult, error) {
	p.options.Unopened = s.open(ctx, p)
	result, err := v.RunSync(ctx, p.node, p.options)
	if p.options.Unopened == nil {
		if closed := p.options.Destination.Close(); closed != nil {
			s.warn(fmt.Sprintf("close %s: %v", p.node.Sync.Destination.Name, closed))
		}
	}
	if err != nil {
		err = outcome{status(ctx, err)} // the view has told it
	}
	return result, err
}

func nodesOf(found []prepared) []*compiler.Node {
	var out []*compiler.Node
	for _, p := range found {
		out = append(out, p.node)
	}
	return out
}

// syncReset forgets what was sent.
func (a *app) syncReset(ctx context.Context, args []string, o syncOptions) error {
	s, found, err := a.pickSyncs(args, o)
	if err != nil || len(found) == 0 {
		return err
	}
	return s.visit(ctx, nodesOf(found), func(v *runner.Visit) error {
		for i := range found {
			p := &found[i]
			if err := s.open(ctx, p); err != nil {
				return err
			}
			err := v.ResetSync(ctx, p.node, p.options.Destination)
			if err = errors.Join(err, p.options.Destination.Close()); err != nil {
				return err
			}
			s.view.note("forgot what was sent by " + p.node.Name + ": the next run sends all of its rows, or adopts what is there with --adopt")
		}
		return nil
	})
}

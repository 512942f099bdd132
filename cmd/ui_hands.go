package cmd

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/selector"
	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/tui"
)

// hands carry out what the terminal interface wants done, each thing as the plain command does it. It is safe for concurrent use.
type hands struct {
	app *app

	warehouse sync.Mutex // held by what talks to the warehouse: one thing at a time, as a file of DuckDB is opened by one alone
	mu        sync.Mutex
	scene     *scene // the project as it was last read
	secrets   []func(text string) string
	cancel    context.CancelFunc // of what runs; nil if nothing does
	cancels   *runner.Cancels    // of its nodes
	running   sync.WaitGroup
	watching  context.CancelFunc
}

func newHands(a *app) *hands { return &hands{app: a} }

// Do implements shell.Hands.
func (h *hands) Do(ctx context.Context, e tui.Effect, send func(tui.Msg)) {
	switch e := e.(type) {
	case tui.Load:
		h.load(ctx, send)
	case tui.Select:
		send(h.selected(ctx, e))
	case tui.Describe:
		h.describe(ctx, e.ID, send)
	case tui.MakePlan:
		send(h.plan(ctx, e.Choice))
	case tui.PlanPromotion:
		send(h.planPromotion(ctx, e.Environment))
	case tui.PlanSync:
		send(h.planSync(ctx, e.Sync))
	case tui.Switch:
		h.change(ctx, e.Environment, send)
	case tui.Check:
		send(h.check(ctx, e.Choice))
	case tui.Run:
		h.run(ctx, e, send)
	case tui.Cancel:
		h.cancelled(e.ID)
	case tui.FailingRows:
		send(h.rows(ctx, tui.Query{Seq: e.Seq, ID: e.ID, Limit: failingShown}))
	case tui.Query:
		send(h.rows(ctx, e))
	case tui.Look:
		send(h.look(ctx, e.At))
	case tui.OpenDocs:
		send(h.openDocs(ctx, e))
	case tui.Watch:
		h.watch(ctx, e.On, send)
	}
}

// failingShown is how many of a test's rows are asked for.
const failingShown = 100

// close waits for what runs: cancelled, it takes back what it had begun.
func (h *hands) close() error {
	h.watch(context.Background(), false, nil)
	h.stop()
	h.running.Wait()
	return nil
}

// cancelled cancels a node of what runs, or all of it if there is no ID.
func (h *hands) cancelled(id string) {
	if id == "" {
		h.stop()
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cancels != nil {
		h.cancels.Node(id)
	}
}

// stop cancels what runs.
func (h *hands) stop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cancel != nil {
		h.cancel()
	}
}

// redact hides the secrets that any call has read.
func (h *hands) redact(text string) string {
	text = h.app.secrets.redact(text)
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, redact := range h.secrets {
		text = redact(text)
	}
	return text
}

// learn takes the secrets that a call has read: those of the newest few, which stand for the others. It keeps nothing else of the call's project.
func (h *hands) learn(b *app) {
	if b == nil || !b.secrets.any() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.secrets = append(h.secrets, b.secrets.project.Redactor())
	for _, other := range b.secrets.others {
		h.secrets = append(h.secrets, other.Redactor())
	}
	if n := len(h.secrets) - (3 + 3*len(b.secrets.others)); n > 0 {
		h.secrets = h.secrets[n:]
	}
}

// Editor implements shell.Hands. Editors of the family of vi, and others that take it, are told the line.
func (h *hands) Editor(path string, line int) (*exec.Cmd, error) {
	words := h.editor()
	if words == nil {
		return nil, errors.New("set EDITOR to the editor to open files with")
	}
	args := words[1:]
	switch filepath.Base(words[0]) {
	case "vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak", "editor":
		if line > 1 {
			args = append(args[:len(args):len(args)], fmt.Sprintf("+%d", line))
		}
	}
	c := exec.Command(words[0], append(args, h.absolutePath(path))...) //nolint:gosec // it is what the user wants files to be opened with
	return c, nil
}

// selected is what a selection line picks.
func (h *hands) selected(ctx context.Context, e tui.Select) tui.Msg {
	out := tui.Selected{Seq: e.Seq}
	sc := h.wait(ctx)
	if sc == nil {
		return out
	}
	o := selection{selects: e.Select, excludes: e.Exclude, indirect: string(selector.Eager)}
	if !sc.whole && !o.outlined() {
		whole, failed := h.compiled(ctx)
		if failed != nil {
			out.Problem = failed.Brief()
			return out
		}
		sc = whole
	}
	sc.use.Lock()
	defer sc.use.Unlock()
	r, err := o.request(sc.session, nil)
	if err == nil {
		nodes, found := selector.Select(sc.graph, r)
		for _, n := range nodes {
			out.IDs = append(out.IDs, n.ID)
		}
		err = found.Err()
		if problems := found.Sorted(); err == nil && len(nodes) == 0 && len(problems) > 0 {
			out.Problem = briefly(problems[0].Message, problems[0].Hint)
		}
	}
	if err != nil {
		out.Problem = h.failure("", err).Brief()
	}
	return out
}

func briefly(message, hint string) string {
	if hint != "" {
		return message + ": " + hint
	}
	return message
}

// failure is an error as the interface tells it.
func (h *hands) failure(what string, err error) tui.Failed {
	v := &heardView{}
	b := h.sub(v, nil)
	b.report(context.Background(), err)
	f := v.failed
	f.What = what
	return f
}

// plan is what is to be done for a selection.
func (h *hands) plan(ctx context.Context, c tui.Choice) tui.Msg {
	h.warehouse.Lock()
	defer h.warehouse.Unlock()
	defer h.works()()
	b, command, err := h.prepared("plan")
	if err != nil {
		return h.failure("the plan", err)
	}
	defer h.learn(b)
	o := planOptions{selection: selection{selects: c.Select, excludes: c.Exclude, indirect: string(selector.Eager)}, shown: true}
	s, err := b.compile(compileOptions{which: command, needTarget: true, selects: c.Select, excludes: c.Exclude})
	if err != nil {
		return h.failure("the plan", err)
	}
	u, err := s.upkeep(ctx, o)
	if err != nil {
		return h.failure("the plan", err)
	}
	p := u.shown(c)
	if err := errors.Join(s.savePlan(u), u.runner.Close()); err != nil {
		return h.failure("the plan", err)
	}
	return tui.Planned{Plan: p}
}

// shown is a plan as the interface shows it. A test stands with what it tests, if that is built.
func (u *upkeep) shown(c tui.Choice) *tui.Plan {
	out := &tui.Plan{Choice: c, ID: u.id, Summary: u.summary()}
	at := map[string]int{}
	for _, s := range u.steps {
		if s.action == "test" {
			if i, ok := u.beside(s, at); ok {
				out.Steps[i].Tests++
				continue
			}
		}
		at[s.ID] = len(out.Steps)
		step := tui.PlanStep{ID: s.ID, Name: s.ID[strings.LastIndexByte(s.ID, '.')+1:], Action: s.action, State: string(s.State), Columns: s.columnNames(), Rows: s.estimate().Rows}
		if s.Node != nil {
			step.Name = s.Node.Label()
		}
		for _, r := range s.Reasons {
			step.Reasons = append(step.Reasons, r.Text)
		}
		if seconds := s.estimate().Seconds; seconds != nil {
			took := time.Duration(*seconds * float64(time.Second))
			step.Took = &took
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}

func (u *upkeep) beside(s *upkeepStep, at map[string]int) (int, bool) {
	if s.Node == nil {
		return 0, false
	}
	for _, id := range s.Node.DependsOn {
		if i, ok := at[id]; ok {
			return i, true
		}
	}
	return 0, false
}

// prepared is a call of a command whose flags are read, and that is about to do its work.
func (h *hands) prepared(name string) (*app, string, error) {
	v := &heardView{}
	b, root, err := h.command(v, nil, name)
	if err != nil {
		return nil, "", err
	}
	target, _, err := root.Find([]string{name})
	if err != nil {
		return nil, "", err
	}
	if err := target.ParseFlags(h.given(target)); err != nil {
		return nil, "", err
	}
	b.command = target
	target.SetContext(context.Background())
	return b, name, errors.Join(b.fromEnv(target), b.flags.check())
}

// check is what is wrong with the nodes of a selection.
func (h *hands) check(ctx context.Context, c tui.Choice) tui.Msg {
	defer h.works()()
	b, _, err := h.prepared("check")
	if err != nil {
		return h.failure("the check", err)
	}
	defer h.learn(b)
	_, found, err := b.examine(ctx, checkOptions{selection: selection{selects: c.Select, excludes: c.Exclude, indirect: string(selector.Eager)}})
	if err != nil {
		return h.failure("the check", err)
	}
	return tui.Checked{Problems: found}
}

// flagsOf is a choice as flags.
func flagsOf(c tui.Choice) []string {
	var out []string
	for _, w := range c.Select {
		out = append(out, "--select="+w)
	}
	for _, w := range c.Exclude {
		out = append(out, "--exclude="+w)
	}
	return out
}

// rows are the first rows of a node, of a query, or those that a test found.
func (h *hands) rows(ctx context.Context, q tui.Query) tui.Msg {
	h.warehouse.Lock()
	defer h.warehouse.Unlock()
	var out tui.Queried
	table, err := h.show(ctx, q)
	if err != nil {
		f := h.failure("", err)
		out.Failure = &f
	}
	out.Seq, out.Table = q.Seq, table
	return out
}

// show asks for rows as mod show does.
func (h *hands) show(ctx context.Context, q tui.Query) (*tui.Table, error) {
	b, _, err := h.prepared("show")
	if err != nil {
		return nil, err
	}
	defer h.learn(b)
	s, err := b.compile(compileOptions{which: "show", needTarget: true})
	if err != nil {
		return nil, err
	}
	n := s.graph.Nodes[q.ID]
	switch {
	case q.ID == "":
		n, err = s.inline(strings.TrimRight(q.SQL, "; \n"))
	case n == nil:
		err = usagef("", "it is not in the project any more")
	case n.Type == compiler.Source:
		n, err = s.inline(fmt.Sprintf("select * from {{ source('%s', '%s') }}", n.Table.Source.Name, n.Table.Table.Name))
	default:
		n, err = s.queryOf(n)
	}
	if err != nil {
		return nil, err
	}
	if err := s.locate(ctx); err != nil {
		return nil, err
	}
	var table *tui.Table
	err = s.visit(ctx, []*compiler.Node{n}, func(v *runner.Visit) error {
		return v.Show(ctx, n, q.Limit+1, func(rows *adapters.Rows) (err error) {
			if table, err = tableOf(rows, q.Limit); err == nil {
				first(table, n)
			}
			return err
		})
	})
	return table, err
}

// tableOf are the first rows as text.
func tableOf(rows *adapters.Rows, limit int) (*tui.Table, error) {
	body, err := cells(rows, "null", func(text string) string { return text })
	if err != nil {
		return nil, err
	}
	t := &tui.Table{Columns: columnNames(rows), Rows: body}
	if len(body) > limit {
		t.Rows, t.More = body[:limit], true
	}
	for i := range t.Columns {
		t.Right = append(t.Right, numeric(body, i))
	}
	return t, nil
}

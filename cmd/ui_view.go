package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/runner"
	"github.com/modsql/mod/tui"
)

// heardView keeps what a call tells, for the terminal interface. It is safe for concurrent use.
type heardView struct {
	mu     sync.Mutex
	failed tui.Failed
	notes  []string
}

func (v *heardView) event(runner.Event) {}
func (v *heardView) close()             {}

func (v *heardView) problems(found []*diag.Diagnostic) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if hasErrors(found) {
		v.failed.Problems = append(v.failed.Problems, found...)
	}
}

func hasErrors(found []*diag.Diagnostic) bool {
	for _, d := range found {
		if d.Severity == diag.Error {
			return true
		}
	}
	return false
}

func (v *heardView) fail(message, hint string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.failed.Text, v.failed.Hint = message, hint
}

func (v *heardView) note(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.notes = append(v.notes, text)
}

// failure is what kept the call from doing its work; nil if nothing did.
func (v *heardView) failure() *tui.Failed {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.failed.Text == "" && len(v.failed.Problems) == 0 {
		return nil
	}
	f := v.failed
	return &f
}

// runView tells the terminal interface of a run.
type runView struct {
	heardView
	app   *app
	send  func(tui.Msg)
	begun bool
	ended *runner.Results
	tally *lineView
	what  string // of a run that has no steps: what was said last
}

func newRunView(a *app, send func(tui.Msg)) *runView {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.Ascii)
	none := r.NewStyle()
	return &runView{app: a, send: send, tally: &lineView{app: a, paint: paint{none, none, none, none, none}, level: levelNone}}
}

// event tells what happened, in the interface's words.
func (v *runView) event(e runner.Event) {
	switch e := e.(type) {
	case runner.Started:
		v.start(e)
	case runner.StepStarted:
		v.send(tui.StepBegan{ID: e.Step.Node.ID, At: e.At})
	case runner.Statement:
		v.statement(e)
	case runner.Logged:
		v.say(nodeID(e.Node), e.Text)
	case runner.Retrying:
		v.say(nodeID(e.Node), fmt.Sprintf("! trying again in %s: %v", took(e.Wait), e.Err))
	case runner.Waiting:
		v.say("", fmt.Sprintf("! waiting up to %s for the database: %v", took(e.Wait), e.Err))
	case runner.BatchFinished:
		v.say(e.Result.Node.ID, fmt.Sprintf("batch %d of %d  %s  %s", e.Number, e.Total, e.Batch.Name(), e.Result.Status))
	case runner.StepFinished:
		v.tally.collect(e.Result)
		v.send(tui.StepEnded{Step: stepOf(e.Result)})
	case runner.Finished:
		v.ended = e.Results
		v.what = strings.TrimSpace(v.tally.summary(e.Results))
	case runner.SyncProgress:
		v.syncing(e)
	case runner.SyncFinished:
		v.synced(e.Result)
	}
}

func (v *runView) note(text string) {
	v.what = text
	v.say("", text)
}

func (v *runView) say(id, text string) { v.send(tui.Logged{ID: id, Text: text}) }

// longest is how much of a statement is kept for the log of a node.
const longest = 4000

func (v *runView) statement(e runner.Statement) {
	what := "-- " + took(e.Took)
	if e.Rows >= 0 {
		what += "  " + count(int(e.Rows), "row")
	}
	if e.Err != nil {
		what += "  failed: " + strings.ReplaceAll(e.Err.Error(), "\n", " ")
	}
	sql := strings.TrimSpace(e.SQL)
	if len(sql) > longest {
		sql = strings.ToValidUTF8(sql[:longest], "") + " …"
	}
	v.say(nodeID(e.Node), what+"\n"+sql)
}

// start tells of the plan.
func (v *runView) start(e runner.Started) {
	v.begun = true
	m := tui.RunBegan{Threads: e.Threads, At: e.At}
	for _, s := range e.Plan.Steps {
		if s.Action == plan.None {
			continue
		}
		m.Steps = append(m.Steps, &tui.Step{
			ID: s.Node.ID, Name: s.Node.Label(), Kind: kind(s.Node), Type: string(s.Node.Type), Rows: -1, After: s.After, Seconds: s.Weight,
		})
	}
	v.send(m)
}

// stepOf is how a node ended.
func stepOf(r *runner.Result) *tui.Step {
	s := &tui.Step{
		ID: r.Node.ID, Name: r.Node.Label(), Kind: kind(r.Node), Type: string(r.Node.Type), Status: string(r.Status), Began: r.Started, Ended: r.Finished,
		Rows: r.Rows, Message: r.Message, Compiled: r.Compiled,
	}
	if kind(r.Node) == "view" {
		s.Rows = -1
	}
	if r.Cancelled() {
		s.Status = "cancelled"
	}
	if r.Because != nil {
		s.Because = r.Because.ID
	}
	if r.HeldBack != nil {
		s.Because = r.HeldBack.ID
	}
	if r.Failures != nil {
		s.Failing = *r.Failures
	}
	if r.Found != nil {
		s.Found = foundTable(r.Found)
		first(s.Found, r.Node)
	}
	if s.Failed() || r.Status == runner.Warn {
		s.Problem = problemOf(r)
	}
	return s
}

// foundTable is what a test found, as text.
func foundTable(f *runner.Found) *tui.Table {
	all := func(yield func([]any, error) bool) {
		for _, row := range f.Rows {
			if !yield(row, nil) {
				return
			}
		}
	}
	t, err := tableOf(&adapters.Rows{Columns: f.Columns, All: all}, failingShown)
	if err != nil {
		return nil
	}
	return t
}

// first puts the column that a test is of before the others.
func first(t *tui.Table, n *compiler.Node) {
	if t == nil || n.Test == nil {
		return
	}
	i := slices.IndexFunc(t.Columns, func(name string) bool { return strings.EqualFold(name, n.Test.Column) })
	if i <= 0 {
		return
	}
	t.Columns, t.Right = ahead(t.Columns, i), ahead(t.Right, i)
	for r, row := range t.Rows {
		t.Rows[r] = ahead(row, i)
	}
}

// ahead is a list with one of its items before the others.
func ahead[T any](list []T, i int) []T {
	return slices.Concat(list[i:i+1], list[:i], list[i+1:])
}

// nodeID is the ID of a node; "" for none.
func nodeID(n *compiler.Node) string {
	if n == nil {
		return ""
	}
	return n.ID
}

func (v *runView) syncing(e runner.SyncProgress) {
	n := e.Plan.Node
	if !v.begun {
		v.begun = true
		v.send(tui.RunBegan{Threads: 1, At: e.At, Steps: []*tui.Step{{ID: n.ID, Name: n.Name, Kind: "sync", Type: "sync", Rows: -1}}})
		v.send(tui.StepBegan{ID: n.ID, At: e.At})
	}
	v.say(n.ID, fmt.Sprintf("%s  %s", e.State, sentText(e.Sent)))
}

// synced tells of the end of a sync, and of the rows that were refused.
func (v *runView) synced(r *runner.SyncResult) {
	n := r.Plan.Node
	s := &tui.Step{ID: n.ID, Name: n.Name, Kind: "sync", Type: "sync", Status: "success", Began: r.Started, Ended: r.Finished, Rows: -1, Message: sentText(r.Progress)}
	if r.State != runner.SyncDone {
		s.Status = "error"
	}
	if r.Err != nil {
		s.Message += "\n" + r.Err.Error()
	}
	for i, l := range r.Letters {
		if i == lettersShown {
			break
		}
		s.Message += "\n" + letterText(n.Sync.Key, l)
	}
	v.what = s.Message
	v.send(tui.StepEnded{Step: s})
}

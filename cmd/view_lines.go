package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/runner"
)

// The levels of what is written, least important first.
const (
	levelDebug = iota
	levelInfo
	levelWarn
	levelError
	levelNone
)

func (a *app) level() int {
	if a.flags.logLevel == "none" {
		return levelNone
	}
	switch {
	case a.flags.quiet:
		return levelError
	case a.flags.debug:
		return levelDebug
	case a.flags.logLevel == "warn":
		return levelWarn
	default:
		return levelInfo
	}
}

// paint is the colours of the views: none of them does anything without colour.
type paint struct{ good, bad, warn, dim, strong lipgloss.Style }

func (a *app) paint() paint {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.Ascii)
	if a.colored() {
		r.SetColorProfile(termenv.ANSI)
	}
	style := r.NewStyle
	return paint{
		good: style().Foreground(lipgloss.Color("2")), bad: style().Foreground(lipgloss.Color("1")).Bold(true),
		warn: style().Foreground(lipgloss.Color("3")), dim: style().Faint(true), strong: style().Bold(true),
	}
}

// lineView writes a line for each thing that has happened: for logs, and for terminals that cannot redraw.
type lineView struct {
	*app
	paint
	level  int
	names  int // columns of the longest name in the run
	kinds  int
	failed []*runner.Result // what failed, warned or was interrupted, in order of finishing
}

func newLineView(a *app) *lineView {
	return &lineView{app: a, paint: a.paint(), level: a.level()}
}

func (v *lineView) event(e runner.Event) {
	switch e := e.(type) {
	case runner.Started:
		v.start(e)
	case runner.StepStarted:
		if v.level <= levelDebug {
			v.write(levelDebug, v.dim.Render(fmt.Sprintf("%s start %s", v.clock(e.At), e.Step.Node.Label())))
		}
	case runner.Statement:
		v.statement(e)
	case runner.Logged:
		v.logged(e)
	case runner.Retrying:
		v.write(levelWarn, v.warn.Render("!")+fmt.Sprintf(" %s  trying again in %s: %v", e.Node.Label(), took(e.Wait), e.Err))
	case runner.Waiting:
		v.write(levelWarn, v.warn.Render("!")+fmt.Sprintf(" waiting up to %s for the database: %v", took(e.Wait), e.Err))
	case runner.BatchFinished:
		v.write(levelOf(e.Result), v.batch(e))
	case runner.StepFinished:
		v.collect(e.Result)
		v.write(levelOf(e.Result), v.line(e.Result))
	case runner.Finished:
		v.finish(e.Results)
	case runner.SyncProgress:
		v.syncing(e)
	case runner.SyncFinished:
		v.synced(e.Result)
	}
}

func (v *lineView) close() {}

// write writes a line to stderr if the level asks for it.
func (v *lineView) write(level int, line string) {
	if level >= v.level {
		fmt.Fprintln(v.err, strings.TrimRight(line, " "))
	}
}

func (v *lineView) problems(found []*diag.Diagnostic) {
	shown := slices.DeleteFunc(slices.Clone(found), func(d *diag.Diagnostic) bool {
		return d.Severity != diag.Error && v.level > levelWarn || v.level >= levelNone
	})
	if len(shown) == 0 {
		return
	}
	_ = diag.Print(v.err, shown, v.style())
}

func (v *lineView) style() diag.Style {
	return diag.Style{Color: v.colored(), Width: v.width(), Max: 50}
}

func (v *lineView) fail(message, hint string) {
	v.write(levelError, v.bad.Render("error:")+" "+message)
	if hint != "" {
		v.write(levelError, "  "+v.dim.Render("hint:")+" "+hint)
	}
}

func (v *lineView) note(text string) { v.write(levelInfo, text) }

func (v *lineView) start(e runner.Started) {
	counts := map[compiler.Type]int{}
	for _, step := range e.Plan.Steps {
		counts[step.Node.Type]++
		v.names = max(v.names, min(lipgloss.Width(step.Node.Label()), widestName))
		v.kinds = max(v.kinds, len(kind(step.Node)))
	}
	var parts []string
	for _, t := range ranTypes {
		if counts[t] > 0 {
			parts = append(parts, count(counts[t], typeWord(t)))
		}
	}
	if v.level <= levelDebug {
		v.write(levelDebug, v.dim.Render(fmt.Sprintf("%s %s, %s", v.clock(e.At), join(parts, "and"), count(e.Threads, "thread"))))
	}
}

func (v *lineView) clock(at time.Time) string { return at.Format("15:04:05.000") }

func (v *lineView) statement(e runner.Statement) {
	if v.level > levelDebug {
		return
	}
	what := v.clock(v.Now()) + " "
	if e.Node != nil {
		what += e.Node.Label() + " "
	}
	what += took(e.Took)
	if e.Rows >= 0 {
		what += " " + count(int(e.Rows), "row")
	}
	if e.Err != nil {
		what += " failed: " + e.Err.Error()
	}
	v.write(levelDebug, v.dim.Render("-- "+what)+"\n"+strings.TrimSpace(e.SQL))
}

func (v *lineView) logged(e runner.Logged) {
	switch e.Level {
	case "print":
		fmt.Fprintln(v.out, e.Text)
	case "debug":
		v.write(levelDebug, v.dim.Render(e.Text))
	case "warn":
		v.write(levelWarn, v.warn.Render("warning:")+" "+e.Text)
	default:
		v.write(levelInfo, e.Text)
	}
}

func (v *lineView) collect(r *runner.Result) {
	switch r.Status {
	case runner.Error, runner.Fail, runner.Warn, runner.PartialSuccess:
		if !r.Cancelled() && r.HeldBack == nil { // the test tells why
			v.failed = append(v.failed, r)
		}
	}
}

func levelOf(r *runner.Result) int {
	switch r.Status {
	case runner.Error, runner.Fail, runner.PartialSuccess:
		return levelError
	case runner.Warn:
		return levelWarn
	default:
		return levelInfo
	}
}

// line is the line of a node that has finished.
func (v *lineView) line(r *runner.Result) string {
	return v.columns(v.mark(r.Status), r.Node.Label(), kind(r.Node), v.story(r), v.duration(r))
}

// columns puts the parts of a line under those of other lines.
func (v *lineView) columns(mark, name, kind string, details ...string) string {
	line := mark + " " + pad(name, v.names) + "  " + v.dim.Render(pad(kind, v.kinds))
	for _, d := range details {
		if d != "" {
			line += "  " + d
		}
	}
	return line
}

// batch is the line of a batch of a microbatch model.
func (v *lineView) batch(e runner.BatchFinished) string {
	number := v.dim.Render(fmt.Sprintf("batch %d of %d", e.Number, e.Total))
	return v.columns(v.mark(e.Result.Status), e.Result.Node.Label()+" "+e.Batch.Name(), number, v.story(e.Result), v.duration(e.Result))
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(width-lipgloss.Width(text), 0))
}

func (v *lineView) mark(s runner.Status) string {
	switch s {
	case runner.Error, runner.Fail, runner.PartialSuccess:
		return v.bad.Render("✗")
	case runner.Warn:
		return v.warn.Render("!")
	case runner.Skipped, runner.NoOp:
		return v.dim.Render("-")
	default:
		return v.good.Render("✓")
	}
}

// story is what there is to say of a node besides that it ended.
func (v *lineView) story(r *runner.Result) string {
	switch r.Status {
	case runner.Skipped:
		if why := r.Reason(); why != "" {
			return v.dim.Render("skipped: " + why)
		}
		return v.dim.Render("skipped")
	case runner.Error:
		if r.Cancelled() {
			return v.dim.Render("cancelled")
		}
		if r.HeldBack != nil {
			return v.bad.Render("not published: " + r.HeldBack.Label() + " failed")
		}
		return v.bad.Render("error")
	case runner.PartialSuccess:
		if o := r.Overloads; o != nil {
			return v.bad.Render(fmt.Sprintf("%d of %s failed", len(o.Failed), count(len(o.Successful)+len(o.Failed), "overload")))
		}
		done, failed := len(r.Batches.Successful), len(r.Batches.Failed)
		return v.bad.Render(fmt.Sprintf("%d of %s failed", failed, count(done+failed, "batch")))
	case runner.Fail, runner.Warn:
		style := v.bad
		if r.Status == runner.Warn {
			style = v.warn
		}
		if r.Failures != nil {
			return style.Render(count(*r.Failures, "failure"))
		}
		return style.Render(string(r.Status))
	}
	if r.Rows >= 0 && r.Node.Type != compiler.Test && kind(r.Node) != "view" {
		return count(int(r.Rows), "row")
	}
	return ""
}

func (v *lineView) duration(r *runner.Result) string {
	if r.Status == runner.Skipped || r.Status == runner.NoOp {
		return ""
	}
	return v.dim.Render(took(r.Finished.Sub(r.Started)))
}

// finish tells what went wrong, and the whole in a line.
func (v *lineView) finish(results *runner.Results) {
	for _, r := range v.failed {
		v.explain(r)
	}
	v.write(levelInfo, v.summary(results))
}

// explain tells why a node failed: at its place in the user's files if that is known, with the file to look into.
func (v *lineView) explain(r *runner.Result) {
	if levelOf(r) < v.level {
		return
	}
	fmt.Fprintln(v.err)
	if d := problemOf(r); d != nil {
		_ = diag.Print(v.err, []*diag.Diagnostic{d}, v.style())
	}
	if r.CompiledPath != "" {
		fmt.Fprintf(v.err, "  %s %s\n", v.dim.Render("compiled:"), r.CompiledPath)
	}
}

// problemOf is the failure of a node as a diagnostic; one that has no place is put at the node's.
func problemOf(r *runner.Result) *diag.Diagnostic {
	if r.Problem != nil {
		return r.Problem
	}
	message := strings.TrimSpace(r.Message)
	if message == "" && r.Err != nil {
		message = r.Err.Error()
	}
	d := &diag.Diagnostic{Code: "failed", Span: r.Node.At, Message: r.Node.Label() + ": " + message}
	if r.Status == runner.Warn {
		d.Severity = diag.Warning
	}
	if r.Node.Type == compiler.UnitTest && r.Status == runner.Fail {
		d.Code, d.Message = "failed-test", "unit test "+r.Node.Label()+": "+message
	}
	if r.Node.Type == compiler.Test && r.Failures != nil {
		d.Code, d.Message = "failed-test", fmt.Sprintf("test %s found %s", r.Node.Label(), count(*r.Failures, "failing row"))
	}
	if d.Span.IsZero() && r.Node.File != nil && r.Node.File.Source != nil {
		d.Span = diag.Span{Source: diag.NewSource(r.Node.File.Source.Path, "")}
	}
	return d
}

// summary is a run in a line.
func (v *lineView) summary(results *runner.Results) string {
	verb := v.good.Render("Done")
	switch {
	case results.Interrupted:
		verb = v.warn.Render("Interrupted")
	case results.Failed():
		verb = v.bad.Render("Failed")
	}
	lead := ""
	if len(v.failed) > 0 {
		lead = "\n"
	}
	return lead + verb + " in " + took(results.Finished.Sub(results.Started)) + ": " + v.tally(results)
}

// tally is how many nodes ended how: "12 models, 3 seeds, 34 tests passed, 1 failed".
func (v *lineView) tally(results *runner.Results) string {
	done := map[compiler.Type]int{}
	ended := map[runner.Status]int{}
	stopped, held := 0, 0
	for _, r := range results.All {
		switch {
		case r.Status == runner.Success || r.Status == runner.Pass:
			done[r.Node.Type]++
		case r.Cancelled():
			stopped++
		case r.HeldBack != nil:
			held++
		default:
			ended[r.Status]++
		}
	}
	var parts []string
	for _, t := range ranTypes {
		if n := done[t]; n > 0 {
			part := count(n, typeWord(t))
			if t == compiler.Test || t == compiler.UnitTest {
				part += " passed"
			}
			parts = append(parts, part)
		}
	}
	add := func(style lipgloss.Style, n int, text string) {
		if n > 0 {
			parts = append(parts, style.Render(text))
		}
	}
	some := func(s runner.Status, word string) string { return grouped(int64(ended[s])) + " " + word }
	add(v.bad, ended[runner.Error], count(ended[runner.Error], "error"))
	add(v.bad, held, grouped(int64(held))+" not published")
	add(v.bad, ended[runner.PartialSuccess], some(runner.PartialSuccess, "built in part"))
	add(v.bad, ended[runner.Fail], some(runner.Fail, "failed"))
	add(v.warn, ended[runner.Warn], count(ended[runner.Warn], "warning"))
	add(v.warn, stopped, grouped(int64(stopped))+" cancelled")
	add(v.dim, ended[runner.Skipped], some(runner.Skipped, "skipped"))
	add(v.dim, ended[runner.NoOp], some(runner.NoOp, "without anything to do"))
	if len(parts) == 0 {
		return "nothing ran"
	}
	return strings.Join(parts, ", ")
}

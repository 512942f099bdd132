package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/runner"
)

func TestTook(t *testing.T) {
	t.Parallel()
	tests := map[time.Duration]string{
		0: "0.00s", -time.Second: "0.00s", 21 * time.Millisecond: "0.02s", 99 * time.Millisecond: "0.10s", 100 * time.Millisecond: "0.1s", 3140 * time.Millisecond: "3.1s",
		9940 * time.Millisecond: "9.9s", 9960 * time.Millisecond: "10s", 59 * time.Second: "59s", 59700 * time.Millisecond: "1m 0s",
		72 * time.Second: "1m 12s", time.Hour: "1h 0m", 125 * time.Minute: "2h 5m",
	}
	for d, want := range tests {
		if got := took(d); got != want {
			t.Errorf("took(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	tests := map[string]string{count(0, "row"): "0 rows", count(1, "row"): "1 row", count(1234567, "row"): "1,234,567 rows", count(999, "row"): "999 rows", count(2, "analysis"): "2 analyses"}
	for got, want := range tests {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// play is a run that views are shown: a seed, a model with two tests of which one fails, and a model that is skipped for it.
type play struct {
	events []runner.Event
	now    time.Time
}

func (p *play) node(t compiler.Type, name, materialized string) *compiler.Node {
	return &compiler.Node{
		ID: string(t) + ".shop." + name, Type: t, Name: name, Path: name + ".sql",
		Config: &compiler.Config{Values: jinja.DictOf("materialized", materialized), Unrendered: jinja.NewDict()},
	}
}

func newPlay() *play {
	p := &play{now: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	seed, orders, report := p.node(compiler.Seed, "items", "seed"), p.node(compiler.Model, "orders", "table"), p.node(compiler.Model, "report", "view")
	unique, filled := p.node(compiler.Test, "unique_orders_id", "test"), p.node(compiler.Test, "not_null_orders_id", "test")
	source := diag.NewSource("models/schema.yml", "models:\n  - name: orders\n    data_tests: [unique]\n")
	unique.At = diag.Span{Source: source, Start: 42, End: 48}
	var steps []*plan.Step
	for _, n := range []*compiler.Node{seed, orders, unique, filled, report} {
		if n.Type == compiler.Test {
			n.Test = &compiler.DataTest{Name: "t", Attached: orders.ID}
		}
		steps = append(steps, &plan.Step{Node: n, Action: plan.Build, Weight: 10})
	}
	three := 3
	p.events = append(p.events, runner.Started{Plan: &plan.Plan{Steps: steps}, Threads: 2, At: p.now})
	results := &runner.Results{Started: p.now}
	end := func(i int, r runner.Result) {
		p.now = p.now.Add(20 * time.Millisecond)
		r.Step, r.Node, r.Started, r.Finished, r.Thread = steps[i], steps[i].Node, p.now.Add(-10*time.Millisecond), p.now, 1
		if r.Status != runner.Skipped {
			p.events = append(p.events, runner.StepStarted{Step: steps[i], Number: i + 1, Total: 5, At: r.Started})
		}
		p.events = append(p.events, runner.StepFinished{Result: &r, Number: i + 1, Total: 5})
		results.All = append(results.All, &r)
	}
	end(0, runner.Result{Status: runner.Success, Rows: 1200})
	end(1, runner.Result{Status: runner.Success, Rows: -1})
	p.events = append(p.events, runner.Logged{Text: "from a template", Level: "info", At: p.now}, runner.Logged{Text: "a result", Level: "print", At: p.now},
		runner.Statement{Node: orders, SQL: "select 1\n", Took: time.Second, Rows: 1}, runner.Statement{SQL: "begin", Rows: -1, Err: errors.New("no")})
	end(2, runner.Result{Status: runner.Fail, Rows: -1, Failures: &three, CompiledPath: "target/compiled/x.sql"})
	end(3, runner.Result{Status: runner.Pass, Rows: -1})
	end(4, runner.Result{Status: runner.Skipped, Rows: -1, Because: unique})
	results.Finished = p.now
	p.events = append(p.events, runner.Finished{Results: results})
	return p
}

// shown is what the play leaves on stdout and stderr.
func shown(t *testing.T, screen *Screen, set func(*globals)) (out, err string) {
	t.Helper()
	p := newPlay()
	var stdout, stderr bytes.Buffer
	a := newApp(System{Out: &stdout, Err: &stderr, Env: map[string]string{}, Screen: screen, Now: func() time.Time { return p.now }})
	a.flags.logFormat, a.flags.logLevel, a.id = "text", "info", "an-id"
	set(&a.flags)
	a.view = a.newView()
	for _, e := range p.events {
		a.view.event(e)
	}
	a.view.close()
	return stdout.String(), stderr.String()
}

const problem = `
models/schema.yml:3:18: error: test unique_orders_id found 3 failing rows [failed-test]
    3 |     data_tests: [unique]
      |                  ^^^^^^
  compiled: target/compiled/x.sql
`

func TestLines(t *testing.T) {
	t.Parallel()
	out, err := shown(t, nil, func(*globals) {})
	want := `✓ items               seed   1,200 rows  0.01s
✓ orders              table  0.01s
from a template
✗ unique_orders_id    test   3 failures  0.01s
✓ not_null_orders_id  test   0.01s
- report              view   skipped: unique_orders_id failed
` + problem + `
Failed in 0.1s: 1 model, 1 seed, 1 test passed, 1 failed, 1 skipped
`
	if d := cmp.Diff(want, err); d != "" {
		t.Errorf("stderr mismatch (-want +got):\n%s", d)
	}
	if out != "a result\n" {
		t.Errorf("stdout is %q", out)
	}
}

func TestQuietLinesAreProblemsOnly(t *testing.T) {
	t.Parallel()
	_, err := shown(t, nil, func(g *globals) { g.quiet = true })
	if d := cmp.Diff("✗ unique_orders_id    test   3 failures  0.01s\n"+problem, err); d != "" {
		t.Errorf("stderr mismatch (-want +got):\n%s", d)
	}
	if _, err := shown(t, nil, func(g *globals) { g.logLevel = "none" }); err != "" {
		t.Errorf("with --log-level none there is %q", err)
	}
}

func TestDebugLinesHaveStatements(t *testing.T) {
	t.Parallel()
	_, err := shown(t, nil, func(g *globals) { g.debug = true })
	for _, want := range []string{"orders 1.0s 1 row\nselect 1\n", "0.00s failed: no\nbegin\n", "03:04:05.000 2 models, 1 seed and 2 tests, 2 threads\n"} {
		if !strings.Contains(err, want) {
			t.Errorf("there is no %q in:\n%s", want, err)
		}
	}
}

func TestColours(t *testing.T) {
	t.Parallel()
	_, err := shown(t, nil, func(g *globals) { g.colors = "true" })
	if !strings.Contains(err, "\x1b[32m✓\x1b[0m items") || !strings.Contains(err, "\x1b[1;31m✗\x1b[0m unique") {
		t.Errorf("got %q", err)
	}
	screen := &Screen{Width: func() int { return 80 }}
	for name, a := range map[string]*app{
		"no terminal":     {System: System{Env: map[string]string{}}},
		"NO_COLOR":        {System: System{Env: map[string]string{"NO_COLOR": "1"}, Screen: screen}},
		"dumb":            {System: System{Env: map[string]string{"TERM": "dumb"}, Screen: screen}},
		"--no-use-colors": {System: System{Env: map[string]string{}, Screen: screen}, flags: globals{colors: "false"}},
	} {
		if a.colored() {
			t.Errorf("%s: coloured", name)
		}
	}
	if a := (&app{System: System{Env: map[string]string{"NO_COLOR": "1"}}, flags: globals{colors: "true"}}); !a.colored() {
		t.Error("--use-colors does not go before NO_COLOR")
	}
}

func TestLiveLinesFoldTestsIntoTheirModel(t *testing.T) {
	t.Parallel()
	_, err := shown(t, &Screen{Width: func() int { return 60 }}, func(g *globals) { g.colors = "false" })
	want := `✓ items   seed   1,200 rows  0.01s
from a template
✗ orders  table  1 of 2 tests passed  0.01s
    ✗ unique_orders_id  3 failures
- report  view   skipped: unique_orders_id failed
` + problem + `
Failed in 0.1s: 1 model, 1 seed, 1 test passed, 1 failed, 1 skipped
`
	if d := cmp.Diff(want, onScreen(t, err)); d != "" {
		t.Errorf("screen mismatch (-want +got):\n%s", d)
	}
	for _, line := range strings.Split(escapes.ReplaceAllString(err, ""), "\n") {
		if strings.Contains(line, " of 5") && len(line) > 59 {
			t.Errorf("a redrawn line is too long for the terminal: %q", line)
		}
	}
	if !strings.Contains(err, "2 of 5, about 10s left") {
		t.Errorf("the progress does not say what is left:\n%q", err)
	}
}

var escapes = regexp.MustCompile("\x1b\\[([0-9]*)([A-Z])")

// onScreen is what a terminal shows in the end of text that moves up and clears.
func onScreen(t *testing.T, text string) string {
	t.Helper()
	var lines []string
	row := 0
	for _, part := range regexp.MustCompile("\x1b\\[[0-9]*[A-Z]|[^\x1b\n]*\n|[^\x1b\n]+").FindAllString(text, -1) {
		if m := escapes.FindStringSubmatch(part); m != nil {
			n, _ := strconv.Atoi(m[1])
			switch m[2] {
			case "A":
				if row -= n; row < 0 {
					t.Fatal("the cursor leaves the lines that were drawn")
				}
			case "J":
				lines = lines[:row]
			default:
				t.Fatalf("an escape that is not known: %q", part)
			}
			continue
		}
		lines = append(lines[:row], strings.TrimSuffix(part, "\n"))
		row++
	}
	return strings.Join(lines, "\n") + "\n"
}

func TestExitStatuses(t *testing.T) {
	t.Parallel()
	list := &diag.List{}
	list.Errorf(diag.Span{}, "c", "m")
	tests := map[string]struct {
		err  error
		want int
	}{
		"nothing":    {nil, 0},
		"world":      {io.ErrUnexpectedEOF, 1},
		"project":    {fmt.Errorf("x: %w", list.Err()), 2},
		"diagnostic": {&diag.Diagnostic{}, 2},
		"usage":      {usagef("", "x"), 2},
		"outcome":    {errors.Join(outcome{130}, io.EOF), 130},
	}
	for name, test := range tests {
		if got := status(t.Context(), test.err); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
}

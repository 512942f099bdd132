package cmd

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/x/ansi"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/runner"
)

// liveView is for a person at a terminal: what has finished stands above, a node and its passing tests in one line, and below it
// a few lines are redrawn that tell what is running.
type liveView struct {
	*lineView
	mu       sync.Mutex
	started  time.Time
	families map[string]*family // by the ID of the node that tests are put on
	running  []runner.StepStarted
	done     int
	total    int
	left     map[*plan.Step]bool // steps that have not finished
	drawn    int                 // lines below the cursor's home that the next drawing replaces

	stop    chan struct{}
	stopped sync.WaitGroup
}

// family is a node and the tests that are put on it: they share a line.
type family struct {
	name    string
	waiting int
	head    *runner.Result // nil if only tests run
	tests   []*runner.Result
}

// redraw is how often running times are brought up to date.
const redraw = 120 * time.Millisecond

// widestName is the most columns that names are padded to.
const widestName = 48

// shownRunning is how many running nodes are told one by one.
const shownRunning = 5

func newLiveView(lines *lineView) *liveView { return &liveView{lineView: lines} }

func (v *liveView) event(e runner.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e := e.(type) {
	case runner.Started:
		v.lineView.event(e)
		v.begin(e)
	case runner.StepStarted:
		v.running = append(v.running, e) // drawn with the next tick: most nodes are done before
	case runner.Statement:
	case runner.StepFinished:
		v.finished(e.Result)
	case runner.Finished:
		v.clear()
		v.end()
		v.flush()
		v.lineView.event(e)
	default:
		v.above(func() { v.lineView.event(e) })
	}
}

func (v *liveView) problems(found []*diag.Diagnostic) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.above(func() { v.lineView.problems(found) })
}

func (v *liveView) fail(message, hint string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.above(func() { v.lineView.fail(message, hint) })
}

func (v *liveView) note(text string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.above(func() { v.lineView.note(text) })
}

// above writes something above the lines that are redrawn.
func (v *liveView) above(write func()) {
	v.clear()
	write()
	v.draw()
}

func (v *liveView) close() {
	v.mu.Lock()
	v.clear()
	v.end()
	v.mu.Unlock()
	v.stopped.Wait()
}

// begin takes note of the plan and starts the clock.
func (v *liveView) begin(e runner.Started) {
	v.started, v.total, v.done, v.kinds, v.names = e.At, 0, 0, 0, 0
	v.families, v.left, v.running = map[string]*family{}, map[*plan.Step]bool{}, nil
	for _, step := range e.Plan.Steps {
		if step.Action == plan.None {
			continue
		}
		v.total++
		v.left[step] = true
		v.family(step.Node).waiting++
		if step.Node.Type != compiler.Test {
			v.kinds = max(v.kinds, len(kind(step.Node)))
		}
	}
	for _, f := range v.families {
		v.names = max(v.names, min(ansi.StringWidth(f.name), widestName))
	}
	stop := make(chan struct{})
	v.stop = stop
	v.stopped.Go(func() { v.tick(stop) })
}

func (v *liveView) tick(stop chan struct{}) {
	t := time.NewTicker(redraw)
	defer t.Stop()
	for {
		select {
		case <-stop:
			return
		case <-t.C:
			v.mu.Lock()
			if v.stop == stop {
				v.clear()
				v.draw()
			}
			v.mu.Unlock()
		}
	}
}

// end stops the clock.
func (v *liveView) end() {
	if v.stop != nil {
		close(v.stop)
		v.stop = nil
	}
	v.running, v.total = nil, 0
}

// family is the family of a node.
func (v *liveView) family(n *compiler.Node) *family {
	id, name := n.ID, n.Label()
	if n.Test != nil && n.Test.Attached != "" {
		id = n.Test.Attached
		name = id[strings.LastIndexByte(id, '.')+1:]
		if f := v.families[id]; f == nil && strings.HasPrefix(id, "source.") {
			parts := strings.Split(id, ".")
			name = strings.Join(parts[max(len(parts)-2, 0):], ".")
		}
	}
	f := v.families[id]
	if f == nil {
		f = &family{}
		v.families[id] = f
	}
	if f.name == "" || n.Test == nil {
		f.name = name
	}
	return f
}

func (v *liveView) finished(r *runner.Result) {
	v.collect(r)
	v.running = slices.DeleteFunc(v.running, func(e runner.StepStarted) bool { return e.Step.Node == r.Node })
	if !v.left[r.Step] {
		if r.Status != runner.Success { // a hook of the project, or an ephemeral model
			v.above(func() { v.write(levelOf(r), v.line(r)) })
		}
		return
	}
	v.done++
	delete(v.left, r.Step)
	f := v.family(r.Node)
	if r.Node.Test != nil && r.Node.Test.Attached != "" {
		f.tests = append(f.tests, r)
	} else {
		f.head = r
	}
	if f.waiting--; f.waiting == 0 {
		v.above(func() { v.tell(f) })
	}
}

// flush tells of the families that will not be complete any more.
func (v *liveView) flush() {
	var rest []*family
	for _, f := range v.families {
		if f.waiting > 0 && (f.head != nil || len(f.tests) > 0) {
			rest = append(rest, f)
		}
	}
	slices.SortFunc(rest, func(a, b *family) int { return strings.Compare(a.name, b.name) })
	for _, f := range rest {
		v.tell(f)
	}
}

// tell writes the line of a family, and one for each of its tests that did not pass.
func (v *liveView) tell(f *family) {
	tests, worst := f.tally()
	mark := worst
	switch {
	case f.head == nil:
		v.write(levelInfo, v.columns(v.mark(mark), f.name, "", tests, v.dim.Render(took(f.spent()))))
	default:
		if f.head.Status != runner.Success || worst == runner.Pass || worst == runner.Skipped {
			mark = f.head.Status
		}
		v.write(levelInfo, v.columns(v.mark(mark), f.name, kind(f.head.Node), v.story(f.head), tests, v.duration(f.head)))
	}
	for _, t := range f.tests {
		if t.Status != runner.Pass && t.Status != runner.Skipped {
			v.write(levelInfo, "    "+v.mark(t.Status)+" "+t.Node.Label()+"  "+v.story(t))
		}
	}
}

// tally is the tests of a family in words, and the status of the worst.
func (f *family) tally() (words string, worst runner.Status) {
	ended := map[runner.Status]int{}
	for _, t := range f.tests {
		ended[t.Status]++
	}
	ran := len(f.tests) - ended[runner.Skipped]
	switch {
	case ended[runner.Fail]+ended[runner.Error] > 0:
		worst = runner.Fail
	case ended[runner.Warn] > 0:
		worst = runner.Warn
	case ran == 0 && len(f.tests) > 0:
		worst = runner.Skipped
	default:
		worst = runner.Pass
	}
	switch passed := ended[runner.Pass]; {
	case ran == 0 && f.head == nil:
		words = "skipped"
	case ran > 0 && passed == ran:
		words = count(passed, "test")
	case ran > 0:
		words = fmt.Sprintf("%d of %s passed", passed, count(ran, "test"))
	}
	return words, worst
}

// spent is the time that the tests of a family took.
func (f *family) spent() time.Duration {
	var sum time.Duration
	for _, t := range f.tests {
		sum += t.Finished.Sub(t.Started)
	}
	return sum
}

// clear takes the redrawn lines away.
func (v *liveView) clear() {
	if v.drawn > 0 {
		fmt.Fprintf(v.err, "\x1b[%dA\x1b[J", v.drawn)
		v.drawn = 0
	}
}

// draw writes the lines that tell what is running.
func (v *liveView) draw() {
	if v.total == 0 || v.done == v.total {
		return
	}
	now := v.Now()
	var lines []string
	for i, e := range v.running {
		if i == shownRunning {
			lines = append(lines, fmt.Sprintf("  and %d more", len(v.running)-i))
			break
		}
		lines = append(lines, fmt.Sprintf("  %s  %s", e.Step.Node.Label(), took(now.Sub(e.At))))
	}
	status := fmt.Sprintf("%d of %d", v.done, v.total)
	if left := v.remaining(now); left >= 3*time.Second {
		status += ", about " + took(left) + " left"
	}
	if failures := len(v.failed); failures > 0 {
		status += ", " + count(failures, "problem")
	}
	lines = append(lines, status)
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(v.dim.Render(ansi.Truncate(line, v.width()-1, "…")) + "\n")
	}
	fmt.Fprint(v.err, b.String())
	v.drawn = len(lines)
}

// remaining is the time from now to the end of the run by the longest path that is left, 0 if the plan has no times.
func (v *liveView) remaining(now time.Time) time.Duration {
	begun := map[*plan.Step]time.Time{}
	for _, e := range v.running {
		begun[e.Step] = e.At
	}
	var most time.Duration
	for step := range v.left {
		left := time.Duration(step.Weight * float64(time.Second))
		if at, ok := begun[step]; ok {
			left -= now.Sub(at)
		}
		most = max(most, left)
	}
	return most
}

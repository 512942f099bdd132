package tui

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/diag"
)

// Step is a node's part of a run, as far as it has come.
type Step struct {
	ID, Name, Kind, Type string
	Status               string // in dbt's words, or "cancelled"; "running", or "" while it waits
	Began, Ended         time.Time
	Rows                 int64 // -1 if not told
	Failing              int   // rows that a test found
	Message              string
	Because              string // the ID of the node because of which it was skipped, or of the test because of which it is not published
	Compiled             string
	Found                *Table // rows that a test found and that are not there any more; nil if they can be asked for
	Problem              *diag.Diagnostic
	After                []string // IDs of steps that have to end well before
	Seconds              float64  // from its start to the end of the run, by the plan
}

// Failed tells whether it did not end as it should.
func (s *Step) Failed() bool {
	switch s.Status {
	case "error", "fail", "partial success":
		return true
	}
	return false
}

// run is a run, and what is looked at of it.
type run struct {
	scroll
	command string
	choice  Choice
	steps   []*Step
	at      map[string]int // where a step is, by its ID
	threads int
	began   time.Time
	ended   time.Time
	summary string
	failed  bool
	failure *Failed // what kept it from running
	follow  bool    // the cursor goes with what runs
	stopped bool    // it is being cancelled
	log     journal
	detail  scroll
	tables  map[string]*Queried // of the failing rows of tests, by ID; without a table they are on their way
	of      *Project            // as it was when the run began; nil without one
}

func runTabs() []string { return []string{"Result", "Compiled", "Rows", "Log", "Upstream"} }

const (
	runResult = iota
	runCompiled
	runRows
	runLog
	runUpstream
)

// over tells whether it has ended.
func (r *run) over() bool { return !r.ended.IsZero() || r.failure != nil }

// step is the step that the cursor is on; nil without any.
func (r *run) step() *Step {
	if r.cursor < 0 || r.cursor >= len(r.steps) {
		return nil
	}
	return r.steps[r.cursor]
}

// start begins a run: its view is shown, empty until its plan is known.
func (s State) start(e Run) (State, []Effect) {
	s.run = &run{command: e.Command, choice: e.Choice, follow: true, of: s.project, tables: map[string]*Queried{}}
	s = s.to(AtRun)
	s.details.runTab, s.details.focused = runResult, false
	return s, []Effect{e}
}

// happened takes what a run tells.
func (s State) happened(m Msg) (State, []Effect) {
	if s.run == nil {
		return s, nil
	}
	r := *s.run
	switch m := m.(type) {
	case RunBegan:
		r.steps, r.threads, r.began = m.Steps, m.Threads, m.At
		r.at = make(map[string]int, len(m.Steps))
		for i, st := range m.Steps {
			r.at[st.ID] = i
		}
	case StepBegan:
		r = r.change(m.ID, func(st *Step) { st.Status, st.Began = "running", m.At }, s.layout().body)
	case StepEnded:
		r = r.change(m.Step.ID, func(st *Step) {
			after, seconds := st.After, st.Seconds
			*st = *m.Step
			st.After, st.Seconds = after, seconds
		}, s.layout().body)
	case Logged:
		r.log = r.log.with(m)
	case RunEnded:
		s.run = &r
		return s.ended(m)
	}
	s.run = &r
	return s, nil
}

// change changes a step, and takes the cursor there if it goes with what runs.
func (r run) change(id string, do func(*Step), height int) run {
	i, ok := r.at[id]
	if !ok {
		return r
	}
	step := *r.steps[i]
	do(&step)
	r.steps = slices.Clone(r.steps)
	r.steps[i] = &step
	if r.follow {
		r.scroll = r.to(i, len(r.steps), height)
	}
	return r
}

// ended takes the end of a run: the cursor goes to what failed first, and the list learns how nodes ended.
func (s State) ended(m RunEnded) (State, []Effect) {
	r := *s.run
	r.summary, r.failed, r.ended, r.failure, r.stopped = m.Summary, m.Failed, m.At, m.Failure, false
	i := slices.IndexFunc(r.steps, func(st *Step) bool { return st.Failed() && st.Because == "" })
	if i < 0 {
		i = slices.IndexFunc(r.steps, (*Step).Failed)
	}
	if i >= 0 {
		r.scroll = r.to(i, len(r.steps), s.layout().body)
	}
	s.run = &r
	s = s.learn(r.steps)
	if s.saved && s.watching {
		return s.changed()
	}
	s, effects := s.wantRows()
	if s.place == AtRun {
		s.note = "" // of what was done while it went on
	} else {
		s = s.tell(r.command + ": " + m.Summary)
		s.bad = m.Failed
	}
	return s, effects
}

// learn notes how nodes ended; what is known of them is asked for again.
func (s State) learn(steps []*Step) State {
	last := map[string]Outcome{}
	for _, st := range steps {
		if st.Status != "" && st.Status != "skipped" {
			last[st.ID] = Outcome{st.Status, st.Ended, st.Ended.Sub(st.Began), st.Rows}
		}
	}
	s.details.known = maps.Clone(s.details.known)
	for id := range last {
		delete(s.details.known, id)
	}
	s.details.asked = ""
	return s.remembered(last)
}

// remembered adds to how nodes ended, of those that did not end later since.
func (s State) remembered(last map[string]Outcome) State {
	if len(s.last) == 0 {
		s.last = last
		return s
	}
	all := make(map[string]Outcome, max(len(s.last), len(last)))
	maps.Copy(all, s.last)
	for id, o := range last {
		if !all[id].At.After(o.At) {
			all[id] = o
		}
	}
	s.last = all
	return s
}

// wantRows asks for the rows that the test under the cursor found, if they are looked at for the first time.
func (s State) wantRows() (State, []Effect) {
	if s.run == nil || !s.run.over() || s.details.runTab != runRows && s.details.runTab != runResult {
		return s, nil
	}
	st := s.run.step()
	if st == nil || st.Type != "test" || !st.Failed() || s.run.tables[st.ID] != nil || st.Found != nil {
		return s, nil
	}
	r := *s.run
	s.query.seq++
	tables := map[string]*Queried{st.ID: {Seq: s.query.seq}}
	for id, t := range r.tables {
		tables[id] = t
	}
	r.tables = tables
	s.run = &r
	return s, []Effect{FailingRows{s.query.seq, st.ID}}
}

// askRun asks before a command is carried out: with what it would be done to.
func (s State) askRun(command string) (State, []Effect) {
	if s.running() {
		return s.complain("a run goes on: X cancels it, L shows it"), nil
	}
	choice, ok := s.wanted()
	if s.place == AtPlan && s.plan != nil {
		choice, ok = s.plan.choice, true
	}
	if !ok {
		return s.complain(s.chosen.problem), nil
	}
	e := Run{Command: command, Choice: choice}
	if command == "test" { // it changes nothing
		return s.start(e)
	}
	return s.ask(fmt.Sprintf("%s in %s?", command, s.where()), s.told(e), func(s State) (State, []Effect) { return s.start(e) }), nil
}

// where is the target in words.
func (s State) where() string {
	if s.project == nil {
		return "the target"
	}
	if s.project.Environment != "" {
		return s.project.Target + ", environment " + s.project.Environment
	}
	return s.project.Target
}

// told is what a run would do, as far as the screen knows.
func (s State) told(e Run) []line {
	out := []line{e.line(), nil}
	var picked []*Node
	tests := 0
	for _, n := range s.pickedBy(e.Choice) {
		switch {
		case n.test():
			tests++
		case made(n):
			picked = append(picked, n)
		}
	}
	shown, names := picked[:min(len(picked), linesAsked)], 0
	for _, n := range shown {
		names = max(names, width(n.Name))
	}
	for _, n := range shown {
		last := "never built"
		if o := s.last[n.ID]; o.Status != "" {
			last = strings.TrimSpace(ago(o.At, s.now) + "  " + took(o.Took))
		}
		out = append(out, line{{accent, "● "}, {plain, fit(n.Name, names)}, {dim, "  " + fit(n.Kind, 11) + "  " + last}})
	}
	out = append(out, rest(len(picked))...)
	if tests > 0 && e.Command != "run" {
		out = append(out, text(dim, "  and "+many(tests, "test")))
	}
	return out
}

// linesAsked is how many nodes a question names, and wordsAsked how many criteria its command has on the screen.
const (
	linesAsked = 200
	wordsAsked = 30
)

// rest says how many of so many nodes a question does not name.
func rest(n int) []line {
	if n <= linesAsked {
		return nil
	}
	return []line{text(dim, "  … and "+number(int64(n-linesAsked))+" more")}
}

// line is the command of a run, as far as anybody reads it.
func (e Run) line() line {
	c := e.Choice
	end := ""
	if n := len(c.Select); n > wordsAsked {
		c, end = Choice{Select: c.Select[:wordsAsked]}, fmt.Sprintf(" … and %s more", number(int64(n-wordsAsked)))
	}
	return text(strong, strings.TrimSpace("mod "+strings.TrimSpace(e.Command+" "+c.String())+end))
}

// made tells whether a run makes something of the node.
func made(n *Node) bool {
	return n.Type == "model" || n.Type == "seed" || n.Type == "snapshot" || n.Type == "function"
}

// pickedBy are the nodes of a choice, as far as the screen knows them: of the selection, or of what the cursor is on.
func (s State) pickedBy(c Choice) []*Node {
	if s.project == nil {
		return nil
	}
	if len(s.chosen.terms) > 0 {
		var out []*Node
		for _, n := range s.project.Nodes {
			if s.chosen.ids[n.ID] {
				out = append(out, n)
			}
		}
		return out
	}
	if len(c.Select)+len(c.Exclude) == 0 {
		return s.project.Nodes
	}
	var out []*Node
	for _, n := range s.project.Nodes {
		under := slices.ContainsFunc(c.Select, func(w string) bool {
			folder, is := strings.CutPrefix(w, "path:")
			return w == n.Selector || is && (n.dir() == folder || strings.HasPrefix(n.dir(), folder+"/"))
		})
		if under {
			out = append(out, n)
			out = append(out, s.tests[n.ID]...)
		}
	}
	return out
}

// askRerun runs again what failed and what was skipped for it, and what was changed since of the nodes that they read.
func (s State) askRerun() (State, []Effect) {
	if s.waiting["the project"] { // what was changed in it since is run too
		s.again = true
		return s.tell("reading the project first"), nil
	}
	words := s.unfinishedWords()
	if len(words) == 0 {
		return s.tell("nothing failed in the last run"), nil
	}
	command := s.run.command
	if command == "apply" {
		command = "build"
	}
	e := Run{Command: command, Choice: Choice{Select: words}}
	body := []line{e.line(), nil}
	for _, w := range words[:min(len(words), linesAsked)] {
		body = append(body, line{{accent, "● "}, {plain, w}})
	}
	body = append(body, rest(len(words))...)
	return s.ask("run again in "+s.where()+"?", body, func(s State) (State, []Effect) { return s.start(e) }), nil
}

// incomplete tells whether a rerun would do something.
func (s State) incomplete() bool {
	return s.run != nil && s.run.over() && s.run.command != "promote" && s.run.command != "sync" && slices.ContainsFunc(s.run.steps, func(st *Step) bool {
		return st.unfinished() && s.nodes[st.ID] != nil
	})
}

// unfinished tells whether it is not as it was to be.
func (s *Step) unfinished() bool {
	return s.Failed() || s.Status == "skipped" || s.Status == "cancelled"
}

// unfinishedWords are the criteria of what a rerun does.
func (s State) unfinishedWords() []string {
	if s.run.command == "promote" || s.run.command == "sync" {
		return nil // their own views begin them, by a plan
	}
	var words []string
	added := make(map[string]bool, len(s.run.steps))
	add := func(id string) {
		if n := s.nodes[id]; n != nil && !added[n.Selector] {
			added[n.Selector] = true
			words = append(words, n.Selector)
		}
	}
	anew := s.run.of != s.project // otherwise nothing can have changed
	for _, st := range s.run.steps {
		if !st.unfinished() {
			continue
		}
		n := s.nodes[st.ID]
		if n == nil {
			continue
		}
		for _, id := range n.Reads {
			if p := s.nodes[id]; anew && p != nil && made(p) && s.run.changed(p) {
				add(id)
			}
		}
		add(st.ID)
	}
	return words
}

// changed tells whether a node is not as it was when the run began.
func (r *run) changed(n *Node) bool {
	if r.of == nil {
		return false
	}
	was := r.of.relatives().nodes[n.ID]
	return was == nil || was.Code != n.Code
}

// unfinished tells whether the step under the cursor can be cancelled by itself: it runs or waits, and is not all there is.
func (s State) unfinished() bool {
	if !s.running() || s.run.command == "sync" {
		return false
	}
	st := s.run.step()
	return st != nil && (st.Status == "" || st.Status == "running")
}

// cancelNode asks before the step under the cursor is cancelled, since the cursor moves with the run: by its name, and with what is skipped then.
func (s State) cancelNode() (State, []Effect) {
	st := s.run.step()
	body := []line{text(plain, "What it did is taken back. The others go on.")}
	lost := s.run.below(st.ID)
	if len(lost) > 0 {
		body = append(body, nil, text(plain, "What needs it is skipped:"))
	}
	for _, below := range lost[:min(len(lost), linesAsked)] {
		body = append(body, line{{dim, "- "}, {plain, below.Name}, {dim, "  " + below.Kind}})
	}
	body = append(body, rest(len(lost))...)
	return s.ask("cancel "+st.Name+"?", body, func(s State) (State, []Effect) {
		return s.tell("cancelling " + st.Name), []Effect{Cancel{st.ID}}
	}), nil
}

// below are the steps that have to wait for one, in the order of the run.
func (r *run) below(id string) []*Step {
	lost := map[string]bool{id: true}
	var out []*Step
	for more := true; more; {
		more = false
		for _, st := range r.steps {
			if !lost[st.ID] && slices.ContainsFunc(st.After, func(id string) bool { return lost[id] }) {
				lost[st.ID], more = true, true
			}
		}
	}
	delete(lost, id)
	for _, st := range r.steps {
		if lost[st.ID] {
			out = append(out, st)
		}
	}
	return out
}

// cancelRun cancels all that runs.
func (s State) cancelRun() (State, []Effect) {
	r := *s.run
	r.stopped = true
	s.run = &r
	return s.tell("cancelling"), []Effect{Cancel{}}
}

// mend is what to edit because of the step that the cursor is on: what a test found wrong, or the place where it went wrong.
func (s State) mend() (path string, line int) {
	st := s.run.step()
	if st != nil && s.nodes[st.ID] != nil && st.Status == "fail" {
		if n := s.nodes[s.nodes[st.ID].Tests]; n != nil && n.Type != "source" {
			return n.Path, 0
		}
	}
	if st == nil || st.Problem == nil || st.Problem.Span.IsZero() {
		return "", 0
	}
	return st.Problem.Span.Source.Path, st.Problem.Span.Position().Line
}

// count is how many steps ended how.
func (r *run) count() (done int, ended map[string]int) {
	ended = map[string]int{}
	for _, st := range r.steps {
		if st.Status != "" && st.Status != "running" {
			done++
		}
		ended[st.Status]++
	}
	return done, ended
}

// left is how long it will take until the end, by the plan; 0 if nobody knows.
func (r *run) left(now time.Time) time.Duration {
	var most time.Duration
	for _, st := range r.steps {
		if st.Status != "" && st.Status != "running" {
			continue
		}
		d := time.Duration(st.Seconds * float64(time.Second))
		if st.Status == "running" {
			d -= now.Sub(st.Began)
		}
		most = max(most, d)
	}
	return most
}

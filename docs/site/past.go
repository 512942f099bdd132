package site

import (
	"slices"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
)

// lastRun is how a node ended when it last ran. Its times are those of people who look at the page: ISO 8601.
type lastRun struct {
	Status   string  `json:"status"`
	At       string  `json:"at"`
	Seconds  float64 `json:"seconds"`
	Rows     *int64  `json:"rows,omitempty"`
	Failures *int    `json:"failures,omitempty"`
	Message  string  `json:"message,omitempty"`
	Run      int     `json:"run"` // its place in the list of runs
}

// pastRun is a point of a node's trend.
type pastRun struct {
	Status  string  `json:"status"`
	Seconds float64 `json:"seconds"`
	Rows    *int64  `json:"rows,omitempty"`
	Run     int     `json:"run"`
}

// trendLength is how many results of a node are told.
const trendLength = 20

// remember finds the results of each node.
func (t *telling) remember() {
	t.last, t.past = map[string]lastRun{}, map[string][]pastRun{}
	for i, r := range t.Runs {
		for _, o := range r.Results {
			if _, known := t.last[o.Node]; !known {
				t.last[o.Node] = lastRun{
					Status: o.Status, At: when(r, o), Seconds: o.Seconds, Rows: o.Rows, Failures: o.Failures, Message: o.Message, Run: i,
				}
			}
			if len(t.past[o.Node]) < trendLength {
				t.past[o.Node] = append(t.past[o.Node], pastRun{o.Status, o.Seconds, o.Rows, i})
			}
		}
	}
}

// when is when a node began to run.
func when(r *artifact.Run, o artifact.Outcome) string {
	return stamp(r.Started.Add(time.Duration(o.Start * float64(time.Second))))
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// runSummary is a run in the list of them.
type runSummary struct {
	ID      string         `json:"id"`
	Command string         `json:"command"`
	Target  string         `json:"target"`
	Started string         `json:"started"`
	Seconds float64        `json:"seconds"`
	Counts  map[string]int `json:"counts"` // of nodes, by status
}

func (t *telling) runList() []runSummary {
	out := []runSummary{}
	for _, r := range t.Runs {
		s := runSummary{ID: r.ID, Command: r.Command, Target: r.Target, Started: stamp(r.Started), Seconds: r.Seconds, Counts: map[string]int{}}
		for _, o := range r.Results {
			s.Counts[o.Status]++
		}
		out = append(out, s)
	}
	return out
}

// runRows are the nodes of a run.
type runRows struct {
	runSummary
	Nodes    [][2]string `json:"nodes"` // IDs and names
	Status   []string    `json:"status"`
	Start    []float64   `json:"start"`
	Took     []float64   `json:"took"`
	Thread   []string    `json:"thread"`
	Rows     []*int64    `json:"rows"`
	Message  []string    `json:"message"`
	Critical []int       `json:"critical"` // the rows of the critical path, the first to run first
}

func (t *telling) runPart(r *artifact.Run) runRows {
	out := runRows{runSummary: runSummary{ID: r.ID, Command: r.Command, Target: r.Target, Started: stamp(r.Started), Seconds: r.Seconds}}
	for _, o := range r.Results {
		out.Nodes = append(out.Nodes, [2]string{o.Node, t.nameOf(o.Node)})
		out.Status = append(out.Status, o.Status)
		out.Start = append(out.Start, o.Start)
		out.Took = append(out.Took, o.Seconds)
		out.Thread = append(out.Thread, o.Thread)
		out.Rows = append(out.Rows, o.Rows)
		out.Message = append(out.Message, o.Message)
	}
	out.Critical = t.critical(r)
	return out
}

// critical is what the run had to wait for: from the node that ended last back over the parent of each that ended last, with the
// tests that hold children back among those.
func (t *telling) critical(r *artifact.Run) []int {
	at := map[string]int{}
	last := -1
	end := func(i int) float64 { return r.Results[i].Start + r.Results[i].Seconds }
	for i, o := range r.Results {
		if o.Status == "skipped" {
			continue
		}
		at[o.Node] = i
		if last < 0 || end(i) > end(last) {
			last = i
		}
	}
	var path []int
	for last >= 0 {
		path = append(path, last)
		last = t.waitedFor(r.Results[last], at, end)
	}
	slices.Reverse(path)
	return path
}

// waitedFor is the one of the nodes that had to be done before a node that was done last; -1 if there was none.
func (t *telling) waitedFor(o artifact.Outcome, at map[string]int, end func(int) float64) int {
	n := t.Graph.Nodes[o.Node]
	if n == nil {
		return -1
	}
	out := -1
	consider := func(id string) {
		// A clock is read after a statement ended, not when: what overlaps by less than this did wait.
		const slack = 0.01
		// It must have ended before, too: else two that took less may each have waited for the other.
		if i, ran := at[id]; ran && end(i) <= o.Start+slack && end(i) < o.Start+o.Seconds && (out < 0 || end(i) > end(out)) && id != o.Node {
			out = i
		}
	}
	for _, parent := range n.DependsOn {
		consider(parent)
		if n.Type == compiler.Test || n.Type == compiler.UnitTest {
			continue
		}
		for _, test := range t.tests[parent] {
			consider(test.ID)
		}
	}
	return out
}

// nameOf is the name of a node, or its ID if the project has it no more.
func (t *telling) nameOf(id string) string {
	if n := t.Graph.Nodes[id]; n != nil {
		return title(n)
	}
	return id
}

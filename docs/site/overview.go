package site

import (
	"cmp"
	"slices"

	"github.com/modsql/mod/compiler"
)

// overview is what a page is opened with, whichever it is.
type overview struct {
	Name    string         `json:"name"`
	Version string         `json:"version,omitempty"` // of the project
	Mod     string         `json:"mod"`
	Made    string         `json:"made"`
	Target  string         `json:"target"`
	Engine  string         `json:"engine"`
	Text    string         `json:"text"` // the block __overview__, "" if the project has none of its own
	Parts   int            `json:"parts"`
	Counts  map[string]int `json:"counts"` // of nodes, by type

	Tests      map[string]int `json:"tests"`   // by how they last ended; "" for those that never ran
	Builds     map[string]int `json:"builds"`  // of what is built, the same
	Sources    map[string]int `json:"sources"` // by freshness; "" for those that nobody looked at or need not be fresh
	Coverage   coverage       `json:"coverage"`
	Attention  []attention    `json:"attention"` // what should be looked at, the worst first
	Runs       []runSummary   `json:"runs"`      // the newest
	Skipped    int            `json:"skipped"`   // nodes that did not run because of others
	Slowest    []slow         `json:"slowest"`
	Unreadable int            `json:"unreadable"` // models whose columns are not all known
	Problems   map[string]int `json:"problems"`   // by severity
}

// coverage counts what is documented, tested and owned.
type coverage struct {
	Nodes     int `json:"nodes"` // models, seeds, snapshots and sources
	Described int `json:"described"`
	Tested    int `json:"tested"`
	Owned     int `json:"owned"`
	Columns   int `json:"columns"`
	Said      int `json:"said"` // columns with a description, own or inherited
}

// attention is a node that is not as it should be.
type attention struct {
	Node    link   `json:"node"`
	Of      *link  `json:"of,omitempty"` // what a test tests
	Status  string `json:"status"`
	Message string `json:"message,omitempty"`
	At      string `json:"at,omitempty"`
}

type slow struct {
	Node    link    `json:"node"`
	Seconds float64 `json:"seconds"`
}

// How much the first page shows of each.
const (
	attentionShown = 20
	runsShown      = 20
	slowestShown   = 8
)

func (t *telling) overview() *overview {
	p := t.Graph.Project
	out := &overview{
		Name: p.Root.Name, Version: p.Root.Version, Mod: t.Version, Made: stamp(t.Made), Target: p.Target.Name, Engine: t.Graph.Dialect.Title,
		Parts: t.parts, Counts: map[string]int{}, Tests: map[string]int{}, Builds: map[string]int{}, Sources: map[string]int{},
		Attention: []attention{}, Problems: map[string]int{}, Slowest: t.slowest(),
	}
	for _, d := range t.Graph.Docs {
		if d.Name == "__overview__" && d.Package == p.Root.Name {
			out.Text = d.Text
		}
	}
	for _, p := range t.problems {
		out.Problems[p.Level]++
	}
	for _, n := range t.nodes {
		out.Counts[string(n.Type)]++
		out.take(t, n)
	}
	slices.SortStableFunc(out.Attention, func(a, b attention) int { return cmp.Compare(badness(a.Status), badness(b.Status)) })
	out.Attention = out.Attention[:min(len(out.Attention), attentionShown)]
	runs := t.runList()
	out.Runs = runs[:min(len(runs), runsShown)]
	return out
}

// take counts a node.
func (o *overview) take(t *telling, n *compiler.Node) {
	last, ran := t.last[n.ID]
	switch n.Type {
	case compiler.Test, compiler.UnitTest:
		o.Tests[last.Status]++
	case compiler.Model, compiler.Seed, compiler.Snapshot:
		if !n.Ephemeral() {
			o.Builds[last.Status]++
		}
		o.cover(t, n)
	case compiler.Source:
		status := ""
		if f := t.freshness(n); f != nil {
			status = f.Status
		}
		o.Sources[status]++
		o.cover(t, n)
		if status != "" && status != "pass" {
			o.Attention = append(o.Attention, attention{Node: link{n.ID, title(n), string(n.Type)}, Status: "stale", At: t.freshness(n).Checked})
		}
	}
	if last.Status == "skipped" {
		o.Skipped++
	}
	if ran && badness(last.Status) < fine {
		a := attention{Node: link{n.ID, t.attentionName(n), string(n.Type)}, Status: last.Status, Message: last.Message, At: last.At}
		if of := tested(n); len(of) > 0 {
			if node := t.Graph.Nodes[of[0]]; node != nil {
				a.Of = &link{node.ID, title(node), string(node.Type)}
			}
		}
		o.Attention = append(o.Attention, a)
	}
	if known := t.Columns.Node(n.ID); n.Type == compiler.Model && known != nil && known.Open {
		o.Unreadable++
	}
}

func (t *telling) attentionName(n *compiler.Node) string {
	if n.Test == nil {
		return title(n)
	}
	if n.Test.Column != "" {
		return kindOfTest(n) + " " + n.Test.Column
	}
	return kindOfTest(n)
}

func (o *overview) cover(t *telling, n *compiler.Node) {
	h := t.known[n.ID].health
	o.Coverage.Nodes++
	o.Coverage.Columns += h.columns
	o.Coverage.Said += h.said
	for _, c := range []struct {
		is    bool
		count *int
	}{{h.described, &o.Coverage.Described}, {h.tests > 0, &o.Coverage.Tested}, {t.known[n.ID].owner != "", &o.Coverage.Owned}} {
		if c.is {
			*c.count++
		}
	}
}

const fine = 9

// badness sorts what a result says, the worst first; fine and above need nobody.
func badness(status string) int {
	switch status {
	case "error", "runtime error":
		return 0
	case "fail":
		return 1
	case "stale":
		return 2
	case "partial success":
		return 3
	case "warn":
		return 4
	}
	return fine
}

func (t *telling) slowest() []slow {
	out := []slow{}
	for _, n := range t.nodes {
		if l := t.last[n.ID]; l.Seconds > 0 && n.Type != compiler.Test && n.Type != compiler.UnitTest {
			out = append(out, slow{link{n.ID, title(n), string(n.Type)}, l.Seconds})
		}
	}
	slices.SortStableFunc(out, func(a, b slow) int { return cmp.Compare(b.Seconds, a.Seconds) })
	return out[:min(len(out), slowestShown)]
}

package tui

import (
	"sync"
	"time"

	"github.com/modsql/mod/compiler/diag"
)

// Project is what is known of a project. It is not changed once it was sent.
type Project struct {
	Name, Target, Warehouse, Environment string
	// Nodes are all nodes, tests among them, each after those it reads.
	Nodes []*Node
	// Problems are what is wrong with it. With errors among them Nodes may be empty.
	Problems []*diag.Diagnostic
	// Partial says that only an outline is known as yet: a whole one is on its way.
	Partial bool

	made [3]struct { // what is found out of the nodes once: the order of each list, and how they belong together
		once sync.Once
		x    *index
		of   relatives
	}
}

// relatives are the nodes of a project by what they have to do with each other.
type relatives struct {
	nodes   map[string]*Node
	readers map[string][]string // of a node, the IDs of what reads it
	tests   map[string][]*Node  // of a node
	types   map[string]int      // how many nodes there are of each
}

// Warm finds out what the interface is going to need of the project, so that its first key does not wait for that. It may be called on another
// goroutine than the interface's.
func (p *Project) Warm() {
	p.relatives()
	p.index(false)
	p.index(true)
}

// relatives is found out once.
func (p *Project) relatives() relatives {
	m := &p.made[2]
	m.once.Do(func() { m.of = relativesOf(p.Nodes) })
	return m.of
}

func relativesOf(nodes []*Node) relatives {
	r := relatives{nodes: make(map[string]*Node, len(nodes)), readers: make(map[string][]string, len(nodes)), tests: map[string][]*Node{}, types: map[string]int{}}
	for _, n := range nodes {
		r.nodes[n.ID] = n
		r.types[n.Type]++
		if n.test() {
			if n.Tests != "" {
				r.tests[n.Tests] = append(r.tests[n.Tests], n)
			}
			continue
		}
		for _, id := range n.Reads {
			r.readers[id] = append(r.readers[id], n.ID)
		}
	}
	return r
}

// index is the order of the list, with rows for tests or without. It is found out once.
func (p *Project) index(tests bool) *index {
	m := &p.made[0]
	if tests {
		m = &p.made[1]
	}
	m.once.Do(func() { m.x = indexOf(p.Nodes, tests) })
	return m.x
}

// Node is a resource of the project, in a few words.
type Node struct {
	ID, Name string
	Type     string // model, seed, test …
	Kind     string // what it is made as: table, view; the type for what is not made
	Path     string // its file, from the project's folder
	Line     int    // where it stands there; 0 for its beginning
	Selector string // the criterion that picks it alone
	Tags     []string
	Code     string   // a checksum of what its file holds; "" if it is not known
	Reads    []string // IDs of what it reads
	Tests    string   // the ID of what a data test tests; "" for others
}

// Outcome is how a node ended when it last ran. The zero value says that nobody knows.
type Outcome struct {
	Status string // in dbt's words
	At     time.Time
	Took   time.Duration
	Rows   int64 // -1 if not told
}

// test tells whether it is a test: what tests something stands with that, and not in the list.
func (n *Node) test() bool { return n.Type == "test" || n.Type == "unit_test" }

// Details are what is known of one node.
type Details struct {
	ID          string
	Description string
	SQL         string // its file
	Compiled    string // what it is rendered to; "" if it never was
	Columns     []Column
	Tests       []TestOf
	Runs        []RunOf // the newest first
	Reason      []string
	Facts       [][2]string // of its configuration: names and values

	sqlLines, compiledLines []line // SQL and Compiled as they are drawn
}

// Column is a column of a node.
type Column struct {
	Name, Type, Description string
	From                    []string // what it is made of: "stg_orders.order_id"
	To                      []string // what is made of it
	Tests                   []string
}

// TestOf is a test of a node.
type TestOf struct {
	ID, Name, Column string
	Last             Outcome
}

// RunOf is what a node did in a run.
type RunOf struct {
	Command string
	Outcome
	Message string
}

// Choice is what is picked, as the flags --select and --exclude say it. The zero value picks everything.
type Choice struct {
	Select, Exclude []string
}

// Plan is what is to be done, and why.
type Plan struct {
	Choice
	ID, Summary string
	Promotes    string // the environment whose tables the target takes; "" for other plans
	Steps       []PlanStep
}

// PlanStep is something that is to be done.
type PlanStep struct {
	ID, Name, Action, State string
	Reasons                 []string
	Columns                 []string // those that are not as they were
	Tests                   int      // that run with it
	Rows                    *int64   // of the last build; nil if not known
	Took                    *time.Duration
}

// Table is rows to look at.
type Table struct {
	Title   string
	Columns []string
	Right   []bool // whether a column's values stand to the right
	Rows    [][]string
	More    bool   // there are more rows than those
	Note    string // what to say of it, below
}

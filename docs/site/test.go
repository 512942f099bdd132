package site

import (
	"github.com/modsql/mod/compiler"
)

// testRow is a test in a list of tests.
type testRow struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"` // what it tests: "unique", or its own name
	Type     string   `json:"type"`
	Column   string   `json:"column,omitempty"`
	Severity string   `json:"severity,omitempty"` // unless it is "error"
	Last     *lastRun `json:"last,omitempty"`
}

func (t *telling) testRow(n *compiler.Node) testRow {
	out := testRow{ID: n.ID, Name: kindOfTest(n), Type: string(n.Type)}
	if n.Test != nil {
		out.Column = n.Test.Column
	}
	if n.Config != nil && n.Type == compiler.Test {
		if s := n.Config.String("severity"); s != "" && s != "error" && s != "ERROR" {
			out.Severity = s
		}
	}
	if l, ran := t.last[n.ID]; ran {
		out.Last = &l
	}
	return out
}

// kindOfTest is what a test asks: the name of a generic one, with its package unless it comes with dbt; else its own name.
func kindOfTest(n *compiler.Node) string {
	switch {
	case n.Test == nil || n.Test.Name == "":
		return n.Name
	case n.Test.Namespace != "":
		return n.Test.Namespace + "." + n.Test.Name
	}
	return n.Test.Name
}

// testTable is all tests of a project, a list for each field, so that tens of thousands are small.
type testTable struct {
	ID       []string    `json:"id"`
	Name     []int       `json:"name"` // a place in Names
	Names    []string    `json:"names"`
	Column   []int       `json:"column"` // a place in Columns
	Columns  []string    `json:"columns"`
	Node     []int       `json:"node"` // a place in Nodes; -1 for none
	Nodes    []link      `json:"nodes"`
	Status   []int       `json:"status"` // a place in Statuses
	Statuses []string    `json:"statuses"`
	Failures map[int]int `json:"failures"`
	Seconds  []float64   `json:"seconds"`
}

func (t *telling) testList() testTable {
	out := testTable{ID: []string{}, Failures: map[int]int{}}
	nodes := map[string]int{}
	names, columns, statuses := newIndexed(&out.Names), newIndexed(&out.Columns), newIndexed(&out.Statuses)
	for _, n := range t.nodes {
		if n.Type != compiler.Test && n.Type != compiler.UnitTest {
			continue
		}
		at := -1
		if of := tested(n); len(of) > 0 {
			if tested := t.Graph.Nodes[of[0]]; tested != nil {
				at = place(nodes, tested.ID, func() { out.Nodes = append(out.Nodes, link{tested.ID, title(tested), string(tested.Type)}) })
			}
		}
		row := t.testRow(n)
		status, seconds := "", 0.0
		if row.Last != nil {
			status, seconds = row.Last.Status, row.Last.Seconds
			if f := row.Last.Failures; f != nil && *f > 0 {
				out.Failures[len(out.ID)] = *f
			}
		}
		out.ID, out.Name, out.Column = append(out.ID, n.ID), append(out.Name, names.of(row.Name)), append(out.Column, columns.of(row.Column))
		out.Node = append(out.Node, at)
		out.Status = append(out.Status, statuses.of(status))
		out.Seconds = append(out.Seconds, seconds)
	}
	return out
}

// place is the place of a value in a list, which add appends it to if it is new.
func place[K comparable](known map[K]int, value K, add func()) int {
	i, ok := known[value]
	if !ok {
		i = len(known)
		known[value] = i
		add()
	}
	return i
}

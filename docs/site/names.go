package site

import (
	"path"

	"github.com/modsql/mod/compiler"
)

// nameTable is every node that people look for by name, a list for each field: what tables of nodes and the search are made from. Numbers
// in Type, Folder, Owner, Mat, Status and Tags are places in the lists of those names.
type nameTable struct {
	ID      []string `json:"id"` // "" where it is type.package.name
	Name    []string `json:"name"`
	Type    []int    `json:"type"`
	Package []int    `json:"package"`
	Folder  []int    `json:"folder"`
	Owner   []int    `json:"owner"`
	Mat     []int    `json:"mat"`
	Tags    [][]int  `json:"tags"`
	Status  []int    `json:"status"`
	Seconds []int    `json:"seconds"` // thousandths
	Rows    []int64  `json:"rows"`    // -1 where it is not known
	Tests   []int    `json:"tests"`   // how many it has
	Failing []int    `json:"failing"` // how many of those did not pass
	Said    []int    `json:"said"`    // described: how many of its columns
	Columns []int    `json:"columns"` // how many it has
	Flags   []int    `json:"flags"`   // 1: it has a description; 2: a column of personal data

	Types    []string `json:"types"`
	Packages []string `json:"packages"`
	Folders  []string `json:"folders"`
	Owners   []string `json:"owners"`
	Mats     []string `json:"mats"`
	AllTags  []string `json:"allTags"`
	Statuses []string `json:"statuses"`
}

// listed tells whether a node is found by its name. Generic tests are found at what they test.
func listed(n *compiler.Node) bool {
	return n.Type != compiler.Test || n.Test == nil || n.Test.Name == ""
}

// listedNodes are the nodes of the nameTable, in its order.
func (t *telling) listedNodes() []*compiler.Node {
	var out []*compiler.Node
	for _, n := range t.nodes {
		if listed(n) {
			out = append(out, n)
		}
	}
	return out
}

// indexed gives the places of values in a list that grows.
type indexed struct {
	known map[string]int
	list  *[]string
}

func newIndexed(list *[]string) indexed {
	*list = []string{}
	return indexed{map[string]int{}, list}
}

func (x indexed) of(value string) int {
	return place(x.known, value, func() { *x.list = append(*x.list, value) })
}

func (t *telling) names() *nameTable {
	out := &nameTable{}
	types, packages, folders := newIndexed(&out.Types), newIndexed(&out.Packages), newIndexed(&out.Folders)
	owners, mats, tags, statuses := newIndexed(&out.Owners), newIndexed(&out.Mats), newIndexed(&out.AllTags), newIndexed(&out.Statuses)
	for _, n := range t.listedNodes() {
		id := n.ID
		if id == string(n.Type)+"."+n.Package.Name+"."+title(n) {
			id = ""
		}
		out.ID, out.Name = append(out.ID, id), append(out.Name, title(n))
		out.Type, out.Package = append(out.Type, types.of(string(n.Type))), append(out.Package, packages.of(n.Package.Name))
		folder, mat := "", ""
		if n.File != nil {
			folder = path.Dir(n.File.Path)
		}
		if n.Config != nil {
			mat = n.Config.Materialized()
		}
		out.Folder, out.Mat = append(out.Folder, folders.of(folder)), append(out.Mat, mats.of(mat))
		out.Owner = append(out.Owner, owners.of(t.known[n.ID].owner))
		own := []int{}
		for _, tag := range n.Tags {
			own = append(own, tags.of(tag))
		}
		out.Tags = append(out.Tags, own)
		t.nameState(out, n, statuses)
	}
	return out
}

// nameState adds how a node is: how it last ran, its tests and its columns.
func (t *telling) nameState(out *nameTable, n *compiler.Node, statuses indexed) {
	last := t.last[n.ID]
	rows := int64(-1)
	if last.Rows != nil {
		rows = *last.Rows
	}
	out.Status = append(out.Status, statuses.of(last.Status))
	out.Seconds, out.Rows = append(out.Seconds, int(last.Seconds*1000)), append(out.Rows, rows)
	h := t.known[n.ID].health
	out.Tests, out.Failing = append(out.Tests, h.tests), append(out.Failing, h.failing)
	out.Said, out.Columns = append(out.Said, h.said), append(out.Columns, h.columns)
	out.Flags = append(out.Flags, h.flags())
}

// health is how well a node is looked after.
type health struct {
	tests, failing, warned int
	said, columns          int
	described, personal    bool
}

func (h health) flags() int {
	out := 0
	if h.described {
		out |= 1
	}
	if h.personal {
		out |= 2
	}
	return out
}

func (t *telling) healthOf(n *compiler.Node, columns []column) health {
	h := health{tests: len(t.tests[n.ID]), described: describe(n) != ""}
	for _, test := range t.tests[n.ID] {
		switch t.last[test.ID].Status {
		case "fail", "error":
			h.failing++
		case "warn":
			h.warned++
		}
	}
	h.columns = len(columns)
	for _, c := range columns {
		if c.Description != "" {
			h.said++
		}
		h.personal = h.personal || len(c.kinds()) > 0
	}
	return h
}

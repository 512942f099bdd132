package site

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/compare"
	"github.com/modsql/mod/compiler/relation"
)

// Environment is the project elsewhere: in production, where this one is at work, or in another branch.
type Environment struct {
	Name    string            // what it is called: the folder of its artifacts
	Made    time.Time         // when its manifest was written; zero if that is not known
	Changes []compare.Change  // how this project differs from it
	Catalog *relation.Catalog // what the warehouse held there; nil if that is not known
}

// environmentList is what the page of environments shows first.
type environmentList struct {
	Name    string        `json:"name"` // "" if there is nothing to compare with
	Made    string        `json:"made,omitempty"`
	Changes []elsewhere   `json:"changes"`
	Details int           `json:"details"` // how many changes a piece tells the details of
	all     []changeThere // the same with their details
}

// elsewhere is that a node is not as it is in the other environment.
type elsewhere struct {
	Node link     `json:"node"`
	What string   `json:"what"`          // "new", "changed" or "gone"
	How  []string `json:"how,omitempty"` // what of it
}

// changeThere are the details of a change.
type changeThere struct {
	ID       string      `json:"id"`
	Relation [2]string   `json:"relation,omitzero"` // there and here, where they differ
	Configs  [][3]string `json:"configs,omitempty"` // key, there and here
	Columns  []string    `json:"columns,omitempty"`
	Tests    []string    `json:"tests,omitempty"`
	Broken   string      `json:"broken,omitempty"`
	Diff     string      `json:"diff,omitempty"` // of the code, from there to here, as hunks of a unified diff
}

// pageElsewhere is what the page of a node says of another environment.
type pageElsewhere struct {
	Name string   `json:"name"`
	At   int      `json:"at"` // the place among the changes
	What string   `json:"what"`
	How  []string `json:"how,omitempty"`
}

// changesInPart is how many changes a piece tells the details of.
const changesInPart = 40

// compareEnvironments finds out how each node differs from the other environment.
func (t *telling) compareEnvironments() {
	out := &environmentList{Changes: []elsewhere{}, Details: changesInPart}
	t.elsewhere, t.differing = out, map[string]*pageElsewhere{}
	if t.Environment == nil {
		return
	}
	out.Name, out.Made = t.Environment.Name, stamp(t.Environment.Made)
	tests := t.testChanges()
	for _, c := range t.Environment.Changes {
		if isAttached(c) {
			continue
		}
		out.add(t, c, tests[idOf(c)])
		delete(tests, idOf(c))
	}
	for _, n := range t.nodes {
		if changed := tests[n.ID]; changed != nil {
			out.add(t, compare.Change{Node: n}, changed)
		}
	}
}

func idOf(c compare.Change) string {
	if c.Node != nil {
		return c.Node.ID
	}
	return c.Old.ID
}

// attachedTo is the node at which a test stands, "" for what is no such test.
func attachedTo(c compare.Change) string {
	if n := c.Node; n != nil {
		if n.Type != compiler.Test || n.Test == nil {
			return ""
		}
		return n.Test.Attached
	}
	return c.Old.Attached
}

func isAttached(c compare.Change) bool { return attachedTo(c) != "" }

// testChanges are the changes of tests by the nodes at which they stand. Those of a node that is itself new or gone are not told.
func (t *telling) testChanges() map[string][]string {
	alone := map[string]bool{}
	for _, c := range t.Environment.Changes {
		if c.Node == nil || c.Old == nil {
			alone[idOf(c)] = true
		}
	}
	out := map[string][]string{}
	for _, c := range t.Environment.Changes {
		of := attachedTo(c)
		if of == "" || alone[of] {
			continue
		}
		switch {
		case c.Node == nil:
			out[of] = append(out[of], "test "+testThere(c.Old)+" removed")
		case c.Old == nil:
			out[of] = append(out[of], "test "+testHere(t, c.Node)+" added")
		default:
			out[of] = append(out[of], "test "+testHere(t, c.Node)+" changed: "+strings.Join(c.How, ", "))
		}
	}
	return out
}

func testHere(t *telling, n *compiler.Node) string {
	row := t.testRow(n)
	return named(row.Name, row.Column)
}

func testThere(e *artifact.Entry) string {
	values := e.Values()
	metadata, _ := values["test_metadata"].(map[string]any)
	name, _ := metadata["name"].(string)
	column, _ := values["column_name"].(string)
	return named(cmp.Or(name, e.Name), column)
}

func named(test, column string) string {
	if column == "" {
		return test
	}
	return test + " of " + column
}

// add adds a change, if there is one.
func (l *environmentList) add(t *telling, c compare.Change, tests []string) {
	short, long := elsewhere{How: slices.Clone(c.How)}, changeThere{ID: idOf(c), Tests: tests, Broken: c.Broken}
	for _, x := range c.Configs {
		long.Configs = append(long.Configs, [3]string{x.Key, spelled(x.Was), spelled(x.Is)})
	}
	switch {
	case c.Node == nil:
		short.Node, short.What = link{c.Old.ID, titleThere(c.Old), string(c.Old.Type)}, "gone"
		long.Diff, long.Relation = differences(codeThere(c.Old), ""), [2]string{c.Old.RelationName}
	default:
		short.Node, short.What = link{c.Node.ID, title(c.Node), string(c.Node.Type)}, "changed"
		if c.Old == nil && tests == nil {
			short.What = "new"
			long.Relation = [2]string{"", t.Graph.RelationName(c.Node)}
		}
	}
	if c.Node != nil && c.Old != nil {
		if slices.Contains(c.How, "body") {
			long.Diff = differences(codeThere(c.Old), c.Node.Raw)
		}
		if here := t.Graph.RelationName(c.Node); here != c.Old.RelationName {
			long.Relation = [2]string{c.Old.RelationName, here}
		}
		if long.Columns = t.columnChanges(c); len(long.Columns) > 0 {
			short.How = append(short.How, "columns")
		}
	}
	if len(tests) > 0 {
		short.How = append(short.How, "tests")
	}
	if c.Node != nil {
		t.differing[c.Node.ID] = &pageElsewhere{l.Name, len(l.all), short.What, short.How}
	}
	l.Changes, l.all = append(l.Changes, short), append(l.all, long)
}

// columnChanges are the columns that a node has not as it has them there: those of the warehouse, where both are known, else those that
// are described.
func (t *telling) columnChanges(c compare.Change) []string {
	var there, here face
	known := t.known[c.Node.ID]
	if held := t.Environment.Catalog.Get(c.Old.Relation); t.Environment.Catalog != nil && held != nil && len(held.Columns) > 0 && !known.open {
		for _, x := range held.Columns {
			there.Columns = append(there.Columns, strings.ToLower(x.Name)+"\t"+strings.ToLower(x.Type))
		}
		for _, x := range known.columns {
			if !x.Missing {
				here.Columns = append(here.Columns, strings.ToLower(x.Name)+"\t"+strings.ToLower(x.Type))
			}
		}
		return there.differences(here)
	}
	described, _ := c.Old.Values()["columns"].(map[string]any)
	for name, v := range described {
		x, _ := v.(map[string]any)
		typ, _ := x["data_type"].(string)
		there.Columns = append(there.Columns, strings.ToLower(name)+"\t"+strings.ToLower(typ))
	}
	for _, x := range c.Node.Columns {
		here.Columns = append(here.Columns, strings.ToLower(x.Name)+"\t"+strings.ToLower(x.DataType))
	}
	return there.differences(here)
}

func titleThere(e *artifact.Entry) string {
	switch e.Type {
	case compiler.Source:
		if source, _ := e.Values()["source_name"].(string); source != "" {
			return source + "." + e.Name
		}
	case compiler.Model:
		if v := e.Values()["version"]; v != nil {
			return e.Name + ".v" + fmt.Sprint(v)
		}
	}
	return e.Name
}

func codeThere(e *artifact.Entry) string {
	code, _ := e.Values()["raw_code"].(string)
	return code
}

// spelled is a config as JSON has it; a text as it is.
func spelled(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// differences are the hunks of a unified diff of two texts, "" if there are none. Space at their ends is no difference.
func differences(before, after string) string {
	ended := func(text string) []byte {
		if text = strings.TrimSpace(text); text == "" {
			return nil
		}
		return []byte(text + "\n")
	}
	text := string(diff.Diff("there", ended(before), "here", ended(after)))
	_, hunks, _ := strings.Cut(text, "\n+++ here\n")
	return hunks
}

// putEnvironment makes the pieces of the page of environments.
func (t *telling) putEnvironment(put func(key string, value any) error) error {
	for k := 0; k*changesInPart < len(t.elsewhere.all); k++ {
		some := t.elsewhere.all[k*changesInPart : min((k+1)*changesInPart, len(t.elsewhere.all))]
		if err := put("environment/"+strconv.Itoa(k), some); err != nil {
			return err
		}
	}
	return put("environment", t.elsewhere)
}

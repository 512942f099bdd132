package cmd

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/runner"
)

// table is a row for each model that changes.
func (v *review) table(most int) string {
	models := v.models()
	if len(models) == 0 {
		return ""
	}
	columns := v.tableColumns(models)
	var head []string
	ruler := "|"
	for _, c := range columns {
		head = append(head, c.title)
		ruler += map[bool]string{true: "--:|", false: "---|"}[c.number]
	}
	var lines []string
	for _, m := range models {
		var cells []string
		for _, c := range columns {
			cells = append(cells, c.of(m))
		}
		lines = append(lines, "| "+strings.Join(cells, " | ")+" |\n")
	}
	return "\n| " + strings.TrimPrefix(strings.Join(head, " | "), " ") + " |\n" + ruler + "\n" +
		fitted(lines, most, func(n int) string { return "\n" + inWhole(n, "model") + "\n" })
}

// tableColumn is a column of the table.
type tableColumn struct {
	title  string
	of     func(*change.Verdict) string
	number bool
	seldom bool // it is left out if no model has anything in it
}

// tableColumns are the columns that say something of the models.
func (v *review) tableColumns(models []*change.Verdict) []tableColumn {
	unbuilt := v.steps == nil
	tests := v.countTests()
	all := []tableColumn{{title: "", of: v.name}, {title: "what changed", of: v.why}}
	if !unbuilt {
		all = append(all, tableColumn{title: "rows", of: v.rows, number: true})
	}
	all = append(all, tableColumn{title: "columns", of: v.columns})
	if !unbuilt {
		all = append(all, tableColumn{title: "tests", of: tests.of}, tableColumn{title: "time", of: v.time, number: true, seldom: true},
			tableColumn{title: "reads", of: v.read, number: true, seldom: true})
	}
	all = append(all, tableColumn{title: "reaches", of: v.reaches})
	return slices.DeleteFunc(all, func(c tableColumn) bool {
		return c.seldom && !slices.ContainsFunc(models, func(m *change.Verdict) bool { return c.of(m) != "" })
	})
}

func (v *review) name(m *change.Verdict) string {
	if m.Node != nil {
		return code(m.Node.Label())
	}
	return code(m.ID[strings.LastIndex(m.ID, ".")+1:])
}

// why is why a model is not as the target has it.
func (v *review) why(m *change.Verdict) string {
	if own := v.base.own; own != nil && own[m.ID] == nil {
		return "not by this: the target was built of another commit"
	}
	if len(m.Reasons) == 0 {
		return string(m.State)
	}
	text := fmt.Sprintf("%s: %s", m.State, cell(m.Reasons[0].Text))
	if more := len(m.Reasons) - 1; more > 0 {
		text += fmt.Sprintf(", and %d more", more)
	}
	return text
}

// worthTelling is how long it takes to build what is told of: less says more of the weather than of the change.
const worthTelling = 10 * time.Second

// time is how long it took to build a model at the target, and here.
func (v *review) time(m *change.Verdict) string {
	home, here := v.costs(m)
	if home.took < worthTelling && here.took < worthTelling || here.took == 0 {
		return ""
	}
	if home.took == 0 {
		return took(here.took)
	}
	return arrow(took(home.took), took(here.took))
}

// read is how much the building of a model read at the target, and here, where the warehouse says that.
func (v *review) read(m *change.Verdict) string {
	home, here := v.costs(m)
	switch {
	case here.bytes == 0:
		return ""
	case home.bytes == 0:
		return size(here.bytes)
	}
	return arrow(size(home.bytes), size(here.bytes))
}

// cost is what it took to build a model; zero where that is not known.
type cost struct {
	took  time.Duration
	bytes int64
}

func builtFor(b *change.Built) (c cost) {
	if b == nil || b.Ended.IsZero() {
		return c
	}
	c.took = b.Ended.Sub(b.Began)
	if b.Bytes != nil {
		c.bytes = *b.Bytes
	}
	return c
}

// costs are what it took to build a model at the target and here, now or when it was last built.
func (v *review) costs(m *change.Verdict) (home, here cost) {
	if b, ok := v.of.home[m.ID]; ok {
		home = builtFor(&b)
	}
	if r := v.of.ran[m.Node]; r != nil && r.Status == runner.Success {
		return home, cost{r.Finished.Sub(r.Started), r.Bytes}
	}
	if verdict := v.of.here[m.ID]; verdict != nil && verdict.Node != nil && !verdict.Unbuilt {
		here = builtFor(verdict.Built)
	}
	return home, here
}

// size is a number of bytes as people read it.
func size(bytes int64) string {
	value, unit := float64(bytes), 0
	units := []string{"B", "kB", "MB", "GB", "TB", "PB"}
	for value >= 999.5 && unit < len(units)-1 {
		value, unit = value/1000, unit+1
	}
	return strconv.FormatFloat(value, 'g', 3, 64) + " " + units[unit]
}

// result is what was found out about the rows of a model; nil if nothing was.
func (v *review) result(m *change.Verdict) *diff.Result {
	if m.Node == nil {
		return nil
	}
	return v.of.compared[m.Node]
}

func (v *review) rows(m *change.Verdict) string {
	r := v.result(m)
	if r == nil {
		return v.built(m)
	}
	sample := ""
	if r.Sampled > 0 {
		sample = " in a sample of " + percent(r.Sampled)
	}
	if r.Differing() == 0 {
		return arrow(grouped(r.Rows.Base), grouped(r.Rows.New)) + ", the same" + sample
	}
	return arrow(grouped(r.Rows.Base), grouped(r.Rows.New)) + (&diffText{}).became(r) + sample
}

// built is how many rows a model has that the target has not.
func (v *review) built(m *change.Verdict) string {
	if r := v.of.ran[m.Node]; r != nil && r.Status == runner.Success && r.Rows >= 0 {
		return count(int(r.Rows), "row")
	}
	if here := v.of.here[m.ID]; here != nil && here.Node != nil && !here.Unbuilt && here.Built != nil && here.Built.Rows != nil {
		return count(int(*here.Built.Rows), "row")
	}
	return ""
}

func (v *review) columns(m *change.Verdict) string {
	r := v.result(m)
	if r == nil {
		return foreseen(m)
	}
	var parts []string
	for _, c := range r.Schema.Added {
		parts = append(parts, "+ "+code(c.Name))
	}
	for _, c := range r.Schema.Removed {
		parts = append(parts, "− "+code(c.Name))
	}
	for _, c := range r.Schema.Retyped {
		parts = append(parts, fmt.Sprintf("%s %s → %s", code(c.Name), strings.ToLower(c.Base), strings.ToLower(c.New)))
	}
	return strings.Join(parts, ", ")
}

// foreseen are the columns that a model has more or less, by its query alone.
func foreseen(m *change.Verdict) string {
	if m.State == change.New {
		return ""
	}
	var parts []string
	for _, c := range m.Columns() {
		switch c.State {
		case fingerprint.Added:
			parts = append(parts, "+ "+code(c.Name))
		case fingerprint.Removed:
			parts = append(parts, "− "+code(c.Name))
		}
	}
	return strings.Join(parts, ", ")
}

// testCounts are how many tests of nodes ended how, by the nodes' IDs.
type testCounts struct{ failed, warned, passed map[string]int }

// countTests counts the tests for each of the nodes that they read.
func (v *review) countTests() *testCounts {
	c := &testCounts{map[string]int{}, map[string]int{}, map[string]int{}}
	add := func(to map[string]int, n *compiler.Node) {
		for _, id := range n.DependsOn {
			to[id]++
		}
	}
	warned, failed := v.tests()
	for _, r := range failed {
		add(c.failed, r.Node)
	}
	for _, r := range warned {
		add(c.warned, r.Node)
	}
	for _, n := range v.passed() {
		add(c.passed, n)
	}
	return c
}

// of is how the tests of a model ended.
func (c *testCounts) of(m *change.Verdict) string {
	if m.Node == nil {
		return ""
	}
	var parts []string
	for _, part := range []struct {
		mark string
		n    int
	}{{"❌", c.failed[m.ID]}, {"⚠️", c.warned[m.ID]}, {"✅", c.passed[m.ID]}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", part.mark, part.n))
		}
	}
	return strings.Join(parts, " ")
}

// reaches is what is made of a model outside: exposures and syncs.
func (v *review) reaches(m *change.Verdict) string {
	if m.Node == nil {
		return ""
	}
	var names []string
	for _, id := range v.graph.DAG.Descendants(m.ID, -1) {
		if n := v.graph.Nodes[id]; n != nil && (n.Type == compiler.Exposure || n.Type == compiler.Sync) {
			names = append(names, code(n.Label())+" ("+typeWord(n.Type)+")")
		}
	}
	slices.Sort(names)
	if len(names) > 3 {
		names = append(names[:3], fmt.Sprintf("%d more", len(names)-3))
	}
	return strings.Join(names, ", ")
}

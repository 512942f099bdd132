package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/diag"
)

// noon is when everything in these tests happens.
func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC) }

// bakery is a project of a few nodes, with names that are long, wide or strange.
func bakery() *Project {
	node := func(typ, name, kind, folder string, reads ...string) *Node {
		n := &Node{ID: typ + ".bakery." + name, Name: name, Type: typ, Kind: kind, Path: folder + "/" + name + ".sql", Selector: name, Code: "1"}
		n.Reads = append(n.Reads, reads...)
		return n
	}
	p := &Project{Name: "bakery", Target: "dev", Warehouse: "duckdb"}
	p.Nodes = []*Node{
		node("seed", "raw_loaves", "seed", "seeds"),
		node("seed", "raw_sales", "seed", "seeds"),
		node("model", "stg_loaves", "view", "models/staging", "seed.bakery.raw_loaves"),
		node("model", "stg_sales", "view", "models/staging", "seed.bakery.raw_sales"),
		node("model", "売上_日別_概要", "table", "models/marts", "model.bakery.stg_sales", "model.bakery.stg_loaves"),
		node("model", "sales", "incremental", "models/marts", "model.bakery.stg_sales", "model.bakery.stg_loaves"),
		node("model", "a_name_that_is_longer_than_any_pane_would_like_it_to_be", "table", "models/marts", "model.bakery.sales"),
		node("model", "café_crème", "table", "models/marts", "model.bakery.sales"),
	}
	sales := p.Nodes[5]
	sales.Tags = []string{"daily"}
	for _, name := range []string{"not_null_sales_id", "unique_sales_id", "sales_are_positive"} {
		t := node("test", name, "test", "models/marts", sales.ID)
		t.Tests = sales.ID
		p.Nodes = append(p.Nodes, t)
	}
	return p
}

// ran is how some nodes of the bakery ended.
func ran() Remembered {
	return Remembered{map[string]Outcome{
		"model.bakery.sales":            {Status: "success", At: noon().Add(-2 * time.Hour), Took: 1300 * time.Millisecond, Rows: 4800},
		"test.bakery.not_null_sales_id": {Status: "pass", At: noon().Add(-2 * time.Hour), Took: 20 * time.Millisecond, Rows: -1},
	}}
}

// salesDetails are the details of the model sales.
func salesDetails() *Details {
	return &Details{
		ID: "model.bakery.sales", Description: "One row per loaf that was sold, with what was paid for it.",
		SQL:      "-- what was sold\nwith sold as (\n    select * from {{ ref('stg_sales') }}\n)\nselect id, loaf, price * 'été' as paid\nfrom sold /* over\ntwo lines */ join {{ ref('stg_loaves') }} using (loaf)\n",
		Compiled: "select id, loaf, price\nfrom main.stg_sales\n",
		Columns: []Column{
			{Name: "id", Type: "BIGINT", From: []string{"stg_sales.id"}, Tests: []string{"not_null", "unique"}},
			{Name: "loaf", Type: "VARCHAR", Description: "Which loaf it was.", From: []string{"stg_sales.loaf"}, To: []string{"café_crème.loaf"}},
		},
		Tests: []TestOf{{ID: "test.bakery.not_null_sales_id", Name: "not_null", Column: "id"}, {ID: "test.bakery.unique_sales_id", Name: "unique", Column: "id"}},
		Runs: []RunOf{
			{Command: "build", Outcome: Outcome{"success", noon().Add(-2 * time.Hour), 1300 * time.Millisecond, 4800}},
			{Command: "run", Outcome: Outcome{"error", noon().Add(-26 * time.Hour), 400 * time.Millisecond, -1}, Message: "no such column"},
		},
		Facts: [][2]string{{"relation", "main.sales"}},
	}
}

// mistake is a problem at a place in a file.
func mistake() *diag.Diagnostic {
	src := diag.NewSource("models/marts/sales.sql", "select id, loaf,\n  price * amout as paid\nfrom sold\n")
	at := strings.Index(src.Text, "amout")
	return &diag.Diagnostic{
		Code: "unknown-column", Span: diag.Span{Source: src, Start: at, End: at + 5}, Message: `stg_sales has no column "amout"`, Hint: `did you mean "amount"?`,
	}
}

// steps are those of a run of the bakery.
func steps() []*Step {
	var out []*Step
	for _, n := range bakery().Nodes {
		if n.Type != "seed" {
			out = append(out, &Step{ID: n.ID, Name: n.Name, Kind: n.Kind, Type: n.Type, Rows: -1, Seconds: 2, After: n.Reads})
		}
	}
	return out
}

// after is the state after messages.
func after(s State, messages ...Msg) State {
	for _, m := range messages {
		s, _ = Update(s, m)
	}
	return s
}

// keyed is the state after keys: words are names of keys, or text to type if they begin with a quote.
func keyed(s State, keys ...string) State {
	for _, k := range keys {
		if typed, ok := strings.CutPrefix(k, `"`); ok {
			for _, r := range typed {
				s = after(s, Key(r))
			}
			continue
		}
		s = after(s, Key(k))
	}
	return s
}

// opened is the interface in a size, with the bakery loaded.
func opened(o Options, size Size) State {
	s, _ := New(o)
	return after(s, Resized(size), Tick{noon()}, Loaded{bakery()}, ran(), Described{salesDetails()})
}

// many rows.
func someTable(rows int) *Table {
	t := &Table{Title: "rows", Columns: []string{"id", "loaf", "paid", "notes"}, Right: []bool{true, false, true, false}}
	for i := range rows {
		t.Rows = append(t.Rows, []string{fmt.Sprint(i + 1), "ライ麦パン", fmt.Sprintf("%d.50", i), "a note\nof two lines"})
	}
	return t
}

// syncsOf are the syncs of the bakery.
func syncsOf() *Table {
	return &Table{Title: "syncs", Columns: []string{"sync", "to", "last run"}, Rows: [][]string{{"newsletter", "files", "never"}}}
}

// environmentsOf are the environments that its state tells of.
func environmentsOf() *Table {
	return &Table{
		Title: "environments  this is dev", Columns: []string{"environment", "last run", "by", "at", "ended"},
		Rows: [][]string{{"dev", "mod build", "ann@oven", "2026-03-14 10:00:00", "succeeded"}, {"pr-123", "mod apply", "ci@runner", "2026-03-14 11:00:00", "succeeded"}},
	}
}

// problemsOf are an error and a warning.
func problemsOf() []*diag.Diagnostic {
	other := *mistake()
	other.Severity, other.Code, other.Message, other.Hint = diag.Warning, "unused-column", "nobody reads the column loaf", ""
	return []*diag.Diagnostic{mistake(), &other}
}

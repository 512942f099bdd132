package tui

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden screens")

// scenes are what the goldens show, each from the opened bakery.
func scenes() map[string]func(State) State {
	ran := func(s State) State {
		s = keyed(s, "b", "enter")
		s = after(s, RunBegan{Steps: steps(), Threads: 4, At: noon()}, StepBegan{"model.bakery.stg_loaves", noon()})
		s = after(s, StepEnded{&Step{ID: "model.bakery.stg_loaves", Name: "stg_loaves", Kind: "view", Type: "model", Status: "success", Rows: -1, Began: noon(), Ended: noon().Add(300 * time.Millisecond)}})
		return after(s, StepBegan{"model.bakery.stg_sales", noon().Add(300 * time.Millisecond)}, Tick{noon().Add(2 * time.Second)})
	}
	ended := func(s State, more ...Msg) State {
		at := noon().Add(3 * time.Second)
		s = after(s, StepEnded{&Step{ID: "model.bakery.stg_sales", Name: "stg_sales", Kind: "view", Type: "model", Status: "success", Rows: 4800, Began: noon(), Ended: at}})
		s = after(s, more...)
		return after(s, RunEnded{Summary: "Failed in 3.0s: 2 models, 1 error", Failed: true, At: at})
	}
	failed := StepEnded{&Step{
		ID: "model.bakery.sales", Name: "sales", Kind: "incremental", Type: "model", Status: "error", Rows: -1, Began: noon().Add(time.Second), Ended: noon().Add(2 * time.Second),
		Problem: mistake(), Compiled: "select id, loaf,\n  price * amout as paid\nfrom main.stg_sales",
	}}
	skipped := StepEnded{&Step{ID: "model.bakery.café_crème", Name: "café_crème", Kind: "table", Type: "model", Status: "skipped", Because: "model.bakery.sales", Rows: -1}}
	found := StepEnded{&Step{
		ID: "test.bakery.sales_are_positive", Name: "sales_are_positive", Kind: "test", Type: "test", Status: "fail", Failing: 7, Rows: -1,
		Began: noon().Add(2 * time.Second), Ended: noon().Add(2100 * time.Millisecond), Problem: mistake(), Found: someTable(7),
	}}
	took, rows := 1300*time.Millisecond, int64(4800)
	plan := &Plan{ID: "0123456789ab", Summary: "2 nodes to build and 1 test to run; 6 nodes as built; about 1.3s", Steps: []PlanStep{
		{ID: "model.bakery.sales", Name: "sales", Action: "rebuild", State: "changed", Reasons: []string{"the column paid has other values", "the rows are others: the condition on loaf is gone"}, Columns: []string{"paid"}, Tests: 3, Rows: &rows, Took: &took},
		{ID: "model.bakery.café_crème", Name: "café_crème", Action: "create", State: "new", Reasons: []string{"it does not exist yet"}},
	}}
	return map[string]func(State) State{
		"home":     func(s State) State { return onSales(s) },
		"compiled": func(s State) State { return keyed(onSales(s), "enter", "2") },
		"columns":  func(s State) State { return keyed(onSales(s), "3") },
		"tests":    func(s State) State { return keyed(onSales(s), "4") },
		"runs":     func(s State) State { return keyed(onSales(s), "5") },
		"reason":   func(s State) State { return keyed(onSales(after(keyed(s, "p"), Planned{plan})), "esc", "6") },
		"folder":   func(s State) State { return keyed(s, "g", "space", "h") },
		"filter":   func(s State) State { return keyed(s, "/", `"sls`) },
		"selected": func(s State) State {
			return after(keyed(onSales(s), " ", "+"), Selected{2, []string{"model.bakery.sales", "model.bakery.stg_sales", "model.bakery.stg_loaves"}, ""})
		},
		"selecting": func(s State) State {
			return after(keyed(s, "s", `"tag:daily+ x`), Selected{12, nil, `no node matches "x"`})
		},
		"flat":       func(s State) State { return keyed(s, "v", "T") },
		"help":       func(s State) State { return keyed(s, "?") },
		"helping":    func(s State) State { return keyed(s, "/", `"sa`, "?", `"comp`) },
		"palette":    func(s State) State { return keyed(s, ":", `"fresh`) },
		"ask":        func(s State) State { return keyed(onSales(s), "b") },
		"plan":       func(s State) State { return after(keyed(s, "p"), Planned{plan}) },
		"apply":      func(s State) State { return keyed(after(keyed(s, "p"), Planned{plan}), "A") },
		"check":      func(s State) State { return after(keyed(s, "c"), Checked{problemsOf()}) },
		"running":    ran,
		"cancelling": func(s State) State { return keyed(ran(s), "x") },
		"cancelled": func(s State) State {
			lost := *skipped.Step
			lost.Because = "model.bakery.stg_sales"
			return keyed(ended(ran(s), StepEnded{&Step{ID: "model.bakery.stg_sales", Name: "stg_sales", Kind: "view", Type: "model", Status: "cancelled", Rows: -1, Began: noon(), Ended: noon().Add(time.Second)}}, StepEnded{&lost}), "G", "k", "k", "k")
		},
		"failed":   func(s State) State { return ended(ran(s), failed, skipped) },
		"rows":     func(s State) State { return ended(ran(s), found) },
		"upstream": func(s State) State { return keyed(ended(ran(s), failed, skipped), "5") },
		"rerun":    func(s State) State { return keyed(ended(ran(s), failed, skipped), "R") },
		"refused": func(s State) State {
			return after(keyed(s, "b", "enter"), RunEnded{At: noon(), Failed: true, Failure: &Failed{Text: "connect to postgres (target \"dev\"): connection refused", Hint: "start it"}})
		},
		"query":  func(s State) State { return after(keyed(onSales(s), "m"), Queried{Seq: 1, Table: someTable(60)}) },
		"asking": func(s State) State { return keyed(onSales(s), "Q") },
		"lines": func(s State) State {
			s.query.input = input{}
			return keyed(after(keyed(onSales(s), "Q", "ctrl+u"), Pasted("-- what was sold\r\nselect *\r\nfrom {{ ref('sales') }} -- all of it\r\nwhere loaf = 'été'\r\n")), "up", "up")
		},
		"docs":    func(s State) State { return after(keyed(onSales(s), "o"), DocsMissing{"model.bakery.sales"}) },
		"nothing": func(s State) State { return after(keyed(onSales(s), "m"), Queried{Seq: 1, Table: someTable(0)}) },
		"log": func(s State) State {
			return keyed(after(ended(ran(s), failed, skipped), Logged{"model.bakery.sales", "-- 0.01s\nselect id, loaf\nfrom main.stg_sales"}, Logged{"model.bakery.stg_sales", "another"}), "4")
		},
		"status": func(s State) State {
			return after(keyed(s, "S"), Looked{AtStatus, &Table{Title: "status  1 late, 1 fresh", Columns: []string{"state", "node", "owner", "how old", "because of"}, Rows: [][]string{
				{"late", "sales", "ann@oven", "2 days, and 1 day is allowed", "stg_sales: no new rows"}, {"fresh", "売上_日別_概要", "", "3 hours", ""},
			}}})
		},
		"freshness": func(s State) State {
			return after(keyed(s, "F"), Looked{AtFreshness, &Table{Title: "freshness of sources", Columns: []string{"source", "state", "newest row"}, Note: "No source has a loaded_at_field or a loaded_at_query."}})
		},
		"state": func(s State) State {
			return after(keyed(s, "N"), Looked{AtStates, &Table{
				Title: "state  2 relations, 0 leases", Columns: []string{"node", "what", "at", "took", "rows", "version", "why"}, Right: []bool{false, false, false, true, true},
				Rows: [][]string{{"a_name_that_is_longer_than_any_pane_would_like_it_to_be", "build", "2026-03-14 10:00:00", "1.3s", "4,800", "0123abcd", ""}, {"sales", "build", "2026-03-14 09:00:00", "1m12s", "12", "4567abcd", "forced"}},
			}})
		},
		"wide rows": func(s State) State {
			return keyed(after(keyed(onSales(s), "m"), Queried{Seq: 1, Table: someTable(60)}), "l", "l", "j", "G")
		},
		"looking":  func(s State) State { return keyed(s, "S") },
		"quitting": func(s State) State { return keyed(ran(s), "esc", "q") },
		"watching": func(s State) State { return keyed(s, "w") },
		"syncs":    func(s State) State { return after(keyed(s, "D"), Looked{AtSyncs, syncsOf()}) },
		"sync plan": func(s State) State {
			return after(keyed(after(keyed(s, "D"), Looked{AtSyncs, syncsOf()}), "p"), SyncPlanned{Sync: "newsletter", Text: "newsletter → files\n  mode       mirror, at least once\n  changes    2 inserts\n\n op      email          name\n insert  ma***@shop.io  Marie\n insert  jo***@shop.io  Jo"})
		},
		"environments": func(s State) State { return after(keyed(s, "E"), Looked{Environments, environmentsOf()}) },
		"promotion": func(s State) State {
			promoted := *plan
			promoted.Promotes = "pr-123"
			return after(keyed(after(keyed(s, "E"), Looked{Environments, environmentsOf()}), "j", "P"), Planned{&promoted})
		},
		"promote": func(s State) State {
			promoted := *plan
			promoted.Promotes = "pr-123"
			return keyed(after(keyed(after(keyed(s, "E"), Looked{Environments, environmentsOf()}), "j", "P"), Planned{&promoted}), "A")
		},
		"broken": func(State) State {
			s, _ := New(Options{})
			return after(s, Tick{noon()}, Failed{Problems: problemsOf()})
		},
		"readonly": func(s State) State { s.options.ReadOnly = true; return keyed(onSales(s), "b") },
		"picker":   func(s State) State { s.options.Picker = "run"; return onSales(s) },
	}
}

// onSales puts the cursor on the model sales.
func onSales(s State) State {
	s = s.arrange()
	for i, r := range s.list.rows {
		if r.node != nil && r.node.Name == "sales" {
			s, _ = s.listTo(i).describe()
		}
	}
	return s
}

func TestScreens(t *testing.T) {
	t.Parallel()
	for name, scene := range scenes() {
		for _, size := range []Size{{80, 24}, {120, 40}, {200, 60}} {
			t.Run(fmt.Sprintf("%s/%dx%d", name, size.W, size.H), func(t *testing.T) {
				t.Parallel()
				s := after(scene(opened(Options{}, size)), Resized(size))
				screen := View(s, size)
				whole(t, screen, size)
				golden(t, fmt.Sprintf("%s_%dx%d.txt", strings.ReplaceAll(name, " ", "_"), size.W, size.H), plainScreen(screen))
			})
		}
	}
}

// plainScreen is a screen without colours, and without spaces at the ends of lines.
func plainScreen(screen string) string {
	var out []string
	for _, l := range strings.Split(ansi.Strip(screen), "\n") {
		out = append(out, strings.TrimRight(l, " "))
	}
	return strings.Join(out, "\n") + "\n"
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s is not the screen any more (-was +is):\n%s", path, diff)
	}
}

func TestThemesDifferInColoursAlone(t *testing.T) {
	t.Parallel()
	size := Size{120, 40}
	want := plainScreen(View(onSales(opened(Options{}, size)), size))
	for light := range 2 {
		for colors := range allColors {
			theme := Theme{Colors: colors, Light: light == 1}
			screen := View(onSales(opened(Options{Theme: theme}, size)), size)
			if diff := cmp.Diff(want, plainScreen(screen)); diff != "" {
				t.Errorf("%+v shows other words:\n%s", theme, diff)
			}
			if colored := strings.Contains(screen, "\x1b[3") || strings.Contains(screen, ";3"); colored != (colors != NoColors) {
				t.Errorf("%+v has colours: %v", theme, colored)
			}
		}
	}
}

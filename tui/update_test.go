package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// keyNames are keys that do something somewhere, and some that do nothing.
func keyNames() []string {
	out := strings.Split("a b c d e f g h i j k l m n o p q r s t u v w x y z A D E F G L N P Q R S T X Y ? : / + - = 1 2 3 6 9 [ ] é 界", " ")
	return append(out, " ", "enter", "esc", "tab", "shift+tab", "up", "down", "left", "right", "pgup", "pgdown", "home", "end", "backspace", "delete",
		"ctrl+c", "ctrl+u", "ctrl+w", "ctrl+k", "ctrl+a", "ctrl+e", "ctrl+r", "ctrl+n", "ctrl+p", "f1", "alt+x")
}

// anyMessage is something that may happen at any time, whether or not anybody asked for it.
func anyMessage(t *rapid.T) Msg {
	size := func() Size {
		return Size{rapid.IntRange(0, 300).Draw(t, "w"), rapid.IntRange(0, 80).Draw(t, "h")}
	}
	ids := rapid.SampledFrom([]string{"model.bakery.sales", "test.bakery.sales_are_positive", "model.bakery.gone", ""})
	statuses := rapid.SampledFrom([]string{"success", "error", "fail", "pass", "warn", "skipped", "cancelled"})
	switch rapid.IntRange(0, 26).Draw(t, "what") {
	case 0:
		return Resized(size())
	case 1:
		return Loaded{bakery()}
	case 2:
		return Failed{What: "the plan", Text: "it is not there"}
	case 3:
		return Planned{&Plan{Summary: "two", Steps: []PlanStep{{ID: "model.bakery.sales", Name: "sales", Action: "create", Reasons: []string{"it is new"}}}}}
	case 4:
		return RunBegan{Steps: steps(), At: noon()}
	case 5:
		return StepBegan{ID: ids.Draw(t, "id"), At: noon()}
	case 6:
		return StepEnded{&Step{ID: ids.Draw(t, "id"), Name: "x", Type: "test", Status: statuses.Draw(t, "status"), Began: noon(), Ended: noon(), Problem: mistake()}}
	case 7:
		return RunEnded{Summary: "done", Failed: rapid.Bool().Draw(t, "failed"), At: noon()}
	case 8:
		return Queried{Seq: rapid.IntRange(0, 5).Draw(t, "seq"), Table: someTable(rapid.IntRange(0, 40).Draw(t, "rows"))}
	case 9:
		return Selected{Seq: rapid.IntRange(0, 9).Draw(t, "seq"), IDs: []string{ids.Draw(t, "id")}}
	case 10:
		return Pasted("a\nb\tc\x1b[31m")
	case 11:
		return Click{rapid.IntRange(0, 200).Draw(t, "x"), rapid.IntRange(0, 60).Draw(t, "y")}
	case 12:
		return Wheel{rapid.IntRange(0, 200).Draw(t, "x"), 5, rapid.SampledFrom([]int{-3, 3}).Draw(t, "lines")}
	case 13:
		return Looked{AtSyncs, someTable(3)}
	case 14:
		return Changed{}
	case 15:
		return Described{salesDetails()}
	case 16:
		return Loaded{&Project{Name: "empty"}}
	case 17:
		return Looked{rapid.SampledFrom([]Place{Environments, AtStatus, AtStates, AtFreshness}).Draw(t, "place"), environmentsOf()}
	case 18:
		return SyncPlanned{Sync: "newsletter", Text: "a\nb", Held: rapid.Bool().Draw(t, "held")}
	case 19:
		return Planned{&Plan{Promotes: "pr-123", Summary: "one", Steps: []PlanStep{{ID: "model.bakery.sales", Name: "sales", Action: "promote"}}}}
	case 21:
		return DocsMissing{"model.bakery.sales"}
	case 20:
		return ran()
	default:
		return Key(rapid.SampledFrom(keyNames()).Draw(t, "key"))
	}
}

func TestWhateverHappensTheScreenIsWholeAndEscLeadsHome(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := Size{rapid.IntRange(1, 300).Draw(t, "width"), rapid.IntRange(1, 80).Draw(t, "height")}
		s := opened(Options{ReadOnly: rapid.Bool().Draw(t, "readonly"), Picker: rapid.SampledFrom([]string{"", "", "run"}).Draw(t, "picker")}, size)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			s = after(s, anyMessage(t))
			whole(t, View(s, size), size)
		}
		const enough = 12
		for range enough {
			s = keyed(s, "esc")
		}
		if s.place != Home || s.over != nil || s.list.filtering || s.details.focused || s.query.writing && s.place == AtQuery {
			t.Fatalf("esc %d times leads to %q, over it %v, filtering %v, in the details %v", enough, s.place, s.over, s.list.filtering, s.details.focused)
		}
	})
}

// whole fails unless a screen has all its lines, none of which is too wide.
func whole(t interface{ Fatalf(string, ...any) }, screen string, size Size) {
	lines := strings.Split(screen, "\n")
	if len(lines) != size.H {
		t.Fatalf("%d lines in a screen of %d:\n%s", len(lines), size.H, screen)
	}
	for i, l := range lines {
		if w := ansi.StringWidth(l); w != size.W {
			t.Fatalf("line %d is %d wide in a screen of %d:\n%s", i+1, w, size.W, screen)
		}
	}
}

func TestUpdateLeavesTheStateBeforeAsItWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		size := Size{120, 40}
		s := opened(Options{}, size)
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			before := View(s, size)
			next := after(s, anyMessage(t))
			if now := View(s, size); now != before {
				t.Fatalf("the state before has changed from\n%s\nto\n%s", before, now)
			}
			s = next
		}
	})
}

// TestReadOnlyNothingThatWritesIsEverDone presses keys at random, and answers all that is asked with yes.
func TestReadOnlyNothingThatWritesIsEverDone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := opened(Options{ReadOnly: true}, Size{120, 40})
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			var effects []Effect
			m := anyMessage(t)
			if rapid.IntRange(0, 3).Draw(t, "yes") == 0 {
				m = Key("enter")
			}
			s, effects = Update(s, m)
			for _, e := range effects {
				if r, ok := e.(Run); ok && r.Command != "test" {
					t.Fatalf("mod %s %s is run", r.Command, r.Choice)
				}
			}
		}
	})
}

func TestAFileThatIsSavedDuringARunIsBuiltAfterIt(t *testing.T) {
	t.Parallel()
	s := keyed(opened(Options{}, Size{120, 40}), "w", "enter")
	s, _ = Update(s, Changed{})
	s = after(s, RunBegan{Steps: steps(), At: noon()}, Changed{})
	s, effects := Update(s, RunEnded{Summary: "Done", At: noon()})
	began := false
	for _, e := range effects {
		r, is := e.(Run)
		began = began || is && r.Command == "apply"
	}
	if !began {
		t.Errorf("after the run %v is done, not the next apply", effects)
	}
	if _, effects = Update(after(s, RunBegan{At: noon()}), RunEnded{Summary: "Done", At: noon()}); len(effects) > 0 {
		t.Errorf("nothing was saved since, and %v is done", effects)
	}
}

func TestARerunWaitsForTheProjectThatIsBeingRead(t *testing.T) {
	t.Parallel()
	s := keyed(opened(Options{}, Size{120, 40}), "b", "enter")
	s = after(s, RunBegan{Steps: steps(), At: noon()}, StepEnded{&Step{ID: "model.bakery.sales", Name: "sales", Type: "model", Status: "error", Began: noon(), Ended: noon()}})
	s = keyed(after(s, RunEnded{Summary: "Failed", Failed: true, At: noon()}, Edited{}), "R")
	if s.over != nil {
		t.Fatal("it asks before it knows what was changed")
	}
	p := bakery()
	p.Nodes[3].Code = "2" // stg_sales
	s = after(s, Loaded{p})
	if screen := plainScreen(View(s, Size{120, 40})); s.over == nil || !strings.Contains(screen, "● stg_sales") || !strings.Contains(screen, "● sales") {
		t.Errorf("once it was read, it does not ask whether to run the changed model too:\n%s", screen)
	}
}

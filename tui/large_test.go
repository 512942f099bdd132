package tui

import (
	"fmt"
	"strings"
	"testing"
)

// thousands is a project of so many models.
func thousands(models int) *Project {
	p := &Project{Name: "large", Target: "dev"}
	for i := range models {
		name := fmt.Sprintf("model_%04d", i)
		p.Nodes = append(p.Nodes, &Node{ID: "model.large." + name, Name: name, Type: "model", Kind: "view", Path: "models/" + name + ".sql", Selector: name})
	}
	return p
}

func TestAQuestionAboutThousandsNamesTheFirstAndCountsTheOthers(t *testing.T) {
	t.Parallel()
	size := Size{120, 40}
	s, _ := New(Options{})
	s = keyed(after(s, Resized(size), Tick{noon()}, Loaded{thousands(2345)}), "a")
	if screen := plainScreen(View(s, size)); !strings.Contains(screen, "2,345 nodes") {
		t.Errorf("the selection is not counted:\n%s", screen)
	}
	s = keyed(s, "b")
	if screen := plainScreen(View(s, size)); !strings.Contains(screen, "● model_0000") {
		t.Errorf("the first are not named:\n%s", screen)
	}
	for range linesAsked {
		s = keyed(s, "j")
	}
	if screen := plainScreen(View(s, size)); !strings.Contains(screen, "… and 2,145 more") {
		t.Errorf("the others are not counted:\n%s", screen)
	}
	_, effects := Update(s, Key("enter"))
	if r, ok := effects[0].(Run); !ok || len(r.Select) != 2345 {
		t.Errorf("%+v is not the build of all", effects)
	}
	long := Run{Command: "run", Choice: s.chosen.choice()}.line()
	if words := long[0].text; !strings.HasSuffix(words, "model_0029 … and 2,315 more") {
		t.Errorf("the command is %q", words)
	}
}

func TestWhatIsTooMuchForAClipboardIsNotCopied(t *testing.T) {
	t.Parallel()
	s := after(keyed(onSales(opened(Options{}, Size{120, 40})), "m"), Queried{Seq: 1, Table: someTable(10_000)})
	for _, k := range []Key{"y", "Y"} {
		next, effects := Update(s, k)
		if len(effects) > 0 || !strings.Contains(next.note, "too much for a clipboard") {
			t.Errorf("%s: %v, %q", k, effects, next.note)
		}
	}
}

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

func TestALogForgetsTheOldestAndIsNotChangedByWhatFollows(t *testing.T) {
	t.Parallel()
	var j, early journal
	text := strings.Repeat("x", 4000)
	const lines = 10_000
	for i := range lines {
		j = j.with(Logged{fmt.Sprint("node", i%2), text})
		if i == pageLines+10 {
			early = j
			_ = j.with(Logged{"node0", "another way to go on"})
		}
	}
	if got := len(early.of("")); got != pageLines+11 || early.of("")[got-1].Text != text {
		t.Errorf("a journal that was kept has %d lines", got)
	}
	if kept := len(j.of("")); j.bytes > logKept || !j.lost || kept*len(text) != j.bytes || len(j.of("node1")) != kept/2 {
		t.Errorf("%d lines and %d bytes are kept, lost: %v", kept, j.bytes, j.lost)
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

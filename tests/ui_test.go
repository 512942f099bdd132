package tests

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// pane is a terminal in tmux in which something runs.
type pane struct {
	t      *testing.T
	socket string
}

// patience is how long a screen may take to show what is waited for.
const patience = 60 * time.Second

// openPane runs a command in a terminal of that size.
func openPane(t *testing.T, dir, command string, width, height string) *pane {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is missing: apt-get install tmux")
	}
	short, err := os.MkdirTemp("", "ui") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	p := &pane{t, filepath.Join(short, "s")}
	t.Cleanup(func() {
		_ = exec.CommandContext(context.WithoutCancel(t.Context()), "tmux", "-S", p.socket, "kill-server").Run() // it may have ended with its last program
		_ = os.RemoveAll(short)
	})
	p.tmux("-f", "/dev/null", "new-session", "-d", "-x", width, "-y", height, "-c", dir, command, ";", "set", "-s", "escape-time", "0", ";", "set", "-g", "remain-on-exit", "on")
	return p
}

func (p *pane) tmux(args ...string) string {
	p.t.Helper()
	out, err := exec.CommandContext(context.WithoutCancel(p.t.Context()), "tmux", append([]string{"-S", p.socket}, args...)...).CombinedOutput()
	if err != nil {
		p.t.Fatalf("tmux %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// press presses keys, by tmux's names for them.
func (p *pane) press(keys ...string) {
	p.t.Helper()
	p.tmux(append([]string{"send-keys"}, keys...)...)
}

// wait waits until the screen shows all of the texts, and returns it.
func (p *pane) wait(texts ...string) string {
	p.t.Helper()
	return p.until([]string{"capture-pane", "-p"}, texts...)
}

// waitRaw waits until the screen has something with its escape sequences.
func (p *pane) waitRaw(texts ...string) string {
	p.t.Helper()
	return p.until([]string{"capture-pane", "-p", "-e"}, texts...)
}

func (p *pane) until(capture []string, texts ...string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		screen := p.tmux(capture...)
		missing := ""
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				missing = text
			}
		}
		if missing == "" {
			return screen
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			p.t.Fatalf("the screen does not show %q:\n%s", missing, screen)
		}
	}
}

// TestOnATerminalOneGoesFromChoosingToMendingAndRunningAgain is what the terminal interface is for, on the demo: choose a model, plan, run, see the
// rows that a test found, mend the model, run again.
func TestOnATerminalOneGoesFromChoosingToMendingAndRunningAgain(t *testing.T) {
	t.Parallel()
	dir := demo(t, "")
	inDemo(t, dir, "build", "--quiet")
	model := filepath.Join(dir, "models", "marts", "order_items.sql")
	right := content(t, model)
	wrong := strings.Replace(right, "items.quantity * products.price_cents - items.amount_cents", "items.amount_cents - items.quantity * products.price_cents", 1)
	if wrong == right {
		t.Fatalf("%s has no discount to turn round", model)
	}
	put(t, model, wrong)
	put(t, filepath.Join(dir, "right.txt"), right)
	editor := filepath.Join(dir, "editor")
	put(t, editor, "#!/bin/sh\ntest -t 0 && test -t 1 || exit 9\nfor file; do :; done\ncp "+filepath.Join(dir, "right.txt")+" \"$file\"\n")
	if err := os.Chmod(editor, 0o755); err != nil {
		t.Fatal(err)
	}

	p := openPane(t, dir, "EDITOR="+editor+" mod ui; printf 'has left'; read go", "120", "40")
	p.wait("17 models", "order_items", "nothing yet")
	p.press("/")
	p.press("order_items")
	p.wait("order_items", "match")
	p.press("Enter", "Space")
	p.wait("●")
	p.press("Escape")
	p.wait("select  order_items", "1 node, 3 tests")

	p.press("p")
	p.wait("plan  1 node to build and 2 tests to run", "rebuild", "the column discount has other values")
	p.press("b")
	p.wait("build in dev?", "mod build --select order_items")
	p.press("Enter")
	screen := p.wait("61 failing rows", "-0.89", "4/4")
	if strings.Contains(screen, "asking") {
		t.Errorf("it still asks for rows that it shows:\n%s", screen)
	}

	p.press("e")
	p.press("R")
	p.wait("run again in dev?", "● order_items", "● not_negative_order_items_discount")
	p.press("Enter")
	p.wait("✓ 4", "4/4", "1 model, 3 tests passed")
	p.press("Escape", "Escape")
	p.wait("▾ models")
	p.press("q")
	p.wait("has left") // tmux may be late to say that a pane is dead
	if got := content(t, model); got != right {
		t.Errorf("the editor was given another file than the model's, which is now\n%s", got)
	}
}

// TestOneNodeOfARunIsCancelledAndTheOthersGoOn cancels a model that would take years.
func TestOneNodeOfARunIsCancelledAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		put(t, path, text)
	}
	write("project.yml", "name: patience\nmodels: {+materialized: table}\n")
	write("models/endless.sql", "select sum(a.range * b.range) as id from range(1000000000) a, range(1000000000) b\n")
	write("models/needs_it.sql", "select * from {{ ref('endless') }}\n")
	write("models/zebra.sql", "select 1 as id\n")
	p := openPane(t, dir, "mod ui --threads 1; printf 'has left'; read go", "120", "40")
	p.wait("3 models", "zebra")
	p.press("a", "r")
	p.wait("run in dev?")
	p.press("Enter")
	p.wait("0/3", "endless")
	p.press("x")
	p.wait("cancel endless?", "What needs it is skipped", "needs_it")
	p.press("Enter")
	p.wait("3/3", "✓ 1", "- 2", "R rerun")
	p.press("G")
	p.wait("because endless was cancelled")
	p.press("Escape")
	p.wait("▾ models")
	p.press("q")
	p.wait("has left") // tmux may be late to say that a pane is dead
}

// TestWhatWritesElsewhereShowsItsPlanFirst sends a sync and promotes an environment, each after its plan was shown; read-only it does neither.
func TestWhatWritesElsewhereShowsItsPlanFirst(t *testing.T) {
	t.Parallel()
	dir := demo(t, "")
	inDemo(t, dir, "build", "--quiet")
	model := filepath.Join(dir, "models", "marts", "daily_orders.sql")
	put(t, model, "select * from (\n"+content(t, model)+"\n) as all_days limit 100000\n")
	inDemo(t, dir, "apply", "--quiet", "--yes", "--env", "pr-1")

	p := openPane(t, dir, "mod ui --readonly", "120", "40")
	p.wait("17 models")
	p.press("D")
	p.wait("lapsed_customers", "never")
	p.press("p")
	p.wait("what lapsed_customers would send", "20 inserts", "esc close")
	p.press("Enter")
	p.press("E")
	p.wait("pr_1", "mod apply")
	p.press("G", "P")
	p.wait("promote writes, and this is --readonly")

	p = openPane(t, dir, "mod ui", "120", "40")
	p.wait("17 models")
	p.press("D")
	p.wait("lapsed_customers", "never")
	p.press("p")
	p.wait("send this to another system?", "20 inserts", "0 rows delivered so far")
	p.press("Enter")
	p.wait("✓ lapsed_customers", "1/1")
	p.press("E")
	p.wait("environments  this is dev", "pr_1")
	p.press("G")
	p.press("P")
	p.wait("promote pr_1 to dev", "daily_orders", "promote")
	p.press("A")
	p.wait("promote pr_1 to dev?", "mod promote pr_1")
	p.press("Enter")
	p.wait("✓ daily_orders", "1/1", "the run: Done")
	p.press("E")
	p.wait("environments  this is dev")
	p.press("G")
	p.press("Enter")
	p.wait("dev · duckdb  pr_1", "17 models")
}

// TestAPickerPrintsTheFlagsOfWhatItRuns picks with the cursor, and by a line.
func TestAPickerPrintsTheFlagsOfWhatItRuns(t *testing.T) {
	t.Parallel()
	dir := demo(t, "")
	inDemo(t, dir, "build", "--quiet")
	p := openPane(t, dir, "mod run -i", "80", "24")
	p.wait("pick what to run", "customers")
	p.press("s")
	p.press("+products")
	p.wait("select  +products", "nodes")
	p.press("Enter")
	p.press("Enter")
	p.wait("mod run --select +products", "✓ products", "Done in")
}

// TestTheTerminalIsNotAskedForItsColoursByOtherCommands: the library of the interface would do so whenever mod starts.
func TestTheTerminalIsNotAskedForItsColoursByOtherCommands(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := openPane(t, dir, "read go; TERM=xterm-256color mod --version; printf done", "80", "24")
	p.tmux("pipe-pane", "cat >"+filepath.Join(dir, "raw"))
	p.press("Enter")
	p.wait("done")
	if raw := content(t, filepath.Join(dir, "raw")); !strings.Contains(raw, "mod ") || strings.Contains(raw, "\x1b]") {
		t.Errorf("mod --version on a terminal sends\n%q", raw)
	}
}

// TestAQueryOfSeveralLinesIsPastedAndAsked: comments to the end of a line do not take what follows with them.
func TestAQueryOfSeveralLinesIsPastedAndAsked(t *testing.T) {
	t.Parallel()
	dir := demo(t, "")
	inDemo(t, dir, "build", "--quiet")
	put(t, filepath.Join(dir, "query.sql"), "-- all of them\nselect count(*) as customers_in_all -- one row\nfrom {{ ref('customers') }}\n")
	p := openPane(t, dir, "mod ui", "120", "40")
	p.wait("17 models")
	p.press("Q", "C-u")
	p.wait("Nothing is stored")
	p.tmux("load-buffer", filepath.Join(dir, "query.sql"), ";", "paste-buffer", "-p")
	p.wait("3 lines", "-- all of them", "from {{ ref('customers') }}")
	p.press("Enter")
	p.wait("customers_in_all", "1 row", "select count(*)")
}

// TestWhatIsCopiedIsInTheBufferOfTmux: as it is set up at first, tmux does not hear what a program asks the terminal to copy.
func TestWhatIsCopiedIsInTheBufferOfTmux(t *testing.T) {
	t.Parallel()
	p := openPane(t, demo(t, ""), "mod ui", "120", "40")
	p.wait("17 models", "customers")
	p.press("y")
	p.wait("copied int_order_amounts")
	p.until([]string{"list-buffers"}, "int_order_amounts")
}

// TestWatchedFilesAreBuiltWhenTheyAreSaved watches, and saves a model.
func TestWatchedFilesAreBuiltWhenTheyAreSaved(t *testing.T) {
	t.Parallel()
	dir := demo(t, "")
	inDemo(t, dir, "build", "--quiet")
	p := openPane(t, dir, "mod ui", "120", "40")
	p.wait("17 models")
	p.press("w")
	p.wait("watch the project's files?")
	p.press("Enter")
	p.wait("watching: save a file")
	model := filepath.Join(dir, "models", "marts", "product_pairs.sql")
	put(t, model, "select * from (\n"+content(t, model)+"\n) as all_pairs limit 7\n")
	p.wait("apply", "✓ product_pairs", "the run: Done")
	put(t, model, strings.Replace(content(t, model), "limit 7", "limit 7 7", 1))
	p.wait("limit 7 7")
	put(t, model, strings.Replace(content(t, model), "limit 7 7", "limit 9", 1))
	p.wait("apply", "✓ product_pairs", "9", "the run: Done")
}

// TestTheThemeFollowsTheTerminal: tmux tells the background of its window; without an answer it is dark, and nobody waits for one.
func TestTheThemeFollowsTheTerminal(t *testing.T) {
	t.Parallel()
	dir := demo(t, "")
	for _, c := range []struct{ style, env, has string }{
		{"bg=#ffffff", "", "38;5;30m"},
		{"bg=#101010", "", "38;5;80m"},
		{"bg=#ffffff", "COLORFGBG='15;0' ", "38;5;80m"},
		{"default", "COLORFGBG='0;default;15' ", "38;5;30m"},
		{"default", "NO_COLOR=1 ", "[1m"},
		{"default", "TERM=xterm-16color TMUX= ", "[36m"},
		{"default", "TERM=screen TMUX= ", "[36m"},
	} {
		p := openPane(t, dir, "read go; "+c.env+"mod ui", "120", "40")
		p.tmux("set", "-g", "window-style", c.style)
		p.press("Enter")
		p.wait("17 models", "customers")
		p.waitRaw(c.has)
		p.press("q")
	}
}

// inDemo runs mod, which must succeed, in a folder.
func inDemo(t *testing.T, dir string, args ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), "mod", args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("mod %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func content(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

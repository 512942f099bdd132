package bench

import (
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modsql/mod/tui"
)

// interfaceModels is how many models the terminal interface is measured with.
const interfaceModels = 10_000

// outline is a project of so many models in a hundred folders, with two tests each, as the interface knows it.
func outline(models int) *tui.Project {
	p := &tui.Project{Name: "large", Target: "dev", Warehouse: "duckdb"}
	for i := range models {
		n := &tui.Node{
			ID: fmt.Sprintf("model.large.model_%05d", i), Name: fmt.Sprintf("model_%05d", i), Type: "model", Kind: "view", Code: "1",
			Path: fmt.Sprintf("models/area_%02d/part_%d/model_%05d.sql", i%100, i%7, i), Selector: fmt.Sprintf("model_%05d", i),
		}
		for up := 1; up <= 3 && i-up*7 >= 0; up++ {
			n.Reads = append(n.Reads, fmt.Sprintf("model.large.model_%05d", i-up*7))
		}
		p.Nodes = append(p.Nodes, n)
		for _, test := range []string{"not_null_", "unique_"} {
			p.Nodes = append(p.Nodes, &tui.Node{ID: "test." + test + n.Name, Name: test + n.Name, Type: "test", Kind: "test", Selector: test + n.Name, Tests: n.ID, Reads: []string{n.ID}})
		}
	}
	return p
}

// interfaceSteps are all of a project, as a run has them.
func interfaceSteps(p *tui.Project) []*tui.Step {
	out := make([]*tui.Step, 0, len(p.Nodes))
	for _, n := range p.Nodes {
		out = append(out, &tui.Step{ID: n.ID, Name: n.Name, Kind: n.Kind, Type: n.Type, Rows: -1, Seconds: 1, After: n.Reads})
	}
	return out
}

// told is the state after messages.
func told(s tui.State, messages ...tui.Msg) tui.State {
	for _, m := range messages {
		s, _ = tui.Update(s, m)
	}
	return s
}

// interfaceViews are the views of the interface with as much in each as a large project has.
func interfaceViews(size tui.Size) map[string]tui.State {
	at := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	p := outline(interfaceModels)
	home, _ := tui.New(tui.Options{Theme: tui.Theme{Colors: tui.Colors256}})
	home = told(home, tui.Resized(size), tui.Tick{Now: at}, tui.Loaded{Project: p})
	plan := &tui.Plan{ID: "0123456789ab", Summary: "all of it"}
	table := &tui.Table{Title: "rows", Columns: []string{"node", "state", "why"}}
	all := tui.Selected{Seq: 1}
	for _, n := range p.Nodes {
		plan.Steps = append(plan.Steps, tui.PlanStep{ID: n.ID, Name: n.Name, Action: "build", State: "new", Reasons: []string{"it does not exist yet"}})
		table.Rows = append(table.Rows, []string{n.Name, "late", "because of what it reads"})
		all.IDs = append(all.IDs, n.ID)
	}
	running := told(home, tui.Key("b"), tui.Key("enter"), tui.RunBegan{Steps: interfaceSteps(p), Threads: 8, At: at}, tui.Tick{Now: at.Add(time.Minute)})
	first := p.Nodes[0]
	failed := told(running, tui.StepEnded{Step: &tui.Step{ID: first.ID, Name: first.Name, Kind: "view", Type: "model", Status: "error", Message: "no such table", Began: at, Ended: at, Rows: -1}})
	for _, n := range p.Nodes[1:] {
		failed = told(failed, tui.StepEnded{Step: &tui.Step{ID: n.ID, Name: n.Name, Kind: n.Kind, Type: n.Type, Status: "skipped", Because: first.ID, Rows: -1}})
	}
	views := map[string]tui.State{
		"home": home, "filter": told(home, tui.Key("/"), tui.Key("m")), "flat": told(home, tui.Key("v"), tui.Key("T")),
		"selected":  told(home, tui.Key("s"), tui.Key("+"), all, tui.Key("enter")),
		"selecting": told(home, tui.Key("s")), "palette": told(home, tui.Key(":")), "help": told(home, tui.Key("?")), "asking": told(home, tui.Key("b")),
		"plan": told(home, tui.Key("p"), tui.Planned{Plan: plan}), "running": running,
		"failed": told(failed, tui.RunEnded{Summary: "Failed", Failed: true, At: at.Add(time.Minute)}),
		"query":  told(home, tui.Key("j"), tui.Key("m"), tui.Queried{Seq: 1, Table: table}),
	}
	for key, place := range map[string]tui.Place{"S": tui.AtStatus, "F": tui.AtFreshness, "D": tui.AtSyncs, "N": tui.AtStates, "E": tui.Environments} {
		views[string(place)] = told(home, tui.Key(key), tui.Looked{At: place, Table: table})
	}
	return views
}

// interfaceKeys are all keys that could be bound to something.
func interfaceKeys() []string {
	out := strings.Split("enter esc tab shift+tab up down left right pgup pgdown home end backspace delete alt+enter", " ")
	for r := '!'; r <= '~'; r++ {
		out = append(out, string(r))
	}
	for r := 'a'; r <= 'z'; r++ {
		out = append(out, "ctrl+"+string(r))
	}
	return append(out, " ")
}

// BenchmarkInterfaceKeys presses every key in every view of a project of 10,000 models, and reports the slowest: what lies between the key and the
// screen that it leads to, which is to be less than 16 ms. Of a slow one it is the quickest of a few times, since the machine does other things too.
func BenchmarkInterfaceKeys(b *testing.B) {
	size := tui.Size{W: 200, H: 60}
	views := interfaceViews(size)
	for b.Loop() {
		worst, at := time.Duration(0), ""
		for _, name := range slices.Sorted(maps.Keys(views)) {
			slowest, by := time.Duration(0), ""
			for _, k := range interfaceKeys() {
				took := quickest(func() {
					next, _ := tui.Update(views[name], tui.Key(k))
					_ = tui.View(next, size)
				})
				if took > slowest {
					slowest, by = took, k
				}
			}
			b.Logf("%-12s %-8s %.2f ms", name, by, slowest.Seconds()*1000)
			if slowest > worst {
				worst, at = slowest, name+" "+by
			}
		}
		b.ReportMetric(worst.Seconds()*1000, "ms/worst-key")
		b.ReportMetric(0, "ns/op")
		b.Logf("the slowest is %s", at)
	}
}

// quickest is the least that something takes, of a few times if it takes long.
func quickest(work func()) time.Duration {
	best := time.Hour
	for i := 0; i < 7 && best > 4*time.Millisecond; i++ {
		begun := time.Now()
		work()
		best = min(best, time.Since(begun))
	}
	return best
}

// BenchmarkInterfaceOpen shows a project that was compiled before on a terminal of 200×60: how long it takes until the list is there, and the
// memory at the peak, which is that of looking at it for some seconds.
func BenchmarkInterfaceOpen(b *testing.B) {
	if _, err := exec.LookPath("script"); err != nil {
		b.Skip("script is missing: apt-get install bsdutils")
	}
	mod, dir := mod(b), b.TempDir()
	generate(b, dir, *size, map[string]string{"duckdb": "{type: duckdb, path: parse.duckdb}"})
	mod.mustRun(b, dir, nil, "ls")
	for b.Loop() {
		var samples []sample
		for range *rounds {
			samples = append(samples, openInterface(b, mod, dir))
		}
		b.ReportMetric(1000*median(samples, func(s sample) float64 { return s.wall.Seconds() }), "ms/first-paint")
		b.ReportMetric(median(samples, func(s sample) float64 { return s.megabytes }), "MB")
		b.ReportMetric(0, "ns/op")
	}
}

// openInterface opens it, looks at it, and leaves; the wall time is that until the list is there.
func openInterface(b *testing.B, mod tool, dir string) sample {
	b.Helper()
	command := exec.Command("script", "-qefc", "stty rows 60 cols 200; exec "+mod.path+" ui --profiles-dir . --target duckdb", "/dev/null")
	command.Dir, command.Env = dir, append(command.Environ(), "TERM=xterm-256color", "COLORFGBG=15;0")
	keys, err := command.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	shown := &firstPaint{wanted: " models", at: make(chan time.Time, 1), begun: time.Now()}
	time.AfterFunc(time.Minute, func() { _ = command.Process.Kill() })
	var painted time.Duration
	var peak float64
	go func() {
		painted = (<-shown.at).Sub(shown.begun)
		time.Sleep(3 * time.Second)
		peak = peakOfChild(command.Process.Pid)
		_, _ = io.WriteString(keys, "q") // it may have ended
	}()
	s, err := ranTo(command, shown)
	if err != nil || painted == 0 {
		b.Fatalf("the interface showed no list: %v", err)
	}
	s.wall, s.megabytes = painted, peak
	return s
}

// peakOfChild is the most memory that the child of a process had, in megabytes; 0 if the system does not tell. What is counted for a process that
// ended holds what its parent had when it was started.
func peakOfChild(pid int) float64 {
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return 0
	}
	status, err := os.ReadFile("/proc/" + strings.TrimSpace(string(children)) + "/status")
	_, after, found := strings.Cut(string(status), "VmHWM:")
	var kilobytes float64
	if _, scanned := fmt.Sscan(after, &kilobytes); err != nil || !found || scanned != nil {
		return 0
	}
	return kilobytes / 1024
}

// firstPaint tells when a terminal was sent what is wanted.
type firstPaint struct {
	wanted string
	last   string // what came last
	begun  time.Time
	at     chan time.Time
	seen   bool
}

// Write implements io.Writer.
func (f *firstPaint) Write(p []byte) (int, error) {
	if f.last += string(p); !f.seen && strings.Contains(f.last, f.wanted) {
		f.seen = true
		f.at <- time.Now()
	}
	f.last = f.last[max(0, len(f.last)-len(f.wanted)):]
	return len(p), nil
}

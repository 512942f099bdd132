package cmd

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/runner"
)

// view tells what happens.
type view interface {
	event(runner.Event)
	problems([]*diag.Diagnostic)
	fail(message, hint string) // a failure that has no place in the project
	note(text string)          // something a person should know
	close()                    // nothing is told after it
}

// newView is the view that the flags and the terminal ask for.
func (a *app) newView() view {
	if a.told != nil {
		return a.told
	}
	if a.view != nil {
		a.view.close()
	}
	if a.flags.logFormat == "json" {
		return &serial{view: &jsonView{app: a}}
	}
	lines := newLineView(a)
	if a.Screen != nil && a.Env["TERM"] != "dumb" && lines.level == levelInfo {
		return newLiveView(lines)
	}
	return &serial{view: lines}
}

// serial lets a view be called by several goroutines: the runner's, and those in which templates log.
type serial struct {
	mu   sync.Mutex
	view view
}

func (s *serial) event(e runner.Event)              { s.alone(func() { s.view.event(e) }) }
func (s *serial) problems(found []*diag.Diagnostic) { s.alone(func() { s.view.problems(found) }) }
func (s *serial) fail(message, hint string)         { s.alone(func() { s.view.fail(message, hint) }) }
func (s *serial) note(text string)                  { s.alone(func() { s.view.note(text) }) }
func (s *serial) close()                            { s.alone(s.view.close) }

func (s *serial) alone(do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	do()
}

// colored tells whether to colour what people read: https://no-color.org.
func (a *app) colored() bool {
	switch {
	case a.flags.colors != "":
		return a.flags.colors == "true"
	case a.Env["NO_COLOR"] != "":
		return false
	default:
		return a.Screen != nil && a.Env["TERM"] != "dumb"
	}
}

// width is the width of the terminal; 0 without one.
func (a *app) width() int {
	if a.Screen == nil {
		return 0
	}
	return max(a.Screen.Width(), 40)
}

// count is a number with its noun: "1 model", "1,204 rows".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	if strings.HasSuffix(noun, "ch") {
		noun += "e"
	}
	for one, many := range map[string]string{"ysis": "yses", "ry": "ries", "py": "pies"} {
		if rest, ok := strings.CutSuffix(noun, one); ok {
			return grouped(int64(n)) + " " + rest + many
		}
	}
	return grouped(int64(n)) + " " + noun + "s"
}

// grouped writes a number with commas between thousands.
func grouped(n int64) string { return diag.Grouped(n) }

// typeWord is the word for a type of node.
func typeWord(t compiler.Type) string { return strings.ReplaceAll(string(t), "_", " ") }

// took is a duration for people: "0.02s", "3.1s", "1m 12s", "2h 5m".
func took(d time.Duration) string {
	switch {
	case d < 9950*time.Millisecond && d >= 100*time.Millisecond:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%.2fs", max(d, 0).Seconds())
	case d < 59500*time.Millisecond:
		return fmt.Sprintf("%.0fs", d.Seconds())
	case d < time.Hour:
		d = d.Round(time.Second)
		return fmt.Sprintf("%dm %ds", d/time.Minute, d%time.Minute/time.Second)
	default:
		d = d.Round(time.Minute)
		return fmt.Sprintf("%dh %dm", d/time.Hour, d%time.Hour/time.Minute)
	}
}

// kind is what sort of node it is, for a line about it.
func kind(n *compiler.Node) string {
	if n.Type == compiler.Model && n.Config != nil {
		return strings.ReplaceAll(n.Config.Materialized(), "_", " ")
	}
	return typeWord(n.Type)
}

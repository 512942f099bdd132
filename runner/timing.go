package runner

import (
	"fmt"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/jinja"
)

// phase is a part of a node's turn.
type phase struct {
	name     string
	from, to time.Time
}

// timing are the parts of a turn that took place.
func (r *Result) timing() []phase {
	if r.Compiling.IsZero() {
		return nil
	}
	if r.Executing.IsZero() {
		return []phase{{"compile", r.Compiling, r.Finished}}
	}
	return []phase{{"compile", r.Compiling, r.Executing}, {"execute", r.Executing, r.Finished}}
}

// dict is the phase with its times as texts, as in dbt's artifacts.
func (p phase) dict() *jinja.Dict {
	return jinja.DictOf("name", p.name, "started_at", stamp(p.from), "completed_at", stamp(p.to))
}

// stamp is a time in the form of dbt's artifacts.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

// threadName is the thread's name in dbt's artifacts: hooks are the main thread's.
func threadName(r *Result) string {
	if r.Node.Type == compiler.Operation {
		return "main"
	}
	return fmt.Sprintf("Thread-%d (worker)", max(r.Thread, 1))
}

package artifact

import (
	"cmp"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/jinja"
)

// Run is a run as the history keeps it: [RunResults] without code, so that many of them can be read at once. It is not one of dbt's
// artifacts.
type Run struct {
	ID      string    `json:"id"` // of the invocation
	Command string    `json:"command"`
	Target  string    `json:"target,omitempty"`
	Started time.Time `json:"started"`
	Seconds float64   `json:"seconds"`
	Results []Outcome `json:"results"` // in order of finishing
}

// Outcome is how one node ended.
type Outcome struct {
	Node     string  `json:"node"` // its unique_id
	Status   string  `json:"status"`
	Start    float64 `json:"start"` // in seconds from the start of the first
	Seconds  float64 `json:"seconds"`
	Thread   string  `json:"thread,omitempty"`
	Rows     *int64  `json:"rows,omitempty"` // that the warehouse said were affected
	Failures *int    `json:"failures,omitempty"`
	Message  string  `json:"message,omitempty"`
}

// longestMessage is how much of a message the history keeps, in bytes: enough for what a warehouse says of a statement.
const longestMessage = 2000

// Run is what the history keeps of the results.
func (r *RunResults) Run() *Run {
	out := &Run{
		ID: r.Metadata.InvocationID, Command: r.argument("which"), Target: r.argument("target"), Started: r.begin(), Seconds: r.ElapsedTime,
		Results: make([]Outcome, 0, len(r.Results)),
	}
	for i := range r.Results {
		result := &r.Results[i]
		o := Outcome{
			Node: result.UniqueID, Status: result.Status, Seconds: result.ExecutionTime, Thread: result.ThreadID,
			Rows: result.Response.RowsAffected, Failures: result.Failures,
		}
		if at := result.begin(); !at.IsZero() {
			o.Start = max(0, at.Sub(out.Started).Seconds())
		}
		if result.Message != nil {
			o.Message = strings.ToValidUTF8((*result.Message)[:min(len(*result.Message), longestMessage)], "")
		}
		out.Results = append(out.Results, o)
	}
	return out
}

// argument is an argument of the command that ran, "" if it was not told.
func (r *RunResults) argument(name string) string {
	if r.Args.Dict == nil {
		return ""
	}
	v, _ := r.Args.GetString(name)
	if v == nil {
		return ""
	}
	return jinja.Str(v)
}

// begin is when the run's first node began, or else the run.
func (r *RunResults) begin() time.Time {
	var at time.Time
	for i := range r.Results {
		if first := r.Results[i].begin(); !first.IsZero() && (at.IsZero() || first.Before(at)) {
			at = first
		}
	}
	return cmp.Or(at, r.Metadata.StartedAt.Time, r.Metadata.GeneratedAt.Time)
}

// begin is when the first part of a node's turn began, the zero time if it had none.
func (r *RunResult) begin() time.Time {
	var at time.Time
	for _, t := range r.Timing {
		if !t.StartedAt.IsZero() && (at.IsZero() || t.StartedAt.Before(at)) {
			at = t.StartedAt.Time
		}
	}
	return at
}

// Write writes a run of the history.
func (r *Run) Write(w io.Writer) error { return json.NewEncoder(w).Encode(r) }

// ReadRun reads a run of the history.
func ReadRun(from io.Reader) (*Run, error) {
	out := &Run{}
	return out, decode(from, out)
}

package artifact

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
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
	d := digest{head: *r}
	for i := range r.Results {
		d.add(&r.Results[i])
	}
	return d.run()
}

// digest makes a run of results that come one by one, so that their code need not be held.
type digest struct {
	head     RunResults  // without results
	outcomes []Outcome   // whose starts are not known yet
	begins   []time.Time // of them, zero for what had no turn
}

func (d *digest) add(r *RunResult) {
	o := Outcome{
		Node: r.UniqueID, Status: r.Status, Seconds: r.ExecutionTime, Thread: r.ThreadID, Rows: r.Response.RowsAffected, Failures: r.Failures,
	}
	if r.Message != nil {
		o.Message = strings.ToValidUTF8(strings.Clone((*r.Message)[:min(len(*r.Message), longestMessage)]), "")
	}
	d.outcomes, d.begins = append(d.outcomes, o), append(d.begins, r.begin())
}

func (d *digest) run() *Run {
	h := &d.head
	out := &Run{ID: h.Metadata.InvocationID, Command: h.argument("which"), Target: h.argument("target"), Started: d.begin(), Seconds: h.ElapsedTime, Results: d.outcomes}
	for i, at := range d.begins {
		if !at.IsZero() {
			out.Results[i].Start = max(0, at.Sub(out.Started).Seconds())
		}
	}
	return out
}

// begin is when the run's first node began, or else the run.
func (d *digest) begin() time.Time {
	var at time.Time
	for _, first := range d.begins {
		if !first.IsZero() && (at.IsZero() || first.Before(at)) {
			at = first
		}
	}
	return cmp.Or(at, d.head.Metadata.StartedAt.Time, d.head.Metadata.GeneratedAt.Time)
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

// ReadNewRun reads what the history keeps of a run_results.json, whose results it takes one by one: a file may have tens of megabytes of code. Of
// the results of an invocation that is known it reads no more than who wrote them, where that stands first, and gives nil.
func ReadNewRun(from io.Reader, known func(invocation string) bool) (*Run, error) {
	lines := &lineCounter{r: from}
	j := json.NewDecoder(lines)
	d := digest{}
	found, err := d.read(j, known)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, fmt.Errorf("not JSON: line %d: %w", lines.before(j.Buffered()), err)
	case err != nil:
		return nil, err
	case found:
		return nil, nil
	}
	if err := checkSchema(d.head.Metadata.Schema, "run-results", oldestRunResults, newestRunResults); err != nil {
		return nil, err
	}
	if known(d.head.Metadata.InvocationID) {
		return nil, nil
	}
	return d.run(), nil
}

// read reads a run_results.json; it stops, and found is true, where an invocation wrote it that is known.
func (d *digest) read(j *json.Decoder, known func(string) bool) (found bool, err error) {
	if err := opens(j, '{'); err != nil {
		return false, err
	}
	for j.More() {
		key, err := j.Token()
		if err != nil {
			return false, err
		}
		switch key {
		case "metadata":
			err = j.Decode(&d.head.Metadata)
			found = err == nil && d.outcomes == nil && d.head.Metadata.InvocationID != "" && known(d.head.Metadata.InvocationID)
		case "results":
			err = d.results(j)
		case "elapsed_time":
			err = j.Decode(&d.head.ElapsedTime)
		case "args":
			err = j.Decode(&d.head.Args)
		default:
			err = j.Decode(&json.RawMessage{})
		}
		if found || err != nil {
			return found, err
		}
	}
	_, err = j.Token()
	return false, err
}

func (d *digest) results(j *json.Decoder) error {
	if err := opens(j, '['); err != nil {
		return err
	}
	for j.More() {
		var r RunResult
		if err := j.Decode(&r); err != nil {
			return err
		}
		d.add(&r)
	}
	_, err := j.Token()
	return err
}

// opens reads the beginning of an object or a list.
func opens(j *json.Decoder, want json.Delim) error {
	got, err := j.Token()
	if err == nil && got != want {
		err = fmt.Errorf("%v stands where %q is to be", got, want)
	}
	return err
}

// lineCounter counts the lines that were read through it.
type lineCounter struct {
	r     io.Reader
	lines int
}

// Read implements io.Reader.
func (c *lineCounter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.lines += bytes.Count(p[:n], []byte{'\n'})
	return n, err
}

// before is the line at which what was read ahead begins.
func (c *lineCounter) before(ahead io.Reader) int {
	rest := &lineCounter{r: ahead}
	_, _ = io.Copy(io.Discard, rest) // it is in memory
	return 1 + c.lines - rest.lines
}

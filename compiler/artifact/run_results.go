package artifact

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/jinja"
)

// RunResultsSchema is the version of run_results.json that is written.
// https://schemas.getdbt.com/dbt/run-results/v6.json
const RunResultsSchema = "https://schemas.getdbt.com/dbt/run-results/v6.json"

// RunResults is run_results.json: how the nodes of a run ended.
type RunResults struct {
	Metadata    RunMetadata `json:"metadata"`
	Results     []RunResult `json:"results"` // in order of finishing
	ElapsedTime float64     `json:"elapsed_time"`
	Args        Args        `json:"args"` // of the command that ran
}

// RunMetadata says who wrote the file, and when.
type RunMetadata struct {
	Schema       string            `json:"dbt_schema_version"`
	Version      string            `json:"dbt_version"`
	GeneratedAt  Time              `json:"generated_at"`
	InvocationID string            `json:"invocation_id"`
	StartedAt    Time              `json:"invocation_started_at"`
	Env          map[string]string `json:"env"` // DBT_ENV_CUSTOM_ENV_*, without the prefix
}

// RunResult is how one node ended.
type RunResult struct {
	Status        string     `json:"status"` // "success", "error", "skipped", "pass", "fail", "warn", "no-op" …
	Timing        []Timing   `json:"timing"`
	ThreadID      string     `json:"thread_id"`
	ExecutionTime float64    `json:"execution_time"`
	Response      Response   `json:"adapter_response"`
	Message       *string    `json:"message"`
	Failures      *int       `json:"failures"`
	UniqueID      string     `json:"unique_id"`
	Compiled      *bool      `json:"compiled"`      // nil for nodes without code
	CompiledCode  *string    `json:"compiled_code"` // nil if it was not compiled
	RelationName  *string    `json:"relation_name"`
	Batches       *Batches   `json:"batch_results"`    // of a microbatch model, otherwise nil
	Overloads     *Overloads `json:"overload_results"` // of a function that has some, otherwise nil
}

// Timing is when a part of a node's turn took place.
type Timing struct {
	Name        string `json:"name"` // "compile" or "execute"
	StartedAt   Time   `json:"started_at"`
	CompletedAt Time   `json:"completed_at"`
}

// Response is what the warehouse said of a node's main statement. The zero value is that nothing was said.
type Response struct {
	Message      string `json:"_message,omitempty"`
	Code         string `json:"code,omitempty"`
	RowsAffected *int64 `json:"rows_affected,omitempty"`
	QueryID      string `json:"query_id,omitempty"`
	// BytesProcessed is how much the statement read; 0 if that was not said.
	BytesProcessed int64 `json:"bytes_processed,omitempty"`
}

// Write writes the file in the form in which dbt does.
func (r *RunResults) Write(w io.Writer) error {
	e := newEncoder(w)
	e.object(func() {
		e.key("metadata")
		e.value(r.Metadata.dict(RunResultsSchema))
		e.key("results")
		dicts(e, r.Results, (*RunResult).dict)
		e.key("elapsed_time")
		e.value(r.ElapsedTime)
		e.key("args")
		if r.Args.Dict == nil {
			e.value(jinja.NewDict())
		} else {
			e.value(r.Args.Dict)
		}
	})
	return e.flush()
}

// dict is the metadata of an artifact of that schema.
func (m *RunMetadata) dict(schema string) *jinja.Dict {
	env := jinja.NewDict()
	for _, name := range slices.Sorted(maps.Keys(m.Env)) {
		env.Put(name, m.Env[name])
	}
	return jinja.DictOf("dbt_schema_version", schema, "dbt_version", m.Version, "generated_at", m.GeneratedAt.value(),
		"invocation_id", m.InvocationID, "invocation_started_at", m.StartedAt.value(), "env", env)
}

func (r *RunResult) dict() *jinja.Dict {
	return jinja.DictOf("status", r.Status, "timing", timings(r.Timing), "thread_id", r.ThreadID, "execution_time", r.ExecutionTime,
		"adapter_response", r.Response.Dict(), "message", value(r.Message), "failures", value(r.Failures), "unique_id", r.UniqueID,
		"compiled", value(r.Compiled), "compiled_code", value(r.CompiledCode), "relation_name", value(r.RelationName),
		"batch_results", r.Batches.value(), "overload_results", r.Overloads.value())
}

// Overloads are the overloads of a function as a run left them: the names of their files.
type Overloads struct{ Successful, Failed []string }

func (o *Overloads) value() jinja.Value {
	if o == nil {
		return nil
	}
	return jinja.DictOf("successful", list(o.Successful), "failed", list(o.Failed))
}

// Batches are the batches of a microbatch model as a run left them: their starts and ends.
type Batches struct {
	Successful [][2]Time `json:"successful"`
	Failed     [][2]Time `json:"failed"`
}

func (b *Batches) value() jinja.Value {
	if b == nil {
		return nil
	}
	list := func(batches [][2]Time) *jinja.List {
		out := jinja.NewList()
		for _, batch := range batches {
			out.Append(jinja.NewList(batch[0].offset(), batch[1].offset()))
		}
		return out
	}
	return jinja.DictOf("successful", list(b.Successful), "failed", list(b.Failed))
}

// offset is the time in the form that dbt gives the times of batches and of sources: that of Python's isoformat.
func (t Time) offset() jinja.Value {
	if t.IsZero() {
		return nil
	}
	if t.Nanosecond() < int(time.Microsecond) {
		return t.UTC().Format("2006-01-02T15:04:05-07:00")
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000-07:00")
}

func timings(all []Timing) *jinja.List {
	out := jinja.NewList()
	for _, t := range all {
		out.Append(jinja.DictOf("name", t.Name, "started_at", t.StartedAt.value(), "completed_at", t.CompletedAt.value()))
	}
	return out
}

// Dict is the response as templates and artifacts have it.
func (r Response) Dict() *jinja.Dict {
	d := jinja.NewDict()
	for _, pair := range [][2]string{{"_message", r.Message}, {"code", r.Code}} {
		if pair[1] != "" {
			d.Put(pair[0], pair[1])
		}
	}
	if r.RowsAffected != nil {
		d.Put("rows_affected", int(*r.RowsAffected))
	}
	if r.QueryID != "" {
		d.Put("query_id", r.QueryID)
	}
	if r.BytesProcessed > 0 {
		d.Put("bytes_processed", int(r.BytesProcessed))
	}
	return d
}

// value is what p points to, None for nil.
func value[T any](p *T) jinja.Value {
	if p == nil {
		return nil
	}
	return *p
}

// The versions of run_results.json that are read.
const (
	oldestRunResults = 4
	newestRunResults = 6
)

// ReadRunResults reads run_results.json of version 4, 5 or 6. Statuses and names that it does not know are kept or passed over.
func ReadRunResults(r io.Reader) (*RunResults, error) {
	out := &RunResults{}
	if err := decode(r, out); err != nil {
		return nil, err
	}
	return out, checkSchema(out.Metadata.Schema, "run-results", oldestRunResults, newestRunResults)
}

// Time is an instant in UTC, to the microsecond. The zero value is null.
type Time struct{ time.Time }

func (t Time) value() jinja.Value {
	switch {
	case t.IsZero():
		return nil
	case t.Nanosecond() < int(time.Microsecond):
		return t.UTC().Format("2006-01-02T15:04:05Z")
	default:
		return t.UTC().Format("2006-01-02T15:04:05.000000Z")
	}
}

// UnmarshalJSON implements json.Unmarshaler. Times of older versions may lack the zone.
func (t *Time) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil || s == nil {
		return err
	}
	text := *s
	if !strings.ContainsAny(text[min(len(text), 10):], "Z+-") {
		text += "Z"
	}
	at, err := time.Parse(time.RFC3339Nano, text)
	t.Time = at
	return err
}

// Args are the arguments of a command, in their order.
type Args struct{ *jinja.Dict }

// UnmarshalJSON implements json.Unmarshaler.
func (a *Args) UnmarshalJSON(b []byte) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	v, err := decodeValue(d)
	if err != nil {
		return err
	}
	a.Dict, _ = v.(*jinja.Dict)
	return nil
}

// decodeValue is the template value of JSON, with objects in their order.
func decodeValue(d *json.Decoder) (jinja.Value, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '{' {
			return decodeDict(d)
		}
		return decodeList(d)
	case json.Number:
		if n, err := strconv.Atoi(t.String()); err == nil {
			return n, nil
		}
		return t.Float64()
	default:
		return token, nil
	}
}

func decodeDict(d *json.Decoder) (jinja.Value, error) {
	out := jinja.NewDict()
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := decodeValue(d)
		if err != nil {
			return nil, err
		}
		name, _ := key.(string) // JSON has no other keys
		out.Put(name, v)
	}
	_, err := d.Token()
	return out, err
}

func decodeList(d *json.Decoder) (jinja.Value, error) {
	out := jinja.NewList()
	for d.More() {
		v, err := decodeValue(d)
		if err != nil {
			return nil, err
		}
		out.Append(v)
	}
	_, err := d.Token()
	return out, err
}

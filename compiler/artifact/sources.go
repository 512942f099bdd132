package artifact

import (
	"io"

	"github.com/modsql/mod/compiler/jinja"
)

// SourcesSchema is the version of sources.json that is written.
// https://schemas.getdbt.com/dbt/sources/v3.json
const SourcesSchema = "https://schemas.getdbt.com/dbt/sources/v3.json"

// Sources is sources.json: how fresh the sources were.
type Sources struct {
	Metadata    RunMetadata    `json:"metadata"`
	Results     []SourceResult `json:"results"`
	ElapsedTime float64        `json:"elapsed_time"`
}

// RuntimeError is the status of a source whose check could not run.
const RuntimeError = "runtime error"

// SourceResult is how fresh one source was. Of a check that could not run only UniqueID, Error and Status are known.
type SourceResult struct {
	UniqueID      string   `json:"unique_id"`
	Status        string   `json:"status"` // "pass", "warn", "error" or RuntimeError
	Error         *string  `json:"error"`
	MaxLoadedAt   Time     `json:"max_loaded_at"`
	SnapshottedAt Time     `json:"snapshotted_at"`
	Age           float64  `json:"max_loaded_at_time_ago_in_s"`
	Criteria      Criteria `json:"criteria"`
	Response      Response `json:"adapter_response"`
	Timing        []Timing `json:"timing"`
	ThreadID      string   `json:"thread_id"`
	ExecutionTime float64  `json:"execution_time"`
}

// Criteria is what a source's age was measured against. A nil limit is none.
type Criteria struct {
	WarnAfter  *Limit  `json:"warn_after"`
	ErrorAfter *Limit  `json:"error_after"`
	Filter     *string `json:"filter"`
}

// Limit is an age: so many minutes, hours or days. One without count or period is never exceeded.
type Limit struct {
	Count  *int    `json:"count"`
	Period *string `json:"period"`
}

// Write writes the file in the form in which dbt does.
func (s *Sources) Write(w io.Writer) error {
	e := newEncoder(w)
	e.object(func() {
		e.key("metadata")
		e.value(s.Metadata.dict(SourcesSchema))
		e.key("results")
		dicts(e, s.Results, (*SourceResult).dict)
		e.key("elapsed_time")
		e.value(s.ElapsedTime)
	})
	return e.flush()
}

func (r *SourceResult) dict() *jinja.Dict {
	if r.Status == RuntimeError {
		return jinja.DictOf("unique_id", r.UniqueID, "error", value(r.Error), "status", r.Status)
	}
	return jinja.DictOf("unique_id", r.UniqueID, "max_loaded_at", r.MaxLoadedAt.offset(), "snapshotted_at", r.SnapshottedAt.offset(),
		"max_loaded_at_time_ago_in_s", r.Age, "status", r.Status, "criteria", r.Criteria.dict(), "adapter_response", r.Response.Dict(),
		"timing", timings(r.Timing), "thread_id", r.ThreadID, "execution_time", r.ExecutionTime)
}

func (c Criteria) dict() *jinja.Dict {
	return jinja.DictOf("warn_after", c.WarnAfter.dict(), "error_after", c.ErrorAfter.dict(), "filter", value(c.Filter))
}

func (l *Limit) dict() jinja.Value {
	if l == nil {
		return nil
	}
	return jinja.DictOf("count", value(l.Count), "period", value(l.Period))
}

// ReadSources reads sources.json, version 3.
func ReadSources(r io.Reader) (*Sources, error) {
	out := &Sources{}
	if err := decode(r, out); err != nil {
		return nil, err
	}
	return out, checkSchema(out.Metadata.Schema, "sources", 3, 3)
}

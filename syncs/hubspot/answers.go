package hubspot

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/web"
)

// batchAnswer is what a batch endpoint answers: what it wrote, and in a 207 what it did not.
type batchAnswer struct {
	Results []struct {
		Trace string `json:"objectWriteTraceId"`
	}
	Errors []batchError
}

type batchError struct {
	Category, Message string
	Context           map[string]any // lists of texts
}

// outcomes is an error for each row that the answer tells is not written. One that it tells without a record is of all that it does not
// tell are written.
func outcomes(b *syncs.Batch, r *web.Response) ([]error, error) {
	var a batchAnswer
	if err := json.Unmarshal(r.Body, &a); err != nil {
		return nil, unreadable(err)
	}
	out := make([]error, len(b.Rows))
	var written []string
	for _, result := range a.Results {
		written = append(written, result.Trace)
	}
	for _, e := range a.Errors {
		err := e.outcome(b)
		traces, ids := texts(e.Context["objectWriteTraceId"]), texts(e.Context["ids"])
		for i := range b.Rows {
			trace, id := trace(&b.Rows[i]), text(b.Rows[i].Values[0])
			switch {
			case slices.Contains(traces, trace), len(traces) == 0 && slices.Contains(ids, id):
				out[i] = err
			case len(traces)+len(ids) == 0 && !slices.Contains(written, trace):
				out[i] = err
			}
		}
	}
	return out, nil
}

// trace is what a row is called in an answer.
func trace(r *syncs.Row) string { return fmt.Sprint("row-", r.Number) }

func texts(v any) []string {
	list, ok := v.([]any)
	if !ok && v != nil {
		list = []any{v}
	}
	var out []string
	for _, item := range list {
		out = append(out, fmt.Sprint(item))
	}
	return out
}

// outcome is what the error means for a row: what is there need not be created, what is gone need not be cleared.
func (e *batchError) outcome(b *syncs.Batch) error {
	switch {
	case e.Category == "CONFLICT" && b.Mode == syncs.InsertMode, e.Category == "OBJECT_NOT_FOUND" && b.Op == syncs.Clear:
		return nil
	case e.Category == "RATE_LIMITS":
		return &syncs.Error{Class: syncs.Limited, Message: e.Message}
	default:
		return &syncs.Error{Class: syncs.Rejected, Message: e.Message}
	}
}

// classify tells a quota of the day from one of the second by the name of the limit that was hit
// (https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines#error-responses), and a property or an object that is
// not there from a value that is refused.
func classify(r *web.Response) *syncs.Error {
	e := web.Failure(r)
	var body struct{ PolicyName string }
	_ = json.Unmarshal(r.Body, &body) // an answer without one is judged by its status
	switch {
	case body.PolicyName == "DAILY":
		e.Class = syncs.Exhausted
	case e.Class == syncs.Limited && e.After == 0 && body.PolicyName == "TEN_SECONDLY_ROLLING":
		e.After = 10 * time.Second
	case e.Class == syncs.Limited && e.After == 0 && body.PolicyName == "SECONDLY":
		e.After = time.Second
	case e.Class == syncs.Rejected && (bytes.Contains(r.Body, []byte("PROPERTY_DOESNT_EXIST")) || bytes.Contains(r.Body, []byte("Unable to infer object type"))):
		e.Class = syncs.Missing
	}
	return e
}

// about names an object that is missing: HubSpot's own words may not.
func about(object string, err error) error {
	var e *syncs.Error
	if errors.As(err, &e) && e.Class == syncs.Missing {
		return &syncs.Error{Class: syncs.Missing, Message: fmt.Sprintf("there is no object %q: %s", object, e.Message)}
	}
	return err
}

func unreadable(err error) error {
	return &syncs.Error{Class: syncs.Transient, Message: "HubSpot's answer cannot be read: " + err.Error()}
}

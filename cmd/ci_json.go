package cmd

import (
	"encoding/json"
	"errors"
	"io"
	"time"

	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/runner"
)

// ciJSON is what was found out about a pull request, as other programs read it.
type ciJSON struct {
	Verdict     string        `json:"verdict"`
	Status      int           `json:"status"` // that mod ends with
	Project     string        `json:"project"`
	Target      string        `json:"target"`
	Environment string        `json:"environment"` // "" if nothing was built
	Base        baseJSON      `json:"base"`
	Models      []ciModelJSON `json:"models"`
	Tests       []ciTestJSON  `json:"tests"`
	Problems    []jsonProblem `json:"problems"`
	LeftOut     int           `json:"problems_left_out"` // that the base has too
	Comparisons []diffJSON    `json:"comparisons"`
	Syncs       []ciSyncJSON  `json:"syncs"` // what those of what changes would send
}

type baseJSON struct {
	Commit   string     `json:"commit,omitempty"`
	Branch   string     `json:"branch,omitempty"`
	Time     *time.Time `json:"committed_at,omitempty"`
	Behind   int        `json:"behind"`
	Manifest string     `json:"manifest,omitempty"`
	Unknown  string     `json:"unknown,omitempty"` // why it is not known
	Stale    []string   `json:"stale"`             // what the target has otherwise than the base makes it
	Ahead    bool       `json:"target_is_newer"`
}

type ciModelJSON struct {
	ID      string   `json:"id"`
	State   string   `json:"state"`
	Reasons []string `json:"reasons"`
	Own     *bool    `json:"by_this"` // whether it is this pull request that changes it; null if that is not known
	Rows    *int64   `json:"rows"`    // as built; null if it was not
	Seconds *float64 `json:"seconds"`
	Bytes   *int64   `json:"bytes"` // that were read to build it; null if that is not known

	SecondsAtTarget *float64 `json:"seconds_at_target"` // that its last build there took; null if that is not known
	BytesAtTarget   *int64   `json:"bytes_at_target"`
}

type ciTestJSON struct {
	ID       string `json:"id"`
	Status   string `json:"status"`
	Failures *int   `json:"failures"`
	Message  string `json:"message,omitempty"`
	Path     string `json:"path,omitempty"`
	Line     int    `json:"line,omitempty"`
}

// writeJSON writes all that the report tells.
func (v *review) writeJSON(w io.Writer) error {
	out := ciJSON{
		Verdict: v.verdict(), Project: v.project.Root.Name, Target: v.project.Target.Name, Base: v.base.json(),
		Models: []ciModelJSON{}, Tests: []ciTestJSON{}, Problems: problemsJSON(v.problems), LeftOut: v.before + v.elsewhere, Comparisons: []diffJSON{}, Syncs: []ciSyncJSON{},
	}
	var ended outcome
	if errors.As(v.outcome(), &ended) {
		out.Status = ended.status
	}
	if v.steps != nil {
		out.Environment = v.environmentName()
	}
	for _, m := range v.models() {
		out.Models = append(out.Models, v.modelJSON(m))
	}
	for _, r := range v.ordered() {
		if isTest(r.Node) {
			out.Tests = append(out.Tests, testJSON(r))
		}
	}
	for _, c := range v.found {
		out.Comparisons = append(out.Comparisons, jsonOf(c))
	}
	for _, s := range v.syncs {
		out.Syncs = append(out.Syncs, s.json())
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(out)
}

func (b *base) json() baseJSON {
	out := baseJSON{Manifest: b.manifest, Stale: []string{}, Ahead: b.ahead}
	if b.why != nil {
		out.Unknown = b.why.Error()
	}
	if b.Base != nil {
		out.Commit, out.Branch, out.Behind, out.Time = b.Commit, b.Branch, b.Behind, &b.Time
	}
	for _, n := range b.stale {
		out.Stale = append(out.Stale, n.ID)
	}
	return out
}

func (v *review) modelJSON(m *change.Verdict) ciModelJSON {
	out := ciModelJSON{ID: m.ID, State: string(m.State), Reasons: []string{}}
	for _, r := range m.Reasons {
		out.Reasons = append(out.Reasons, r.Text)
	}
	if v.base.own != nil {
		own := v.base.own[m.ID] != nil
		out.Own = &own
	}
	if r := v.of.ran[m.Node]; r != nil && r.Status == runner.Success {
		seconds := r.Finished.Sub(r.Started).Seconds()
		out.Seconds = &seconds
		if r.Rows >= 0 {
			out.Rows = &r.Rows
		}
		if r.Bytes > 0 {
			out.Bytes = &r.Bytes
		}
	}
	if b, ok := v.of.home[m.ID]; ok && !b.Ended.IsZero() {
		seconds := b.Ended.Sub(b.Began).Seconds()
		out.SecondsAtTarget, out.BytesAtTarget = &seconds, b.Bytes
	}
	return out
}

func testJSON(r *runner.Result) ciTestJSON {
	out := ciTestJSON{ID: r.Node.ID, Status: string(r.Status), Failures: r.Failures}
	if r.Status == runner.Pass || r.Status == runner.Success {
		return out
	}
	d := problemOf(r)
	out.Message = d.Message
	if d.Span.Source != nil {
		out.Path, out.Line = d.Span.Source.Path, d.Span.Position().Line
	}
	return out
}

package runner

import (
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/jinja"
)

// Artifact is the content of run_results.json. args are the command's; nil is none.
func (r *Results) Artifact(g *compiler.Graph, m artifact.RunMetadata, args *jinja.Dict) *artifact.RunResults {
	out := &artifact.RunResults{Metadata: m, ElapsedTime: r.Finished.Sub(r.Started).Seconds(), Args: artifact.Args{Dict: args}}
	for _, x := range r.All {
		if x.Step != nil && !told(x.Step) {
			continue // as in dbt, where those that read the model say so
		}
		if x.Node.Type == compiler.Copy { // which no reader of artifacts knows
			continue
		}
		out.Results = append(out.Results, x.artifact(g))
	}
	return out
}

// response is what the warehouse said of the main statement.
func (r *Result) response() artifact.Response {
	out := artifact.Response{Message: r.Response, Code: r.Code, QueryID: r.QueryID, BytesProcessed: r.Bytes}
	if r.Response != "" && r.Rows >= 0 {
		out.RowsAffected = &r.Rows
	}
	return out
}

func (r *Result) artifact(g *compiler.Graph) artifact.RunResult {
	out := artifact.RunResult{
		Status: string(r.Status), ThreadID: threadName(r), ExecutionTime: r.Finished.Sub(r.Started).Seconds(),
		Failures: r.Failures, UniqueID: r.Node.ID,
	}
	out.Timing = r.timings()
	out.Batches, out.Overloads = r.Batches.artifact(), (*artifact.Overloads)(r.Overloads)
	out.Response = r.response()
	if message := r.dbtMessage(); message != "" {
		out.Message = &message
	}
	if r.Node.Type != compiler.Seed && r.Node.Type != compiler.Exposure && r.Node.Type != compiler.SavedQuery {
		compiled := !r.Compiling.IsZero() && (r.Status != Error || r.Compiled != "")
		out.Compiled = &compiled
		if compiled {
			out.CompiledCode = &r.Compiled
		}
		if name := g.RelationName(r.Node); name != "" {
			out.RelationName = &name
		}
	}
	return out
}

// timings are the parts of a turn as artifacts have them.
func (r *Result) timings() []artifact.Timing {
	var out []artifact.Timing
	for _, t := range r.timing() {
		out = append(out, artifact.Timing{Name: t.name, StartedAt: artifact.Time{Time: t.from}, CompletedAt: artifact.Time{Time: t.to}})
	}
	return out
}

// dbtMessage is the message as dbt words it: an error says what it is an error of.
func (r *Result) dbtMessage() string {
	if r.Status != Error || r.Node.Type == compiler.Operation || r.HeldBack != nil {
		return r.Message
	}
	kind := "Runtime"
	if r.Problem != nil {
		kind = "Compilation"
		if r.Problem.Code == WarehouseError {
			kind = "Database"
		}
	}
	path := r.Node.Path
	if r.Node.File != nil {
		path = r.Node.File.Path
	}
	return kind + " Error in " + string(r.Node.Type) + " " + r.Node.Name + " (" + path + ")\n  " + strings.ReplaceAll(r.Message, "\n", "\n  ")
}

// Artifact is the source's entry of sources.json.
func (f *Freshness) Artifact() artifact.SourceResult {
	if f.Status == Error {
		message := f.Message
		return artifact.SourceResult{UniqueID: f.Node.ID, Status: artifact.RuntimeError, Error: &message}
	}
	status := string(f.Status)
	if f.Status == Fail {
		status = string(Error) // as dbt calls a source that is too old
	}
	return artifact.SourceResult{
		UniqueID: f.Node.ID, Status: status, MaxLoadedAt: artifact.Time{Time: f.LoadedAt}, SnapshottedAt: artifact.Time{Time: f.SeenAt},
		Age: f.Age(), Criteria: criteria(f.Node.Freshness()), Response: f.response(), Timing: f.timings(),
		ThreadID: threadName(f.Result), ExecutionTime: f.Finished.Sub(f.Started).Seconds(),
	}
}

func criteria(rule compiler.FreshnessRule) artifact.Criteria {
	limit := func(l *compiler.AgeLimit) *artifact.Limit {
		if l == nil {
			return &artifact.Limit{}
		}
		return &artifact.Limit{Count: &l.Count, Period: &l.Period}
	}
	out := artifact.Criteria{WarnAfter: limit(rule.WarnAfter), ErrorAfter: limit(rule.ErrorAfter)}
	if rule.Filter != "" {
		out.Filter = &rule.Filter
	}
	return out
}

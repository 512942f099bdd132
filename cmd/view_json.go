package cmd

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/runner"
)

// jsonView writes an object for each event, one a line, in the envelope that tools know from dbt: docs/reference/events.md.
type jsonView struct{ *app }

// info is what every event has.
type info struct {
	Name         string    `json:"name"`
	Level        string    `json:"level"`
	Message      string    `json:"msg"`
	At           time.Time `json:"ts"`
	InvocationID string    `json:"invocation_id"`
}

// nodeInfo is the node of an event.
type nodeInfo struct {
	UniqueID     string `json:"unique_id"`
	Name         string `json:"node_name"`
	ResourceType string `json:"resource_type"`
	Materialized string `json:"materialized,omitempty"`
	Path         string `json:"node_path,omitempty"`
	Status       string `json:"node_status,omitempty"`
	StartedAt    string `json:"node_started_at,omitempty"`
	FinishedAt   string `json:"node_finished_at,omitempty"`
	Relation     any    `json:"node_relation,omitempty"`
}

// relationInfo is where a node is stored.
type relationInfo struct {
	Database string `json:"database"`
	Schema   string `json:"schema"`
	Name     string `json:"alias"`
}

func aboutNode(n *compiler.Node) *nodeInfo {
	if n == nil {
		return nil
	}
	i := &nodeInfo{UniqueID: n.ID, Name: n.Name, ResourceType: string(n.Type), Path: n.Path}
	if n.Config != nil && n.Type == compiler.Model {
		i.Materialized = n.Config.Materialized()
	}
	if n.Relation.Name != "" {
		i.Relation = relationInfo{n.Relation.Database, n.Relation.Schema, n.Relation.Name}
	}
	return i
}

func (v *jsonView) event(e runner.Event) {
	switch e := e.(type) {
	case runner.Started:
		v.write("RunStarted", "info", "running "+count(len(e.Plan.Steps), "node"), e.At, started(e))
	case runner.StepStarted:
		n := aboutNode(e.Step.Node)
		n.Status, n.StartedAt = "started", stamp(e.At)
		v.write("NodeStart", "info", "start "+e.Step.Node.Label(), e.At, map[string]any{
			"node_info": n, "index": e.Number, "total": e.Total, "action": e.Step.Action, "reason": e.Step.Reason,
		})
	case runner.Statement:
		v.statement(e)
	case runner.Logged:
		level := e.Level
		if level == "print" {
			level = "info"
		}
		v.write("Log", level, e.Text, e.At, map[string]any{"node_info": aboutNode(e.Node), "print": e.Level == "print"})
	case runner.Retrying:
		v.write("Retry", "warn", e.Err.Error(), v.Now(), map[string]any{"node_info": aboutNode(e.Node), "attempt": e.Attempt, "wait": e.Wait.Seconds()})
	case runner.Waiting:
		v.write("Waiting", "warn", e.Err.Error(), v.Now(), map[string]any{"wait": e.Wait.Seconds()})
	case runner.BatchFinished:
		v.batch(e)
	case runner.StepFinished:
		v.finished(e)
	case runner.SyncProgress:
		v.syncing(e)
	case runner.SyncFinished:
		v.synced(e.Result)
	case runner.Finished:
		v.write("CommandCompleted", "info", newLineView(v.plain()).summary(e.Results), e.Results.Finished, map[string]any{
			"success": !e.Results.Failed() && !e.Results.Interrupted, "interrupted": e.Results.Interrupted,
			"elapsed": e.Results.Finished.Sub(e.Results.Started).Seconds(), "counts": counts(e.Results),
		})
	}
}

func (v *jsonView) batch(e runner.BatchFinished) {
	r := e.Result
	level := "info"
	if r.Status == runner.Error {
		level = "error"
	}
	v.write("BatchFinished", level, fmt.Sprintf("%s %s: %s", r.Node.Label(), e.Batch.Name(), r.Status), r.Finished, map[string]any{
		"node_info": aboutNode(r.Node), "batch": e.Batch.Name(), "event_time_start": stamp(e.Batch.Start), "event_time_end": stamp(e.Batch.End),
		"index": e.Number, "total": e.Total, "status": r.Status, "execution_time": r.Finished.Sub(r.Started).Seconds(),
	})
}

// plain is the app without colour.
func (v *jsonView) plain() *app {
	a := *v.app
	a.flags.colors = "false"
	return &a
}

func started(e runner.Started) map[string]any {
	var ids []string
	for _, step := range e.Plan.Steps {
		ids = append(ids, step.Node.ID)
	}
	return map[string]any{"threads": e.Threads, "nodes": ids}
}

func counts(results *runner.Results) map[runner.Status]int {
	out := map[runner.Status]int{}
	for _, r := range results.All {
		out[r.Status]++
	}
	return out
}

func (v *jsonView) statement(e runner.Statement) {
	data := map[string]any{"node_info": aboutNode(e.Node), "sql": cmp.Or(e.Sent, e.SQL), "elapsed": e.Took.Seconds()}
	if e.Rows >= 0 {
		data["rows"] = e.Rows
	}
	if e.Err != nil {
		data["error"] = e.Err.Error()
	}
	v.write("SQLQuery", "debug", e.SQL, v.Now(), data)
}

func (v *jsonView) finished(e runner.StepFinished) {
	r := e.Result
	n := aboutNode(r.Node)
	n.Status, n.StartedAt, n.FinishedAt = string(r.Status), stamp(r.Started), stamp(r.Finished)
	data := map[string]any{
		"node_info": n, "status": r.Status, "message": r.Message, "index": e.Number, "total": e.Total,
		"execution_time": r.Finished.Sub(r.Started).Seconds(), "thread": r.Thread,
	}
	if r.Rows >= 0 && r.Status != runner.Skipped {
		data["rows_affected"] = r.Rows
	}
	if r.Failures != nil {
		data["num_failures"] = *r.Failures
	}
	if r.CompiledPath != "" {
		data["compiled_path"] = r.CompiledPath
	}
	if r.Because != nil {
		data["because"] = r.Because.ID
	}
	if r.HeldBack != nil {
		data["held_back_by"] = r.HeldBack.ID
	}
	if levelOf(r) >= levelWarn && r.HeldBack == nil {
		data["problem"] = problemOf(r)
	}
	level := map[int]string{levelError: "error", levelWarn: "warn", levelInfo: "info"}[levelOf(r)]
	v.write("NodeFinished", level, newLineView(v.plain()).line(r), r.Finished, data)
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

func (v *jsonView) problems(found []*diag.Diagnostic) {
	for _, d := range found {
		level := map[diag.Severity]string{diag.Error: "error", diag.Warning: "warn", diag.Info: "info"}[d.Severity]
		v.write("Diagnostic", level, d.Error(), v.Now(), d)
	}
}

func (v *jsonView) fail(message, hint string) {
	v.write("Error", "error", message, v.Now(), map[string]any{"hint": hint})
}

func (v *jsonView) note(text string) { v.write("Note", "info", text, v.Now(), map[string]any{}) }

func (v *jsonView) close() {}

// write writes an event that the level asks for.
func (v *jsonView) write(name, level, message string, at time.Time, data any) {
	if (map[string]int{"debug": levelDebug, "warn": levelWarn, "error": levelError, "info": levelInfo})[level] < v.level() {
		return
	}
	line, err := json.Marshal(map[string]any{"info": info{name, level, message, at.UTC(), v.id}, "data": data})
	if err != nil {
		return // every event is made of text and numbers
	}
	_, _ = v.err.Write(append(line, '\n'))
}

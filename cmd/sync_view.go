package cmd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/runner"
)

// synced is the line of a sync that has finished, and why it did not do everything.
func (v *lineView) synced(r *runner.SyncResult) {
	mark, level := v.good.Render("✓"), levelInfo
	if r.State != runner.SyncDone {
		mark, level = v.bad.Render("✗"), levelError
	}
	n := r.Plan.Node
	text := sentText(r.Progress)
	if text == nothingSent && r.State != runner.SyncDone {
		text = "nothing was sent"
	}
	if r.State == runner.SyncIncomplete {
		text += ", incomplete"
	}
	v.write(level, fmt.Sprintf("%s %s %s %s  %s  %s", mark, n.Name, v.dim.Render("→"), destinationText(n), text, v.dim.Render(took(r.Finished.Sub(r.Started)))))
	if r.Err == nil {
		return
	}
	if found := diagnosticsOf(r.Err); found != nil {
		v.problems(found)
	} else {
		v.write(levelError, "    "+strings.ReplaceAll(r.Err.Error(), "\n", "\n    "))
	}
	for i, l := range r.Letters {
		if i == lettersShown {
			v.write(levelError, v.dim.Render("    … mod sync status "+n.Name+" shows more"))
			break
		}
		v.write(levelError, "    "+letterText(n.Sync.Key, l))
	}
}

// diagnosticsOf are the problems of the project that an error is; nil if it is none.
func diagnosticsOf(err error) []*diag.Diagnostic {
	var many *diag.Errors
	var one *diag.Diagnostic
	switch {
	case errors.As(err, &many):
		return many.List.Sorted()
	case errors.As(err, &one):
		return []*diag.Diagnostic{one}
	default:
		return nil
	}
}

// lettersShown is how many refused rows are told of at the end of a run.
const lettersShown = 5

// letterText tells of a row that was refused.
func letterText(key []string, l runner.SyncLetter) string {
	var parts []string
	for i, v := range l.Key {
		parts = append(parts, key[i]+" "+valueText(v))
	}
	return fmt.Sprintf("%s %s: %s (%s, %s)", l.Op, strings.Join(parts, ", "), l.Error, l.Class, count(l.Attempts, "attempt"))
}

// syncing is what a terminal shows of a sync under way, or a log of one that begins to send.
func (v *lineView) syncing(e runner.SyncProgress) {
	n := e.Plan.Node
	switch {
	case e.State != runner.SyncSending:
		v.write(levelDebug, v.dim.Render(fmt.Sprintf("%s start %s", v.clock(e.At), n.Label())))
	case len(e.Sent.Delivered)+len(e.Sent.Rejected) > 0:
		v.write(levelDebug, v.dim.Render(fmt.Sprintf("%s %s: %s of %s", v.clock(e.At), n.Name, sentText(e.Sent), grouped(e.Plan.Changes()))))
	case e.Plan.Changes() > 0:
		v.write(levelInfo, fmt.Sprintf("%s %s %s %s  %s", v.dim.Render("·"), n.Name, v.dim.Render("→"), destinationText(n), changesText(&e.Plan)))
	}
}

func (v *jsonView) syncing(e runner.SyncProgress) {
	level := "info"
	if len(e.Sent.Delivered)+len(e.Sent.Rejected) > 0 {
		level = "debug"
	}
	v.write("SyncProgress", level, e.Plan.Node.Name+" "+string(e.State), e.At, map[string]any{
		"node_info": aboutNode(e.Plan.Node), "state": e.State, "inserts": e.Plan.Inserts, "updates": e.Plan.Updates, "removals": e.Plan.Removals,
		"delivered": e.Sent.Delivered, "rejected": e.Sent.Rejected, "retries": e.Sent.Retries,
	})
}

func (v *jsonView) synced(r *runner.SyncResult) {
	level, message := "info", ""
	if r.State != runner.SyncDone {
		level = "error"
	}
	if r.Err != nil {
		message = r.Err.Error()
	}
	n := r.Plan.Node
	v.write("SyncFinished", level, n.Name+": "+sentText(r.Progress), r.Finished, map[string]any{
		"node_info": aboutNode(n), "state": r.State, "delivered": r.Progress.Delivered, "rejected": r.Progress.Rejected, "retries": r.Progress.Retries,
		"execution_time": r.Finished.Sub(r.Started).Seconds(), "error": message,
	})
}

package runner

import (
	"errors"
	"testing"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/syncs"
)

func TestWhatAnAlertIsFor(t *testing.T) {
	t.Parallel()
	result := func(state, before SyncState, delivered, rejected int64) *SyncResult {
		r := &SyncResult{State: state, Before: before, Plan: SyncPlan{Node: &compiler.Node{Name: "s", Sync: &compiler.SyncSpec{}}}}
		r.Progress.Delivered = map[syncs.Op]int64{syncs.Insert: delivered}
		r.Progress.Rejected = map[syncs.Op]int64{syncs.Insert: rejected}
		if state != SyncDone {
			r.Err = errors.New("some were refused")
		}
		return r
	}
	both := []string{"failure", "recovery"}
	for _, x := range []struct {
		name   string
		alerts SyncAlerts
		result *SyncResult
		want   string
	}{
		{"it is done", SyncAlerts{On: both, Command: "c"}, result(SyncDone, SyncDone, 1, 0), ""},
		{"it failed", SyncAlerts{On: both, Command: "c"}, result(SyncFailed, "", 1, 1), "failure"},
		{"it ended early", SyncAlerts{On: both, Command: "c"}, result(SyncIncomplete, SyncDone, 1, 0), "failure"},
		{"it is well again", SyncAlerts{On: both, Command: "c"}, result(SyncDone, SyncFailed, 1, 0), "recovery"},
		{"it is well after a crash", SyncAlerts{On: both, Command: "c"}, result(SyncDone, SyncIncomplete, 0, 0), "recovery"},
		{"nobody wants to hear of that", SyncAlerts{On: []string{"failure"}, Command: "c"}, result(SyncDone, SyncFailed, 1, 0), ""},
		{"nobody is to hear of it", SyncAlerts{On: both}, result(SyncFailed, "", 1, 1), ""},
		{"few were refused", SyncAlerts{On: both, Command: "c", Rejected: Share{Percent: 5, Given: true}}, result(SyncFailed, "", 99, 1), ""},
		{"too many were refused", SyncAlerts{On: both, Command: "c", Rejected: Share{Percent: 5, Given: true}}, result(SyncFailed, "", 90, 10), "failure"},
		{"nothing was sent", SyncAlerts{On: both, Command: "c", Rejected: Share{Percent: 5, Given: true}}, result(SyncFailed, "", 0, 0), "failure"},
	} {
		got := ""
		if a := x.alerts.Alert("run", x.result); a != nil {
			got = a.Event
		}
		if got != x.want {
			t.Errorf("%s: the alert is %q, want %q", x.name, got, x.want)
		}
	}
}

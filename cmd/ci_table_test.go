package cmd

import (
	"testing"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/runner"
)

// What it takes to build a model is told beside what it took at the target, if it is worth telling.
func TestCosts(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	bytes := int64(2_500_000_000)
	n := &compiler.Node{ID: "model.shop.orders"}
	m := &change.Verdict{ID: n.ID, Node: n}
	for _, c := range []struct {
		home       *change.Built
		took       time.Duration
		read       int64
		time, size string
	}{
		{&change.Built{Began: at, Ended: at.Add(40 * time.Second), Bytes: &bytes}, 3 * time.Second, 999, "40s → 3.0s", "2.5 GB → 999 B"},
		{&change.Built{Began: at, Ended: at.Add(2 * time.Second)}, 9 * time.Second, 0, "", ""},
		{nil, 70 * time.Second, 999_999, "1m 10s", "1 MB"},
	} {
		v := &review{of: &reviewIndex{ran: map[*compiler.Node]*runner.Result{
			n: {Node: n, Status: runner.Success, Started: at, Finished: at.Add(c.took), Bytes: c.read},
		}, home: map[string]change.Built{}}}
		if c.home != nil {
			v.of.home[n.ID] = *c.home
		}
		if got := v.time(m); got != c.time {
			t.Errorf("time %q, want %q", got, c.time)
		}
		if got := v.read(m); got != c.size {
			t.Errorf("size %q, want %q", got, c.size)
		}
	}
}

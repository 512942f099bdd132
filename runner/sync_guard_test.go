package runner

import (
	"testing"

	"github.com/modsql/mod/syncs"
)

// TestGuards: rows are a bound, or a share of the records that are there; a first run changes as much as it likes.
func TestGuards(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		maxDelete, maxChange string
		plan                 SyncPlan
		want                 string // "" if it is carried out
	}{
		{"5%", "", SyncPlan{Removals: 5, Known: 100}, ""},
		{"5%", "", SyncPlan{Removals: 6, Known: 100}, "it would delete 6 of 100 records, more than max_delete: 5%"},
		{"0.5%", "", SyncPlan{Removals: 1, Known: 199}, "it would delete 1 of 199 records, more than max_delete: 0.5%"},
		{"3", "", SyncPlan{Removals: 3, Known: 3}, ""},
		{"3", "", SyncPlan{Removals: 4, Known: 1000}, "it would delete 4 of 1000 records, more than max_delete: 3"},
		{"0", "", SyncPlan{Removals: 1, Known: 1000}, "it would delete 1 of 1000 records, more than max_delete: 0"},
		{"100%", "10%", SyncPlan{Inserts: 4, Updates: 3, Removals: 3, Known: 100}, ""},
		{"100%", "10%", SyncPlan{Inserts: 5, Updates: 3, Removals: 3, Known: 100}, "it would change 11 records while there are 100, more than max_change: 10%"},
		{"100%", "10", SyncPlan{Inserts: 11, Known: 1}, "it would change 11 records while there are 1, more than max_change: 10"},
		{"100%", "10%", SyncPlan{Inserts: 1_000_000}, ""},
	} {
		l := SyncLimits{}
		for text, into := range map[string]*Share{c.maxDelete: &l.MaxDelete, c.maxChange: &l.MaxChange} {
			share, ok := parseShare(text)
			if text != "" && !ok {
				t.Fatalf("%q is no share", text)
			}
			if ok {
				*into = share
			}
		}
		c.plan.RemovalOp = syncs.Delete
		got := ""
		if err := l.guard(&c.plan); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("max_delete %s, max_change %s: %q, want %q", c.maxDelete, c.maxChange, got, c.want)
		}
	}
	for _, text := range []string{"", "-1", "101%", "many", "1.5"} {
		if share, ok := parseShare(text); ok {
			t.Errorf("%q is %v", text, share)
		}
	}
}

package state_test

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/runner/state"
)

// TestStateOfTheFirstVersionIsReadAndGoesOn reads tables as the first version has made and filled them, and goes on with them: nothing of what they say is lost.
func TestStateOfTheFirstVersionIsReadAndGoesOn(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		text, err := os.ReadFile("testdata/version_1.sql")
		if err != nil {
			t.Fatal(err)
		}
		p.exec(t, string(text))
		key := built("orders", 2).Key()
		check := func(k state.Known) {
			t.Helper()
			last := k.Builds[key]
			if len(k.Problems) > 0 || last.Kind != state.Added || !last.At.Equal(noon(2)) || last.Rows == nil || *last.Rows != 8 || last.Sources != nil || last.Beside != nil {
				t.Errorf("it was built last as %+v: %v", last, k.Problems)
			}
			if b, ok := k.Last(key, state.Built); !ok || b.Note != "it was selected" || !b.At.Equal(noon(1)) {
				t.Errorf("it was built as %+v", b)
			}
			want := interval.Of(interval.Range{From: noon(1).Add(-12 * time.Hour), To: noon(2).Add(-12 * time.Hour)})
			if diff := cmp.Diff(want, k.Claims[key].Loaded()); diff != "" || len(k.Inputs) > 0 {
				t.Errorf("loaded (-want +got):\n%s", diff)
			}
			if len(k.Runs) != 1 || k.Runs[0].Status != state.Succeeded || len(k.Leases) != 0 {
				t.Errorf("runs %+v, leases %+v", k.Runs, k.Leases)
			}
		}
		check(p.read(t, "prod"))
		if v := p.value(t, "select max(version) from mod.meta"); v != int64(state.Version) {
			t.Errorf("the version is %v", v)
		}
		check(p.read(t, "prod"))

		leases := state.Leases{Tables: p.Tables, Holder: state.NewHolder("run 3", "ben@shop"), For: time.Hour}
		got, err := leases.Acquire(t.Context(), p.conn, key)
		if err != nil {
			t.Fatal(err)
		}
		b := built("orders", 3)
		b.Beside = map[string]string{"grants": "x"}
		p.must(t)(p.Record(t.Context(), []state.Build{b}))
		if err := leases.Release(t.Context(), p.conn, got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, p.read(t, "prod").Builds[key]); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

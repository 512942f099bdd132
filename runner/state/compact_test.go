package state_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/runner/state"
)

// TestWhatIsClearedAwayIsReadByNobody records builds whose code names the code of others, ranges and runs, and compares what is read before and after rows are
// deleted: of all but what was dropped it is the same, and so is each code by which it is explained.
func TestWhatIsClearedAwayIsReadByNobody(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		rapid.Check(t, func(r *rapid.T) {
			p.exec(t, "delete from mod.builds", "delete from mod.code", "delete from mod.intervals", "delete from mod.runs")
			recordNaming(t, r, p)
			before := p.read(t, "prod", "it's", "other")
			details := p.explained(t, before)
			p.compact(t)
			after := p.read(t, "prod", "it's", "other")
			maps.DeleteFunc(before.History, func(key state.Key, _ []state.Build) bool { return before.Builds[key].Kind == state.Dropped })
			maps.DeleteFunc(after.History, func(key state.Key, _ []state.Build) bool { return after.Builds[key].Kind == state.Dropped })
			for key, b := range before.Builds {
				if b.Kind == state.Dropped {
					delete(before.Claims, key)
					delete(after.Claims, key)
				}
			}
			if diff := cmp.Diff(before.Builds, after.Builds); diff != "" {
				r.Fatalf("builds (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(before.History, after.History); diff != "" {
				r.Fatalf("history (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(orEmpty(before.Claims), orEmpty(after.Claims)); diff != "" {
				r.Fatalf("what is loaded (-before +after):\n%s", diff)
			}
			if diff := cmp.Diff(details, p.explained(t, after)); diff != "" {
				r.Fatalf("details (-before +after):\n%s", diff)
			}
			if left := p.value(t, "select count(*) from mod.code"); left != int64(len(details)) {
				r.Fatalf("%v rows of code are left, and %d are read", left, len(details))
			}
			if s, err := p.Surplus(t.Context(), p.conn, time.Now()); err != nil || s.Rows() != 0 {
				r.Fatalf("%d rows are left that nothing reads, %v", s.Rows(), err)
			}
		})
	})
}

// recordNaming records builds, each of which may name the code of earlier ones as what it read.
func recordNaming(t *testing.T, r *rapid.T, p *place) {
	var codes []fingerprint.Hash
	for _, b := range rapid.SliceOfN(builds(), 1, 12).Draw(r, "builds") {
		if b.Detail != nil {
			for range rapid.IntRange(0, 2).Draw(r, "reads") {
				if len(codes) > 0 {
					part := fingerprint.Upstream("model.up", fingerprint.Of("up"))
					part.Value = rapid.SampledFrom(codes).Draw(r, "read").String()
					b.Detail.Parts = append(b.Detail.Parts, part)
				}
			}
			key, err := b.Detail.Key()
			if err != nil {
				t.Fatal(err)
			}
			codes = append(codes, key)
		}
		p.must(t)(p.Record(t.Context(), []state.Build{b}))
		if rapid.Bool().Draw(r, "loaded") {
			from := time.Date(2024, 1, rapid.IntRange(1, 5).Draw(r, "from"), 0, 0, 0, 0, time.UTC)
			v := state.Interval{Key: b.Key(), Op: state.Load, Range: interval.Range{From: from, To: from.AddDate(0, 0, 1)}, At: b.At.Add(-time.Hour), Run: b.Run}
			if rapid.IntRange(0, 3).Draw(r, "clear") == 0 {
				v.Op, v.Range = state.Clear, interval.Range{}
			}
			p.must(t)(p.RecordIntervals(t.Context(), []state.Interval{v}))
		}
	}
}

// explained are the details of all that was built and not dropped, and of all versions that they name.
func (p *place) explained(t *testing.T, k state.Known) map[fingerprint.Hash]*state.Detail {
	t.Helper()
	out := map[fingerprint.Hash]*state.Detail{}
	var wanted []fingerprint.Hash
	for key, history := range k.History {
		for _, b := range history {
			if b.Kind != state.Dropped && k.Builds[key].Kind != state.Dropped {
				wanted = append(wanted, b.Code)
			}
		}
	}
	for len(wanted) > 0 {
		found, err := p.Details(t.Context(), p.conn, wanted)
		if err != nil {
			t.Fatal(err)
		}
		wanted = nil
		for key, d := range found {
			if out[key] != nil {
				continue
			}
			out[key] = d
			for _, part := range d.Parts {
				if read, err := fingerprint.Parse(part.Value); err == nil {
					wanted = append(wanted, read)
				}
			}
		}
	}
	return out
}

// compact deletes what nothing reads.
func (p *place) compact(t *testing.T) state.Surplus {
	t.Helper()
	s, err := p.Surplus(t.Context(), p.conn, time.Now())
	if err == nil {
		err = p.Compact(t.Context(), p.conn, s)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRunsThatDidWhatIsThereAreKept has three hundred old runs, one of which built something that is there, and one that goes on.
func TestRunsThatDidWhatIsThereAreKept(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		now := time.Now()
		for i := range 300 {
			u := state.Run{ID: fmt.Sprintf("r%03d", i), Environment: "prod", Command: "apply", Began: now.AddDate(0, 0, -40), Status: state.Running}
			p.must(t)(p.RecordRun(t.Context(), u))
			u.Status, u.Ended = state.Succeeded, u.Began.Add(time.Minute)
			p.must(t)(p.RecordRun(t.Context(), u))
		}
		detail := &state.Detail{SQL: "select 1"}
		b := state.Build{Environment: "prod", Node: "model.a", Kind: state.Built, At: now, Run: "r007", Detail: detail}
		b.Relation.Schema, b.Relation.Name = "s", "a"
		p.must(t)(p.Record(t.Context(), []state.Build{b}))
		b.Detail, b.Run = &state.Detail{SQL: "select 2"}, "r008"
		p.must(t)(p.Record(t.Context(), []state.Build{b}))
		p.must(t)(p.RecordRun(t.Context(), state.Run{ID: "going", Environment: "prod", Began: now.Add(-time.Hour), Status: state.Running}))
		if s := p.compact(t); s.Codes != 0 {
			t.Errorf("while a run goes on %d versions of code are taken for unnamed", s.Codes)
		}
		p.must(t)(p.RecordRun(t.Context(), state.Run{ID: "going", Environment: "prod", Began: now.Add(-time.Hour), Ended: now, Status: state.Succeeded}))
		if s := p.compact(t); s.Codes != 1 {
			t.Errorf("%d versions of code are taken for unnamed, not 1", s.Codes)
		}
		if got := p.value(t, "select count(*) from mod.code"); got != int64(1) {
			t.Errorf("%v versions of code are left, not 1", got)
		}
		runs := p.value(t, "select count(distinct run) from mod.runs")
		rows := p.value(t, "select count(*) from mod.runs")
		if runs != int64(101) || rows != int64(101) { // the newest hundred, and r008
			t.Errorf("%v rows of %v runs are left, not 101 of 101", rows, runs)
		}
		if got := p.value(t, "select count(*) from mod.runs where run = 'r008'"); got != int64(1) {
			t.Errorf("the run that built what is there has %v rows", got)
		}
	})
}

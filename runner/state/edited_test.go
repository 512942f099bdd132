package state_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/runner/state"
)

// TestRowsThatCannotBeTrueMakeLessKnown edits the tables by hand, and expects of the relation that nothing is known of it, of others everything,
// and that the row is told of.
func TestRowsThatCannotBeTrueMakeLessKnown(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		other := built("customers", 1)
		for _, test := range []struct{ name, edit, problem string }{
			{"short hash", "update mod.builds set hash = 'abc' where number = 2", `row 2 (model.shop.orders in prod) of the state's table builds is not used: fingerprint "abc" has 3 digits, not 32`},
			{"no hexadecimal digits", "update mod.builds set own = repeat('x', 32) where number = 2", "row 2 (model.shop.orders in prod)"},
			{"unknown kind", "update mod.builds set kind = 'made' where number = 2", `kind "made" is none`},
			{"no kind", "update mod.builds set kind = null where number = 2", `kind "" is none`},
			{"no time", "update mod.builds set built_at = null where number = 2", "it has no time"},
			{"no number", "update mod.builds set number = null where number = 2", "a row (model.shop.orders in prod) of the state's table builds is not used: it has no number"},
			{"two last rows", "insert into mod.builds select * from mod.builds where number = 2", "another row of this relation has the same number"},
			{"two last rows of two kinds", "update mod.builds set number = 2, kind = 'add' where number = 1", "another row of this relation has the same number"},
			{"bad code", "update mod.builds set code = 'x' where number = 2", "row 2"},
		} {
			p.exec(t, "delete from mod.builds")
			must := p.must(t)
			must(p.Record(t.Context(), []state.Build{built("orders", 1), built("orders", 2), other}))
			p.exec(t, test.edit)
			k := p.read(t, "prod")
			if diff := cmp.Diff(map[state.Key]state.Build{other.Key(): other}, k.Builds); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
			if len(k.Problems) != 1 || !strings.Contains(k.Problems[0].Error(), test.problem) {
				t.Errorf("%s: the problems are %v", test.name, k.Problems)
			}
		}
	})
}

func TestDetailThatWasEditedIsNotUsed(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		b := built("orders", 1)
		b.Detail = &state.Detail{SQL: "select 1"}
		key, err := b.Detail.Key()
		if err != nil {
			t.Fatal(err)
		}
		p.must(t)(p.Record(t.Context(), []state.Build{b}))
		for _, edit := range []string{`'{"sql":"select 2"}'`, `'{'`, "null"} {
			p.exec(t, "update mod.code set detail = "+edit)
			details, err := p.Details(t.Context(), p.conn, []fingerprint.Hash{key})
			var problem state.Problem
			if len(details) != 0 || !errors.As(err, &problem) {
				t.Errorf("%s: got %v, %v", edit, details, err)
			}
		}
	})
}

// loaded is a range of January that was loaded, from the first day to before the second.
func loaded(from, to int, op state.Op) state.Interval {
	return state.Interval{
		Key: keysOf("orders")[0], Op: op, Range: interval.Range{From: noon(from), To: noon(to)}, Own: fingerprint.Of("own"), At: noon(20), Run: "run 1",
	}
}

func TestIntervalsThatCannotBeTrueAreLoadedAgain(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		for _, test := range []struct {
			name, edit, problem string
			want                interval.Set
		}{
			{"untouched", "", "", interval.Of(loaded(1, 3, "").Range, loaded(4, 6, "").Range)},
			{"backwards", "update mod.intervals set from_at = '2024-01-30' where number = 2", "it ends before it begins", interval.Of(loaded(5, 6, "").Range)},
			{"no end", "update mod.intervals set to_at = null where number = 2", "no beginning or no end", interval.Of(loaded(5, 6, "").Range)},
			{"unknown op", "update mod.intervals set op = 'x' where number = 4", `op "x" is none`, nil},
			{"overlapping", "update mod.intervals set number = 1 where number = 2", "two claims overlap", interval.Of(loaded(5, 6, "").Range)},
			{"cleared", "insert into mod.intervals (number, environment, node, database_name, schema_name, relation_name, op, loaded_at) " +
				"select 9, environment, node, database_name, schema_name, relation_name, 'clear', loaded_at from mod.intervals where number = 1", "", nil},
		} {
			p.exec(t, "delete from mod.intervals")
			p.must(t)(p.RecordIntervals(t.Context(), []state.Interval{
				loaded(1, 5, state.Load), loaded(2, 4, state.Load), loaded(3, 4, state.Clear), loaded(5, 6, state.Load),
			}))
			if test.edit != "" {
				p.exec(t, test.edit)
			}
			k := p.read(t, "prod")
			if diff := cmp.Diff(test.want, k.Claims[keysOf("orders")[0]].Loaded()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
			var told []string
			for _, problem := range k.Problems {
				told = append(told, problem.Error())
			}
			if all := strings.Join(told, "\n"); test.problem == "" && all != "" || !strings.Contains(all, test.problem) {
				t.Errorf("%s: the problems are %q", test.name, all)
			}
		}
	})
}

func TestWhatIsOfTheFutureIsNotUsed(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		past, future := built("orders", 1), built("customers", 9)
		must := p.must(t)
		must(p.Record(t.Context(), []state.Build{past, future}))
		v := loaded(1, 2, state.Load)
		must(p.RecordIntervals(t.Context(), []state.Interval{v}))
		k := p.read(t, "prod").Before(noon(2))
		if diff := cmp.Diff(map[state.Key]state.Build{past.Key(): past}, k.Builds); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if len(k.Problems) != 2 || !errors.Is(k.Problems[0], state.ErrFuture) || len(k.Claims[v.Key]) != 0 {
			t.Errorf("%v, %v", k.Problems, k.Claims)
		}
		if k := p.read(t, "prod").Before(noon(2).Add(30 * 24 * time.Hour)); len(k.Problems) != 0 {
			t.Errorf("%v", k.Problems)
		}
	})
}

func TestRunIsReadAsItEnded(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		killed := state.Run{ID: "a", Environment: "prod", Command: "mod build", Began: noon(1), Status: state.Running, Holder: "ann@host", Version: "1"}
		begun := killed
		begun.ID, begun.Began = "b", noon(2)
		ended := begun
		ended.Ended, ended.Status = noon(3), state.Succeeded
		must := p.must(t)
		for _, r := range []state.Run{killed, begun, ended} {
			must(p.RecordRun(t.Context(), r))
		}
		if diff := cmp.Diff([]state.Run{ended, killed}, p.read(t, "prod").Runs); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

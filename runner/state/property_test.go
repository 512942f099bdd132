package state_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner/state"
)

// TestWhatIsRecordedIsRead records builds and intervals with any texts in any order of times, some at once and some one by one, and compares what
// is read with a model: of builds the last one of each kind, of intervals who loaded each hour.
func TestWhatIsRecordedIsRead(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		rapid.Check(t, func(r *rapid.T) {
			p.exec(t, "delete from mod.builds", "delete from mod.code", "delete from mod.intervals")
			recordBuilds(t, r, p)
			recordIntervals(t, r, p)
		})
	})
}

// texts have everything that some warehouse might take for something else.
func texts() *rapid.Generator[string] {
	return rapid.OneOf(rapid.SampledFrom([]string{"", "'", `\`, `\'`, `"`, "''", "$1", "{{ x }}", "é\u2028\U0001F600", "a\nb\tc\r", "--", "/*", ";", "%s", "null", `["a"]`}),
		rapid.StringMatching(`[ -~]{0,20}`))
}

func optionally[V any](of *rapid.Generator[V]) *rapid.Generator[*V] {
	return rapid.Custom(func(t *rapid.T) *V {
		if rapid.Bool().Draw(t, "absent") {
			return nil
		}
		v := of.Draw(t, "value")
		return &v
	})
}

func instants() *rapid.Generator[time.Time] {
	return rapid.Map(rapid.Int64Range(0, 4_000_000_000_000_000), func(micro int64) time.Time { return time.UnixMicro(micro).UTC() })
}

func hashes() *rapid.Generator[fingerprint.Hash] {
	return rapid.Map(rapid.StringMatching(`[ab]?`), func(s string) fingerprint.Hash {
		if s == "" {
			return fingerprint.Hash{}
		}
		return fingerprint.Of(s)
	})
}

func builds() *rapid.Generator[state.Build] {
	return rapid.Custom(func(t *rapid.T) state.Build {
		b := state.Build{
			Environment: rapid.SampledFrom([]string{"prod", "it's", "other"}).Draw(t, "environment"),
			Node:        rapid.SampledFrom([]string{"model.a", `model."b\'`}).Draw(t, "node"),
			Relation: relation.Relation{
				Database: rapid.SampledFrom([]string{"", "db"}).Draw(t, "database"), Schema: "s", Name: rapid.SampledFrom([]string{"t", "T"}).Draw(t, "name"),
			},
			Kind: rapid.SampledFrom([]state.Kind{state.Built, state.Added, state.Loaded, state.Promoted, state.Dropped}).Draw(t, "kind"),
			Hash: hashes().Draw(t, "hash"), Own: hashes().Draw(t, "own"), At: instants().Draw(t, "at"),
			Seconds: rapid.Float64Range(0, 1e9).Draw(t, "seconds"), Rows: optionally(rapid.Int64()).Draw(t, "rows"), Bytes: optionally(rapid.Int64Min(0)).Draw(t, "bytes"),
			Run: texts().Draw(t, "run"), Watermark: optionally(instants()).Draw(t, "watermark"), Note: texts().Draw(t, "note"),
		}
		if rapid.Bool().Draw(t, "detailed") {
			b.Detail = &state.Detail{SQL: texts().Draw(t, "sql"), Columns: []relation.Column{{Name: texts().Draw(t, "column"), Type: "text"}}}
		}
		return b
	})
}

func recordBuilds(t *testing.T, r *rapid.T, p *place) {
	want, details := map[state.Key][]state.Build{}, map[fingerprint.Hash]*state.Detail{}
	last := map[state.Key]state.Build{}
	for _, together := range rapid.SliceOfN(rapid.SliceOfN(builds(), 1, 4), 1, 3).Draw(r, "builds") {
		p.must(t)(p.Record(t.Context(), together))
		for _, b := range together {
			if b.Detail != nil {
				b.Code, _ = b.Detail.Key()
				details[b.Code], b.Detail = b.Detail, nil
			}
			if b.Environment == "other" {
				continue
			}
			earlier := slices.DeleteFunc(want[b.Key()], func(e state.Build) bool { return e.Kind == b.Kind })
			want[b.Key()], last[b.Key()] = append(earlier, b), b
		}
	}
	k := p.read(t, "prod", "it's")
	if len(k.Problems) > 0 {
		r.Fatalf("problems: %v", k.Problems)
	}
	if diff := cmp.Diff(want, orEmpty(k.History)); diff != "" {
		r.Fatalf("history (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(last, orEmpty(k.Builds)); diff != "" {
		r.Fatalf("builds (-want +got):\n%s", diff)
	}
	got, err := p.Details(t.Context(), p.conn, slices.Collect(maps.Keys(details)))
	if diff := cmp.Diff(details, got); diff != "" || err != nil {
		r.Fatalf("details (-want +got), %v:\n%s", err, diff)
	}
	for _, b := range last {
		if !b.Code.IsZero() && !k.Has(b.Code) {
			r.Fatalf("code %s is not known", b.Code)
		}
	}
}

func orEmpty[V any](m map[state.Key]V) map[state.Key]V {
	if m == nil {
		return map[state.Key]V{}
	}
	return m
}

func recordIntervals(t *testing.T, r *rapid.T, p *place) {
	const hours = 24
	key := state.Key{Environment: "prod", Node: "model.a", Relation: relation.Relation{Schema: "s", Name: "t"}}
	day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	var loaded [hours]string // by whom
	var pieces [hours]int    // which load has counted the hour; 0 for none
	for i := range rapid.IntRange(0, 6).Draw(r, "number") {
		from := rapid.IntRange(0, hours-1).Draw(r, "from")
		to := rapid.IntRange(from, hours).Draw(r, "to")
		v := state.Interval{
			Key: key, Op: rapid.SampledFrom([]state.Op{state.Load, state.Load, state.Clear}).Draw(r, "op"), At: instants().Draw(r, "at"),
			Range: interval.Range{From: day.Add(time.Duration(from) * time.Hour), To: day.Add(time.Duration(to) * time.Hour)},
			Own:   fingerprint.Of("code", string(rune('a'+i))),
		}
		if v.Op == state.Clear && rapid.Bool().Draw(r, "all") {
			v.Range, from, to = interval.Range{}, 0, hours
		}
		for h := from; v.Op == state.Load && h < to; h++ {
			at := day.Add(time.Duration(h) * time.Hour)
			v.Inputs = append(v.Inputs, state.Input{Node: "source.it's", Range: interval.Range{From: at, To: at.Add(time.Hour)}, Rows: int64(i + 1)})
		}
		p.must(t)(p.RecordIntervals(t.Context(), []state.Interval{v}))
		for h := from; h < to; h++ {
			if loaded[h], pieces[h] = "", 0; v.Op == state.Load {
				loaded[h], pieces[h] = v.Own.String(), i+1
			}
		}
	}
	k := p.read(t, "prod")
	var got [hours]string
	for _, c := range k.Claims[key] {
		for at := c.From; at.Before(c.To); at = at.Add(time.Hour) {
			got[int(at.Sub(day)/time.Hour)] = c.Code
		}
	}
	var counted [hours]int
	for _, in := range k.Inputs[key] {
		counted[int(in.From.Sub(day)/time.Hour)] = int(in.Rows)
	}
	if diff := cmp.Diff(pieces, counted); diff != "" {
		r.Fatalf("counted hours (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(loaded, got); diff != "" || len(k.Problems) > 0 {
		r.Fatalf("hours (-want +got), %v:\n%s", k.Problems, diff)
	}
}

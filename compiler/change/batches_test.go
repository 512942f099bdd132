package change_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/interval"
)

const batched = `
-- project.yml --
name: shop
models: {+materialized: incremental, +incremental_strategy: microbatch, +event_time: at_time, +begin: 2026-01-01, +batch_size: day}
-- profiles.yml --
shop: {target: dev, outputs: {dev: {type: duckdb, schema: main, path: shop.duckdb}}}
-- models/events.sql --
{{ config(materialized='table') }} select 1 as id, timestamp '2026-01-01' as at_time
-- models/daily.sql --
select id, at_time from {{ ref('events') }}
-- models/recent.sql --
{{ config(materialized='view') }} select id, at_time from {{ ref('daily') }}
-- models/weekly.sql --
{{ config(batch_size='week', lookback=0) }} select count(id) as n, at_time from {{ ref('recent') }} group by 2
-- models/patient.sql --
{{ config(partial_batches=false, lookback=2, begin='2026-01-03') }} select id, at_time from {{ ref('daily') }}
-- models/last.sql --
{{ config(batch_size='6 hours', lookback=0) }} select w.n, p.at_time from {{ ref('patient') }} p join {{ ref('weekly') }} w on w.at_time = p.at_time
-- models/total.sql --
{{ config(materialized='table') }} select count(*) as n from {{ ref('daily') }}
`

// newBatchWorld is a world of microbatch models, and two versions of it: in the second one a column is new that nobody uses.
func newBatchWorld(t testing.TB) (*world, [2]*change.Graph) {
	w := newWorld(t)
	w.files = map[string]string{}
	for _, f := range txtar.Parse([]byte(strings.TrimPrefix(batched, "\n"))).Files {
		w.files[f.Name] = string(f.Data)
	}
	w.clock = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	first := w.compiled()
	w.files["models/daily.sql"] = "select id, at_time, id + 1 as next from {{ ref('events') }}"
	return w, [2]*change.Graph{first, w.compiled()}
}

// load builds what is needed, and loads what of microbatch models is; failing tells which ranges fail.
func (w *world) load(g *change.Graph, failing func(interval.Range) bool) {
	for _, v := range w.verdicts(g) {
		if !v.Needed() || w.planned != nil && !w.planned(v.Node) {
			continue
		}
		claims := w.built[v.ID].Claims
		if v.Rebuild() || v.State == change.New {
			claims = nil
		}
		claims = claims.Remove(v.Again)
		at := w.clock
		w.build(g, v)
		b := w.built[v.ID]
		for _, r := range v.Intervals {
			claim := interval.Claim{Range: r.Intersect(interval.Range{From: r.From, To: v.Until}), Code: b.Own.String(), Began: at, At: at.Add(time.Second)}
			if !b.Data.IsZero() {
				claim.At = b.Data
			}
			if failing(r) {
				claims = claims.Remove(interval.Of(r))
				continue
			}
			rest, err := interval.NewClaims(append(claims.Remove(interval.Of(claim.Range)), claim)...)
			if err != nil {
				w.t.Fatal(err)
			}
			claims = rest
		}
		b.Claims = claims
		w.built[v.ID] = b
	}
}

// TestNothingIsMissingAfterALoad moves the clock, lets batches fail, sources have newer data and queries change, and then loads what is needed.
func TestNothingIsMissingAfterALoad(t *testing.T) {
	t.Parallel()
	start, graphs := newBatchWorld(t)
	rapid.Check(t, func(r *rapid.T) {
		w := *start
		w.built, w.now = map[string]change.Built{}, time.Date(2026, 1, 4, 0, 0, 0, 0, time.UTC)
		g, backwards := graphs[0], false
		for range rapid.IntRange(1, 6).Draw(r, "rounds") {
			hours := rapid.IntRange(-10, 40).Draw(r, "hours")
			w.now, backwards = w.now.Add(time.Duration(hours)*time.Hour), backwards || hours < 0
			switch rapid.IntRange(0, 4).Draw(r, "what") {
			case 0:
				g = graphs[rapid.IntRange(0, 1).Draw(r, "version")]
			case 1:
				if b, ok := w.built["model.shop.events"]; ok {
					b.Began, b.Ended, b.Data = w.clock, w.clock.Add(time.Second), time.Time{}
					w.built["model.shop.events"], w.clock = b, w.clock.Add(time.Minute)
				}
			case 2:
				day := time.Date(2026, 1, rapid.IntRange(1, 6).Draw(r, "day"), 0, 0, 0, 0, time.UTC)
				w.restate = map[string]interval.Set{"model.shop.daily": interval.Of(interval.Range{From: day, To: day.AddDate(0, 0, 1)})}
			}
			chosen := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"events", "daily", "recent", "weekly", "patient", "last", "total"}), rapid.ID).Draw(r, "chosen")
			w.planned = func(n *compiler.Node) bool { return slices.Contains(chosen, n.Name) }
			w.checkParents(r, g)
			bad := rapid.IntRange(-5, 8).Draw(r, "failing day")
			w.load(g, func(x interval.Range) bool {
				return bad > 0 && x.Contains(time.Date(2026, 1, bad, 12, 0, 0, 0, time.UTC))
			})
			w.restate, w.planned = nil, nil
			if rapid.IntRange(0, 2).Draw(r, "the rest waits") > 0 {
				continue
			}
			w.checkParents(r, g)
			w.load(g, func(interval.Range) bool { return false })
			if got := needed(w.verdicts(g)); got != "" {
				r.Fatalf("at %s, after it was loaded:\n%s", w.now, got)
			}
			w.checkNewer(r, g)
			if later := w.now.Truncate(6 * time.Hour).Add(6*time.Hour - time.Second); !backwards && w.now.Before(later) && !w.now.Equal(w.now.Truncate(6*time.Hour)) {
				w.now = later
				if got := needed(w.verdicts(g)); got != "" {
					r.Fatalf("at %s, still in the same batch:\n%s", w.now, got)
				}
			}
		}
	})
}

// readers are the microbatch models that microbatch models read.
func readers() map[string][]string {
	return map[string][]string{
		"model.shop.weekly": {"model.shop.daily"}, "model.shop.patient": {"model.shop.daily"}, "model.shop.last": {"model.shop.patient", "model.shop.weekly"},
	}
}

// checkNewer holds that nothing was loaded of older data than there is.
func (w *world) checkNewer(r *rapid.T, g *change.Graph) {
	for id, parents := range readers() {
		for _, parent := range parents {
			over := interval.Of(interval.Range{From: time.Unix(0, 0), To: g.Nodes[id].BatchSize().Floor(w.now)}) // what is not over may wait for that
			if newer := w.built[parent].Claims.After(w.built[id].Claims).Intersect(over); len(newer) > 0 {
				r.Fatalf("%s has newer data of %s than %s was loaded from", parent, newer, id)
			}
		}
	}
}

// checkParents holds that nothing is loaded before what it reads.
func (w *world) checkParents(r *rapid.T, g *change.Graph) {
	have := map[string]interval.Set{}
	for _, v := range w.verdicts(g) {
		loaded := w.built[v.ID].Claims.Loaded()
		switch {
		case w.planned != nil && !w.planned(v.Node):
			have[v.ID] = loaded
			continue
		case v.Rebuild():
			loaded = nil
		}
		will := v.Intervals.Intersect(interval.Of(interval.Range{From: time.Unix(0, 0), To: v.Until}))
		have[v.ID] = loaded.Union(will)
		for _, parent := range readers()[v.ID] {
			begin := interval.Of(interval.Range{From: v.Node.BatchSize().Floor(v.Node.Begin()), To: g.Nodes[parent].Begin()}) // there is nothing before the parent begins
			if lacking := will.Minus(have[parent]).Minus(begin); len(lacking) > 0 {
				r.Fatalf("at %s %s is to load %s, of which %s has nothing: %s", w.now, v.ID, will, parent, lacking)
			}
		}
	}
}

// TestCronRests lets newer data come before and after a model's cron comes round.
func TestCronRests(t *testing.T) {
	t.Parallel()
	w, _ := newBatchWorld(t)
	w.files["models/daily.sql"] = "{{ config(cron='0 5,17 * * *') }} select id, at_time from {{ ref('events') }}"
	w.planned = func(n *compiler.Node) bool { return n.Name == "events" || n.Name == "daily" }
	g := w.compiled()
	at := func(day, hour int) { w.now = time.Date(2026, 1, day, hour, 0, 0, 0, time.UTC); w.clock = w.now }
	daily := func() *change.Verdict {
		all := w.verdicts(g)
		return all[slices.IndexFunc(all, func(v *change.Verdict) bool { return v.ID == "model.shop.daily" })]
	}
	newer := func() {
		b := w.built["model.shop.events"]
		b.Began, b.Ended, b.Data = w.clock, w.clock.Add(time.Second), time.Time{}
		w.built["model.shop.events"] = b
	}
	for _, step := range []struct {
		day, hour int
		newer     bool
		want, due string
	}{
		{4, 4, false, "2026-01-01 – 2026-01-03", "next due on 2026-01-04 05:00 UTC: 2026-01-03 – 2026-01-04"},
		{4, 5, false, "2026-01-02 – 2026-01-04", "next due on 2026-01-05 05:00 UTC: 2026-01-04 – 2026-01-05"},
		{4, 9, true, "", "next due on 2026-01-05 05:00 UTC: 2026-01-04 – 2026-01-05"},
		{4, 17, false, "2026-01-02 – 2026-01-04", "next due on 2026-01-05 05:00 UTC: 2026-01-04 – 2026-01-05"},
		{5, 4, true, "", "next due on 2026-01-05 05:00 UTC: 2026-01-04 – 2026-01-05"},
		{5, 5, false, "2026-01-03 – 2026-01-05", "next due on 2026-01-06 05:00 UTC: 2026-01-05 – 2026-01-06"},
	} {
		if at(step.day, step.hour); step.newer {
			newer()
		}
		v := daily()
		got := ""
		if len(v.Intervals) > 0 {
			got = v.Intervals.String()
		}
		if got != step.want || v.Needed() != (step.want != "") || v.Next == nil || v.Next.String() != step.due {
			t.Fatalf("on %s: %s %q, %v; want %q, %s", w.now, v.State, got, v.Next, step.want, step.due)
		}
		w.load(g, func(interval.Range) bool { return false })
	}
}

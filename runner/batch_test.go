package runner

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/relation"
)

// daily is a microbatch model over ten days from 2024-01-01, of which those fail that the table bad holds. %s are more configs.
const daily = `
-- models/events.sql --
{{ config(materialized='table', event_time='happened') }}
select * from (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)) t(id), lateral (select timestamp '2023-12-31 12:00:00' + id * interval '1 day') u(happened)
-- models/daily.sql --
{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='happened', batch_size='day', begin='2024-01-01'%s) }}
select id, happened, cast(case when exists (select 1 from {{ target.schema }}.bad where day = '{{ model.batch.id if model.batch }}') then 'no' else '1' end as integer) as one
from {{ ref('events') }}
`

// batchTrial is a run of daily and what is to come of it.
type batchTrial struct {
	days, threads int
	bad           []int // days
}

func drawTrial(t *rapid.T) batchTrial {
	b := batchTrial{days: rapid.IntRange(1, 6).Draw(t, "days"), threads: rapid.IntRange(1, 4).Draw(t, "threads")}
	b.bad = rapid.SliceOfNDistinct(rapid.IntRange(1, b.days), 0, b.days, rapid.ID).Draw(t, "bad")
	return b
}

// succeed are the days whose batches succeed: none if the first fails.
func (b batchTrial) succeed() []int {
	var out []int
	for day := 1; day <= b.days && !slices.Contains(b.bad, 1); day++ {
		if !slices.Contains(b.bad, day) {
			out = append(out, day)
		}
	}
	return out
}

func (b batchTrial) status() Status {
	switch len(b.succeed()) {
	case b.days:
		return Success
	case 0:
		return Error
	default:
		return PartialSuccess
	}
}

// mark makes those days' batches fail, and no others.
func mark(t testing.TB, w adapters.Warehouse, schema string, bad []int) {
	t.Helper()
	conn, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // a failure shows in what follows
	sql := "create schema if not exists " + schema + "; drop table if exists " + schema + ".daily; create table if not exists " + schema + ".bad (day varchar(8)); delete from " + schema + ".bad"
	for _, day := range bad {
		sql += fmt.Sprintf("; insert into %s.bad values ('202401%02d')", schema, day)
	}
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}

func daysOf(batches []compiler.Batch) []int {
	var out []int
	for _, b := range batches {
		out = append(out, b.Start.Day())
	}
	return out
}

// checkBatches runs daily with batches that fail, looks at what is there, and goes on with those that failed. refresh rebuilds it while some
// of it is there, which is no reason for a retry to lose that.
func checkBatches(t *testing.T, g *compiler.Graph, w adapters.Warehouse, schema string) {
	rapid.Check(t, func(rt *rapid.T) {
		b := drawTrial(rt)
		mark(t, w, schema, b.bad)
		watch := &batchWatch{model: "daily"}
		refresh := rapid.Bool().Draw(rt, "full refresh")
		r := &Runner{
			Graph: g, Warehouse: w, Threads: b.threads, Report: watch.event, wait: noWait,
			Options: plan.Options{Now: time.Date(2024, 1, b.days, 18, 0, 0, 0, time.UTC), FullRefresh: refresh},
		}
		run := func() *Result {
			results, err := build(t.Context(), t, r)
			if err != nil {
				rt.Fatal(err)
			}
			i := slices.IndexFunc(results.All, func(x *Result) bool { return x.Node.Name == "daily" })
			return results.All[i]
		}
		first := run()
		want := b.succeed()
		if first.Status != b.status() || cmp.Diff(want, daysOf(first.Batches.Successful)) != "" || len(first.Batches.Failed) != b.days-len(want) {
			rt.Fatalf("%+v: %s (%v): %v, failed %v", b, first.Status, first.Err, daysOf(first.Batches.Successful), daysOf(first.Batches.Failed))
		}
		if !slices.IsSortedFunc(first.Batches.Failed, func(a, b compiler.Batch) int { return a.Start.Compare(b.Start) }) {
			rt.Fatalf("%+v: failed %v, which is out of order", b, daysOf(first.Batches.Failed))
		}
		if watch.finished != b.days {
			rt.Fatalf("%+v: heard of %d batches", b, watch.finished)
		}
		if b.status() != PartialSuccess {
			return
		}
		wantRows(t, rt, w, schema, want)

		heal(t, w, schema)
		r.Resume = map[string]Batches{first.Node.ID: *first.Batches}
		second := run()
		if second.Status != Success || len(second.Batches.Successful) != b.days || len(second.Batches.Failed) != 0 {
			rt.Fatalf("%+v: the retry: %s (%v) %v", b, second.Status, second.Err, daysOf(second.Batches.Successful))
		}
		all := make([]int, b.days)
		for i := range all {
			all[i] = i + 1
		}
		wantRows(t, rt, w, schema, all)
	})
}

// heal lets all batches succeed from now on.
func heal(t testing.TB, w adapters.Warehouse, schema string) {
	t.Helper()
	conn, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // a failure shows in what follows
	if _, err := conn.Exec(t.Context(), "delete from "+schema+".bad"); err != nil {
		t.Fatal(err)
	}
}

func wantRows(t testing.TB, rt *rapid.T, w adapters.Warehouse, schema string, days []int) {
	t.Helper()
	var want []string
	for _, day := range days {
		want = append(want, fmt.Sprint(day))
	}
	if diff := cmp.Diff(want, ask(t, w, "select id from "+schema+".daily order by id")); diff != "" {
		rt.Fatalf("rows mismatch (-want +got):\n%s", diff)
	}
}

// batchWatch counts the batches that are told of.
type batchWatch struct {
	model    string
	finished int
}

func (b *batchWatch) event(e Event) {
	switch e := e.(type) {
	case Started:
		b.finished = 0
	case BatchFinished:
		if e.Result.Node.Name == b.model {
			b.finished++
		}
	}
}

func TestBatchesThatFailAreBuiltLaterAndTheOthersStay(t *testing.T) {
	t.Parallel()
	t.Run("duckdb", func(t *testing.T) {
		t.Parallel()
		checkBatches(t, compiled(t, t.TempDir(), shop+fmt.Sprintf(daily, "")), openDuck(t, ":memory:"), "main")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		project, w := onPostgres(t, shop+fmt.Sprintf(daily, ", unique_key='id'"))
		checkBatches(t, compiled(t, t.TempDir(), project), w, "analytics")
	})
}

// The first batch makes the table, and the hooks after the last one see all of it.
func TestOnlyTheBatchesInTheMiddleRunSideBySide(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		config string
		more   string // of the model
		most   int    // batches at the same time
	}{
		"where nothing is said":            {most: 3},
		"where it is wanted":               {config: ", concurrent_batches=true", more: "-- {{ this }}", most: 3},
		"not where it is not":              {config: ", concurrent_batches=false", most: 1},
		"not if the model reads itself":    {more: "-- {{ this }}", most: 1},
		"not if it may, in a branch of it": {more: "{% if false %}{{ this.name }}{% endif %}", most: 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := compiled(t, t.TempDir(), shop+fmt.Sprintf(daily, test.config)+test.more+"\n")
			n := g.Nodes["model.shop.daily"]
			x := &run{Runner: &Runner{Graph: g, Options: plan.Options{Now: time.Date(2024, 1, 6, 0, 0, 0, 0, time.UTC)}}, sites: map[*compiler.Graph]*site{}}
			x.sites[g] = &site{graph: g, known: &known{catalog: relation.NewCatalog()}}
			b := x.batching(&plan.Step{Node: n, Action: plan.Build})
			x.underway = append(x.underway, b)
			most, waves := 0, []int{}
			for !b.over() {
				var jobs []job
				for len(jobs) < 3 {
					j, ok := x.nextBatch()
					if !ok {
						break
					}
					jobs = append(jobs, j)
				}
				most = max(most, len(jobs))
				waves = append(waves, len(jobs))
				for _, j := range jobs {
					x.batchEnded(j, &Result{Node: n, Status: Success})
				}
			}
			if most != test.most || waves[0] != 1 || waves[len(waves)-1] != 1 {
				t.Errorf("at the same time: %v, want at most %d, and the first and the last alone", waves, test.most)
			}
		})
	}
}

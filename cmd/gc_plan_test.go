package cmd

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// collected is a project in whose models things are edited at random.
type collected struct {
	spoilt
	*rand.Rand
	constants map[string]int
	extra     bool // a column that nobody reads
}

var collectedModels = map[string]string{
	"a":    "select 1 as id, %d as amount%s",
	"b":    "select id, amount + %d as amount from {{ ref('a') }}",
	"v":    "{{ config(materialized='view') }} select id, amount * %d as amount from {{ ref('b') }}",
	"c":    "select count(*) + %d as n from {{ ref('v') }}",
	"d":    "{{ config(keep_previous=true) }} select sum(amount) + %d as total from {{ ref('v') }}",
	"days": "{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='day', batch_size='day', begin='2026-01-01') }} select cast('2026-01-01' as timestamp) as day, %d as n",
}

func (e *collected) write() {
	e.Helper()
	files := map[string]string{
		"project.yml":           fmt.Sprintf("name: shop\ntargets:\n  dev: {type: duckdb, path: '%s'}\nmodels: {+materialized: table}\n", filepath.Join(e.dir, "shop.duckdb")),
		"models/properties.yml": "models: [{name: b, columns: [{name: id, data_tests: [not_null]}]}]\n",
	}
	column := ""
	if e.extra {
		column = ", 2 as spare"
	}
	for name, text := range collectedModels {
		if name == "a" {
			text = fmt.Sprintf(text, e.constants[name], column)
		} else {
			text = fmt.Sprintf(text, e.constants[name])
		}
		files["models/"+name+".sql"] = text
	}
	for name, text := range files {
		path := filepath.Join(e.dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			e.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			e.Fatal(err)
		}
	}
}

// edit changes something: a constant of a model, up to three so that some come again, or a column that nobody reads.
func (e *collected) edit() {
	names := []string{"a", "b", "v", "c", "d", "days"}
	if e.IntN(5) == 0 {
		e.extra = !e.extra
	} else {
		e.constants[names[e.IntN(len(names))]] = 1 + e.IntN(3)
	}
	e.write()
}

// do builds something, or nothing.
func (e *collected) do() {
	env := fmt.Sprintf("pr-%d", 1+e.IntN(2))
	switch e.IntN(8) {
	case 0, 1:
		e.well("apply", "--yes")
	case 2:
		e.well("build", "--select", []string{"a", "b", "v", "c", "d", "days"}[e.IntN(6)])
	case 3, 4:
		e.well("apply", "--env", env, "--yes")
	case 5:
		e.call(nil, "promote", env, "--yes") // there may be none
	case 6:
		e.call(nil, "rollback", "d", "--yes") // there may be nothing that was kept
	case 7:
		e.well("gc", "--env", env, "--yes")
	}
}

// plans are what is to be done at the target and in its environments, and why.
func (e *collected) plans() (out []string) {
	for _, args := range [][]string{
		{"plan", "--format", "json", "--all"}, {"plan", "--env", "pr-1", "--format", "json"}, {"plan", "--env", "pr-2", "--format", "json"}, {"promote", "pr-1", "--format", "json"},
		{"rollback", "d", "--format", "json"}, {"why", "a", "b", "v", "c", "d", "days"}, {"gc", "--undo", "--format", "json"},
	} {
		status, said := e.call(nil, args...)
		out = append(out, fmt.Sprintf("%v: %d\n%s", args, status, said))
	}
	return out
}

// TestAPlanIsTheSameAfterCollecting edits models at random, builds some of them here and there, and compares what is planned before and after rows of the state are deleted.
func TestAPlanIsTheSameAfterCollecting(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			e := &collected{spoilt{t, t.TempDir(), time.Now().UTC().Truncate(24 * time.Hour), nil}, rand.New(rand.NewPCG(seed, 1)), map[string]int{}, false}
			e.write()
			e.well("apply", "--yes")
			deleted := 0
			for range 6 {
				e.edit()
				e.do()
				e.edit()
				before := e.plans()
				e.ask("shop.duckdb", "insert into mod.builds by name (select b.* replace (b.number - 100000 + i.range as number) from mod.builds as b, range(1200) as i where b.number = (select min(number) from mod.builds)) returning 1")
				code := e.ask("shop.duckdb", "select count(*) from mod.code")[0]
				e.well("gc", "--yes")
				if e.ask("shop.duckdb", "select count(*) from mod.code")[0] != code {
					deleted++
				}
				if diff := cmp.Diff(before, e.plans()); diff != "" {
					t.Fatalf("plans (-before +after mod gc):\n%s", diff)
				}
			}
			if deleted == 0 {
				t.Error("no code was ever deleted: the test shows nothing")
			}
		})
	}
}

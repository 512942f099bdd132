package compiler_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/project"
)

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	if text == "" {
		return time.Time{}
	}
	at, ok := compiler.EventTime(text)
	if !ok {
		t.Fatalf("%q is no time", text)
	}
	return at
}

// The batches of a run are dbt's: https://docs.getdbt.com/docs/build/incremental-microbatch#how-does-microbatch-compare-to-other-incremental-strategies.
func TestBatchesOfARun(t *testing.T) {
	t.Parallel()
	const now = "2024-03-02 15:30"
	tests := map[string]struct {
		config      string
		adding      bool
		start, stop string
		want        []string // the starts, and the end of the last one
	}{
		"the first run begins with begin": {
			config: "batch_size='day', begin='2024-02-29 13:00'", want: []string{"2024-02-29", "2024-03-01", "2024-03-02", "2024-03-03 00:00"},
		},
		"later runs look back one batch": {
			config: "batch_size='day', begin='2020-01-01'", adding: true, want: []string{"2024-03-01", "2024-03-02", "2024-03-03 00:00"},
		},
		"or as many as lookback says": {
			config: "batch_size='month', begin='2020-01-01', lookback=3", adding: true,
			want: []string{"2023-12", "2024-01", "2024-02", "2024-03", "2024-04-01 00:00"},
		},
		"or none": {
			config: "batch_size='year', begin='2020-01-01', lookback=0", adding: true, want: []string{"2024", "2025-01-01 00:00"},
		},
		"hours": {
			config: "batch_size='hour', begin='2020-01-01'", adding: true, want: []string{"2024-03-02T14", "2024-03-02T15", "2024-03-02 16:00"},
		},
		"a window that is asked for is widened to whole batches": {
			config: "batch_size='day', begin='2020-01-01'", start: "2021-12-31 23:00", stop: "2022-01-01 00:00:01",
			want: []string{"2021-12-31", "2022-01-01", "2022-01-02 00:00"},
		},
		"a window that ends with a batch has no more": {
			config: "batch_size='day', begin='2020-01-01'", start: "2021-12-31", stop: "2022-01-01", want: []string{"2021-12-31", "2022-01-01 00:00"},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, _ := graphOf(t, map[string]string{
				"models/m.sql": "{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', " + tc.config + ") }} select 1",
			})
			window := compiler.Window{Start: moment(t, tc.start), End: moment(t, tc.stop)}
			batches := g.Batches(g.Nodes["model.shop.m"], window, moment(t, now), tc.adding)
			var got []string
			for i, b := range batches {
				got = append(got, b.Name())
				if i > 0 && !b.Start.Equal(batches[i-1].End) {
					t.Errorf("batch %s does not begin where the one before it ends", b.Name())
				}
			}
			got = append(got, batches[len(batches)-1].End.Format("2006-01-02 15:04"))
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestEventTimeReadsISO(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"2024-01-31": "2024-01-31 00:00:00", "2024-01-31T12:30": "2024-01-31 12:30:00", "2024-01-31 12:30:15.5": "2024-01-31 12:30:15.5",
		"2024-01-31T12:30:15Z": "2024-01-31 12:30:15", "2024-01-31 12:30:15+02:00": "2024-01-31 12:30:15", "soon": "", "": "", "2024-13-01": "",
	}
	for text, expected := range want {
		got := ""
		if at, ok := compiler.EventTime(text); ok {
			got = at.Format("2006-01-02 15:04:05.999")
		}
		if got != expected {
			t.Errorf("EventTime(%q) is %q, want %q", text, got, expected)
		}
	}
}

func TestSampleWindows(t *testing.T) {
	t.Parallel()
	now := moment(t, "2024-03-31 16:06")
	want := map[string]string{
		"1 day": "2024-03-30 16:06", "3 HOURS": "2024-03-31 13:06", "1 month": "2024-02-29 16:06", "1 year": "2023-03-31 16:06",
		"{start: 2024-01-01, end: '2024-03-31 16:06'}": "2024-01-01 00:00",
		"often": "", "1 week": "", "one day": "", "1.5 days": "", "{start: 2024-01-01}": "",
	}
	for text, expected := range want {
		w, err := compiler.ParseSample(text, now)
		got := ""
		if err == nil {
			got = w.Start.Format("2006-01-02 15:04")
			if !w.End.Equal(now) {
				t.Errorf("the sample %q ends at %s, want %s", text, w.End, now)
			}
		}
		if got != expected {
			t.Errorf("the sample %q begins at %q, want %q (%v)", text, got, expected, err)
		}
	}
}

// A project with a macro of its own for the strategy is not built in batches, unless a flag says so.
func TestOwnMicrobatchMacro(t *testing.T) {
	t.Parallel()
	for flag, want := range map[string]bool{"": false, "flags: {require_batched_execution_for_custom_microbatch_strategy: true}\n": true} {
		g, _ := graphOf(t, map[string]string{
			"project.yml":  "name: shop\n" + flag,
			"macros/m.sql": "{% macro get_incremental_microbatch_sql(arg_dict) %}{% endmacro %}",
			"models/m.sql": "{{ config(materialized='incremental', incremental_strategy='microbatch', event_time='at', begin='2024-01-01', batch_size='day') }} select 1",
		})
		if got := g.Batched(g.Nodes["model.shop.m"]); got != want {
			t.Errorf("with %q: Batched is %v, want %v", flag, got, want)
		}
	}
}

func graphOf(t *testing.T, files map[string]string) (*compiler.Graph, *diag.List) {
	t.Helper()
	dir := t.TempDir()
	if files["project.yml"] == "" {
		files["project.yml"] = "name: shop\n"
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, problems := project.Load(project.Options{Dir: dir, Env: map[string]string{"HOME": dir}})
	if p == nil {
		t.Fatal(problems.Err())
	}
	g, more := compiler.Compile(p, compiler.Options{Dialect: dialect.DuckDB})
	problems.Append(more)
	return g, problems
}

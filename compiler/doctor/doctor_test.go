package doctor_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/doctor"
	"github.com/modsql/mod/compiler/project"
)

func TestVerdictSaysWhatStandsAgainstAProject(t *testing.T) {
	t.Parallel()
	model := map[string]string{"models/a.sql": "select 1 as id"}
	for _, c := range []struct {
		name  string
		files map[string]string
		runs  bool
		want  string
	}{
		{"nothing", model, true, "it runs on mod"},
		{"a loose spelling", with(model, "models/a.yml", "models: [{name: a, meta: {x: 1}}]"), true, "it runs on mod, with 1 spelling that dbt v2 refuses"},
		{"a mistake", with(model, "models/b.sql", "select * from {{ ref('c') }}"), false, "it does not run on mod: 1 mistake in the project"},
		{"a tag of other templates", with(model, "models/b.sql", "{% import 'c' as d %} select 1"), false, "it does not run on mod: 1 thing that mod does not do"},
		{"both", map[string]string{
			"models/b.sql": "select * from {{ ref('c') }}", "functions/f.sql": "x", "functions/f.yml": "functions: [{name: f, config: {type: aggregate}, returns: {data_type: int}}]",
		}, false, "it does not run on mod: 1 thing that mod does not do and 1 mistake in the project"},
		{"a question to the warehouse", map[string]string{"models/a.sql": "{% if execute %}{% do run_query('select 1') %}{% endif %} select 1 as id"}, true, "it runs on mod"},
		{"an unknown materialization that is a slip", map[string]string{"models/a.sql": "{{ config(materialized='tabel') }} select 1 as id"}, false, "it does not run on mod: 1 mistake in the project"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := examine(t, c.files)
			if diff := cmp.Diff(c.want, r.Verdict); diff != "" || r.Runs != c.runs {
				t.Errorf("runs: %v, verdict (-want +got):\n%s\n%+v", r.Runs, diff, r)
			}
		})
	}
}

func with(files map[string]string, name, text string) map[string]string {
	out := map[string]string{name: text}
	for name, text := range files {
		out[name] = text
	}
	return out
}

func examine(t *testing.T, files map[string]string) *doctor.Report {
	t.Helper()
	dir := t.TempDir()
	for name, text := range with(files, "dbt_project.yml", "name: shop") {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, found := project.Load(project.Options{Dir: dir, Env: map[string]string{"HOME": dir}, Dated: true})
	if p == nil {
		t.Fatal(found.Err())
	}
	g, more := compiler.Compile(p, compiler.Options{Dialect: dialect.Named(p.Target.Type)})
	found.Append(more)
	r, err := doctor.Examine(context.Background(), doctor.Case{Project: p, Graph: g, Problems: found})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

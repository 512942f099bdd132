package tests

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/adapters/snowflake/snowflaketest"
	"github.com/modsql/mod/adapters/trino/trinotest"
)

// elsewhere are the projects below MOD_CASES that are built on warehouses of which nobody recorded what dbt makes there. The others are
// written in SQL of their own warehouses: sushi_dbt, segment and fivetran_github have casts (x::int) and types (text) that Trino does not know,
// dbt_utils has no spellings for Trino.
var elsewhere = []struct {
	project, warehouse string
	foreign            bool              // DuckDB is none of the warehouses that it is written for: what fails there is not compared
	differs            map[string]string // parts of names that are not compared, and why
}{
	{project: "jaffle_shop", warehouse: "snowflake"},
	{project: "jaffle_shop", warehouse: "trino"},
	{project: "sushi_dbt", warehouse: "snowflake"},
	{project: "segment", warehouse: "snowflake", foreign: true},
	{project: "fivetran_github", warehouse: "snowflake", foreign: true, differs: map[string]string{
		"_github_dev.github__": "rows have how old what is open is at the time of the run",
	}},
	{project: "dbt_utils", warehouse: "snowflake", foreign: true, differs: map[string]string{
		"test_width_bucket": "what stands in for Snowflake has no width_bucket",
		"union":             "rows have the name of the database",
		"recency":           "rows have the time of the run",
		"float":             "DuckDB's float has four bytes",
		"nullcheck":         "DuckDB reads a cell of two apostrophes as nothing",
	}},
	{project: "dbt_date", warehouse: "snowflake", differs: map[string]string{
		"month_name":  "what stands in for Snowflake has no names of months",
		".dates":      "rows have names of months",
		".dim_date":   "rows have names of months",
		".test_dates": "rows have names of months, and the number of a week, which the package counts otherwise for DuckDB",
	}},
	{project: "dbt_date", warehouse: "trino", differs: map[string]string{
		"model.": "the project makes its models ephemeral there", ".dates": "so they are no relations", ".dim_": "", ".test_": "",
	}},
}

// TestCasesAreTheSameElsewhere builds projects that others wrote on Snowflake's stand-in and on Trino, as their case.json says, and on DuckDB: nodes end
// in the same way, and relations have the same rows.
func TestCasesAreTheSameElsewhere(t *testing.T) {
	t.Parallel()
	cases := os.Getenv("MOD_CASES")
	if cases == "" {
		t.Skip("no projects: set MOD_CASES to a folder of them")
	}
	for _, e := range elsewhere {
		t.Run(e.project+" on "+e.warehouse, func(t *testing.T) {
			config := serverConfig(t, e.warehouse)
			from := filepath.Join(cases, e.project)
			if _, err := os.Stat(filepath.Join(from, "case.json")); err != nil {
				t.Skipf("MOD_CASES has no %s: %v", e.project, err)
			}
			// Projects write the database's name into rows and hash it.
			file := adapters.Config{"type": "duckdb", "path": filepath.Join(t.TempDir(), config.String("database", "")+".duckdb"), "schema": "main"}
			want := buildCase(t, from, file)
			got := buildCase(t, from, config)
			if e.foreign {
				want.onlyGood(got)
			}
			want.without(e.differs)
			got.without(e.differs)
			if diff := cmp.Diff(want.ends, got.ends); diff != "" {
				t.Errorf("nodes end in other ways (-duckdb +%s):\n%s\n%s", e.warehouse, diff, strings.Join(got.said, "\n"))
			}
			if len(want.ends) < 10 || !slices.Equal(slices.Sorted(maps.Keys(want.rows)), slices.Sorted(maps.Keys(got.rows))) {
				t.Fatalf("the relations are %v on DuckDB, %v on %s", slices.Sorted(maps.Keys(want.rows)), slices.Sorted(maps.Keys(got.rows)), e.warehouse)
			}
			for name, rows := range want.rows {
				if !slices.Equal(rows, got.rows[name]) {
					t.Errorf("%s has %d rows on DuckDB and %d on %s; the first that differ (-duckdb +%[4]s):\n%s",
						name, len(rows), len(got.rows[name]), e.warehouse, firstDifference(rows, got.rows[name]))
				}
			}
			t.Logf("%d relations and the ends of %d nodes are equal", len(want.rows), len(want.ends))
		})
	}
}

// serverConfig is a place of its own for a test on that warehouse. Without a server the test is skipped.
func serverConfig(t testing.TB, warehouse string) adapters.Config {
	t.Helper()
	switch warehouse {
	case "trino":
		return trinotest.Config(t)
	case "postgres":
		return postgrestest.Config(t)
	}
	c := snowflaketest.Config(t)
	delete(c, "inline_values") // what stands in for Snowflake copies no files of more than ten columns from a stage
	return c
}

// outcome is what became of a project: how the nodes of each step ended, and the rows of relations by schema and name.
type outcome struct {
	ends map[string]string
	rows map[string][]string
	said []string // what the nodes said that did not end well
}

// onlyGood forgets what did not end well, here and in the other outcome, and relations that only one of them has.
func (o outcome) onlyGood(other outcome) {
	for name, end := range o.ends {
		if end != "success" && end != "pass" {
			delete(o.ends, name)
		}
	}
	maps.DeleteFunc(other.ends, func(name, _ string) bool { return o.ends[name] == "" })
	maps.DeleteFunc(other.rows, func(name string, _ []string) bool { return o.rows[name] == nil })
}

// without forgets nodes and relations whose names have one of those parts.
func (o outcome) without(parts map[string]string) {
	has := func(name string) bool {
		return slices.ContainsFunc(slices.Collect(maps.Keys(parts)), func(part string) bool { return strings.Contains(name, part) })
	}
	maps.DeleteFunc(o.ends, func(name, _ string) bool { return has(name) })
	maps.DeleteFunc(o.rows, func(name string, _ []string) bool { return has(name) })
}

// buildCase runs the steps of a case at that target.
func buildCase(t *testing.T, from string, config adapters.Config) outcome {
	t.Helper()
	work := t.TempDir()
	if err := os.CopyFS(work, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	var c struct {
		Dir   string     `json:"project_dir"`
		Steps [][]string `json:"steps"`
	}
	readInto(t, json.Unmarshal, filepath.Join(work, "case.json"), &c)
	var profiles map[string]any
	readInto(t, yaml.Unmarshal, filepath.Join(work, "profiles.yml"), &profiles)
	config = maps.Clone(config)
	for name, p := range profiles {
		profile := p.(map[string]any)
		if config["type"] != "trino" { // where the database is the test's own, the schema is the one that the project knows
			config["schema"] = profile["outputs"].(map[string]any)["duckdb"].(map[string]any)["schema"]
		}
		profiles[name] = map[string]any{"target": config["type"], "outputs": map[string]any{config.String("type", ""): map[string]any(config)}}
	}
	text, err := yaml.Marshal(profiles)
	if err == nil {
		err = os.WriteFile(filepath.Join(work, "profiles.yml"), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	out := outcome{ends: map[string]string{}, rows: map[string][]string{}}
	dir := filepath.Join(work, c.Dir)
	for i, step := range c.Steps {
		modWith(t, dir, map[string]string{}, append(step, "--profiles-dir", work)...)
		if step[0] == "deps" {
			continue
		}
		var results struct {
			Results []struct {
				ID       string `json:"unique_id"`
				Status   string `json:"status"`
				Message  any    `json:"message"`
				Failures *int   `json:"failures"`
			} `json:"results"`
		}
		readInto(t, json.Unmarshal, filepath.Join(dir, "target", "run_results.json"), &results)
		for _, r := range results.Results {
			end := r.Status
			if r.Failures != nil && *r.Failures > 0 {
				end = fmt.Sprintf("%s: %d", r.Status, *r.Failures)
			}
			if r.Status == "error" || r.Status == "fail" {
				out.said = append(out.said, fmt.Sprintf("%d. %s: %v", i+1, r.ID, r.Message))
			}
			out.ends[fmt.Sprintf("%d. %s: %s", i+1, step[0], r.ID)] = end
		}
	}
	out.read(t, dir, config)
	return out
}

// read reads the rows of all schemas that the project built in.
func (o outcome) read(t *testing.T, dir string, config adapters.Config) {
	t.Helper()
	var manifest struct {
		Nodes map[string]struct {
			Schema string  `json:"schema"`
			Kind   string  `json:"resource_type"`
			Name   *string `json:"relation_name"`
		} `json:"nodes"`
	}
	readInto(t, json.Unmarshal, filepath.Join(dir, "target", "manifest.json"), &manifest)
	schemas := map[string]bool{}
	for _, n := range manifest.Nodes {
		if n.Name != nil && n.Kind != "test" {
			schemas[n.Schema] = true
		}
	}
	for schema := range schemas {
		stored, short := schema, strings.TrimPrefix(strings.ToLower(schema), strings.ToLower(config.String("schema", "")))
		if config["type"] == "snowflake" {
			stored = strings.ToUpper(schema)
		}
		for name, rows := range rounded(contents(t, config, stored)) {
			o.rows[short+"."+name] = rows
		}
	}
}

// readInto reads a file of JSON or YAML.
func readInto(t *testing.T, unmarshal func([]byte, any) error, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err == nil {
		err = unmarshal(text, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

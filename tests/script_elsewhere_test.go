package tests

import (
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/rogpeppe/go-internal/txtar"
	"gopkg.in/yaml.v3"

	"github.com/modsql/mod/adapters"
)

// elsewhereScripts are the scripts of testdata/script whose projects name no target of their own, so that they run on DuckDB in TestScript: whether they
// run on Snowflake's stand-in and on Trino as well, or why not. A script of that kind that is missing here is named in the test's log.
var elsewhereScripts = map[string]struct{ snowflake, trino string }{
	"anywhere_increments":                 {"", later},
	"anywhere_marts":                      {"", ""},
	"bad_empty_model":                     {"", later},
	"bad_seed_keeps_rows":                 {"", later},
	"build_gates_children_on_failed_test": {"", later},
	"interrupt":                           {"", later},
	"microbatch_retry":                    {"", itsSQL},
	"run_operation":                       {itsSQL, itsSQL},
	"snapshot_strategy":                   {"", itsSQL},
	"statement_timeout":                   {later, itsSQL},
	"thread_of_a_node":                    {"", later},
	"unit_test_failure":                   {"", later},

	"bad_column":                {itsWords, itsWords},
	"bad_halfway":               {itsWords, itsWords},
	"bad_seed":                  {itsWords, itsWords},
	"bad_sql":                   {itsWords, itsWords},
	"microbatch_partial":        {itsWords, itsWords},
	"adapter_macros_overridden": {"it overrides a macro of DuckDB's", "it overrides a macro of DuckDB's"},
	"bad_files":                 {"what stands in for Snowflake takes no letters but those of ASCII in names without quotes", itsSQL},
	"bad_macro":                 {itsSQL, itsSQL},
	"duckdb_external":           {"files are DuckDB's", "files are DuckDB's"},
	"duckdb_source_location":    {"files are DuckDB's", "files are DuckDB's"},
	"edge_values_in_templates":  {itsNames, itsNames},
	"empty_builds_without_rows": {itsNames, itsNames},
	"empty_sample":              {itsNames, itsNames},
	"microbatch_batches":        {itsNames, itsSQL},
	"plan_and_apply":            {"not tried yet", "not tried yet"},
	"publish_kinds":             {noSwap, "not tried yet"},
	"publish_tested":            {noSwap, "not tried yet"},
	"python_model":              {"Python models are DuckDB's", "Python models are DuckDB's"},
	"snapshot_history":          {itsNames, itsSQL},
	"sync_files":                {itsWords, itsSQL},
}

// Why a script does not run on another warehouse, or not now.
const (
	noSwap   = "what stands in for Snowflake swaps no tables"
	itsSQL   = "its SQL is DuckDB's"
	itsNames = "it tells the names of relations with their database"
	itsWords = "it tells errors in DuckDB's words"
	later    = "with MOD_ELSEWHERE=all, in make conformance: it takes its time" // what it shows does not differ from warehouse to warehouse, or is shown by adaptertest
)

// onPostgres tells whether a script that runs on DuckDB in TestScript runs on Postgres as well: the stories, which say what a plan does beside what others do,
// and what happens behind mod's back. Other scripts have a twin of their own, whose name ends in _postgres.
func onPostgres(name string) bool {
	return strings.HasPrefix(name, "story_") || slices.Contains([]string{"bad_environment", "bad_times", "bad_world"}, name)
}

// whyNotThere is why a script that runs on DuckDB does not run on that warehouse, or not now; it is empty if it does.
func whyNotThere(t *testing.T, name, warehouse string) string {
	t.Helper()
	if warehouse == "postgres" {
		if onPostgres(name) {
			return ""
		}
		return "it has a twin"
	}
	why, known := elsewhereScripts[name]
	if !known && onPostgres(name) {
		return "it is told on DuckDB and Postgres"
	}
	if !known {
		t.Logf("elsewhereScripts does not say whether %s runs on other warehouses", name)
		return "nobody knows"
	}
	if warehouse == "trino" {
		return why.trino
	}
	return why.snowflake
}

// TestScriptElsewhere runs scripts that were written for DuckDB on other warehouses.
func TestScriptElsewhere(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no scripts, %v", err)
	}
	for _, warehouse := range []string{"postgres", "snowflake", "trino"} {
		t.Run(warehouse, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, file := range files {
				moveScript(t, file, dir, warehouse)
			}
			serverConfig(t, warehouse) // without a server the test ends here, skipped
			params := scriptsIn("script")
			params.Dir, params.UpdateScripts = dir, false
			setUp, holds := params.Setup, params.Condition
			params.Condition = func(name string) (bool, error) {
				if name == "duckdb" {
					return false, nil
				}
				return holds(name)
			}
			params.Setup = func(e *testscript.Env) error {
				if err := setUp(e); err != nil {
					return err
				}
				return atServer(e, serverConfig(e.T().(testing.TB), warehouse))
			}
			testscript.Run(t, params)
		})
	}
}

// moveScript writes a script for another warehouse to that folder, if it is to run there.
func moveScript(t *testing.T, file, dir, warehouse string) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !moved(archive, warehouse) {
		return
	}
	name := strings.TrimSuffix(filepath.Base(file), ".txtar")
	if reason := whyNotThere(t, name, warehouse); reason != "" && (reason != later || os.Getenv("MOD_ELSEWHERE") != "all") {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, filepath.Base(file)), txtar.Format(archive), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Where a script's text changes with the warehouse.
var (
	duckFile  = regexp.MustCompile(`(?m)^(query|rows) \S+\.duckdb `)
	rowCounts = regexp.MustCompile(` +[0-9]+ rows?\b`)
	nodeLines = regexp.MustCompile(`(?m)^[✓✗-] .*$`)
	blanks    = regexp.MustCompile(` {2,}`)
)

// anywhere is what is printed without how many rows there are, which not every warehouse tells, and the blanks that columns have for it.
func anywhere(text string) string {
	return nodeLines.ReplaceAllStringFunc(text, func(line string) string {
		return blanks.ReplaceAllString(rowCounts.ReplaceAllString(line, ""), "  ")
	})
}

// moved rewrites a script that runs on DuckDB for another warehouse: its projects get a target there, its queries go there, and what is printed is
// compared without how many rows there are, which not every warehouse tells. It is false if the script names targets of its own.
func moved(a *txtar.Archive, warehouse string) bool {
	if warehouse != "postgres" && !duckFile.Match(a.Comment) || strings.Contains(string(a.Comment), "profiles.yml") {
		return false
	}
	a.Comment = duckFile.ReplaceAll(a.Comment, []byte("$1 "+warehouse+" "))
	found := false
	for i, f := range a.Files {
		switch base := path.Base(f.Name); {
		case base == "profiles.yml":
			return false
		case base == "project.yml" || base == "dbt_project.yml":
			if strings.Contains(f.Name, "dbt_packages/") {
				continue
			}
			if strings.Contains(string(f.Data), "targets:") || strings.Contains(string(f.Data), "profile:") {
				return false
			}
			found = true
			a.Files[i].Data = append(f.Data, "profile: elsewhere\n"...)
		case path.Ext(base) == "":
			a.Files[i].Data = []byte(anywhere(string(f.Data)))
		}
	}
	return found
}

// atServer makes the script's projects run at a server's place of its own.
func atServer(e *testscript.Env, c adapters.Config) error {
	d, ok := e.Values["database"].(*database)
	if !ok {
		return fmt.Errorf("the script has no database")
	}
	c = maps.Clone(c)
	if c["type"] == "snowflake" || c["type"] == "postgres" {
		c["schema"] = "main"
	}
	d.config, d.elsewhere = c, true
	text, err := yaml.Marshal(map[string]any{"elsewhere": map[string]any{"target": "dev", "outputs": map[string]any{"dev": map[string]any(c)}}})
	if err != nil {
		return err
	}
	home := filepath.Join(e.WorkDir, ".home", ".dbt")
	if err := os.MkdirAll(home, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(home, "profiles.yml"), text, 0o600)
}

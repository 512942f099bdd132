package tests

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/artifact"
)

// TestStatePageTellsOfEverything runs the demo, its sync and its documentation, and compares what mod leaves in the warehouse and in the
// target folder with what docs/reference/state.md tells of.
func TestStatePageTellsOfEverything(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/reference/state.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := demo(t, "")
	for _, args := range [][]string{{"build"}, {"sync", "run"}, {"docs", "generate", "--profile"}, {"source", "freshness"}} {
		modIn(t, dir, 0, args...)
	}
	if diff := cmp.Diff(stateTables(t, dir), pageTables(string(page))); diff != "" {
		t.Errorf("the tables of the page differ from the warehouse's (-warehouse +page):\n%s", diff)
	}

	entries, err := os.ReadDir(filepath.Join(dir, "target"))
	if err != nil || len(entries) < 10 {
		t.Fatalf("the target folder has %v, %v", entries, err)
	}
	_, files, _ := strings.Cut(string(page), "## In the target folder")
	for _, e := range entries {
		if e.Name() != "newsletter" && !strings.Contains(files, "`"+e.Name()+"`") { // that is what the sync delivers
			t.Errorf("target/%s is not told of", e.Name())
		}
	}
	_, runs, _ := strings.Cut(string(page), "### runs")
	fields := slices.Concat(jsonFields(artifact.Run{}), jsonFields(artifact.Outcome{}))
	if diff := cmp.Diff(fields, firstColumn(runs)); diff != "" {
		t.Errorf("the fields of a run differ (-file +page):\n%s", diff)
	}
}

// stateTables are the tables that remember syncs with their columns, one text each, in the order of their names.
func stateTables(t *testing.T, dir string) []string {
	t.Helper()
	text, err := csvOf(adapters.Config{"type": "duckdb", "path": filepath.Join(dir, "shop.duckdb")},
		`select table_name, string_agg(column_name, ' ' order by ordinal_position) from information_schema.columns
		where table_schema = 'mod' and table_name like 'sync\_%' escape '\' group by table_name order by table_name`)
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.NewReplacer("lapsed_customers", "<name>", ",customer_id ", ": key ", ",", ": ").Replace(text)
	tables := strings.Split(strings.TrimSpace(rows), "\n")[1:]
	slices.Sort(tables)
	return tables
}

// pageTables are the same, as the page tells of them.
func pageTables(page string) []string {
	var out []string
	for _, m := range regexp.MustCompile("(?ms)^### `(sync_.*?)`\n(.*?)(?:^#|^While)").FindAllStringSubmatch(strings.ReplaceAll(page, "\n### ", "\n#\n### "), -1) {
		out = append(out, m[1]+": "+strings.Join(firstColumn(m[2]), " "))
	}
	slices.Sort(out)
	return out
}

// firstColumn are the names in the first column of the tables of a text.
func firstColumn(text string) []string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		cell, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " |")
		if strings.HasPrefix(line, "| the key ") {
			out = append(out, "key")
		}
		if strings.HasPrefix(line, "| `") {
			out = append(out, strings.Split(strings.ReplaceAll(cell, "`", ""), ", ")...)
		}
	}
	return out
}

// jsonFields are the names of a struct's fields in JSON.
func jsonFields(of any) []string {
	var out []string
	for _, f := range reflect.VisibleFields(reflect.TypeOf(of)) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		out = append(out, name)
	}
	return out
}

package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// python runs a program of the Python that MOD_PYTHON names, with the modules of .ci/requirements.txt; without it t is skipped.
func python(t *testing.T, args ...string) string {
	t.Helper()
	path := os.Getenv("MOD_PYTHON")
	if _, err := exec.LookPath(path); err != nil {
		t.Skip("MOD_PYTHON names no Python with the modules of .ci/requirements.txt: make test sets it up")
	}
	command := exec.Command(path, args...)
	command.Env = append(os.Environ(), "PYTHONHASHSEED=0", "PYTHONDONTWRITEBYTECODE=1")
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", args, err, out)
	}
	return string(out)
}

// TestTemplateCorpusIsWhatJinja2Makes reruns the recording that the template engine is held to, so that it cannot be bent.
func TestTemplateCorpusIsWhatJinja2Makes(t *testing.T) {
	t.Parallel()
	const folder = "../compiler/jinja/testdata"
	dir := t.TempDir()
	for _, file := range []string{"corpus.py", "corpus.txt"} {
		copyFile(t, filepath.Join(folder, file), filepath.Join(dir, file), "")
	}
	python(t, filepath.Join(dir, "corpus.py"))
	want, err := os.ReadFile(filepath.Join(dir, "corpus.json"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(folder, "corpus.json"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("corpus.json is not what corpus.py writes (-want +got):\n%s", diff)
	}
}

// TestDuckDBFileIsReadByOthers reads the demo's database with DuckDB's own Python client.
func TestDuckDBFileIsReadByOthers(t *testing.T) {
	t.Parallel()
	dir := demo(t, "")
	modIn(t, dir, 0, "build")
	const program = `
import duckdb, sys
c = duckdb.connect(sys.argv[1], read_only=True)
print(c.execute("select count(*), sum(revenue) from daily_orders").fetchall())
print(sorted(r[0] for r in c.execute("select table_name from duckdb_tables() where schema_name = 'main'").fetchall()))
`
	got := python(t, "-c", program, filepath.Join(dir, "shop.duckdb"))
	want := `[(180, Decimal('13359.78'))]
['customers', 'daily_orders', 'order_items', 'orders', 'product_pairs', 'products', 'raw_customers', 'raw_order_items', 'raw_orders', 'raw_payments', 'raw_products', 'raw_stores', 'store_months']
`
	if diff := cmp.Diff(want, strings.ReplaceAll(got, "\r", "")); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

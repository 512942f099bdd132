package sql_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// dialects are the dialects by the names that golden files begin with.
var dialects = map[string]*dialect.Dialect{
	dialect.DuckDB.Name: dialect.DuckDB, dialect.Postgres.Name: dialect.Postgres,
	dialect.Snowflake.Name: dialect.Snowflake, dialect.Trino.Name: dialect.Trino,
}

// TestGoldens: testdata/DIALECT_*.txtar holds queries (x.sql) with their trees, printed forms and problems (x.out).
func TestGoldens(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no goldens", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			checkGolden(t, file)
		})
	}
}

func checkGolden(t *testing.T, file string) {
	name, _, _ := strings.Cut(filepath.Base(file), "_")
	d := dialects[strings.TrimSuffix(name, ".txtar")]
	archive, err := txtar.ParseFile(file)
	if err != nil || d == nil {
		t.Fatal(err, d)
	}
	out := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		if !strings.HasSuffix(f.Name, ".sql") {
			continue
		}
		checkFixpoint(t, string(f.Data), d)
		out.Files = append(out.Files, f, txtar.File{Name: strings.TrimSuffix(f.Name, ".sql") + ".out", Data: []byte(describe(string(f.Data), d))})
	}
	got := txtar.Format(out)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("run the test with -update and read what changed:\n%s", diff)
	}
}

// describe is all that is known of a text.
func describe(text string, d *dialect.Dialect) string {
	var b strings.Builder
	f := sql.Parse(text, d)
	for _, s := range f.Statements {
		b.WriteString(dump(s))
		fmt.Fprintf(&b, "print: %s\n", sql.Print(s, d))
	}
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "problem: %s [%s] at %q\n", p.Message, p.Code, f.Slice(p.Span))
	}
	return b.String()
}

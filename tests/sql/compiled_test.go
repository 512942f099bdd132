package sql_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
)

// TestCompiledModels: what models compile to is understood: the demo's and those of real projects, for DuckDB; those that Postgres accepts
// have the tables and columns that it finds in them.
func TestCompiledModels(t *testing.T) {
	var duckdb, postgres tally
	folder := corpus(t, "compiled")
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".sql") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		duckdb.check(string(text), dialect.DuckDB, nil)
		if want, ok := postgresNames(string(text)); ok {
			postgres.check(string(text), dialect.Postgres, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Run(dialect.DuckDB.Name, func(t *testing.T) { duckdb.report(t, 100) })
	t.Run(dialect.Postgres.Name, func(t *testing.T) { postgres.report(t, 100) })
}

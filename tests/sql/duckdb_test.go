package sql_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// TestDuckDBQueries: of the queries in DuckDB's own tests, what DuckDB parses is understood, with the same tables and output columns.
// The statements of its own kinds that DuckDB turns into other queries (PIVOT, SHOW) are compared in nothing but being understood.
func TestDuckDBQueries(t *testing.T) {
	var c tally
	for q := range lines[struct {
		SQL             string
		Tables, Columns []string
		Plain           bool
	}](t, corpus(t, "duckdb.jsonl")) {
		want := &names{q.Tables, q.Columns}
		slices.Sort(want.Tables)
		if !q.Plain {
			want = nil
		}
		c.check(q.SQL, dialect.DuckDB, want)
	}
	c.report(t, 99)
}

// TestDuckDBReadsPrintedFormsAsTheSame: what is printed has the tree that the query has, as DuckDB reads both.
func TestDuckDBReadsPrintedFormsAsTheSame(t *testing.T) {
	python := os.Getenv("MOD_PYTHON")
	if python == "" {
		t.Skip("MOD_PYTHON is not set")
	}
	each := 50 // it takes minutes
	if os.Getenv("MOD_SQL_ALL") != "" {
		each = 1
	}
	var pairs bytes.Buffer
	out := json.NewEncoder(&pairs)
	n := 0
	for q := range lines[struct{ SQL string }](t, corpus(t, "duckdb.jsonl")) {
		if n++; n%each != 0 {
			continue
		}
		f := sql.Parse(q.SQL, dialect.DuckDB)
		if len(f.Problems) == 0 && len(f.Statements) == 1 {
			if err := out.Encode([2]string{q.SQL, sql.Print(f.Statements[0], dialect.DuckDB)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	cmd := exec.CommandContext(t.Context(), python, "testdata/duckdb_same.py")
	cmd.Stdin, cmd.Stderr = &pairs, os.Stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var result struct {
		Same, Of int
		Others   [][2]string
	}
	if err := json.Unmarshal(text, &result); err != nil {
		t.Fatal(err)
	}
	var c tally
	for _, other := range result.Others {
		c.fail("meaning", other[0], other[1])
	}
	c.save(t)
	t.Logf("%d of %d printed forms have the tree of the query", result.Same, result.Of)
	if result.Same < result.Of*99/100 {
		t.Error("too few printed forms mean the same")
	}
}

// lines reads a file with a value in each line.
func lines[T any](t *testing.T, file string) func(yield func(T) bool) {
	return func(yield func(T) bool) {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		scanner := bufio.NewScanner(f)
		scanner.Buffer(nil, 16<<20)
		for scanner.Scan() {
			var x T
			if err := json.Unmarshal(scanner.Bytes(), &x); err != nil {
				t.Fatal(err)
			}
			if !yield(x) {
				return
			}
		}
		if err := scanner.Err(); err != nil {
			t.Fatal(err)
		}
	}
}

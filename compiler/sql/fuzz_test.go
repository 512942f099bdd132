package sql_test

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// order is the order of the dialects for a fuzzer's number.
var order = []*dialect.Dialect{dialect.DuckDB, dialect.Postgres, dialect.Snowflake, dialect.Trino}

// goldenQueries are the texts of the goldens.
func goldenQueries(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range archive.Files {
			if strings.HasSuffix(part.Name, ".sql") {
				out = append(out, string(part.Data))
			}
		}
	}
	return out
}

// addSeeds adds the queries of the goldens, in each dialect.
func addSeeds(f *testing.F) {
	for _, text := range goldenQueries(f) {
		for i := range order {
			f.Add(text, uint8(i))
		}
	}
	for _, h := range hostile() {
		if len(h.text) < 200 {
			f.Add(h.text, uint8(0))
		}
	}
}

// FuzzTokens: tokens are in order, within the text, and between them is white space.
func FuzzTokens(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string, n uint8) { checkTokens(t, text, order[int(n)%len(order)]) })
}

func checkTokens(t *testing.T, text string, d *dialect.Dialect) {
	t.Helper()
	end := int32(0)
	for _, token := range sql.Tokens(text, d) {
		if token.Start < end || token.End <= token.Start || int(token.End) > len(text) {
			t.Fatalf("token at %v after %d", token.Span, end)
		}
		if between := text[end:token.Start]; utf8.ValidString(between) && strings.ContainsFunc(between, func(r rune) bool { return r < 0x80 && r > ' ' && r != 0x7f }) {
			t.Fatalf("%q is no white space", between)
		}
		end = token.End
	}
}

// FuzzParse: whatever the text is, it is read, every node stands where its parent stands, and what was read can be printed and read.
func FuzzParse(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string, n uint8) {
		d := order[int(n)%len(order)]
		file := sql.Parse(text, d)
		checkSpans(t, file)
		for _, s := range file.Statements {
			sql.Canonical(s, d)
			checkSpans(t, sql.Parse(sql.Print(s, d), d))
		}
	})
}

// FuzzPrint: what is understood of a text is printed so that it has the same tree again and the same printed form.
func FuzzPrint(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, text string, n uint8) { checkFixpoint(t, text, order[int(n)%len(order)]) })
}

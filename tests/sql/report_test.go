package sql_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// corpus is the folder with the queries of others, see docs/reference/sql.md; a test whose part of it is missing is skipped.
func corpus(t *testing.T, part string) string {
	t.Helper()
	folder := filepath.Join(os.Getenv("MOD_SQL_CORPUS"), part)
	if _, err := os.Stat(folder); os.Getenv("MOD_SQL_CORPUS") == "" || err != nil {
		t.Skipf("MOD_SQL_CORPUS has no folder %s", part)
	}
	return folder
}

// tally counts what came of a corpus.
type tally struct {
	mu                                                 sync.Mutex
	queries, parsed, compared, tables, columns, stable int
	failures                                           []string
}

// fail notes a query that is not as it should be.
func (c *tally) fail(kind, query, detail string) {
	c.failures = append(c.failures, fmt.Sprintf("%s: %s\n    %s", kind, strings.Join(strings.Fields(query), " "), detail))
}

// check compares one query, which its engine accepts, with what the engine found in it.
func (c *tally) check(text string, d *dialect.Dialect, want *names) {
	f := sql.Parse(text, d)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queries++
	if len(f.Problems) > 0 || len(f.Statements) != 1 || opaque(f.Statements[0]) {
		detail := fmt.Sprint(len(f.Statements), " statements")
		if len(f.Problems) > 0 {
			detail = f.Problems[0].Message
		}
		c.fail("parse", text, detail)
		return
	}
	c.parsed++
	s := f.Statements[0]
	if want != nil {
		c.compared++
		got := namesIn(s, d)
		if slices.Equal(got.Tables, want.Tables) {
			c.tables++
		} else {
			c.fail("tables", text, fmt.Sprint(got.Tables, " want ", want.Tables))
		}
		if slices.Equal(got.Columns, want.Columns) {
			c.columns++
		} else {
			c.fail("columns", text, fmt.Sprint(got.Columns, " want ", want.Columns))
		}
	}
	printed := sql.Print(s, d)
	again := sql.Parse(printed, d)
	if len(again.Problems) == 0 && len(again.Statements) == 1 && sql.Print(again.Statements[0], d) == printed {
		c.stable++
	} else {
		c.fail("print", text, printed)
	}
}

// opaque tells whether a part of the statement was not understood.
func opaque(s sql.Statement) bool {
	found := false
	sql.Walk(s, func(n sql.Node) bool {
		_, is := n.(*sql.Opaque)
		found = found || is
		return !found
	})
	return found
}

// save writes what was not as it should be into the folder MOD_SQL_FAILURES, for people.
func (c *tally) save(t *testing.T) {
	out := os.Getenv("MOD_SQL_FAILURES")
	if out == "" {
		return
	}
	slices.Sort(c.failures)
	name := filepath.Join(out, strings.ReplaceAll(t.Name(), "/", "_")+".txt")
	if err := os.WriteFile(name, []byte(strings.Join(c.failures, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}

// report logs the figures and checks that each share is at least what is promised, in percent.
func (c *tally) report(t *testing.T, least float64) {
	t.Helper()
	if c.queries == 0 {
		t.Fatal("no queries")
	}
	c.save(t)
	share := func(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }
	t.Logf("%d queries: %.2f %% parsed; of these tables %.2f %%, columns %.2f %%, printed and read again %.2f %%", c.queries,
		share(c.parsed, c.queries), share(c.tables, c.compared), share(c.columns, c.compared), share(c.stable, c.parsed))
	for what, got := range map[string]float64{
		"queries are understood": share(c.parsed, c.queries), "tables are the engine's": share(c.tables, c.compared),
		"columns are the engine's": share(c.columns, c.compared), "printed forms are read as the same": share(c.stable, c.parsed),
	} {
		if got < least && !(c.compared == 0 && strings.HasSuffix(what, "engine's")) {
			t.Errorf("%.2f %% of the %s, want %.2f %%", got, what, least)
		}
	}
}

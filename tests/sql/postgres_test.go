package sql_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// TestPostgresRegressionQueries: of Postgres's own regression queries, what its grammar accepts and is a query or changes rows is
// understood, with the same tables and output columns.
func TestPostgresRegressionQueries(t *testing.T) {
	folder := corpus(t, "postgres")
	files, err := filepath.Glob(filepath.Join(folder, "*.sql"))
	if err != nil {
		t.Fatal(err)
	}
	var c tally
	same, printed := 0, 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, query := range split(string(text)) {
			want, ok := postgresNames(query)
			if !ok {
				continue
			}
			c.check(query, dialect.Postgres, want)
			if f := sql.Parse(query, dialect.Postgres); len(f.Problems) == 0 && len(f.Statements) == 1 {
				printed++
				before, _ := pg.Fingerprint(query)
				after, err := pg.Fingerprint(sql.Print(f.Statements[0], dialect.Postgres))
				if err == nil && before == after {
					same++
				} else {
					c.fail("fingerprint", query, sql.Print(f.Statements[0], dialect.Postgres))
				}
			}
		}
	}
	t.Logf("%d of %d printed forms have the fingerprint that pg_query gives the query", same, printed)
	c.report(t, 99)
}

// split cuts a psql script into statements; commands of psql are left out.
func split(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), `\`) {
			lines = append(lines, line)
		}
	}
	statements, err := pg.SplitWithScanner(strings.Join(lines, ""), true)
	if err != nil {
		return nil
	}
	return statements
}

// postgresNames are the names in a statement's tree as pg_query reads it; ok tells that it is a query or changes rows.
func postgresNames(query string) (*names, bool) {
	text, err := pg.ParseToJSON(query)
	if err != nil {
		return nil, false
	}
	var tree struct {
		Stmts []struct{ Stmt map[string]any }
	}
	if json.Unmarshal([]byte(text), &tree) != nil || len(tree.Stmts) != 1 {
		return nil, false
	}
	for kind, body := range tree.Stmts[0].Stmt {
		statement := body.(map[string]any)
		n := &names{}
		switch kind {
		case "SelectStmt":
			n.Columns = postgresColumns(statement)
		case "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt":
			n.Columns = postgresItems(statement["returningList"])
			if c, ok := statement["returningClause"].(map[string]any); ok {
				n.Columns = postgresItems(c["exprs"])
			}
		default:
			return nil, false
		}
		postgresTables(statement, n)
		slices.Sort(n.Tables)
		return n, true
	}
	return nil, false
}

// postgresTables collects the tables below a node of the tree.
func postgresTables(node any, n *names) {
	switch node := node.(type) {
	case []any:
		for _, x := range node {
			postgresTables(x, n)
		}
	case map[string]any:
		if name, ok := node["relname"].(string); ok {
			n.Tables = append(n.Tables, dotted(node["catalogname"], node["schemaname"], name))
		}
		for key, x := range node {
			if key == "lockedRels" { // FOR UPDATE OF t names a table that is there already
				continue
			}
			if n, ok := node["colno"].(float64); ok && n > 1 { // (a, b) = (query) has the query once a column
				continue
			}
			postgresTables(x, n)
		}
	}
}

func dotted(parts ...any) string {
	var out []string
	for _, p := range parts {
		if s, ok := p.(string); ok && s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, ".")
}

// postgresColumns are the output columns of a SelectStmt.
func postgresColumns(statement map[string]any) []string {
	for {
		left, ok := statement["larg"].(map[string]any)
		if !ok {
			return postgresItems(statement["targetList"])
		}
		statement = left
	}
}

func postgresItems(list any) []string {
	var out []string
	targets, _ := list.([]any)
	for _, t := range targets {
		target := t.(map[string]any)["ResTarget"].(map[string]any)
		if name, ok := target["name"].(string); ok {
			out = append(out, name)
			continue
		}
		value, _ := target["val"].(map[string]any)
		out = append(out, postgresItem(value))
	}
	return out
}

func postgresItem(value map[string]any) string {
	if ref, ok := value["ColumnRef"].(map[string]any); ok {
		fields := ref["fields"].([]any)
		last := fields[len(fields)-1].(map[string]any)
		if s, ok := last["String"].(map[string]any); ok {
			name, _ := s["sval"].(string)
			return name
		}
		return "*"
	}
	return "?"
}

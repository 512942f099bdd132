package lineage_test

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
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestResolve resolves the queries of testdata/DIALECT_*.txtar. Each file has the tables there are, then pairs of a query and what is
// known of it: columns with their types and uses, what decides about rows, and problems.
func TestResolve(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no goldens", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			golden(t, name)
		})
	}
}

func golden(t *testing.T, name string) {
	t.Helper()
	word, _, _ := strings.Cut(filepath.Base(name), "_")
	d := dialect.Named(word)
	if d == nil {
		t.Fatalf("%s names no dialect", name)
	}
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string]*lineage.Table{}
	var out []txtar.File
	for _, f := range archive.Files {
		switch {
		case f.Name == "tables":
			readTables(t, d, string(f.Data), tables)
			out = append(out, f)
		case !strings.HasPrefix(f.Name, "= "):
			out = append(out, f, txtar.File{Name: "= " + f.Name, Data: []byte(resolved(d, string(f.Data), tables))})
		}
	}
	made := txtar.Format(&txtar.Archive{Comment: archive.Comment, Files: out})
	if *update {
		if err := os.WriteFile(name, made, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(txtar.Format(archive)), string(made)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// readTables reads lines such as "orders(id integer, amount decimal(10, 2))"; "…" as the last column makes a table open.
func readTables(t *testing.T, d *dialect.Dialect, text string, into map[string]*lineage.Table) {
	t.Helper()
	system := types.For(d)
	for line := range strings.Lines(text) {
		name, list, ok := strings.Cut(strings.TrimSpace(line), "(")
		if !ok {
			continue
		}
		table := &lineage.Table{ID: name}
		for _, column := range splitColumns(strings.TrimSuffix(list, ")")) {
			if column == "…" {
				table.Open = true
				continue
			}
			column, typ, _ := strings.Cut(column, " ")
			table.Columns = append(table.Columns, lineage.Column{Name: column, Type: system.Parse(typ)})
		}
		into[name] = table
	}
}

// splitColumns splits at the commas outside of parentheses.
func splitColumns(list string) []string {
	var out []string
	depth, start := 0, 0
	for i, r := range list {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, strings.TrimSpace(list[start:i]))
				start = i + 1
			}
		}
	}
	if rest := strings.TrimSpace(list[start:]); rest != "" {
		out = append(out, rest)
	}
	return out
}

// resolved is what is known of a query, as text.
func resolved(d *dialect.Dialect, query string, tables map[string]*lineage.Table) string {
	f := sql.Parse(query, d)
	var b strings.Builder
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "not parsed: %s at %q\n", p.Message, f.Slice(p.Span))
	}
	q := f.Query()
	if q == nil {
		return b.String() + "no query\n"
	}
	r := lineage.Resolve(q, lineage.Options{Dialect: d, Text: query, Tables: func(name []sql.Ident) *lineage.Table {
		return tables[strings.ToLower(name[len(name)-1].Name)]
	}})
	for _, c := range r.Columns {
		fmt.Fprintf(&b, "%s\t%s\t%s\n", c.Name, types.For(d).Print(c.Type), useList(c.Uses))
	}
	if r.Open {
		b.WriteString("…\n")
	}
	if r.Repeats {
		b.WriteString("repeats rows\n")
	}
	if len(r.Rows) > 0 {
		fmt.Fprintf(&b, "rows: %s\n", useList(r.Rows))
	}
	for _, c := range r.CTEs {
		for _, column := range c.Columns {
			if !column.Used {
				fmt.Fprintf(&b, "unused: %s.%s\n", c.Name.Name, column.Name)
			}
		}
	}
	for _, p := range r.Problems {
		fmt.Fprintf(&b, "%s: %s at %q\n", p.Code, p.Message, f.Slice(p.At))
		if p.Hint != "" {
			fmt.Fprintf(&b, "  hint: %s\n", strings.ReplaceAll(p.Hint, "\n", "\n        "))
		}
	}
	return b.String()
}

func useList(list []lineage.Use) string {
	var out []string
	for _, u := range list {
		partly := ""
		if u.Partly {
			partly = "partly "
		}
		out = append(out, fmt.Sprintf("%s%s %s.%s", partly, u.Kind, u.Table, u.Column))
	}
	return strings.Join(out, ", ")
}

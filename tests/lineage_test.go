package tests

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/sql"
)

// TestLineageIsSqlglots compares which columns the demo's columns are made of with what sqlglot finds, which knows nothing of mod. The
// projects in $MOD_CASES are compared where their columns are: see TestColumnsAreTheWarehouses.
func TestLineageIsSqlglots(t *testing.T) {
	t.Parallel()
	p, found := project.Load(project.Options{Dir: demo(t, ""), Env: map[string]string{}})
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	graph, found := compiler.Compile(p, compiler.Options{Dialect: dialect.Named(p.Target.Type)})
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	tally := compareLineage(t, analyze.Of(t.Context(), graph, analyze.Options{}))
	if tally["equal"] < 100 {
		t.Errorf("only %d columns were compared", tally["equal"])
	}
}

// asked is a query as sqlglot gets it, with what mod found.
type asked struct {
	SQL     string         `json:"sql"`
	Dialect string         `json:"dialect"`
	Schema  map[string]any `json:"schema"`

	node  string
	found *lineage.Query
}

// answer is what sqlglot found.
type answer struct {
	Error   string `json:"error"`
	Columns []struct {
		Name    string   `json:"name"`
		Sources []string `json:"sources"`
		Error   string   `json:"error"`
	} `json:"columns"`
}

// compareLineage compares every column of every query of a project, whatever is known of the tables that it reads. It returns how many are
// equal, and how many differ for each of the known reasons; t fails for other differences.
func compareLineage(t *testing.T, known *analyze.Analysis) map[string]int {
	t.Helper()
	if !pythonWith("sqlglot") {
		t.Skip("MOD_PYTHON has no sqlglot: make test sets it up")
	}
	tally := map[string]int{}
	queries := queriesOf(known, tally)
	text, err := json.Marshal(queries)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "queries.json")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	var answers []answer
	if err := json.Unmarshal([]byte(python(t, "testdata/sqlglot_lineage.py", file)), &answers); err != nil || len(answers) != len(queries) {
		t.Fatalf("%d answers to %d queries: %v", len(answers), len(queries), err)
	}
	for i, q := range queries {
		q.compare(t, answers[i], tally)
	}
	t.Log(tally)
	return tally
}

// queriesOf are the queries of a project's models and snapshots that read nothing whose columns are not known.
func queriesOf(known *analyze.Analysis, tally map[string]int) []asked {
	tables := map[string]*lineage.Table{}
	for _, n := range known.Graph.Order {
		if node := known.Node(n.ID); node != nil && !n.Ephemeral() {
			name := strings.ToLower(strings.Join([]string{n.Relation.Database, n.Relation.Schema, n.Relation.Name}, "."))
			tables[name] = &lineage.Table{ID: name, Columns: node.Columns, Open: node.Open}
		}
	}
	var out []asked
	for _, n := range known.Graph.Order {
		node := known.Node(n.ID)
		if node == nil || len(node.Forms) == 0 || node.Forms[0].File.Query() == nil {
			continue
		}
		f := node.Forms[0].File
		q := lineage.Resolve(f.Query(), lineage.Options{Dialect: known.Graph.Dialect, Text: f.Text, Tables: func(name []sql.Ident) *lineage.Table {
			var parts []string
			for _, p := range name {
				parts = append(parts, p.Name)
			}
			return tables[strings.ToLower(strings.Join(parts, "."))]
		}})
		if q.Open || slices.ContainsFunc(q.Reads, func(r lineage.Read) bool { return r.ID == "" || tables[r.ID].Open }) {
			tally["reads what is not known"]++
			continue
		}
		out = append(out, asked{SQL: f.Text, Dialect: known.Graph.Dialect.Name, Schema: schemaOf(known, q, tables), node: n.Name, found: q})
	}
	return out
}

// schemaOf are the tables that a query reads, by database, schema and name.
func schemaOf(known *analyze.Analysis, q *lineage.Query, tables map[string]*lineage.Table) map[string]any {
	out := map[string]any{}
	for _, r := range q.Reads {
		at := out
		parts := strings.Split(r.ID, ".")
		for _, p := range parts[:len(parts)-1] {
			if at[p] == nil {
				at[p] = map[string]any{}
			}
			at, _ = at[p].(map[string]any)
		}
		at[parts[len(parts)-1]] = columnTypes{known, tables[r.ID].Columns}
	}
	return out
}

// columnTypes are the columns of a table as a JSON object of their types, in their order, which is that of a star.
type columnTypes struct {
	known *analyze.Analysis
	list  []lineage.Column
}

// MarshalJSON implements json.Marshaler.
func (c columnTypes) MarshalJSON() ([]byte, error) {
	d := jinja.NewDict()
	for _, column := range c.list {
		d.Put(column.Name, c.known.Spelled(column.Type))
	}
	return jinja.JSON{}.Append(nil, d)
}

func (q asked) compare(t *testing.T, a answer, tally map[string]int) {
	t.Helper()
	if len(a.Columns) != len(q.found.Columns) {
		t.Errorf("%s: %d columns, sqlglot finds %d: %s", q.node, len(q.found.Columns), len(a.Columns), a.Error)
		return
	}
	for i, c := range q.found.Columns {
		ours, theirs := derived(c), a.Columns[i].Sources
		if slices.Equal(ours, theirs) && a.Columns[i].Error == "" {
			tally["equal"]++
			continue
		}
		why := reason(c, theirs)
		tally[why]++
		if why == "" {
			t.Errorf("%s.%s is made of %s\nsqlglot: %s %s", q.node, c.Name, strings.Join(ours, ", "), strings.Join(theirs, ", "), a.Columns[i].Error)
		}
	}
}

// derived are the columns that a column's values are made of.
func derived(c lineage.Column) []string { return usedAs(c, lineage.Kind.Derives) }

func usedAs(c lineage.Column, as func(lineage.Kind) bool) []string {
	set := map[string]bool{}
	for _, u := range c.Uses {
		if as(u.Kind) {
			set[strings.ToLower(u.Table+"."+u.Column)] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

// decides is the reason of a column for which sqlglot counts what a window is partitioned and ordered by, and what its aggregates filter,
// among the columns that it is made of. For mod they are uses of another kind.
const decides = "decides about the rows of a window"

// reason is why sqlglot finds something else, "" if that is not known.
func reason(c lineage.Column, theirs []string) string {
	if slices.Equal(usedAs(c, func(lineage.Kind) bool { return true }), theirs) {
		return decides
	}
	return ""
}

package tests

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// TestColumnsAreTheWarehouses compares the columns that an analysis without a warehouse finds with those of the relations that a
// build makes: of the demo project, and of those in $MOD_CASES.
func TestColumnsAreTheWarehouses(t *testing.T) {
	t.Parallel()
	t.Run("demo on DuckDB", func(t *testing.T) {
		t.Parallel()
		dir := demo(t, "")
		modIn(t, dir, 0, "build")
		wantAll(t, compareColumns(analyzed(t, project.Options{Dir: dir, Env: map[string]string{}})))
	})
	t.Run("demo on Postgres", func(t *testing.T) {
		t.Parallel()
		config := postgrestest.Config(t)
		dir := demo(t, fmt.Sprintf("\ntargets:\n  dev: {type: postgres, host: %v, port: %v, user: %v, password: %q, dbname: %v, schema: shop}\n",
			config["host"], config["port"], config["user"], config["password"], config["dbname"]))
		modIn(t, dir, 0, "build")
		wantAll(t, compareColumns(analyzed(t, project.Options{Dir: dir, Env: map[string]string{}})))
	})
	cases, _ := filepath.Glob(filepath.Join(os.Getenv("MOD_CASES"), "*", "case.json"))
	for _, file := range cases {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) { // in turns: each has a folder of its own, and all the memory
			caseColumns(t, file)
		})
	}
}

// caseColumns builds a project that others wrote, as its case.json says, and compares its columns.
func caseColumns(t *testing.T, file string) {
	t.Helper()
	var c struct {
		Dir   string     `json:"project_dir"`
		Steps [][]string `json:"steps"`
	}
	text, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	work := t.TempDir()
	if err == nil {
		err = os.CopyFS(work, os.DirFS(filepath.Dir(file)))
	}
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"MODCASE_DUCKDB": filepath.Join(work, "case.duckdb")}
	for _, e := range os.Environ() {
		name, value, _ := strings.Cut(e, "=")
		if strings.HasPrefix(name, "PG") {
			env[name] = value
		}
	}
	target := os.Getenv("MOD_ADAPTER")
	if target == "" {
		target = "duckdb"
	}
	dir := filepath.Join(work, c.Dir)
	for _, step := range c.Steps {
		args := append(step, "--profiles-dir", work)
		if step[0] != "deps" {
			args = append(args, "--target", target)
		}
		modWith(t, dir, env, args...)
	}
	known, catalog := analyzed(t, project.Options{Dir: dir, ProfilesDir: work, Target: target, Env: env})
	found := compareColumns(known, catalog)
	t.Log(found)
	found.fails(t)
	t.Run("lineage", func(t *testing.T) { compareLineage(t, known) })
}

// agreement is how many columns an analysis finds as they are.
type agreement struct {
	relations, columns, equal int
	problems                  []string
}

func (a agreement) String() string {
	return fmt.Sprintf("%d relations, %d of %d columns equal", a.relations, a.equal, a.columns)
}

func (a agreement) fails(t *testing.T) {
	t.Helper()
	for _, p := range a.problems {
		t.Error(p)
	}
}

func wantAll(t *testing.T, a agreement) {
	t.Helper()
	a.fails(t)
	if a.relations < 15 {
		t.Errorf("only %d relations were compared", a.relations)
	}
}

// analyzed are the columns of a project that was built, and what is in the warehouse.
func analyzed(t *testing.T, o project.Options) (*analyze.Analysis, *relation.Catalog) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	p, found := project.Load(o)
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	graph, found := compiler.Compile(p, compiler.Options{Dialect: dialect.Named(p.Target.Type)})
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	warehouse, err := all.Named(p.Target.Type).Open(ctx, adapters.Config(p.Target.Config))
	if err != nil {
		t.Fatal(err)
	}
	defer warehouse.Close()
	session, err := warehouse.Connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	var schemas []relation.Relation
	for _, n := range graph.Order {
		schemas = append(schemas, relation.Relation{Database: n.Relation.Database, Schema: n.Relation.Schema})
	}
	catalog, err := session.Inspect(ctx, schemas...)
	if err != nil {
		t.Fatal(err)
	}
	known := analyze.Of(ctx, graph, analyze.Options{Catalog: sourcesOf(graph, catalog), Compiled: func(n *compiler.Node) string {
		text, _ := os.ReadFile(filepath.Join(o.Dir, "target", "compiled", filepath.FromSlash(n.CompiledPath())))
		return string(text)
	}})
	return known, catalog
}

// compareColumns compares the columns of every model and snapshot with those of its relation.
func compareColumns(known *analyze.Analysis, catalog *relation.Catalog) agreement {
	out := agreement{}
	for _, n := range known.Graph.Order {
		table := catalog.Get(n.Relation)
		if table == nil || n.Type == compiler.Source {
			continue
		}
		out.relations++
		out.compare(known, known.Node(n.ID), table)
	}
	return out
}

// sourcesOf is what a catalog knows of sources, and of nothing else.
func sourcesOf(g *compiler.Graph, c *relation.Catalog) *relation.Catalog {
	out := relation.NewCatalog()
	for _, n := range g.Order {
		if t := c.Get(n.Relation); t != nil && n.Type == compiler.Source {
			out.Put(t)
		}
	}
	return out
}

func (a *agreement) compare(known *analyze.Analysis, n *analyze.Node, table *relation.Table) {
	if n == nil {
		return
	}
	a.columns += len(table.Columns)
	for i, c := range table.Columns {
		switch {
		case n.Failed != nil && len(n.Forms) == 0:
			a.problems = append(a.problems, fmt.Sprintf("%s: %v", n.Name, n.Failed))
			return
		case i >= len(n.Columns):
			a.problems = append(a.problems, fmt.Sprintf("%s.%s %s was not found", n.Name, c.Name, c.Type))
		case n.Columns[i].Name != c.Name || !sameType(known.Spelled(n.Columns[i].Type), c.Type):
			a.problems = append(a.problems, fmt.Sprintf("%s.%s %s was taken for %s %s",
				n.Name, c.Name, c.Type, n.Columns[i].Name, known.Spelled(n.Columns[i].Type)))
		default:
			a.equal++
		}
	}
	if len(n.Columns) > len(table.Columns) {
		a.problems = append(a.problems, fmt.Sprintf("%s has %d columns, %d were found", n.Name, len(table.Columns), len(n.Columns)))
	}
	for _, f := range n.Forms {
		if f.Query == nil || f.Incremental {
			continue
		}
		for _, p := range f.Query.Problems {
			a.problems = append(a.problems, fmt.Sprintf("%s: the warehouse took it, and yet: %s: %s", n.Name, p.Code, p.Message))
		}
	}
}

func sameType(a, b string) bool { return strings.EqualFold(a, b) }

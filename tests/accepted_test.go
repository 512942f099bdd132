package tests

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// acceptedTables are what the queries of testdata/accepted read.
const acceptedTables = `create table orders (id integer, customer_id bigint, status varchar, amount decimal(10, 2), day date);
create table customers (id bigint, name varchar, since timestamp, score double precision, active boolean);`

// TestWhatAWarehouseAcceptsHasNoProblem asks the warehouses themselves about each query of testdata/accepted, one a line: they take it, and
// so do we.
func TestWhatAWarehouseAcceptsHasNoProblem(t *testing.T) {
	t.Parallel()
	t.Run("duckdb", func(t *testing.T) {
		t.Parallel()
		accepted(t, dialect.DuckDB, adapters.Config{}, relation.Relation{Database: "memory", Schema: "main"}, "describe ")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		config := postgrestest.Config(t)
		at := relation.Relation{Database: config["dbname"].(string), Schema: "public"}
		accepted(t, dialect.Postgres, config, at, "explain ")
	})
}

func accepted(t *testing.T, d *dialect.Dialect, config adapters.Config, at relation.Relation, asking string) {
	warehouse, err := all.Named(d.Name).Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	session, err := warehouse.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = session.Close(), warehouse.Close() }()
	for _, statement := range []string{acceptedTables, "create sequence s"} {
		if _, err := session.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	catalog, err := session.Inspect(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	tables := acceptedColumns(catalog, at, types.For(d))
	for _, text := range slices.Concat(queriesIn(t, "both"), queriesIn(t, d.Name)) {
		if err := taken(t.Context(), session, asking+text); err != nil {
			t.Errorf("%s does not take it: %v\n%s", d.Name, err, text)
			continue
		}
		file := sql.Parse(text, d)
		for _, p := range file.Problems {
			t.Errorf("%s\n%s", p.Message, text)
		}
		for _, p := range lineage.Resolve(file.Query(), lineage.Options{Dialect: d, Text: text, Tables: tables}).Problems {
			t.Errorf("%s: %s: %s\n%s", d.Name, p.Code, p.Message, text)
		}
	}
}

func acceptedColumns(c *relation.Catalog, at relation.Relation, system *types.System) lineage.Tables {
	return func(name []sql.Ident) *lineage.Table {
		at.Name = name[len(name)-1].Name
		t := c.Get(at)
		if t == nil {
			return nil
		}
		out := &lineage.Table{ID: t.Name}
		for _, column := range t.Columns {
			out.Columns = append(out.Columns, lineage.Column{Name: column.Name, Type: system.Parse(column.Type)})
		}
		return out
	}
}

// taken is the error of a query, nil if there is none.
func taken(ctx context.Context, s adapters.Adapter, text string) error {
	rows, err := s.Query(ctx, text)
	if err != nil {
		return err
	}
	for _, err := range rows.All {
		if err != nil {
			return err
		}
	}
	return nil
}

func queriesIn(t *testing.T, name string) []string {
	text, err := os.ReadFile(filepath.Join("testdata", "accepted", name+".sql"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

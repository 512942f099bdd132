package state_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/duckdb"
	"github.com/modsql/mod/adapters/postgres"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner/state"
)

// place is a warehouse with the tables of a state, or room for them.
type place struct {
	state.Tables
	warehouse adapters.Warehouse
	config    adapters.Config
	conn      adapters.Adapter
}

// everywhere runs a test on DuckDB and on Postgres, each time in an empty database.
func everywhere(t *testing.T, test func(t *testing.T, p *place)) {
	for name, make := range places() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, make(t))
		})
	}
}

func places() map[string]func(t testing.TB) *place {
	return map[string]func(t testing.TB) *place{
		"duckdb": func(t testing.TB) *place {
			return opened(t, duckdb.Driver, "shop", adapters.Config{"path": filepath.Join(t.TempDir(), "shop.duckdb")})
		},
		"postgres": func(t testing.TB) *place {
			c := postgrestest.Config(t)
			return opened(t, postgres.Driver, c.String("dbname", ""), c)
		},
	}
}

func opened(t testing.TB, d *adapters.Driver, database string, c adapters.Config) *place {
	t.Helper()
	w, err := d.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	p := &place{warehouse: w, config: c, Tables: tables(t, d.Dialect, database)}
	p.conn = p.connect(t)
	return p
}

// tables is the state in the schema mod of a database, spelled as in a project without macros of its own.
func tables(t testing.TB, d *dialect.Dialect, database string) state.Tables {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "project.yml"), []byte("name: shop\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p, problems := project.Load(project.Options{Dir: dir, Env: map[string]string{}})
	if problems.HasErrors() {
		t.Fatal(problems.Err())
	}
	library, problems := macros.NewLibrary(p, d)
	if problems.HasErrors() {
		t.Fatal(problems.Err())
	}
	return state.Tables{
		Schema: relation.Relation{Database: database, Schema: d.Stored("mod")}, Dialect: d,
		Spell: func(ctx context.Context, macro string, args ...any) (string, error) {
			c := &macros.Context{Library: library, Project: p, Package: p.Root, Dialect: d, Execute: true, Invocation: &macros.Invocation{ID: "test"}}
			return c.Spell(ctx, macro, args...)
		},
	}
}

func (p *place) connect(t testing.TB) adapters.Adapter {
	t.Helper()
	conn, err := p.warehouse.Connect(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// ensure makes the tables.
func (p *place) ensure(t testing.TB) *place {
	t.Helper()
	if err := p.Ensure(context.Background(), p.conn, nil); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *place) exec(t testing.TB, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		if _, err := p.conn.Exec(context.Background(), sql); err != nil {
			t.Fatalf("%v\n%.2000s", err, sql)
		}
	}
}

// value is the one value that a query returns.
func (p *place) value(t testing.TB, sql string) any {
	t.Helper()
	rows, err := p.conn.Query(context.Background(), sql)
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	var out any
	for row, err := range rows.All {
		if err != nil {
			t.Fatal(err)
		}
		out = row[0]
	}
	return out
}

// must runs statements that were spelled.
func (p *place) must(t testing.TB) func(statements []string, err error) {
	return func(statements []string, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		p.exec(t, statements...)
	}
}

func (p *place) read(t testing.TB, environments ...string) state.Known {
	t.Helper()
	k, err := p.Read(context.Background(), p.conn, nil, environments...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func named(database, schema, name string) relation.Relation {
	return relation.Relation{Database: database, Schema: schema, Name: name}
}

// noon is noon of a day of 2024, from 1.
func noon(day int) time.Time { return time.Date(2024, 1, day, 12, 0, 0, 0, time.UTC) }

func built(node string, day int) state.Build {
	return state.Build{
		Environment: "prod", Node: "model.shop." + node, Relation: named("shop", "main", node), Kind: state.Built,
		Hash: fingerprint.Of(node, "hash"), Own: fingerprint.Of(node, "own"), At: noon(day), Seconds: 1.5, Run: "run 1",
	}
}

package tests

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/adapters/snowflake/snowflaketest"
	"github.com/modsql/mod/adapters/trino/trinotest"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner/state"
)

// TestStateIsKeptOnSnowflake keeps a state on Snowflake's stand-in.
func TestStateIsKeptOnSnowflake(t *testing.T) {
	t.Parallel()
	c := snowflaketest.Config(t)
	keepState(t, c, relation.Relation{Database: c.String("database", ""), Schema: "MOD"})
}

// TestStateIsKeptOnTrino keeps a state in tables of Iceberg.
func TestStateIsKeptOnTrino(t *testing.T) {
	t.Parallel()
	c := trinotest.Config(t)
	keepState(t, c, relation.Relation{Database: "lake", Schema: c.String("schema", "")})
}

// keepState records, reads, takes leases and loses one.
func keepState(t *testing.T, c adapters.Config, schema relation.Relation) {
	t.Helper()
	driver := all.Named(c.String("type", ""))
	w, err := driver.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	conn, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	tables := state.Tables{Schema: schema, Dialect: driver.Dialect, Spell: spelling(t, driver)}
	for range 2 {
		if err := tables.Ensure(t.Context(), conn, nil); err != nil {
			t.Fatal(err)
		}
	}

	rows := int64(7)
	b := state.Build{
		Environment: "prod", Node: "model.shop.orders", Relation: relation.Relation{Database: "d", Schema: "s", Name: "orders"}, Kind: state.Built,
		Hash: fingerprint.Of("hash"), Own: fingerprint.Of("own"), At: time.Date(2024, 1, 2, 3, 4, 5, 6000, time.UTC), Seconds: 0.5, Rows: &rows, Run: `it's \ one`,
		Detail: &state.Detail{SQL: "select 'a\\'\n"},
	}
	detail := b.Detail
	record := func(statements []string, err error) {
		t.Helper()
		for _, sql := range statements {
			if _, failed := conn.Exec(t.Context(), sql); failed != nil {
				t.Fatalf("%v\n%s", failed, sql)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	record(tables.Record(t.Context(), []state.Build{b, b}))
	loaded := interval.Range{From: b.At, To: b.At.Add(time.Hour)}
	record(tables.RecordIntervals(t.Context(), []state.Interval{{Key: b.Key(), Op: state.Load, Range: loaded, Own: b.Own, At: b.At, Run: "r"}}))
	record(tables.RecordRun(t.Context(), state.Run{ID: "r", Environment: "prod", Began: b.At, Status: state.Running}))
	k, err := tables.Read(t.Context(), conn, nil, "prod")
	if err != nil {
		t.Fatal(err)
	}
	b.Code, _ = detail.Key()
	b.Detail = nil
	if diff := cmp.Diff(map[state.Key]state.Build{b.Key(): b}, k.Builds); diff != "" || !k.Has(b.Code) || len(k.Runs) != 1 || len(k.Problems) > 0 {
		t.Errorf("%v, %v (-want +got):\n%s", k.Runs, k.Problems, diff)
	}
	if diff := cmp.Diff(interval.Of(loaded), k.Claims[b.Key()].Loaded()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	details, err := tables.Details(t.Context(), conn, []fingerprint.Hash{b.Code})
	if diff := cmp.Diff(map[fingerprint.Hash]*state.Detail{b.Code: detail}, details); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	holdLeases(t, tables, conn, b.Key())
}

func holdLeases(t *testing.T, tables state.Tables, conn adapters.Adapter, key state.Key) {
	t.Helper()
	other := key
	other.Node = "model.shop.customers"
	first := state.Leases{Tables: tables, Holder: state.NewHolder("first", "ann@host"), For: time.Hour}
	second := first
	second.Holder = state.NewHolder("second", "bob@host")
	got, err := first.Acquire(t.Context(), conn, key, other)
	if err != nil || len(got) != 2 {
		t.Fatalf("got %v, %v", got, err)
	}
	var held *state.HeldError
	if _, err := second.Acquire(t.Context(), conn, key); !errors.As(err, &held) {
		t.Fatalf("it is given out twice: %v", err)
	}
	if err := first.Renew(t.Context(), conn, got); err != nil {
		t.Error(err)
	}
	fence, err := first.Fence(t.Context(), got...)
	if err == nil {
		_, err = conn.Exec(t.Context(), fence)
	}
	if err != nil {
		t.Errorf("the fence is closed: %v", err)
	}
	if err := first.Release(t.Context(), conn, got); err != nil {
		t.Fatal(err)
	}
	again, err := second.Acquire(t.Context(), conn, key)
	if err != nil || len(again) != 1 || again[0].Token <= got[0].Token {
		t.Errorf("got %v, %v", again, err)
	}
	_, err = conn.Exec(t.Context(), fence)
	if err := state.Refused(err, got[0]); !errors.Is(err, state.ErrLost) {
		t.Errorf("the fence is open: %v", err)
	}
}

// spelling spells macros as in a project that has none of its own.
func spelling(t *testing.T, d *adapters.Driver) func(context.Context, string, ...any) (string, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "project.yml"), []byte("name: shop\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p, problems := project.Load(project.Options{Dir: dir, Env: map[string]string{}})
	library, more := macros.NewLibrary(p, d.Dialect)
	if problems.HasErrors() || more.HasErrors() {
		t.Fatal(problems.Err(), more.Err())
	}
	c := &macros.Context{Library: library, Project: p, Package: p.Root, Dialect: d.Dialect, Execute: true, Invocation: &macros.Invocation{ID: "test"}}
	return c.Spell
}

// Package duckdb runs DuckDB inside the process, on a database file or in memory.
//
// It speaks to the library through its C interface rather than through database/sql, for what the latter cannot give: results
// that stream, JSON as text, any file name, and loads that fill whole vectors.
package duckdb

import (
	"context"
	_ "embed"
	"errors"
	"strings"
	"sync"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
)

//go:embed starter.yml
var starter string

// Driver opens DuckDB databases.
var Driver = &adapters.Driver{Name: "duckdb", Dialect: dialect.DuckDB, Open: open, Offline: offline, Aside: aside, Starter: starter}

// instances makes two warehouses on one file share its one instance: DuckDB does not let a file be opened twice.
var instances = sync.OnceValue(bindings.CreateInstanceCache)

// warehouse is an open instance of DuckDB.
type warehouse struct {
	settings settings
	db       bindings.Database
	once     sync.Once // closes db
}

var (
	_ adapters.Warehouse = (*warehouse)(nil)
	_ adapters.Verifier  = (*warehouse)(nil)
	_ adapters.Exclusive = (*warehouse)(nil)
)

// Exclusive implements adapters.Exclusive: a file that is open for writing is locked (https://duckdb.org/docs/stable/connect/concurrency). What a path
// with a scheme leads to may have locks of other kinds.
func (w *warehouse) Exclusive() bool {
	scheme, _, found := strings.Cut(w.settings.path, ":")
	return w.settings.path == memory || !found || len(scheme) == 1 // C:\data.duckdb
}

func open(ctx context.Context, c adapters.Config) (adapters.Warehouse, error) {
	s, err := parseSettings(c)
	if err != nil {
		return nil, err
	}
	db, err := openDatabase(s)
	if err != nil {
		return nil, err
	}
	w := &warehouse{settings: s, db: db}
	if err := w.prepare(ctx); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func openDatabase(s settings) (bindings.Database, error) {
	var (
		config bindings.Config
		db     bindings.Database
		said   string
		state  bindings.State
	)
	if bindings.CreateConfig(&config) == bindings.StateError {
		return db, errors.New("create a configuration of duckdb: out of memory")
	}
	defer bindings.DestroyConfig(&config)
	for _, o := range s.options {
		if bindings.SetConfig(config, o.name, o.value) == bindings.StateError {
			return db, badConfig("config_options: duckdb has no option %q that can be set to %q", o.name, o.value)
		}
	}
	if s.path == memory {
		state = bindings.OpenExt("", &db, config, &said)
	} else {
		state = bindings.GetOrCreateFromCache(instances(), s.path, &db, config, &said)
	}
	if state == bindings.StateError {
		bindings.Close(&db)
		return db, openError(s.path, said)
	}
	return db, nil
}

// prepare does once for the instance what the profile asks for: extensions, secrets and attached databases.
func (w *warehouse) prepare(ctx context.Context) error {
	a, err := w.connect(ctx)
	if err != nil {
		return err
	}
	for _, sql := range w.settings.setup {
		if _, err := a.Exec(ctx, sql); err != nil {
			return errors.Join(setupError(err, sql), a.Close())
		}
	}
	return a.Close()
}

// Connect opens a session with the profile's settings.
func (w *warehouse) Connect(ctx context.Context) (adapters.Adapter, error) {
	a, err := w.connect(ctx)
	if err != nil {
		return nil, err
	}
	for _, sql := range w.settings.session {
		if _, err := a.Exec(ctx, sql); err != nil {
			return nil, errors.Join(setupError(err, sql), a.Close())
		}
	}
	return a, nil
}

func (w *warehouse) connect(ctx context.Context) (*session, error) {
	s := &session{}
	if bindings.Connect(w.db, &s.conn) == bindings.StateError {
		return nil, &adapters.Error{Kind: adapters.Unreachable, Message: "duckdb gives no connection to " + w.settings.path, Position: -1}
	}
	// Errors as JSON carry the place of the fault in bytes; without it there is only a drawn excerpt, cut when lines are long.
	if _, err := s.Exec(ctx, "set errors_as_json = true"); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close closes the instance; the file is free when its last warehouse and session are closed.
func (w *warehouse) Close() error {
	w.once.Do(func() { bindings.Close(&w.db) })
	return nil
}

//go:embed verify.sql
var verifySQL string

// Verify tells the version, the databases and whether they can be written.
func (w *warehouse) Verify(ctx context.Context) ([]adapters.Fact, error) {
	a, err := w.Connect(ctx)
	if err != nil {
		return nil, err
	}
	facts, err := adapters.Facts(ctx, a, verifySQL)
	return facts, errors.Join(err, a.Close())
}

// literal quotes a text value for those statements (attach, set, install) that take no parameters.
func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

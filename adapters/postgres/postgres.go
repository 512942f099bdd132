// Package postgres talks to PostgreSQL and what speaks its protocol.
package postgres

import (
	"context"
	_ "embed"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
)

//go:embed starter.yml
var starter string

// Driver connects to PostgreSQL servers.
var Driver = &adapters.Driver{Name: "postgres", Dialect: dialect.Postgres, Open: open, Offline: offline, Starter: starter}

// warehouse is a database of a server. It holds no connection of its own.
type warehouse struct {
	settings settings
	types    sync.Map // names of types that are not built in, by their number
}

var (
	_ adapters.Warehouse = (*warehouse)(nil)
	_ adapters.Verifier  = (*warehouse)(nil)
)

func open(ctx context.Context, c adapters.Config) (adapters.Warehouse, error) {
	s, err := parseSettings(c)
	if err != nil {
		return nil, err
	}
	w := &warehouse{settings: s}
	a, err := w.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return w, a.Close()
}

// Connect opens a connection to the server. If there is no answer it tries again as often as the profile's `retries` say.
func (w *warehouse) Connect(ctx context.Context) (adapters.Adapter, error) {
	conn, err := w.dial(ctx)
	for try := 0; err != nil && try < w.settings.retries && mayPass(err); try++ {
		select {
		case <-ctx.Done():
			return nil, cancelled(ctx)
		case <-time.After(time.Second):
		}
		conn, err = w.dial(ctx)
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, cancelled(ctx)
		}
		return nil, w.settings.connectError(err)
	}
	s := &session{warehouse: w, conn: conn}
	if err := s.become(ctx, w.settings.role); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (w *warehouse) dial(ctx context.Context) (*pgconn.PgConn, error) {
	return pgconn.ConnectConfig(ctx, w.settings.config.Copy())
}

// Close does nothing: sessions own their connections.
func (w *warehouse) Close() error { return nil }

//go:embed verify.sql
var verifySQL string

// Verify tells the server's version, who we are there and what we may do.
func (w *warehouse) Verify(ctx context.Context) ([]adapters.Fact, error) {
	a, err := w.Connect(ctx)
	if err != nil {
		return nil, err
	}
	facts := []adapters.Fact{{Name: "server", Value: w.settings.address()}}
	read, err := adapters.Facts(ctx, a, verifySQL)
	return append(facts, read...), errors.Join(err, a.Close())
}

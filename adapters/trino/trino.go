// Package trino talks to Trino clusters, over the protocol of https://trino.io/docs/current/develop/client-protocol.html.
package trino

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/trinodb/trino-go-client/trino"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

//go:embed starter.yml
var starter string

// Driver connects to Trino clusters.
var Driver = &adapters.Driver{Name: "trino", Dialect: dialect.Trino, Open: open, Starter: starter}

// warehouse is a catalog of a cluster. It holds no connection of its own: each statement is a request.
type warehouse struct {
	settings  settings
	connector *trino.Connector
	catalogs  catalogs
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
	if err := s.reach(ctx); err != nil {
		return nil, err
	}
	connector, err := trino.NewConnector(s.config)
	if err != nil {
		return nil, badConfig("%s", reason(err))
	}
	return &warehouse{settings: s, connector: connector}, nil
}

// patience bounds how long a cluster may take to answer that it is there.
const patience = 20 * time.Second

// reach tells whether the cluster answers, takes the login and has started. Where nobody listens it gives up soon, unlike a statement in
// the middle of a run.
func (s *settings) reach(ctx context.Context) error {
	brief := *s.config
	attempts := s.attempts
	brief.RequestRetryMaxAttempts = &attempts
	connector, err := trino.NewConnector(&brief)
	if err != nil {
		return badConfig("%s", reason(err))
	}
	within, stop := context.WithTimeout(ctx, patience)
	defer stop()
	conn, err := connector.Connect(within)
	if err == nil {
		err = conn.(*trino.Conn).Ping(within)
		_ = conn.Close() // it holds nothing
	}
	if err == nil {
		return nil
	}
	if ctx.Err() != nil {
		return cancelled(ctx)
	}
	return s.connectError(err)
}

// Connect makes a session. The cluster hears of it with its first statement.
func (w *warehouse) Connect(ctx context.Context) (adapters.Adapter, error) {
	if ctx.Err() != nil {
		return nil, cancelled(ctx)
	}
	conn, err := w.connector.Connect(ctx)
	if err != nil {
		return nil, w.settings.connectError(err)
	}
	return &session{warehouse: w, conn: conn.(*trino.Conn)}, nil
}

// Close does nothing: sessions own their connections.
func (w *warehouse) Close() error { return nil }

//go:embed verify.sql
var verifySQL string

// Verify tells the cluster's version and size, who we are there and what the catalog is made of.
func (w *warehouse) Verify(ctx context.Context) ([]adapters.Fact, error) {
	a, err := w.Connect(ctx)
	if err != nil {
		return nil, err
	}
	facts := []adapters.Fact{{Name: "server", Value: w.settings.address()}}
	read, err := adapters.Facts(ctx, a, verifySQL)
	return append(facts, read...), errors.Join(err, a.Close())
}

// catalogs are the names of the cluster's catalogs with their connectors, read once.
type catalogs struct {
	mu    sync.Mutex
	known map[string]string
}

const catalogsSQL = "select catalog_name, connector_name from system.metadata.catalogs"

// connectors returns the connector of each catalog by its name.
func (w *warehouse) connectors(ctx context.Context, s *session) (map[string]string, error) {
	w.catalogs.mu.Lock()
	defer w.catalogs.mu.Unlock()
	if w.catalogs.known != nil {
		return w.catalogs.known, nil
	}
	rows, err := s.Query(ctx, catalogsSQL)
	if err != nil {
		return nil, err
	}
	known := map[string]string{}
	for row, err := range rows.All {
		if err != nil {
			return nil, err
		}
		known[fmt.Sprint(row[0])] = fmt.Sprint(row[1])
	}
	w.catalogs.known = known
	return known, nil
}

// quoted is a relation's name as a statement has it.
func quoted(r relation.Relation) string { return dialect.Trino.Relation(r) }

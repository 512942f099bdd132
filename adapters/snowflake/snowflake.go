// Package snowflake talks to Snowflake.
//
// Statements go through the driver's connection itself, not through database/sql: results are read as the Arrow streams that the server
// sends, so that no more than a record batch is in memory, and no conversion of the driver's can fail on them.
package snowflake

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	sf "github.com/snowflakedb/gosnowflake"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/snowflake/quiet"
	"github.com/modsql/mod/compiler/dialect"
)

//go:embed starter.yml
var starter string

// Driver connects to Snowflake.
var Driver = &adapters.Driver{Name: "snowflake", Dialect: dialect.Snowflake, Open: open, Starter: starter}

// warehouse is an account of Snowflake, and how to log in there.
type warehouse struct {
	settings settings
	spare    chan adapters.Adapter // the session that Open made, until somebody takes it: a login takes its time
	// dial logs in.
	dial func(ctx context.Context, c sf.Config) (connection, error)
}

var (
	_ adapters.Warehouse = (*warehouse)(nil)
	_ adapters.Verifier  = (*warehouse)(nil)
)

// silence keeps the driver from writing its log to stderr. It is a setting of the whole process.
var silence = sync.OnceValue(func() error {
	log := sf.GetLogger()
	log.SetOutput(io.Discard)
	return log.SetLogLevel("off")
})

func open(ctx context.Context, c adapters.Config) (adapters.Warehouse, error) {
	if err := silence(); err != nil || !quiet.Started {
		return nil, fmt.Errorf("the driver of Snowflake does not keep quiet: %w", err)
	}
	s, err := parseSettings(ctx, c)
	if err != nil {
		return nil, err
	}
	w := &warehouse{settings: s, dial: login, spare: make(chan adapters.Adapter, 1)}
	a, err := w.Connect(ctx)
	if err != nil {
		return nil, err
	}
	w.spare <- a
	return w, nil
}

// login opens a session with the driver.
func login(ctx context.Context, c sf.Config) (connection, error) {
	conn, err := sf.SnowflakeDriver{}.OpenWithConfig(ctx, c)
	if err != nil {
		return nil, err
	}
	return conn.(connection), nil
}

// Connect logs in. If there is no answer it tries again as often as the profile's `connect_retries` say.
func (w *warehouse) Connect(ctx context.Context) (adapters.Adapter, error) {
	select {
	case a := <-w.spare:
		return a, nil
	default:
	}
	for try := 0; ; try++ {
		conn, err := within(ctx, func() (connection, error) { return w.dial(ctx, w.settings.config) })
		switch {
		case err == nil:
			return &session{warehouse: w, conn: conn}, nil
		case ctx.Err() != nil:
			return nil, cancelled(ctx)
		case try >= w.settings.retries || !mayPass(err):
			return nil, w.settings.loginError(err)
		}
		select {
		case <-ctx.Done():
			return nil, cancelled(ctx)
		case <-time.After(time.Second):
		}
	}
}

// Close ends the session that nobody took.
func (w *warehouse) Close() error {
	select {
	case a := <-w.spare:
		return a.Close()
	default:
		return nil
	}
}

//go:embed verify.sql
var verifySQL string

// Verify tells the account's version and region, who we are there and what is in use.
func (w *warehouse) Verify(ctx context.Context) ([]adapters.Fact, error) {
	a, err := w.Connect(ctx)
	if err != nil {
		return nil, err
	}
	facts := []adapters.Fact{{Name: "account", Value: w.settings.config.Account}}
	for _, question := range adapters.Statements(verifySQL, dialect.Snowflake) {
		name, value, asked := ask(ctx, a, question.Text)
		if asked != nil && ctx.Err() != nil {
			err = asked
			break
		}
		if asked == nil { // what a role may not see is no fact
			facts = append(facts, adapters.Fact{Name: name, Value: value})
		}
	}
	return facts, errors.Join(err, a.Close())
}

// ask is the name and the value that a query of one row of one column returns.
func ask(ctx context.Context, a adapters.Adapter, query string) (name, value string, err error) {
	rows, err := a.Query(ctx, query)
	if err != nil {
		return "", "", err
	}
	for row, err := range rows.All {
		if err != nil {
			return "", "", err
		}
		value = "none"
		if row[0] != nil {
			value = fmt.Sprint(row[0])
		}
	}
	return rows.Columns[0].Name, value, nil
}

package snowflake

import (
	"context"
	"database/sql/driver"
	"errors"
	"strconv"
	"strings"
	"time"

	sf "github.com/snowflakedb/gosnowflake"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
)

// connection is what is used of the driver's.
type connection interface {
	QueryArrowStream(ctx context.Context, query string, bindings ...driver.NamedValue) (sf.ArrowStreamLoader, error)
	Close() error
}

// session is a login.
type session struct {
	warehouse *warehouse
	conn      connection
	broken    bool // nothing is to be sent any more
	open      bool // there is a transaction that a statement began
}

var _ adapters.Adapter = (*session)(nil)

// Exec sends the statements one by one: so each has its own outcome, and the place of an error is one in that statement. The server can take
// several at once, but then has to be asked for each outcome as well, and tells places in a program that it makes of them.
func (s *session) Exec(ctx context.Context, sql string) (adapters.Stats, error) {
	stats := adapters.Done()
	if err := s.ready(ctx); err != nil {
		return adapters.Stats{Rows: -1}, err
	}
	for _, statement := range adapters.Statements(sql, dialect.Snowflake) {
		r, err := s.send(ctx, statement)
		if err != nil {
			return adapters.Stats{Rows: -1}, err
		}
		stats = r.stats()
	}
	return stats, nil
}

// Query streams the rows of the last statement.
func (s *session) Query(ctx context.Context, sql string) (*adapters.Rows, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	var last *result
	for _, statement := range adapters.Statements(sql, dialect.Snowflake) {
		r, err := s.send(ctx, statement)
		if err != nil {
			return nil, err
		}
		last = r
	}
	if last == nil {
		return &adapters.Rows{All: func(func([]any, error) bool) {}, Close: func() error { return nil }}, nil
	}
	return last.rows(ctx), nil
}

// ready tells whether a statement can be sent.
func (s *session) ready(ctx context.Context) error {
	if s.broken {
		return adapters.ErrBroken
	}
	if ctx.Err() != nil {
		return cancelled(ctx)
	}
	return nil
}

// send runs one statement, and waits for the first of its rows.
func (s *session) send(ctx context.Context, statement adapters.Statement, values ...driver.NamedValue) (*result, error) {
	ids := make(chan string, 1)
	sent := ctx
	if v := verb(statement.Text); v != "put" && v != "get" { // the driver asks twice for those, and would tell twice
		sent = sf.WithQueryIDChan(ctx, ids)
	}
	loader, err := within(ctx, func() (sf.ArrowStreamLoader, error) { return s.conn.QueryArrowStream(sent, statement.Text, values...) })
	if err != nil {
		return nil, s.failure(ctx, err, statement)
	}
	s.follow(statement.Text)
	r := &result{session: s, loader: loader, statement: statement}
	select {
	case r.queryID = <-ids:
	default:
	}
	return r, nil
}

// follow notes whether a transaction is open after a statement.
func (s *session) follow(statement string) {
	switch verb(statement) {
	case "begin", "start":
		s.open = true
	case "commit", "rollback":
		s.open = false
	}
}

// verb is the first word of a statement, in lower case, without the comments before it.
func verb(statement string) string {
	word := leading.ReplaceAllString(statement, "")
	end := strings.IndexFunc(word, func(r rune) bool { return r != '_' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') })
	if end >= 0 {
		word = word[:end]
	}
	return strings.ToLower(word)
}

// Close ends the session; an open transaction is rolled back by the server.
func (s *session) Close() error {
	if s.conn == nil {
		return nil
	}
	conn := s.conn
	s.conn, s.broken = nil, true
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	_, err := within(ctx, func() (struct{}, error) { return struct{}{}, conn.Close() })
	if errors.Is(err, adapters.ErrBroken) || ctx.Err() != nil {
		return nil // the server ends sessions that nobody uses
	}
	return err
}

// stats tells what a statement did: the server answers DML with numbers of rows.
func (r *result) stats() adapters.Stats {
	stats := adapters.Stats{Code: "SUCCESS", Rows: -1, QueryID: r.queryID}
	switch verb(r.statement.Text) {
	case "insert", "update", "delete", "merge", "copy":
		stats.Rows = r.changed()
	case "select", "with":
		stats.Rows = r.loader.TotalRows()
	}
	stats.Message = "SUCCESS"
	if stats.Rows >= 0 {
		stats.Message += " " + strconv.FormatInt(stats.Rows, 10)
	} else if n := r.loader.TotalRows(); n > 0 {
		stats.Message += " " + strconv.FormatInt(n, 10)
	}
	return stats
}

// changed adds up how many rows a statement inserted, updated, deleted or loaded.
func (r *result) changed() int64 {
	counted := map[int]bool{}
	for i, c := range r.loader.RowTypes() {
		name := strings.ToLower(c.Name)
		counted[i] = name == "rows_loaded" || strings.HasPrefix(name, "number of rows ")
	}
	changed := int64(0)
	for row, err := range r.rows(context.Background()).All {
		if err != nil {
			return -1
		}
		for i, v := range row {
			n, ok := v.(int64)
			if text, is := v.(string); is {
				parsed, err := strconv.ParseInt(text, 10, 64)
				n, ok = parsed, err == nil
			}
			if counted[i] && ok {
				changed += n
			}
		}
	}
	return changed
}

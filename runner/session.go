package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/macros"
)

// session is a worker's connection: opened when it is first needed, replaced when it is broken. It is used by one goroutine at
// a time.
type session struct {
	warehouse adapters.Warehouse
	conn      adapters.Adapter
	state     transaction
}

// transaction is where a session stands.
type transaction int

const (
	none   transaction = iota
	wanted             // begun by us, but the warehouse has not been told: it is, together with the next statement
	open
)

// connected returns the connection.
func (s *session) connected(ctx context.Context) (adapters.Adapter, error) {
	if s.conn == nil {
		conn, err := s.warehouse.Connect(ctx)
		if err != nil {
			return nil, fmt.Errorf("connect: %w", err)
		}
		s.conn = conn
	}
	return s.conn, nil
}

// noted drops the connection if err says that it is broken.
func (s *session) noted(err error) error {
	if errors.Is(err, adapters.ErrBroken) {
		return errors.Join(err, s.close())
	}
	return err
}

func (s *session) close() error {
	conn := s.conn
	s.conn, s.state = nil, none
	if conn == nil {
		return nil
	}
	return conn.Close()
}

// The statements around a transaction, which every warehouse with transactions that is known to us understands.
const (
	beginSQL    = "begin"
	commitSQL   = "commit"
	rollbackSQL = "rollback"
)

// The statements around a part of a transaction that can be taken back by itself, where the warehouse has those.
const (
	savepointSQL  = "savepoint mod_test"
	rollbackToSQL = "rollback to savepoint mod_test"
	aliveSQL      = "select 1" // where it has not: it is refused once the transaction is aborted
)

// begin opens a transaction. It costs no round trip: the next statement takes it along.
func (s *session) begin() {
	if s.state == none {
		s.state = wanted
	}
}

// commit ends the transaction, if there is one.
func (s *session) commit(ctx context.Context) error {
	if s.state != open {
		s.state = none
		return nil
	}
	conn, err := s.connected(ctx)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, commitSQL)
	if err != nil {
		return s.noted(fmt.Errorf("commit: %w", err))
	}
	s.state = none
	return nil
}

// cleanup bounds what is still asked of a warehouse when a run was cancelled.
const cleanup = 10 * time.Second

// rollback takes back what the transaction did, also when ctx is over. A connection that cannot do that is dropped, and the
// warehouse takes it back itself.
func (s *session) rollback(ctx context.Context) {
	was := s.state
	s.state = none
	if was != open || s.conn == nil {
		return
	}
	s.takeBack(ctx, rollbackSQL)
}

// rollbackTo takes back what was done since the savepoint.
func (s *session) rollbackTo(ctx context.Context) {
	if s.state == open && s.conn != nil {
		s.takeBack(ctx, rollbackToSQL)
	}
}

func (s *session) takeBack(ctx context.Context, sql string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanup)
	defer cancel()
	if _, err := s.conn.Exec(ctx, sql); err != nil {
		_ = s.close() // the reason for the rollback is what is told
	}
}

// exec runs statements; shift is how much was put before them.
func (s *session) exec(ctx context.Context, sql string) (stats adapters.Stats, shift int, err error) {
	conn, err := s.connected(ctx)
	if err != nil {
		return adapters.Stats{Rows: -1}, 0, err
	}
	if s.state == wanted {
		s.state = open
		prefix := beginSQL + ";\n"
		sql, shift = prefix+sql, len(prefix)
	}
	stats, err = conn.Exec(ctx, sql)
	return stats, shift, s.noted(err)
}

// query runs a statement and reads its result whole.
func (s *session) query(ctx context.Context, sql string) (*macros.Result, adapters.Stats, error) {
	stats := adapters.Done()
	conn, err := s.started(ctx)
	if err != nil {
		return nil, stats, err
	}
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return nil, stats, s.noted(err)
	}
	result := &macros.Result{Columns: rows.Columns}
	for row, err := range rows.All {
		if err != nil {
			return nil, stats, s.noted(err)
		}
		result.Rows = append(result.Rows, slices.Clone(row))
	}
	if rows.Stats != nil {
		stats = rows.Stats()
	}
	return result, stats, nil
}

// started returns the connection after the transaction that is wanted, if one is, has begun.
func (s *session) started(ctx context.Context) (adapters.Adapter, error) {
	conn, err := s.connected(ctx)
	if err != nil || s.state != wanted {
		return conn, err
	}
	s.state = open
	if _, err := conn.Exec(ctx, beginSQL); err != nil {
		return nil, s.noted(fmt.Errorf("begin: %w", err))
	}
	return conn, nil
}

// comment is what is put around each statement of a node, so that the warehouse's logs tell where it came from.
type comment struct {
	text   string // without its delimiters; "" means none
	behind bool
}

// around returns the statement with the comment and how far that moved it.
func (c comment) around(sql string) (text string, shift int) {
	switch {
	case c.text == "":
		return sql, 0
	case c.behind:
		sql = strings.TrimRight(sql, " \t\r\n")
		end := ""
		if strings.HasSuffix(sql, ";") {
			sql, end = sql[:len(sql)-1], ";"
		}
		return sql + "\n/* " + c.text + " */" + end, 0
	default:
		prefix := "/* " + c.text + " */\n"
		return prefix + sql, len(prefix)
	}
}

package mysql

import (
	"context"
	"database/sql"
	sqldriver "database/sql/driver"
	"errors"
	"strings"

	driver "github.com/go-sql-driver/mysql"

	"github.com/modsql/mod/syncs"
)

// Send writes a batch in one transaction, and in it that the batch has arrived. A row that the server refuses is left out of it.
func (d *destination) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	found, err := d.table(ctx, b.Object)
	if err != nil {
		return nil, err
	}
	if err := d.remember(ctx); err != nil {
		return nil, classified(ctx, err)
	}
	conn, err := d.db.Conn(ctx)
	if err != nil {
		return nil, classified(ctx, err)
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return nil, classified(ctx, err)
	}
	s := &sending{writer: writer{Batch: b, table: found, archive: d.archive}, conn: conn, outcomes: make([]error, len(b.Rows))}
	if err := s.transact(ctx, d.memory); err != nil {
		_ = tx.Rollback() // the connection may be gone
		return nil, classified(ctx, err)
	}
	return s.outcomes, classified(ctx, tx.Commit())
}

// sending is a batch under way.
type sending struct {
	writer
	conn     *sql.Conn
	outcomes []error
}

// transact is what happens within the transaction. The batch is claimed first: whoever sends it at the same time, as a server may still be
// busy with what a lost connection has left, waits there.
func (s *sending) transact(ctx context.Context, memory string) error {
	c := &claim{conn: s.conn, memory: memory, batch: s.Batch}
	arrived, err := c.make(ctx)
	if err != nil {
		return err
	}
	var rows [][]string
	var at []int
	for i := range s.Rows {
		if arrived.Has(s.Rows[i].Number) {
			continue
		}
		row, err := s.literals(&s.Rows[i])
		if err != nil {
			s.outcomes[i] = err
			continue
		}
		rows, at = append(rows, row), append(at, i)
	}
	if err := s.write(ctx, rows, at); err != nil {
		return err
	}
	return c.settle(ctx, s.outcomes)
}

// write sends rows; at are their places in the batch. Those that are refused together are halved until the ones at fault stand alone: a
// statement that fails has changed nothing, and the transaction goes on
// (https://dev.mysql.com/doc/refman/8.4/en/innodb-error-handling.html).
func (s *sending) write(ctx context.Context, rows [][]string, at []int) error {
	if len(rows) == 0 {
		return nil
	}
	err := s.exec(ctx, rows, at)
	class := syncs.ClassOf(err)
	switch {
	case err == nil:
		return nil
	case class != syncs.Rejected && class != syncs.TooLarge:
		return err
	case len(rows) == 1:
		s.outcomes[at[0]] = err
		return nil
	}
	middle := len(rows) / 2
	if err := s.write(ctx, rows[:middle], at[:middle]); err != nil {
		return err
	}
	return s.write(ctx, rows[middle:], at[middle:])
}

func (s *sending) exec(ctx context.Context, rows [][]string, at []int) error {
	affected, err := run(ctx, s.conn, strings.Join(s.statements(rows), ";\n"))
	if err != nil {
		return classified(ctx, err)
	}
	if !s.counted() {
		return nil
	}
	if len(affected) != len(rows) {
		return errCounts
	}
	for i, n := range affected {
		if n == 0 {
			s.outcomes[at[i]] = errNoRecord
		}
	}
	return nil
}

// run executes statements and returns how many records each has met.
func run(ctx context.Context, conn *sql.Conn, statements string) (affected []int64, err error) {
	raw := conn.Raw(func(c any) error {
		var result sqldriver.Result
		if result, err = c.(sqldriver.ExecerContext).ExecContext(ctx, statements, nil); err == nil {
			affected = result.(driver.Result).AllRowsAffected()
		}
		return nil // an error of a statement is none of the connection's
	})
	return affected, errors.Join(raw, err)
}

package mysql

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	driver "github.com/go-sql-driver/mysql"

	"github.com/modsql/mod/syncs"
)

// remember makes the table that notes which batches have arrived. It is no part of a transaction, since creating a table ends one
// (https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html).
func (d *destination) remember(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.memory == "" || d.remembered {
		return nil
	}
	_, err := d.db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS "+quoted(d.memory)+` (
  sync VARCHAR(255) NOT NULL,
  run VARCHAR(128) NOT NULL,
  first_row BIGINT NOT NULL,
  arrived MEDIUMTEXT NOT NULL COMMENT 'the numbers of the rows that are here',
  at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (sync, run, first_row)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
	d.remembered = err == nil
	return err
}

// claim is the note of a batch, within the transaction that writes it.
type claim struct {
	conn   *sql.Conn
	memory string // the table; "" if nothing is noted
	batch  *syncs.Batch
	before syncs.Spans // what had arrived
}

// make notes that the batch arrives. It returns the rows that have arrived before, and waits for whoever is writing them now.
func (c *claim) make(ctx context.Context) (syncs.Spans, error) {
	if c.memory == "" {
		return nil, nil
	}
	all := c.batch.Arrived(make([]error, len(c.batch.Rows)))
	_, err := run(ctx, c.conn, "INSERT INTO "+quoted(c.memory)+" (sync, run, first_row, arrived) VALUES ("+
		text(c.batch.Sync)+", "+text(c.batch.Run)+", "+c.first()+", "+text(all.String())+")")
	var known *driver.MySQLError
	if !errors.As(err, &known) || known.Number != duplicate {
		return nil, err
	}
	arrived := ""
	err = c.conn.QueryRowContext(ctx, "SELECT arrived FROM "+quoted(c.memory)+c.where()+" FOR UPDATE").Scan(&arrived)
	if err != nil {
		return nil, err
	}
	c.before, err = syncs.ParseSpans(arrived)
	return c.before, err
}

// duplicate is the error of a second row with the same primary key.
const duplicate = 1062

// settle notes what arrived, where that is not the whole batch at once.
func (c *claim) settle(ctx context.Context, outcomes []error) error {
	if c.memory == "" || c.before == nil && errors.Join(outcomes...) == nil {
		return nil
	}
	arrived := c.before
	for _, span := range c.batch.Arrived(outcomes) {
		if !c.before.Has(span.First) || !c.before.Has(span.Last) {
			arrived = append(arrived, span)
		}
	}
	_, err := run(ctx, c.conn, "UPDATE "+quoted(c.memory)+" SET arrived = "+text(arrived.String())+c.where())
	return err
}

func (c *claim) where() string {
	return " WHERE sync = " + text(c.batch.Sync) + " AND run = " + text(c.batch.Run) + " AND first_row = " + c.first()
}

func (c *claim) first() string { return strconv.FormatInt(c.batch.Span().First, 10) }

// committer is a destination with a table that remembers.
type committer struct{ *destination }

var _ syncs.Committer = (*committer)(nil)

// Committed are the rows of a run that are here.
func (d *committer) Committed(ctx context.Context, t *syncs.Target, run string) ([]syncs.Span, error) {
	var out syncs.Spans
	var bad error
	err := d.each(ctx, "SELECT arrived FROM "+quoted(d.memory)+" WHERE sync = "+text(t.Sync)+" AND run = "+text(run)+" ORDER BY first_row",
		func(values []string) {
			spans, err := syncs.ParseSpans(values[0])
			out, bad = append(out, spans...), errors.Join(bad, err)
		})
	if absent(err) {
		return nil, nil
	}
	return out, errors.Join(classified(ctx, err), bad)
}

// Forget drops the notes of a sync's other runs.
func (d *committer) Forget(ctx context.Context, t *syncs.Target, but string) error {
	_, err := d.db.ExecContext(ctx, "DELETE FROM "+quoted(d.memory)+" WHERE sync = "+text(t.Sync)+" AND run <> "+text(but))
	if absent(err) {
		return nil
	}
	return classified(ctx, err)
}

// absent tells whether a table is not there yet.
func absent(err error) bool {
	var server *driver.MySQLError
	return errors.As(err, &server) && server.Number == 1146
}

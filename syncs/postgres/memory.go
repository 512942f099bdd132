package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/modsql/mod/syncs"
)

// makeMemory makes the table of batches, if there is to be one, and only once.
func (d *destination) makeMemory(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.ready || d.memory == nil {
		return nil
	}
	sql, err := d.sql("create memory", d.memoryNames())
	if err != nil {
		return err
	}
	err = pgx.BeginFunc(ctx, d.pool, func(tx pgx.Tx) error {
		// `if not exists` alone fails when two do it at the same time. The number is any that nobody else has.
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(7246302215)"); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, sql)
		return err
	})
	if err != nil {
		return failure(ctx, err)
	}
	d.ready = true
	return nil
}

// mayRemember fails if the table of batches is not there and cannot be made.
func (d *destination) mayRemember(ctx context.Context) error {
	if d.memory == nil {
		return nil
	}
	sql, err := d.sql("may remember", d.memoryNames())
	if err != nil {
		return err
	}
	var may *bool
	var schema string
	if err := d.pool.QueryRow(ctx, sql).Scan(&may, &schema); err != nil {
		return failure(ctx, err)
	}
	if may == nil {
		return missing("there is no schema for the table %s: set schema", d.memory.Sanitize())
	}
	if !*may {
		return &syncs.Error{Class: syncs.Denied, Message: "the user may not create table " + d.memory.Sanitize() + " in schema " + schema +
			": let him, create it for him, or set memory: false"}
	}
	return nil
}

// Committed are the batches of a run that arrived.
func (d *destination) Committed(ctx context.Context, t *syncs.Target, run string) ([]syncs.Span, error) {
	if d.memory == nil {
		return nil, nil
	}
	if err := d.makeMemory(ctx); err != nil {
		return nil, err
	}
	sql, err := d.sql("remembered", d.memoryNames())
	if err != nil {
		return nil, err
	}
	rows, err := d.pool.Query(ctx, sql, t.Sync, run)
	if err != nil {
		return nil, failure(ctx, err)
	}
	spans, err := pgx.CollectRows(rows, pgx.RowToStructByPos[syncs.Span])
	if err != nil {
		return nil, failure(ctx, err)
	}
	return spans, nil
}

// Forget drops the batches of a sync's runs but for one.
func (d *destination) Forget(ctx context.Context, t *syncs.Target, but string) error {
	if d.memory == nil {
		return nil
	}
	if err := d.makeMemory(ctx); err != nil {
		return err
	}
	sql, err := d.sql("forget", d.memoryNames())
	if err != nil {
		return err
	}
	if _, err := d.pool.Exec(ctx, sql, t.Sync, but); err != nil {
		return failure(ctx, err)
	}
	return nil
}

package state

import (
	"context"
	"errors"
	"fmt"
)

// Superseded counts the rows of builds and intervals for which later ones stand: Read says the same without them. The tables exist.
func (t Tables) Superseded(ctx context.Context, conn Conn) (n int64, err error) {
	sql, err := t.Spell(ctx, "state_count_superseded", t.table("builds"), t.table("intervals"))
	if err != nil {
		return 0, err
	}
	err = rows(ctx, conn, sql, func(row []any) error {
		c := cells{row: row}
		n = c.number(0)
		return c.err
	})
	if err != nil {
		return 0, fmt.Errorf("count rows of the state: %w", err)
	}
	return n, nil
}

// Compact deletes those rows. It may be done while runs go on: what they add is later than what goes.
func (t Tables) Compact(ctx context.Context, conn Conn) error {
	builds, err := t.Spell(ctx, "state_delete_superseded", t.table("builds"))
	intervals, failed := t.Spell(ctx, "state_delete_bygone", t.table("intervals"))
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	if err := t.Together(ctx, conn, []string{builds, intervals}); err != nil {
		return fmt.Errorf("delete rows of the state for which later ones stand: %w", err)
	}
	return nil
}

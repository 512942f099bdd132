package runner

import (
	"context"
	"fmt"
	"time"

	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/syncs"
)

// SyncRun is a run of a sync as it is remembered.
type SyncRun struct {
	ID          string
	State       SyncState
	Destination string // where it went: kind, name and object
	Mapping     string // a fingerprint of the fields and their expressions
	Started     time.Time
	Finished    time.Time // zero if it has not finished, or was killed
	Inserted    int64
	Updated     int64
	Removed     int64
	Rejected    int64
	Message     string // why it did not do everything
}

var syncRunColumns = []string{
	"run", "sync", "state", "destination", "mapping", "started_at", "finished_at", "inserted", "updated", "removed", "rejected", "message",
}

// lastRuns are the newest runs, the newest first.
func (l *syncLedger) lastRuns(ctx context.Context, sync string, limit int) ([]SyncRun, error) {
	rows, err := l.query(ctx, "sync_last_runs", l.runs, sync, limit)
	if err != nil {
		return nil, err
	}
	var out []SyncRun
	for _, row := range rows {
		text := func(i int) string { s, _ := row[i].(string); return s }
		instant := func(i int) time.Time { t, _ := row[i].(time.Time); return t }
		out = append(out, SyncRun{
			ID: text(0), State: SyncState(text(1)), Destination: text(2), Mapping: text(3), Started: instant(4), Finished: instant(5),
			Inserted: wholeNumber(row[6]), Updated: wholeNumber(row[7]), Removed: wholeNumber(row[8]), Rejected: wholeNumber(row[9]), Message: text(10),
		})
	}
	return out, nil
}

// remember writes a run down, in the place of what was written of it before.
func (l *syncLedger) remember(ctx context.Context, sync string, r SyncRun) error {
	into := relation.Table{Relation: l.runs}
	for _, name := range syncRunColumns {
		into.Columns = append(into.Columns, relation.Column{Name: name})
	}
	var finished any
	if !r.Finished.IsZero() {
		finished = r.Finished.UTC()
	}
	row := []any{
		r.ID, sync, string(r.State), r.Destination, r.Mapping, r.Started.UTC(), finished, r.Inserted, r.Updated, r.Removed, r.Rejected, r.Message,
	}
	if err := l.wire.Begin(ctx); err != nil {
		return err
	}
	err := l.exec(ctx, "sync_forget_run", l.runs, r.ID)
	if err == nil {
		_, err = l.wire.append(ctx, into, func(yield func([]any, error) bool) { yield(row, nil) })
	}
	if err == nil {
		err = l.wire.commit(ctx)
	}
	if err != nil {
		l.wire.rollback(ctx)
		return fmt.Errorf("write down the run of %s: %w", sync, err)
	}
	return nil
}

// count adds up what a delivery did.
func (r *SyncRun) count(p syncs.Progress) {
	r.Inserted, r.Updated = p.Delivered[syncs.Insert], p.Delivered[syncs.Update]
	r.Removed = p.Delivered[syncs.Delete] + p.Delivered[syncs.Clear] + p.Delivered[syncs.Archive]
	r.Rejected = 0
	for _, n := range p.Rejected {
		r.Rejected += n
	}
}

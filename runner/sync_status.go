package runner

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/syncs"
)

// letterSample is how many of the rows that were refused a result tells of.
const letterSample = 20

// SyncStatus is what is known of a sync.
type SyncStatus struct {
	Node      *compiler.Node
	Runs      []SyncRun // the newest first; none if it has never been run
	Delivered int64     // rows that are at the destination, by what was sent
	Refused   int64     // rows that the destination refused, and that are sent again with every run
	Letters   []SyncLetter
}

// SyncStatus tells of a sync's newest runs, and some of the rows that were refused. It changes nothing. Of the keys of rows the fields that
// are personal are not told.
func (v *Visit) SyncStatus(ctx context.Context, n *compiler.Node, runs int, personal []string) (*SyncStatus, error) {
	v = v.at(n)
	out := &SyncStatus{Node: n}
	l, err := v.ledgerOf(ctx, n)
	if err != nil {
		return nil, err
	}
	if there, err := l.exists(ctx, l.runs); err != nil || !there {
		return out, err
	}
	if out.Runs, err = l.lastRuns(ctx, n.Name, runs); err != nil {
		return nil, err
	}
	if there, err := l.exists(ctx, l.ledger); err != nil || !there {
		return out, err
	}
	counts, err := l.query(ctx, "sync_count_rows", l.ledger, l.letters)
	if err != nil {
		return nil, err
	}
	out.Delivered, out.Refused = wholeNumber(counts[0][0]), wholeNumber(counts[0][1])
	out.Letters, err = l.someLetters(ctx, letterSample, personal)
	return out, err
}

// ledgerOf is the memory of a sync whose query is not asked for.
func (v *Visit) ledgerOf(ctx context.Context, n *compiler.Node) (*syncLedger, error) {
	op, err := v.graph.Operation(ctx, v.graph.Project.Root, nothing(v.graph), compiler.Sight{Warehouse: v.wire}, nil)
	if err != nil {
		return nil, err
	}
	return newSyncLedger(v.wire, op.Context, n.Relation, n.Sync.Key), nil
}

// ResetSync forgets what was delivered: the next run sends all rows anew. Nothing changes at the destination, of which d, if it is not nil,
// forgets the batches it was sent.
func (v *Visit) ResetSync(ctx context.Context, n *compiler.Node, d syncs.Destination) error {
	v = v.at(n)
	l, err := v.ledgerOf(ctx, n)
	if err != nil {
		return err
	}
	if err := l.lock(ctx); err != nil {
		return err
	}
	if there, err := l.exists(ctx, l.ledger); err != nil || !there {
		return err
	}
	err = l.drop(ctx, l.ledger, l.letters, l.outcomes, l.changes, l.present)
	if c, ok := d.(syncs.Committer); ok {
		err = errors.Join(err, c.Forget(ctx, SyncOptions{}.target(n, nil), ""))
	}
	return err
}

// someLetters are rows that were refused, those that have waited longest first. The table has their keys, by which they are sent again; the
// fields of a key that are personal are not told.
func (l *syncLedger) someLetters(ctx context.Context, limit int, personal []string) ([]SyncLetter, error) {
	rows, err := l.query(ctx, "sync_read_letters", l.letters, l.key, limit)
	var out []SyncLetter
	for _, row := range rows {
		text := func(i int) string { s, _ := row[i].(string); return s }
		since, _ := row[4].(time.Time)
		for i, field := range l.key {
			if slices.Contains(personal, field) {
				row[5+i] = syncs.Mask
			}
		}
		out = append(out, SyncLetter{
			Op: syncs.Op(text(0)), Class: syncs.Class(text(1)), Error: text(2), Attempts: int(wholeNumber(row[3])), Since: since, Key: row[5:],
		})
	}
	return out, err
}

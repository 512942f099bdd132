package runner

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/syncs"
)

// syncLedger is what the warehouse remembers of a sync: tables of mod's own schema. What they hold is said in the macros that spell the
// statements (compiler/macros/pack/default/syncs.sql).
type syncLedger struct {
	wire    *wire
	context *macros.Context
	key     []string

	ledger, letters, outcomes, changes, present, runs relation.Relation
}

// newSyncLedger names the tables of the sync whose relation that is.
func newSyncLedger(w *wire, c *macros.Context, sync relation.Relation, key []string) *syncLedger {
	table := func(name string) relation.Relation {
		return relation.Relation{Database: sync.Database, Schema: sync.Schema, Name: name}
	}
	return &syncLedger{
		wire: w, context: c, key: key, runs: table("sync_runs"),
		ledger: table(sync.Name + "_ledger"), letters: table(sync.Name + "_letters"), outcomes: table(sync.Name + "_outcomes"),
		changes: table(sync.Name + "_changes"), present: table(sync.Name + "_present"),
	}
}

// exec runs what a macro spells, if it is anything.
func (l *syncLedger) exec(ctx context.Context, macro string, args ...any) error {
	sql, err := l.context.Spell(ctx, macro, args...)
	if err == nil && strings.TrimSpace(sql) != "" {
		_, err = l.wire.exec(ctx, sql)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", macro, err)
	}
	return nil
}

// query runs a query that a macro spells; nil if it is none. Dates are text, as in [syncs.Row].
func (l *syncLedger) query(ctx context.Context, macro string, args ...any) ([][]any, error) {
	sql, err := l.context.Spell(ctx, macro, args...)
	if err != nil || strings.TrimSpace(sql) == "" {
		return nil, err
	}
	result, _, err := l.wire.query(ctx, sql)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", macro, err)
	}
	for _, row := range result.Rows {
		for i, v := range row {
			row[i] = syncs.Field{Type: result.Columns[i].Type}.Day(v)
		}
	}
	return result.Rows, nil
}

// errBusy is why a sync cannot be carried out while another session does so.
var errBusy = errors.New("another run of this sync is under way: it ends with its own session")

// lock keeps other sessions from the sync, where the warehouse can.
func (l *syncLedger) lock(ctx context.Context) error {
	rows, err := l.query(ctx, "sync_lock", l.ledger)
	if err != nil {
		return err
	}
	if len(rows) == 1 && len(rows[0]) == 1 && rows[0][0] == false {
		return errBusy
	}
	return nil
}

// exists tells whether a table is there.
func (l *syncLedger) exists(ctx context.Context, r relation.Relation) (bool, error) {
	conn, err := l.wire.session.started(ctx)
	if err != nil {
		return false, err
	}
	catalog, err := conn.Inspect(ctx, schemaOf(r))
	if err != nil {
		return false, fmt.Errorf("look for %s: %w", r, err)
	}
	return catalog.Get(r) != nil, nil
}

// badKeys is how many rows have no key, how many keys have several rows, and one of those keys.
func (l *syncLedger) badKeys(ctx context.Context, query string) (nulls, twins int64, twin string, err error) {
	rows, err := l.query(ctx, "sync_bad_keys", query, l.key)
	if err != nil || len(rows) == 0 {
		return 0, 0, "", err
	}
	twin, _ = rows[0][2].(string)
	return wholeNumber(rows[0][0]), wholeNumber(rows[0][1]), twin, nil
}

// record keeps outcomes: of each row the key, and why it was refused.
func (l *syncLedger) record(ctx context.Context, conn adapters.Adapter, b *syncs.Batch, outcomes []error) error {
	into := relation.Table{Relation: l.outcomes}
	for _, name := range append(slices.Clone(l.key), "_op", "_hash", "_class", "_error") {
		into.Columns = append(into.Columns, relation.Column{Name: name})
	}
	_, err := conn.Load(ctx, into, func(yield func([]any, error) bool) {
		for i := range b.Rows {
			r := &b.Rows[i]
			row := make([]any, 0, len(l.key)+4)
			for j, v := range r.Key(b.Target) {
				row = append(row, loadable(b.Target.Fields[j].Midnight(v)))
			}
			row = append(row, string(r.Op), r.Hash, nil, nil)
			if err := outcomes[i]; err != nil {
				row[len(l.key)+2], row[len(l.key)+3] = string(syncs.ClassOf(err)), err.Error()
			}
			if !yield(row, nil) {
				return
			}
		}
	})
	return err
}

// settle puts what was tried into the ledger and the letters, and drops the changes. ended says that all of them were tried: letters of rows
// that need nothing any more go.
func (l *syncLedger) settle(ctx context.Context, mapping, run string, ended bool) error {
	var changes any
	if ended {
		changes = l.changes
	}
	if err := l.wire.Begin(ctx); err != nil {
		return err
	}
	err := l.exec(ctx, "sync_settle", l.ledger, l.letters, l.outcomes, changes, l.key, mapping, run, timestamp(time.Now()))
	if err == nil {
		err = l.drop(ctx, l.changes)
	}
	if err == nil {
		err = l.wire.commit(ctx)
	}
	if err != nil {
		l.wire.rollback(ctx)
	}
	return err
}

// doubt makes the ledger say of which changes it is not known whether they arrived. No more than ahead rows are under way at once.
func (l *syncLedger) doubt(ctx context.Context, mapping, run string, ahead int) error {
	counts, err := l.query(ctx, "sync_count_unclear", l.changes, l.outcomes, l.key, ahead)
	if err != nil || wholeNumber(counts[0][0]) == 0 {
		return err
	}
	return l.exec(ctx, "sync_doubt", l.ledger, l.changes, l.outcomes, l.key, mapping, run, ahead)
}

// drop drops tables.
func (l *syncLedger) drop(ctx context.Context, tables ...relation.Relation) error {
	var list []any
	for _, t := range tables {
		list = append(list, t)
	}
	return l.exec(ctx, "sync_drop", list)
}

// timestamp spells a time as the macros take it.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05.000000") }

// loadable is a value as [adapters.Adapter.Load] takes it.
func loadable(v any) any {
	if n, ok := v.(syncs.Number); ok {
		return string(n)
	}
	return v
}

// deliverable is a value of the warehouse as a destination gets it.
func deliverable(v any) any {
	switch v := v.(type) {
	case adapters.Decimal:
		return syncs.Number(v)
	case *big.Int:
		return syncs.Number(v.String())
	case []byte:
		return slices.Clone(v)
	case []any:
		for i := range v {
			v[i] = deliverable(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = deliverable(v[k])
		}
	}
	return v
}

// wholeNumber is a number of the warehouse; 0 if it is none.
func wholeNumber(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case float64:
		return int64(v)
	case adapters.Decimal:
		n, _ := new(big.Rat).SetString(string(v))
		if n != nil && n.IsInt() {
			return n.Num().Int64()
		}
	case *big.Int:
		return v.Int64()
	}
	return 0
}

// read hands the changes to use, in order, as they come from the warehouse.
func (l *syncLedger) read(ctx context.Context, fields []string, use func(iter.Seq2[syncs.Row, error]) error) error {
	sql, err := l.context.Spell(ctx, "sync_read_changes", l.changes, fields)
	if err != nil {
		return err
	}
	conn, err := l.wire.session.started(ctx)
	if err != nil {
		return err
	}
	text, _ := l.wire.comment.around(sql)
	rows, err := conn.Query(ctx, text)
	if err != nil {
		return fmt.Errorf("read the changes: %w", l.wire.session.noted(err))
	}
	return errors.Join(use(l.changesOf(rows)), rows.Close())
}

// changesOf makes changes of rows.
func (l *syncLedger) changesOf(rows *adapters.Rows) iter.Seq2[syncs.Row, error] {
	return func(yield func(syncs.Row, error) bool) {
		for row, err := range rows.All {
			if err != nil {
				yield(syncs.Row{}, err)
				return
			}
			op, _ := row[1].(string)
			hash, _ := row[2].(string)
			r := syncs.Row{Number: wholeNumber(row[0]), Op: syncs.Op(op), Hash: hash, Values: make([]any, len(row)-3)}
			for i, v := range row[3:] {
				r.Values[i] = syncs.Field{Type: rows.Columns[i+3].Type}.Day(deliverable(v))
			}
			if op == string(syncs.Delete) || op == string(syncs.Clear) || op == string(syncs.Archive) {
				r.Values = r.Values[:len(l.key)]
			}
			if !yield(r, nil) {
				return
			}
		}
	}
}

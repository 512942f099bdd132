package state

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/fingerprint"
)

// Surplus is what nothing reads any more: Read says the same without it, of all relations but those that were dropped, and Details of every code by which something is
// explained.
type Surplus struct {
	Events int64 // rows of builds and intervals for which later ones stand
	Codes  int64 // versions of code that were not built last anywhere, nor read by what was
	Runs   int64 // rows of runs that did nothing which is there, and are old

	now   time.Time
	codes []string
}

// Rows are how many rows it is.
func (s Surplus) Rows() int64 { return s.Events + s.Codes + s.Runs }

// What is kept of runs that did nothing which is there.
const (
	keptRuns   = 100                 // of each environment
	keptRunFor = 30 * 24 * time.Hour // by its beginning
	// deadAfter is when a run that has not ended is taken for killed. Until then no code goes: it may be about to name one.
	deadAfter = 24 * time.Hour
)

// Surplus looks for what nothing reads any more. While a run goes on no code counts, since the run may be about to name it. The tables exist.
func (t Tables) Surplus(ctx context.Context, conn Conn, now time.Time) (s Surplus, err error) {
	s.now = now
	sql, err := t.Spell(ctx, "state_count_surplus", t.all(), t.spent(now))
	if err != nil {
		return s, err
	}
	going := int64(0)
	err = rows(ctx, conn, sql, func(row []any) error {
		c := cells{row: row}
		s.Events, s.Runs, going = c.number(0), c.number(1), c.number(2)
		return c.err
	})
	if err != nil {
		return s, fmt.Errorf("count rows of the state: %w", err)
	}
	if going == 0 {
		if s.codes, err = t.unnamed(ctx, conn); err != nil {
			return s, fmt.Errorf("look for code of the state that nothing names: %w", err)
		}
	}
	s.Codes = int64(len(s.codes))
	return s, nil
}

// spent says which runs are kept, as the macros take it.
func (t Tables) spent(now time.Time) map[string]any {
	return map[string]any{"kept": keptRuns, "before": instant(now.Add(-keptRunFor)), "alive": instant(now.Add(-deadAfter)), "type": Time.in(t.Dialect)}
}

// unnamed are the keys of code that no build names which counts, itself or through the versions of what it read.
func (t Tables) unnamed(ctx context.Context, conn Conn) (out []string, err error) {
	there, wanted, err := t.codes(ctx, conn)
	if err != nil {
		return nil, err
	}
	named := map[fingerprint.Hash]bool{}
	for len(wanted) > 0 && len(named) < len(there) {
		var next []fingerprint.Hash
		for some := range slices.Chunk(wanted, readAtOnce) {
			for _, key := range some {
				named[key] = true
			}
			details, err := t.Details(ctx, conn, some)
			if bad := (Problem{}); err != nil && !errors.As(err, &bad) { // one that was edited names nothing
				return nil, err
			}
			for _, d := range details {
				next = append(next, d.names(there)...)
			}
		}
		slices.SortFunc(next, func(a, b fingerprint.Hash) int { return slices.Compare(a[:], b[:]) })
		wanted = slices.DeleteFunc(slices.Compact(next), func(key fingerprint.Hash) bool { return named[key] })
	}
	for key := range there {
		if !named[key] {
			out = append(out, key.String())
		}
	}
	slices.Sort(out)
	return out, nil
}

// readAtOnce is how many details are held in memory.
const readAtOnce = 500

// codes are the keys of code that are there, and those among them that builds name which count.
func (t Tables) codes(ctx context.Context, conn Conn) (there map[fingerprint.Hash]bool, named []fingerprint.Hash, err error) {
	there = map[fingerprint.Hash]bool{}
	sql, err := t.Spell(ctx, "state_codes", t.all())
	if err != nil {
		return nil, nil, err
	}
	err = rows(ctx, conn, sql, func(row []any) error {
		key, err := fingerprint.Parse(text(row[0]))
		if err != nil {
			return nil // somebody wrote it, and nothing names it
		}
		there[key] = true
		if row[1] != nil {
			named = append(named, key)
		}
		return nil
	})
	return there, named, err
}

// names are the keys among those by which the versions of what was read are found.
func (d *Detail) names(among map[fingerprint.Hash]bool) (out []fingerprint.Hash) {
	for _, p := range d.Parts {
		if p.Kind != fingerprint.UpstreamPart {
			continue
		}
		if key, err := fingerprint.Parse(p.Value); err == nil && among[key] {
			out = append(out, key)
		}
	}
	return out
}

// Compact deletes what was found. It may be done while runs go on: what they add is later than what goes, and no code goes while there is one.
func (t Tables) Compact(ctx context.Context, conn Conn, s Surplus) error {
	statements, err := t.compacting(ctx, s)
	if err != nil {
		return err
	}
	if err := t.among(ctx, func() error { return t.Together(ctx, conn, statements) }); err != nil {
		return fmt.Errorf("delete rows of the state that nothing reads: %w", err)
	}
	return nil
}

// compacting spells the statements that delete it: rows that name others go first.
func (t Tables) compacting(ctx context.Context, s Surplus) (statements []string, err error) {
	add := func(macro string, args ...any) {
		sql, failed := t.Spell(ctx, macro, args...)
		statements, err = append(statements, sql), errors.Join(err, failed)
	}
	if len(s.codes) > 0 && t.Dialect.Has(dialect.TransactionalDDL) {
		add("state_queue", t.table("meta"), t.table("leases")) // a run that begins waits for it
	}
	add("state_delete_bygone", t.all())
	add("state_delete_superseded", t.table("builds"))
	for some := range slices.Chunk(s.codes, maxRows) {
		add("state_delete_codes", t.all(), some, t.spent(s.now))
	}
	add("state_delete_runs", t.all(), t.spent(s.now))
	return statements, err
}

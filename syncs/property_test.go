package syncs_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/modsql/mod/syncs"
)

// unruly is a destination that fails in every way there is, as dice have it; some rows it refuses whatever happens.
type unruly struct {
	mu       sync.Mutex
	dice     *rand.Rand
	bad      map[int64]bool
	whole    bool // it knows batches only, no rows
	deadly   bool // it may end the delivery
	cancel   func()
	accepted map[int64]int // how often a row was taken, and that was said
}

func (u *unruly) Send(ctx context.Context, b *syncs.Batch) ([]error, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	switch dice := u.dice.IntN(20); {
	case dice < 3:
		return nil, of(syncs.Transient)
	case dice == 3:
		return nil, of(syncs.Limited)
	case dice == 4 && len(b.Rows) > 1:
		return nil, of(syncs.TooLarge)
	case dice == 5 && u.deadly:
		return nil, of([]syncs.Class{syncs.Exhausted, syncs.Denied, syncs.Missing, syncs.Broken}[u.dice.IntN(4)])
	case dice == 6 && u.cancel != nil:
		u.cancel()
	}
	if u.whole {
		return u.batch(b)
	}
	return u.rows(b), nil
}

func (u *unruly) batch(b *syncs.Batch) ([]error, error) {
	for _, n := range numbers(b) {
		if u.bad[n] {
			return nil, of(syncs.Rejected)
		}
	}
	for _, n := range numbers(b) {
		u.accepted[n]++
	}
	return make([]error, len(b.Rows)), nil
}

func (u *unruly) rows(b *syncs.Batch) []error {
	out := make([]error, len(b.Rows))
	for i, n := range numbers(b) {
		switch dice := u.dice.IntN(31); {
		case u.bad[n]:
			out[i] = of(syncs.Rejected)
		case dice < 3:
			out[i] = of(syncs.Transient)
		case dice == 3 && u.deadly:
			out[i] = of(syncs.Exhausted)
		default:
			u.accepted[n]++
		}
	}
	return out
}

func TestEveryRowIsRecordedOnceOrNotTried(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		rows := drawRows(t)
		u := &unruly{dice: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)), bad: map[int64]bool{}, whole: rapid.Bool().Draw(t, "whole"), deadly: rapid.Bool().Draw(t, "deadly"), accepted: map[int64]int{}}
		if rapid.Bool().Draw(t, "cancelled") {
			u.cancel = cancel
		}
		for _, r := range rows {
			u.bad[r.Number] = rapid.IntRange(0, 9).Draw(t, "bad") == 0
		}
		limits := syncs.Limits{Batch: rapid.IntRange(1, 9).Draw(t, "batch"), Concurrency: rapid.IntRange(1, 3).Draw(t, "concurrency")}
		x := newTrial(limits, u.Send)
		x.Tries = rapid.IntRange(1, 6).Draw(t, "tries")
		progress, err := x.Deliver(ctx, func(yield func(syncs.Row, error) bool) {
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
			}
		})
		x.holds(t, rows, u, progress, err, limits)
	})
}

// drawRows are rows whose ops come in runs.
func drawRows(t *rapid.T) []syncs.Row {
	var rows []syncs.Row
	for _, op := range []syncs.Op{syncs.Insert, syncs.Update, syncs.Delete} {
		for range rapid.IntRange(0, 12).Draw(t, string(op)) {
			n := int64(len(rows) + 1)
			rows = append(rows, syncs.Row{Number: n, Op: op, Values: []any{n}})
		}
	}
	return rows
}

// holds fails unless all that is promised of a delivery is so.
func (x *trial) holds(t *rapid.T, rows []syncs.Row, u *unruly, p syncs.Progress, err error, limits syncs.Limits) {
	if len(x.twice) > 0 {
		t.Fatalf("recorded twice: %v", x.twice)
	}
	delivered, rejected := map[syncs.Op]int64{}, map[syncs.Op]int64{}
	for _, r := range rows {
		outcome, recorded := x.recorded[r.Number]
		taken := u.accepted[r.Number]
		switch {
		case taken > 1:
			t.Fatalf("row %d was delivered %d times", r.Number, taken)
		case taken == 1 && (!recorded || outcome != nil):
			t.Fatalf("row %d was delivered; recorded %t: %v", r.Number, recorded, outcome)
		case recorded && outcome == nil && taken == 0:
			t.Fatalf("row %d is recorded as delivered and was not", r.Number)
		case err == nil && !recorded:
			t.Fatalf("row %d is not recorded", r.Number)
		case recorded && u.bad[r.Number] && outcome == nil:
			t.Fatalf("row %d is bad", r.Number)
		case recorded && outcome == nil:
			delivered[r.Op]++
		case recorded:
			rejected[r.Op]++
		}
	}
	if !sameCounts(delivered, p.Delivered) || !sameCounts(rejected, p.Rejected) {
		t.Fatalf("progress says %v and %v, it is %v and %v", p.Delivered, p.Rejected, delivered, rejected)
	}
	for _, sent := range x.sent {
		if len(sent) > limits.Batch || !slices.IsSorted(sent) || rows[sent[0]-1].Op != rows[sent[len(sent)-1]-1].Op {
			t.Fatalf("a batch has rows %v", sent)
		}
	}
	if err != nil && u.cancel == nil && !u.deadly && !errors.Is(err, syncs.ErrTripped) {
		t.Fatalf("it ended with %v", err)
	}
}

func sameCounts(a, b map[syncs.Op]int64) bool {
	for _, op := range []syncs.Op{syncs.Insert, syncs.Update, syncs.Delete} {
		if a[op] != b[op] {
			return false
		}
	}
	return true
}

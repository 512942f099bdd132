// Package destinationtest is what every destination must do to be one. A destination's own tests call [Run] once, and use [Proxy] and
// [Faulty] for what can go wrong between it and its server.
package destinationtest

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/modsql/mod/syncs"
)

// Suite is what Run needs to know of a destination. What is left zero is not tried.
type Suite struct {
	Kind syncs.Kind
	// Place makes an empty object with those fields, the key among them, for one claim. It is dropped or stopped when t ends.
	Place func(t *testing.T, fields []syncs.Field, key []string) Place
	// Denied are settings whose login is refused by the server of a place.
	Denied func(t *testing.T, p Place) syncs.Config
	// Proxied is a place as it is reached through a proxy.
	Proxied func(t *testing.T, p Place) (Place, *Proxy)
	// MissingObject is the name of an object that is not there.
	MissingObject string
	// Loose says that an object takes fields nobody told it of, or has none: a missing one cannot be noticed.
	Loose bool
	// Lasting says that the records themselves are what a batch is remembered by: it is not forgotten.
	Lasting bool
	// OneKey says that a record has a key of a single field.
	OneKey bool
	// Refused are values, of the fields id, name and score, for which the destination refuses a row.
	Refused map[string]any
	// TooLarge are the same for which a row is larger than the destination takes.
	TooLarge map[string]any
	// Without are fields of [ValueFields] that the destination has nothing for.
	Without []string
	// Stored is what Rows shows for a value that was sent; nil if it is the same. For nil it is also what a cleared field shows.
	Stored func(field string, value any) any
	// Archived tells whether a record is marked as archived.
	Archived func(record map[string]any) bool
}

// Place is an object of its own at a destination.
type Place struct {
	Config syncs.Config
	Object string
	// Rows are the records that are there, their fields by name, in any order. A field that is left out counts as nil.
	Rows func(t *testing.T) []map[string]any
}

// Run proves the contract of package syncs.
func Run(t *testing.T, s *Suite) {
	for _, group := range [][]claim{kindClaims, checkClaims, stateClaims, valueClaims, repeatClaims, abilityClaims, faultClaims} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				c.prove(&bench{T: t, Suite: s})
			})
		}
	}
}

// claim is something that a destination promises.
type claim struct {
	name  string
	prove func(*bench)
}

// bench is where one claim is proved.
type bench struct {
	*testing.T
	*Suite
}

// site is an open destination with a target of its own.
type site struct {
	*bench
	Place
	destination syncs.Destination
	target      *syncs.Target
	limits      syncs.Limits
	run         string
}

// fields are those of most claims.
func fields() []syncs.Field {
	return []syncs.Field{{Name: "id", Type: "text"}, {Name: "name", Type: "text"}, {Name: "score", Type: "bigint"}}
}

// site opens a destination with an object of the usual fields.
func (b *bench) site(m syncs.Mode) *site {
	b.Helper()
	return b.siteOf(m, fields(), []string{"id"})
}

func (b *bench) siteOf(m syncs.Mode, fields []syncs.Field, key []string) *site {
	b.Helper()
	return b.at(m, b.Suite.Place(b.T, fields, key), fields, key)
}

// at opens a destination for a place.
func (b *bench) at(m syncs.Mode, p Place, fields []syncs.Field, key []string) *site {
	b.Helper()
	t := &syncs.Target{Sync: "sync of " + b.Name() + " to " + p.Object, Object: p.Object, Mode: m, Key: key, Fields: fields}
	switch m {
	case syncs.MirrorMode:
		t.Removal = syncs.Delete
	case syncs.ArchiveMode:
		t.Removal = syncs.Archive
	}
	s := &site{bench: b, Place: p, destination: b.open(p.Config), target: t, run: "run-1", limits: syncs.Limits{Batch: 4}}
	if most := b.Kind.Limits.Batch; most > 0 {
		s.limits.Batch = min(s.limits.Batch, most)
	}
	return s
}

func (b *bench) open(c syncs.Config) syncs.Destination {
	b.Helper()
	d, err := b.Kind.Open(b.Context(), c)
	if err != nil {
		b.Fatalf("open: %v", err)
	}
	b.Cleanup(func() {
		if err := d.Close(); err != nil {
			b.Errorf("close: %v", err)
		}
	})
	return d
}

// each runs a proof for every mode of the kind that is among modes.
func (b *bench) each(modes []syncs.Mode, prove func(*bench, syncs.Mode)) {
	b.Helper()
	for _, m := range modes {
		if slices.Contains(b.Kind.Modes, m) {
			b.Run(string(m), func(t *testing.T) { prove(&bench{T: t, Suite: b.Suite}, m) })
		}
	}
}

// row makes a change of the usual fields. For what takes a key alone the rest is left out.
func row(number int64, op syncs.Op, id string, rest ...any) syncs.Row {
	values := append([]any{id}, rest...)
	return syncs.Row{Number: number, Op: op, Values: values, Hash: fmt.Sprintf("%v", values)}
}

// rows are n changes of the usual fields, numbered from first.
func rows(first int64, op syncs.Op, n int) []syncs.Row {
	out := make([]syncs.Row, n)
	for i := range out {
		number := first + int64(i)
		out[i] = row(number, op, fmt.Sprintf("k%d", number), fmt.Sprintf("name %d", number), number*10)
	}
	return out
}

// keysOf are rows' keys, as changes that take a key alone.
func keysOf(first int64, op syncs.Op, of []syncs.Row) []syncs.Row {
	out := make([]syncs.Row, len(of))
	for i, r := range of {
		out[i] = row(first+int64(i), op, r.Values[0].(string))
	}
	return out
}

// batch puts rows of one op together.
func (s *site) batch(rows []syncs.Row) *syncs.Batch {
	return &syncs.Batch{Target: s.target, Run: s.run, Op: rows[0].Op, Rows: rows}
}

// send delivers rows that must all pass, without retries.
func (s *site) send(rows []syncs.Row) {
	s.Helper()
	outcomes, err := s.destination.Send(s.Context(), s.batch(rows))
	if err != nil {
		s.Fatalf("send: %v (%s)", err, syncs.ClassOf(err))
	}
	if len(outcomes) != len(rows) {
		s.Fatalf("send told of %d rows of %d", len(outcomes), len(rows))
	}
	for i, err := range outcomes {
		if err != nil {
			s.Errorf("send: row %d: %v (%s)", rows[i].Number, err, syncs.ClassOf(err))
		}
	}
}

// delivered is what became of the rows of a delivery, by their numbers.
type delivered map[int64]error

// deliver sends rows as a sync does: in batches, with retries, but without waiting.
func (s *site) deliver(ctx context.Context, rows []syncs.Row) (delivered, error) {
	s.Helper()
	out := delivered{}
	var mu sync.Mutex
	d := &syncs.Delivery{
		Destination: s.destination, Target: s.target, Run: s.run, Limits: s.limits,
		Record: func(_ context.Context, b *syncs.Batch, outcomes []error) error {
			mu.Lock()
			defer mu.Unlock()
			for i, err := range outcomes {
				if _, twice := out[b.Rows[i].Number]; twice {
					s.Errorf("row %d was recorded twice", b.Rows[i].Number)
				}
				out[b.Rows[i].Number] = err
			}
			return nil
		},
		Wait: func(ctx context.Context, _ time.Duration) error { return context.Cause(ctx) },
	}
	_, err := d.Deliver(ctx, sequence(rows))
	return out, err
}

// deliverAll delivers rows that must all pass.
func (s *site) deliverAll(rows []syncs.Row) {
	s.Helper()
	outcomes, err := s.deliver(s.Context(), rows)
	if err != nil {
		s.Fatalf("deliver: %v (%s)", err, syncs.ClassOf(err))
	}
	for _, r := range rows {
		if err, tried := outcomes[r.Number]; !tried || err != nil {
			s.Errorf("deliver: row %d: tried %t: %v", r.Number, tried, err)
		}
	}
}

func sequence(rows []syncs.Row) iter.Seq2[syncs.Row, error] {
	return func(yield func(syncs.Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}

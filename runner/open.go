package runner

import (
	"context"
	"errors"
	"time"

	"github.com/modsql/mod/adapters"
)

// poll is how long to wait before a database that somebody else holds is tried again; it doubles up to its most.
const (
	firstPoll = 50 * time.Millisecond
	longPoll  = time.Second
)

// Open opens a warehouse. While somebody else holds the database it is tried again for as long as wait; report is told so once. The error
// then says who holds it, as far as the warehouse does.
func Open(ctx context.Context, d *adapters.Driver, c adapters.Config, wait time.Duration, report func(Event)) (adapters.Warehouse, error) {
	return openWaiting(ctx, d, c, wait, report, sleep)
}

func openWaiting(ctx context.Context, d *adapters.Driver, c adapters.Config, wait time.Duration, report func(Event), pause func(context.Context, time.Duration) error) (adapters.Warehouse, error) {
	for waited, next := time.Duration(0), firstPoll; ; next = min(2*next, longPoll) {
		w, err := d.Open(ctx, c)
		if err == nil || adapters.KindOf(err) != adapters.Locked || waited >= wait {
			return w, err
		}
		if waited == 0 && report != nil {
			report(Waiting{Err: err, Wait: wait})
		}
		next = min(next, wait-waited)
		if stopped := pause(ctx, next); stopped != nil {
			return nil, errors.Join(err, stopped)
		}
		waited += next
	}
}

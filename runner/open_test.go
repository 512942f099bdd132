package runner

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/modsql/mod/adapters"
)

func locked(times int) *adapters.Driver {
	return &adapters.Driver{Open: func(context.Context, adapters.Config) (adapters.Warehouse, error) {
		if times--; times >= 0 {
			return nil, &adapters.Error{Kind: adapters.Locked, Message: "held by process 7", Position: -1}
		}
		return &script{}, nil
	}}
}

func TestOpenWaitsForALock(t *testing.T) {
	t.Parallel()
	var told int
	var waited time.Duration
	pause := func(_ context.Context, d time.Duration) error { waited += d; return nil }
	w, err := openWaiting(t.Context(), locked(4), nil, time.Minute, func(e Event) {
		if _, ok := e.(Waiting); ok {
			told++
		}
	}, pause)
	if err != nil || w == nil {
		t.Fatalf("openWaiting() = %v, %v", w, err)
	}
	if want := (50 + 100 + 200 + 400) * time.Millisecond; waited != want || told != 1 {
		t.Errorf("waited %s and told it %d times, want %s and once", waited, told, want)
	}
}

func TestOpenGivesUpWhenItsTimeIsOver(t *testing.T) {
	t.Parallel()
	var waited time.Duration
	pause := func(_ context.Context, d time.Duration) error { waited += d; return nil }
	_, err := openWaiting(t.Context(), locked(1000), nil, 3*time.Second, nil, pause)
	if adapters.KindOf(err) != adapters.Locked || waited != 3*time.Second {
		t.Errorf("gave up after %s with %v, want the lock's error after 3s", waited, err)
	}
}

func TestOpenDoesNotWaitForAnythingElse(t *testing.T) {
	t.Parallel()
	refused := errors.New("no")
	d := &adapters.Driver{Open: func(context.Context, adapters.Config) (adapters.Warehouse, error) { return nil, refused }}
	_, err := openWaiting(t.Context(), d, nil, time.Hour, nil, func(context.Context, time.Duration) error {
		t.Error("it waited")
		return nil
	})
	if !errors.Is(err, refused) {
		t.Errorf("error = %v, want the driver's", err)
	}
}

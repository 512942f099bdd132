package runner

import (
	"errors"
	"testing"

	"github.com/modsql/mod/syncs"
)

// TestWhatAKilledRunHasSentIsAskedForOnceTheDestinationOpens: a run between the two, for which it does not open, settles nothing.
func TestWhatAKilledRunHasSentIsAskedForOnceTheDestinationOpens(t *testing.T) {
	h := newSyncHarness(t, compiled(t, t.TempDir(), synced("mirror", "")))
	defer h.duck.Close() //nolint:errcheck // it is in memory
	h.exec(t, "insert into people values (1, 'ann', 'A'), (2, 'bob', 'B')")
	m := newMemory()
	killed := false
	m.fault = func(*syncs.Batch) fate { killed = true; return passes }
	if _, err := h.run(t, commits{m}, SyncOptions{}, func() bool { return killed }); err == nil {
		t.Fatal("the run outlives its end")
	}
	denied := errors.New("a wrong password")
	if result, err := h.run(t, nil, SyncOptions{Unopened: denied}, alive); !errors.Is(err, denied) || result.State != SyncFailed || !errors.Is(result.Err, denied) {
		t.Errorf("%s: %v, %v", result.State, result.Err, err)
	}
	if result, err := h.run(t, commits{m}, SyncOptions{}, alive); err != nil || result.State != SyncDone || result.Delivered() != 0 {
		t.Errorf("%s after %d rows were sent again: %v, %v", result.State, result.Delivered(), result.Err, err)
	}
}

// TestARunWithoutADestinationIsRememberedAsFailed: the one after it tells that it has recovered.
func TestARunWithoutADestinationIsRememberedAsFailed(t *testing.T) {
	h := newSyncHarness(t, compiled(t, t.TempDir(), synced("mirror", "")))
	defer h.duck.Close() //nolint:errcheck // it is in memory
	denied := errors.New("a wrong password")
	if result, err := h.run(t, nil, SyncOptions{Unopened: denied}, alive); err != nil || result.State != SyncFailed || !errors.Is(result.Err, denied) {
		t.Errorf("%s: %v, %v", result.State, result.Err, err)
	}
	if result, err := h.run(t, newMemory(), SyncOptions{}, alive); err != nil || result.State != SyncDone || result.Before != SyncFailed {
		t.Errorf("%s after %q: %v, %v", result.State, result.Before, result.Err, err)
	}
}

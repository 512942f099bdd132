package syncs_test

import (
	"context"
	"testing"
	"time"

	"github.com/modsql/mod/syncs"
)

// within counts the sends of a span of time.
func (x *trial) within(from, to time.Duration) int {
	n := 0
	for _, at := range x.at {
		if at >= from && at < to {
			n++
		}
	}
	return n
}

func TestBatchesKeepToARate(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{Batch: 1, Rate: 4}, passes)
	if _, err := x.Deliver(t.Context(), inserts(41)); err != nil {
		t.Fatal(err)
	}
	if last := x.at[40]; last < 9900*time.Millisecond || last > 10100*time.Millisecond {
		t.Errorf("41 batches at 4 a second take %v", last)
	}
}

func TestRetryAfterIsWaitedFor(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{Batch: 1}, inTurn(nil, &syncs.Error{Class: syncs.Limited, After: 30 * time.Second}))
	progress, err := x.Deliver(t.Context(), inserts(3))
	if err != nil {
		t.Fatal(err)
	}
	if wait := x.at[2] - x.at[1]; wait < 30*time.Second || wait > 31*time.Second {
		t.Errorf("the batch is sent again after %v, want 30s", wait)
	}
	if progress.Pause != 30*time.Second {
		t.Errorf("the pause is %v", progress.Pause)
	}
}

func TestRetryAfterHoldsForTheNextBatchWhenTriesAreUsedUp(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{Batch: 1}, inTurn(&syncs.Error{Class: syncs.Limited, After: time.Minute}))
	x.Tries = 1
	if _, err := x.Deliver(t.Context(), inserts(2)); err != nil {
		t.Fatal(err)
	}
	if wait := x.at[1] - x.at[0]; wait < time.Minute {
		t.Errorf("the next batch is sent after %v, want 1m", wait)
	}
}

// server takes so many batches a second and refuses what is more.
func server(x **trial, rate float64) sender {
	next := time.Duration(0)
	return func(ctx context.Context, b *syncs.Batch) ([]error, error) {
		now := (*x).at[len((*x).at)-1]
		if now < next {
			return nil, of(syncs.Limited)
		}
		next = now + time.Duration(float64(time.Second)/rate)
		return passes(ctx, b)
	}
}

func TestPaceIsHalvedWhenItIsTooMuchAndGrowsAgain(t *testing.T) {
	t.Parallel()
	var x *trial
	x = newTrial(syncs.Limits{Batch: 1, Rate: 20}, server(&x, 9))
	progress, err := x.Deliver(t.Context(), inserts(3000))
	if err != nil || progress.Delivered[syncs.Insert] != 3000 {
		t.Fatalf("%+v, %v", progress, err)
	}
	if progress.Retries > 3000/20 {
		t.Errorf("%d of 3000 batches were refused: the pace does not follow", progress.Retries)
	}
	if rate := 3000 / x.at[len(x.at)-1].Seconds(); rate < 4.5 {
		t.Errorf("on the whole %.1f batches a second pass of 9", rate)
	}
}

func TestBurstOfRefusalsHalvesThePaceOnce(t *testing.T) {
	t.Parallel()
	refusals := []error{nil, nil, nil, nil, nil, nil, nil, nil, of(syncs.Limited), of(syncs.Limited), of(syncs.Limited)}
	x := newTrial(syncs.Limits{Batch: 1, Rate: 8}, inTurn(refusals...))
	if _, err := x.Deliver(t.Context(), inserts(40)); err != nil {
		t.Fatal(err)
	}
	if n := x.within(20*time.Second, 100*time.Second); n > 0 {
		t.Errorf("after 20s %d batches are still to be sent", n)
	}
	for i := len(x.at) - 20; i < len(x.at)-1; i++ {
		if gap := x.at[i+1] - x.at[i]; gap < 240*time.Millisecond || gap > 260*time.Millisecond {
			t.Fatalf("the gap is %v, want 250ms: half the pace", gap)
		}
	}
}

func TestFailuresThatAreNotOfHasteLeaveThePaceAlone(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{Batch: 1, Rate: 10}, inTurn(of(syncs.Transient), of(syncs.Transient)))
	if _, err := x.Deliver(t.Context(), inserts(20)); err != nil {
		t.Fatal(err)
	}
	if gap := x.at[len(x.at)-1] - x.at[len(x.at)-2]; gap < 99*time.Millisecond || gap > 101*time.Millisecond {
		t.Errorf("the gap is %v, want 100ms", gap)
	}
}

package syncs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/syncs"
)

// clock is a time that passes only while somebody waits.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Wait(ctx context.Context, length time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(max(length, 0))
	return context.Cause(ctx)
}

// sender is a destination that is one function.
type sender func(ctx context.Context, b *syncs.Batch) ([]error, error)

func (s sender) Send(ctx context.Context, b *syncs.Batch) ([]error, error) { return s(ctx, b) }
func (sender) Check(context.Context, *syncs.Target) error                  { return nil }
func (sender) Close() error                                                { return nil }

// trial is a delivery under test, and what came of it.
type trial struct {
	*syncs.Delivery
	clock    clock
	mu       sync.Mutex
	sent     [][]int64 // numbers, by batch
	at       []time.Duration
	recorded map[int64]error
	twice    []int64
}

func newTrial(limits syncs.Limits, send sender) *trial {
	x := &trial{recorded: map[int64]error{}}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	x.clock.now = start
	x.Delivery = &syncs.Delivery{
		Destination: sender(func(ctx context.Context, b *syncs.Batch) ([]error, error) {
			at := x.clock.Now().Sub(start)
			x.mu.Lock()
			x.sent, x.at = append(x.sent, numbers(b)), append(x.at, at)
			x.mu.Unlock()
			return send(ctx, b)
		}),
		Target: &syncs.Target{Sync: "s", Key: []string{"id"}, Fields: []syncs.Field{{Name: "id"}, {Name: "name"}}, Mode: syncs.UpsertMode},
		Run:    "run", Limits: limits, Now: x.clock.Now, Wait: x.clock.Wait,
		Record: func(_ context.Context, b *syncs.Batch, outcomes []error) error {
			for i, n := range numbers(b) {
				if _, ok := x.recorded[n]; ok {
					x.twice = append(x.twice, n)
				}
				x.recorded[n] = outcomes[i]
			}
			return nil
		},
	}
	return x
}

func numbers(b *syncs.Batch) []int64 {
	out := make([]int64, len(b.Rows))
	for i := range b.Rows {
		out[i] = b.Rows[i].Number
	}
	return out
}

// passes is a sender that takes everything.
func passes(_ context.Context, b *syncs.Batch) ([]error, error) {
	return make([]error, len(b.Rows)), nil
}

// inserts are n rows to insert.
func inserts(n int) iter.Seq2[syncs.Row, error] {
	return func(yield func(syncs.Row, error) bool) {
		for i := range n {
			if !yield(syncs.Row{Number: int64(i + 1), Op: syncs.Insert, Values: []any{int64(i + 1), "name"}}, nil) {
				return
			}
		}
	}
}

func of(c syncs.Class) *syncs.Error { return &syncs.Error{Class: c, Message: "it is " + string(c)} }

// inTurn answers the sends that come with errs, and then takes everything.
func inTurn(errs ...error) sender {
	var mu sync.Mutex
	return func(ctx context.Context, b *syncs.Batch) ([]error, error) {
		mu.Lock()
		defer mu.Unlock()
		if len(errs) == 0 {
			return passes(ctx, b)
		}
		err := errs[0]
		if errs = errs[1:]; err != nil {
			return nil, err
		}
		return passes(ctx, b)
	}
}

func classes(recorded map[int64]error) map[int64]string {
	out := map[int64]string{}
	for n, err := range recorded {
		out[n] = "delivered"
		if err != nil {
			out[n] = string(syncs.ClassOf(err))
		}
	}
	return out
}

func want[T any](t *testing.T, what string, want, got T) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestBatchesKeepToTheLimitsAndToOneOp(t *testing.T) {
	t.Parallel()
	rows := []syncs.Row{
		{Number: 1, Op: syncs.Insert}, {Number: 2, Op: syncs.Insert}, {Number: 3, Op: syncs.Insert}, {Number: 4, Op: syncs.Update},
		{Number: 5, Op: syncs.Delete}, {Number: 6, Op: syncs.Delete},
	}
	x := newTrial(syncs.Limits{Batch: 2}, passes)
	progress, err := x.Deliver(t.Context(), func(yield func(syncs.Row, error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "batches", [][]int64{{1, 2}, {3}, {4}, {5, 6}}, x.sent)
	want(t, "delivered", map[syncs.Op]int64{syncs.Insert: 3, syncs.Update: 1, syncs.Delete: 2}, progress.Delivered)
	want(t, "rejected", map[syncs.Op]int64{}, withoutZero(progress.Rejected))
}

func withoutZero(counts map[syncs.Op]int64) map[syncs.Op]int64 {
	out := maps.Clone(counts)
	maps.DeleteFunc(out, func(_ syncs.Op, n int64) bool { return n == 0 })
	return out
}

func TestBatchesKeepToABytesLimitUnlessARowAloneIsOverIt(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{Bytes: 100}, passes)
	sizes := []int{40, 40, 40, 400, 1, 1}
	_, err := x.Deliver(t.Context(), func(yield func(syncs.Row, error) bool) {
		for i, size := range sizes {
			if !yield(syncs.Row{Number: int64(i + 1), Op: syncs.Insert, Values: []any{string(make([]byte, size))}}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	want(t, "batches", [][]int64{{1, 2}, {3}, {4}, {5, 6}}, x.sent)
}

func TestNoRowsAreNoBatches(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{}, passes)
	if _, err := x.Deliver(t.Context(), inserts(0)); err != nil || len(x.sent) > 0 {
		t.Errorf("%v, %v", x.sent, err)
	}
}

func TestWhatMayPassIsSentAgain(t *testing.T) {
	t.Parallel()
	for name, failure := range map[string]error{
		"transient": of(syncs.Transient), "limited": of(syncs.Limited), "network": &net.OpError{Op: "read", Err: errors.New("reset")},
		"deadline": context.DeadlineExceeded, "cut short": fmt.Errorf("read the answer: %w", io.ErrUnexpectedEOF),
	} {
		x := newTrial(syncs.Limits{Batch: 3}, inTurn(failure, failure))
		progress, err := x.Deliver(t.Context(), inserts(3))
		if err != nil || progress.Retries != 2 || progress.Delivered[syncs.Insert] != 3 || progress.Pause < 500*time.Millisecond {
			t.Errorf("%s: %+v, %v", name, progress, err)
		}
		want(t, name, [][]int64{{1, 2, 3}, {1, 2, 3}, {1, 2, 3}}, x.sent)
	}
}

func TestRetriesEndAndTheRestGoesOn(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{Batch: 2}, inTurn(of(syncs.Transient), of(syncs.Transient), of(syncs.Transient)))
	x.Tries = 3
	progress, err := x.Deliver(t.Context(), inserts(4))
	if err != nil {
		t.Fatal(err)
	}
	want(t, "outcomes", map[int64]string{1: "transient", 2: "transient", 3: "delivered", 4: "delivered"}, classes(x.recorded))
	want(t, "rejected", map[syncs.Op]int64{syncs.Insert: 2}, progress.Rejected)
}

func TestWaitsBetweenTriesGrow(t *testing.T) {
	t.Parallel()
	failures := slices.Repeat([]error{of(syncs.Transient)}, 5)
	x := newTrial(syncs.Limits{}, inTurn(failures...))
	if _, err := x.Deliver(t.Context(), inserts(1)); err != nil {
		t.Fatal(err)
	}
	for try := 1; try < len(x.at); try++ {
		usual := 500 * time.Millisecond
		for range try - 1 {
			usual = usual * 3 / 2
		}
		if got := x.at[try] - x.at[try-1]; got < usual/2 || got > usual*3/2 {
			t.Errorf("before try %d the wait is %v, want %v and up to a half more or less", try+1, got, usual)
		}
	}
}

// refusing is a sender of whole batches that takes none with one of the bad rows in it.
func refusing(class syncs.Class, bad ...int64) sender {
	return func(ctx context.Context, b *syncs.Batch) ([]error, error) {
		for _, n := range numbers(b) {
			if slices.Contains(bad, n) {
				return nil, of(class)
			}
		}
		return passes(ctx, b)
	}
}

func TestRowsAtFaultAreFoundByHalving(t *testing.T) {
	t.Parallel()
	for _, class := range []syncs.Class{syncs.Rejected, syncs.TooLarge} {
		x := newTrial(syncs.Limits{Batch: 64}, refusing(class, 7, 50))
		if _, err := x.Deliver(t.Context(), inserts(128)); err != nil {
			t.Fatal(err)
		}
		expected := map[int64]string{}
		for n := range int64(128) {
			expected[n+1] = "delivered"
		}
		expected[7], expected[50] = string(class), string(class)
		want(t, string(class), expected, classes(x.recorded))
		if most := 1 + 2*2*6 + 1; len(x.sent) > most {
			t.Errorf("%d batches were sent, at most %d are needed", len(x.sent), most)
		}
	}
}

func TestBatchThatIsTooLargePassesInParts(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{Batch: 8}, func(ctx context.Context, b *syncs.Batch) ([]error, error) {
		if len(b.Rows) > 2 {
			return nil, of(syncs.TooLarge)
		}
		return passes(ctx, b)
	})
	progress, err := x.Deliver(t.Context(), inserts(8))
	if err != nil || progress.Delivered[syncs.Insert] != 8 {
		t.Errorf("%+v, %v", progress, err)
	}
}

func TestOutcomeThatStandsIsKeptAndTheRestSentAgain(t *testing.T) {
	t.Parallel()
	first := true
	x := newTrial(syncs.Limits{Batch: 4}, func(ctx context.Context, b *syncs.Batch) ([]error, error) {
		if !first {
			return passes(ctx, b)
		}
		first = false
		return []error{nil, of(syncs.Transient), of(syncs.Rejected), of(syncs.Limited)}, nil
	})
	if _, err := x.Deliver(t.Context(), inserts(4)); err != nil {
		t.Fatal(err)
	}
	want(t, "batches", [][]int64{{1, 2, 3, 4}, {2, 4}}, x.sent)
	want(t, "outcomes", map[int64]string{1: "delivered", 2: "delivered", 3: "rejected", 4: "delivered"}, classes(x.recorded))
}

func TestRestOfABatchIsHalvedToo(t *testing.T) {
	t.Parallel()
	first := true
	x := newTrial(syncs.Limits{Batch: 4}, func(ctx context.Context, b *syncs.Batch) ([]error, error) {
		if first {
			first = false
			return []error{nil, of(syncs.Transient), of(syncs.Transient), of(syncs.Transient)}, nil
		}
		return refusing(syncs.Rejected, 3)(ctx, b)
	})
	if _, err := x.Deliver(t.Context(), inserts(4)); err != nil {
		t.Fatal(err)
	}
	want(t, "outcomes", map[int64]string{1: "delivered", 2: "delivered", 3: "rejected", 4: "delivered"}, classes(x.recorded))
}

// TestRefusalAfterALostAnswerIsInDoubt: what was sent before may have arrived, whatever is said of the same rows later.
func TestRefusalAfterALostAnswerIsInDoubt(t *testing.T) {
	t.Parallel()
	first := true
	x := newTrial(syncs.Limits{Batch: 4}, func(ctx context.Context, b *syncs.Batch) ([]error, error) {
		if first {
			first = false
			return nil, of(syncs.Transient)
		}
		return refusing(syncs.Rejected, 3)(ctx, b)
	})
	if _, err := x.Deliver(t.Context(), inserts(4)); err != nil {
		t.Fatal(err)
	}
	want(t, "outcomes", map[int64]string{1: "delivered", 2: "delivered", 3: "transient", 4: "delivered"}, classes(x.recorded))
}

func TestFailureAfterWhichNothingPassesEndsTheDelivery(t *testing.T) {
	t.Parallel()
	for _, class := range []syncs.Class{syncs.Exhausted, syncs.Denied, syncs.Missing, syncs.Broken} {
		x := newTrial(syncs.Limits{Batch: 2}, inTurn(nil, of(class)))
		_, err := x.Deliver(t.Context(), inserts(6))
		if syncs.ClassOf(err) != class {
			t.Errorf("%s: the error is %v", class, err)
		}
		want(t, string(class), map[int64]string{1: "delivered", 2: "delivered"}, classes(x.recorded))
	}
}

func TestRowThatSaysNothingPassesEndsTheDeliveryAndTheOthersAreRecorded(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{Batch: 3}, func(context.Context, *syncs.Batch) ([]error, error) {
		return []error{nil, of(syncs.Exhausted), of(syncs.Rejected)}, nil
	})
	if _, err := x.Deliver(t.Context(), inserts(6)); syncs.ClassOf(err) != syncs.Exhausted {
		t.Errorf("the error is %v", err)
	}
	want(t, "outcomes", map[int64]string{1: "delivered", 3: "rejected"}, classes(x.recorded))
}

func TestLoginThatEndsBetweenTriesEndsTheDelivery(t *testing.T) {
	t.Parallel()
	first := true
	x := newTrial(syncs.Limits{Batch: 2}, func(context.Context, *syncs.Batch) ([]error, error) {
		if !first {
			return nil, of(syncs.Denied)
		}
		first = false
		return []error{nil, of(syncs.Transient)}, nil
	})
	if _, err := x.Deliver(t.Context(), inserts(4)); syncs.ClassOf(err) != syncs.Denied {
		t.Errorf("the error is %v", err)
	}
	want(t, "outcomes", map[int64]string{1: "delivered"}, classes(x.recorded))
}

func TestDestinationThatBreaksItsContractEndsTheDelivery(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{}, func(context.Context, *syncs.Batch) ([]error, error) { return make([]error, 1), nil })
	_, err := x.Deliver(t.Context(), inserts(3))
	if syncs.ClassOf(err) != syncs.Broken || len(x.recorded) > 0 {
		t.Errorf("%v, recorded %v", err, x.recorded)
	}
}

func TestDeliveryIsGivenUpWhenOneBatchAfterTheOtherFails(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{Batch: 1}, func(context.Context, *syncs.Batch) ([]error, error) { return nil, of(syncs.Transient) })
	x.Tries = 2
	_, err := x.Deliver(t.Context(), inserts(100))
	if !errors.Is(err, syncs.ErrTripped) || syncs.ClassOf(err) != syncs.Transient {
		t.Errorf("the error is %v", err)
	}
	if len(x.recorded) < 5 || len(x.recorded) > 7 {
		t.Errorf("%d rows were tried, want 5 and those under way", len(x.recorded))
	}
}

func TestRowsThatAreRefusedDoNotTripTheDelivery(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{Batch: 1}, func(context.Context, *syncs.Batch) ([]error, error) { return nil, of(syncs.Rejected) })
	progress, err := x.Deliver(t.Context(), inserts(40))
	if err != nil || progress.Rejected[syncs.Insert] != 40 {
		t.Errorf("%+v, %v", progress, err)
	}
}

func TestFailuresThatAreNotInARowDoNotTripTheDelivery(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{Batch: 1}, func(ctx context.Context, b *syncs.Batch) ([]error, error) {
		if b.Rows[0].Number%4 == 0 {
			return passes(ctx, b)
		}
		return nil, of(syncs.Transient)
	})
	x.Tries = 1
	progress, err := x.Deliver(t.Context(), inserts(40))
	if err != nil || progress.Delivered[syncs.Insert] != 10 || progress.Rejected[syncs.Insert] != 30 {
		t.Errorf("%+v, %v", progress, err)
	}
}

func TestErrorOfTheRowsEndsTheDelivery(t *testing.T) {
	t.Parallel()
	lost := errors.New("the warehouse is gone")
	x := newTrial(syncs.Limits{Batch: 2}, passes)
	_, err := x.Deliver(t.Context(), func(yield func(syncs.Row, error) bool) {
		for r := range inserts(5) {
			if !yield(r, nil) {
				return
			}
		}
		yield(syncs.Row{}, lost)
	})
	if !errors.Is(err, lost) {
		t.Errorf("the error is %v", err)
	}
	for n := range x.recorded {
		if n > 4 {
			t.Errorf("row %d of a batch that was not full is sent", n)
		}
	}
}

func TestErrorOfRecordEndsTheDelivery(t *testing.T) {
	t.Parallel()
	full := errors.New("disk full")
	x := newTrial(syncs.Limits{Batch: 1}, passes)
	x.Record = func(context.Context, *syncs.Batch, []error) error { return full }
	if _, err := x.Deliver(t.Context(), inserts(100)); !errors.Is(err, full) {
		t.Errorf("the error is %v", err)
	}
	if len(x.sent) > 3 {
		t.Errorf("%d batches are sent although none is recorded", len(x.sent))
	}
}

func TestReportsAreNotChangedByWhatComesLater(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{Batch: 2}, passes)
	var reports []int64
	var kept []syncs.Progress
	x.Report = func(p syncs.Progress) { reports, kept = append(reports, p.Delivered[syncs.Insert]), append(kept, p) }
	if _, err := x.Deliver(t.Context(), inserts(6)); err != nil {
		t.Fatal(err)
	}
	want(t, "reports", []int64{2, 4, 6}, reports)
	if kept[0].Delivered[syncs.Insert] != 2 {
		t.Errorf("the first report says %v now", kept[0].Delivered)
	}
}

func TestCancelledDeliveryRecordsWhatWasDelivered(t *testing.T) {
	t.Parallel()
	stopped := errors.New("interrupted")
	ctx, cancel := context.WithCancelCause(t.Context())
	x := newTrial(syncs.Limits{Batch: 2}, func(ctx context.Context, b *syncs.Batch) ([]error, error) {
		if b.Rows[0].Number == 3 {
			cancel(stopped)
			return []error{nil, of(syncs.Transient)}, nil
		}
		return passes(ctx, b)
	})
	_, err := x.Deliver(ctx, inserts(100))
	if !errors.Is(err, stopped) {
		t.Errorf("the error is %v", err)
	}
	want(t, "outcomes", map[int64]string{1: "delivered", 2: "delivered", 3: "delivered"}, classes(x.recorded))
}

func TestCancelledSendIsNotRecorded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	x := newTrial(syncs.Limits{Batch: 2}, func(ctx context.Context, _ *syncs.Batch) ([]error, error) {
		cancel()
		<-ctx.Done()
		return nil, fmt.Errorf("send: %w", context.Cause(ctx))
	})
	if _, err := x.Deliver(ctx, inserts(10)); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	want(t, "outcomes", map[int64]string{}, classes(x.recorded))
}

func TestFailureOfOneBatchLetsAnotherComeToItsEnd(t *testing.T) {
	t.Parallel()
	both, stopped := make(chan struct{}), make(chan struct{})
	x := newTrial(syncs.Limits{Batch: 1, Concurrency: 2}, func(ctx context.Context, b *syncs.Batch) ([]error, error) {
		if b.Rows[0].Number == 1 {
			<-both
			return nil, of(syncs.Denied)
		}
		close(both)
		<-stopped
		return make([]error, 1), context.Cause(ctx)
	})
	_, err := x.Deliver(t.Context(), func(yield func(syncs.Row, error) bool) {
		inserts(100)(yield)
		close(stopped)
	})
	if syncs.ClassOf(err) != syncs.Denied {
		t.Errorf("the error is %v", err)
	}
	want(t, "outcomes", map[int64]string{2: "delivered"}, classes(x.recorded))
}

func TestDeliveryGoesByTheTimeOfTheMachineUnlessItIsToldAnother(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{Batch: 1, Rate: 1000}, inTurn(nil, &syncs.Error{Class: syncs.Limited, After: time.Millisecond}))
	x.Now, x.Wait = nil, nil
	if progress, err := x.Deliver(t.Context(), inserts(3)); err != nil || progress.Delivered[syncs.Insert] != 3 {
		t.Errorf("%+v, %v", progress, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	x = newTrial(syncs.Limits{Batch: 1}, func(context.Context, *syncs.Batch) ([]error, error) {
		cancel()
		return nil, &syncs.Error{Class: syncs.Limited, After: time.Hour}
	})
	x.Now, x.Wait = nil, nil
	if _, err := x.Deliver(ctx, inserts(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

func TestBatchesAreUnderWayAtTheSameTime(t *testing.T) {
	t.Parallel()
	var together sync.WaitGroup
	together.Add(3)
	x := newTrial(syncs.Limits{Batch: 1, Concurrency: 3}, func(ctx context.Context, b *syncs.Batch) ([]error, error) {
		together.Done()
		together.Wait() // it ends only if three are here
		return passes(ctx, b)
	})
	if _, err := x.Deliver(t.Context(), inserts(3)); err != nil {
		t.Fatal(err)
	}
}

// committer is a sender that knows what it has.
type committer struct {
	sender
	has []syncs.Span
	err error
}

func (c committer) Committed(context.Context, *syncs.Target, string) ([]syncs.Span, error) {
	return c.has, c.err
}
func (committer) Forget(context.Context, *syncs.Target, string) error { return nil }

func TestRowsThatArrivedAreNotTakenForLostWithTheConnection(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		class    syncs.Class
		err      error
		outcomes map[int64]string
	}{
		{syncs.Transient, nil, map[int64]string{1: "delivered", 2: "delivered", 3: "transient"}},
		{syncs.Transient, errors.New("gone"), map[int64]string{1: "transient", 2: "transient", 3: "transient"}},
		{syncs.Limited, nil, map[int64]string{1: "limited", 2: "limited", 3: "limited"}},
	} {
		send := inTurn(of(c.class), of(c.class))
		x := newTrial(syncs.Limits{}, send)
		x.Tries = 2
		has := []syncs.Span{{First: 1, Last: 2}}
		if c.err != nil {
			has = nil
		}
		x.Destination = committer{send, has, c.err}
		if _, err := x.Deliver(t.Context(), inserts(3)); err != nil {
			t.Fatal(err)
		}
		want(t, string(c.class), c.outcomes, classes(x.recorded))
	}
}

// finisher is a sender that is told of the end.
type finisher struct {
	sender
	finish func(run string) error
}

func (f finisher) Finish(_ context.Context, _ *syncs.Target, run string) error { return f.finish(run) }

func TestDestinationIsToldThatARunIsDelivered(t *testing.T) {
	t.Parallel()
	gone := errors.New("gone")
	for _, c := range []struct {
		send     sender
		finish   error
		finished []string
		err      error
	}{
		{passes, nil, []string{"run"}, nil}, {passes, gone, []string{"run"}, gone}, {refusing(syncs.Rejected, 1), nil, []string{"run"}, nil},
		{inTurn(fmt.Errorf("%w", gone)), nil, nil, gone},
	} {
		x := newTrial(syncs.Limits{}, c.send)
		var finished []string
		x.Destination = finisher{c.send, func(run string) error {
			finished = append(finished, run)
			return c.finish
		}}
		if _, err := x.Deliver(t.Context(), inserts(2)); !errors.Is(err, c.err) {
			t.Errorf("the error is %v, want %v", err, c.err)
		}
		want(t, "finished", c.finished, finished)
	}
}

func TestDestinationIsToldAgainThatARunIsDelivered(t *testing.T) {
	t.Parallel()
	x := newTrial(syncs.Limits{}, passes)
	told := 0
	x.Destination = finisher{passes, func(string) error {
		if told++; told < 3 {
			return of(syncs.Transient)
		}
		return nil
	}}
	if _, err := x.Deliver(t.Context(), inserts(2)); err != nil || told != 3 {
		t.Errorf("told %d times: %v", told, err)
	}
}

func TestIdempotencyKeyStandsForTheRows(t *testing.T) {
	t.Parallel()
	target := &syncs.Target{Sync: "s", Key: []string{"id"}}
	batch := func(run string, op syncs.Op, rows ...syncs.Row) string {
		return (&syncs.Batch{Target: target, Run: run, Op: op, Rows: rows}).IdempotencyKey()
	}
	a, b := syncs.Row{Number: 1, Values: []any{int64(1), "x"}, Hash: "h1"}, syncs.Row{Number: 2, Values: []any{int64(2), "y"}, Hash: "h2"}
	moved := a
	moved.Number = 9
	if batch("r1", syncs.Insert, a, b) != batch("r2", syncs.Insert, moved, b) {
		t.Error("the same rows in a later run have another key")
	}
	changed, text := a, a
	changed.Hash, text.Values = "h3", []any{"1", "x"}
	for name, other := range map[string]string{
		"fewer rows": batch("r1", syncs.Insert, a), "another op": batch("r1", syncs.Update, a, b), "another order": batch("r1", syncs.Insert, b, a),
		"other values": batch("r1", syncs.Insert, changed, b), "another type of key": batch("r1", syncs.Insert, text, b),
	} {
		if other == batch("r1", syncs.Insert, a, b) {
			t.Errorf("%s: the same key", name)
		}
	}
}

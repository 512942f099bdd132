package state_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/modsql/mod/runner/state"
)

// leases gives out leases on behalf of a run of this process, or of another process if that is given.
func (p *place) leases(run, process string) state.Leases {
	l := state.Leases{Tables: p.Tables, Holder: state.NewHolder(run, "ann@host"), For: time.Hour}
	if process != "" {
		l.Holder.Process = process
	}
	return l
}

func keysOf(nodes ...string) []state.Key {
	var out []state.Key
	for _, n := range nodes {
		out = append(out, built(n, 1).Key())
	}
	return out
}

func acquire(t *testing.T, p *place, l state.Leases, nodes ...string) []state.Lease {
	t.Helper()
	got, err := l.Acquire(t.Context(), p.conn, keysOf(nodes...)...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestLeasesAreGivenOutTogetherOrNotAtAll(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		first, second := p.leases("first", ""), p.leases("second", "")
		got := acquire(t, p, first, "orders", "customers")
		if len(got) != 2 || got[0].Token != 1 || got[0].Run != "first" || !got[0].Until.After(got[0].Taken) {
			t.Fatalf("got %+v", got)
		}
		_, err := second.Acquire(t.Context(), p.conn, keysOf("customers", "payments")...)
		var held *state.HeldError
		if !errors.As(err, &held) || len(held.Leases) != 1 || held.Leases[0].Node != "model.shop.customers" {
			t.Fatalf("got %v", err)
		}
		const want = "model.shop.customers in prod is being written by run first of ann@host, since "
		if !strings.Contains(err.Error(), want) {
			t.Errorf("it says %v", err)
		}
		if diff := cmp.Diff(got, p.read(t, "prod").Leases, cmpopts.SortSlices(func(a, b state.Lease) bool { return a.Node < b.Node })); diff != "" {
			t.Errorf("the state tells of others (-want +got):\n%s", diff)
		}
		if err := first.Release(t.Context(), p.conn, got); err != nil {
			t.Fatal(err)
		}
		again := acquire(t, p, second, "customers", "payments")
		if again[0].Token <= got[0].Token {
			t.Errorf("the token is %d after %d", again[0].Token, got[0].Token)
		}
		if err := first.Renew(t.Context(), p.conn, got); !errors.Is(err, state.ErrLost) {
			t.Errorf("what was given back is renewed: %v", err)
		}
		if err := second.Renew(t.Context(), p.conn, again); err != nil {
			t.Error(err)
		}
		if err := first.Release(t.Context(), p.conn, got); err != nil || len(p.read(t, "prod").Leases) != 2 {
			t.Errorf("what others have is given back: %v", err)
		}
	})
}

func TestLeaseThatRunsOutIsTaken(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		first, second := p.leases("first", ""), p.leases("second", "")
		first.For = time.Millisecond
		old := acquire(t, p, first, "orders")
		waited := func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
		got, err := second.Wait(t.Context(), p.conn, waited, nil, keysOf("orders")...)
		if err != nil || got[0].Token <= old[0].Token {
			t.Fatalf("got %v, %v", got, err)
		}
		refused(t, p, first, old[0])
		if err := first.Renew(t.Context(), p.conn, old); !errors.Is(err, state.ErrLost) {
			t.Errorf("what was lost is renewed: %v", err)
		}
		fence, err := second.Fence(t.Context(), got[0])
		if err != nil {
			t.Fatal(err)
		}
		p.exec(t, "begin;\n"+fence+";\ncommit")
	})
}

// refused proves that a write with an old token comes to nothing.
func refused(t *testing.T, p *place, l state.Leases, old state.Lease) {
	t.Helper()
	fence, err := l.Fence(t.Context(), old)
	if err != nil {
		t.Fatal(err)
	}
	p.exec(t, "create table if not exists written (x integer)")
	_, err = p.conn.Exec(t.Context(), "begin;\ninsert into written values (1);\n"+fence+";\ncommit")
	if err = state.Refused(err, old); !errors.Is(err, state.ErrLost) {
		t.Errorf("the write is not refused: %v", err)
	}
	p.exec(t, "rollback")
	if n := p.value(t, "select count(*) from written"); n != int64(0) {
		t.Errorf("%d rows were written", n)
	}
}

func TestLeaseOfAProcessThatHasEndedIsTakenAtOnce(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		me := strings.Fields(state.NewHolder("", "").Process)
		if len(me) != 4 {
			t.Skip("the system does not tell of processes")
		}
		ended := strings.Join([]string{me[0], me[1], me[2], "1"}, " ") // the same ID, of a process that began earlier
		for _, test := range []struct {
			name, process string
			free          bool
		}{
			{"ended", ended, true},
			{"machine", strings.Join([]string{"other", me[1], "1", "1"}, " "), false},
			{"namespace", strings.Join([]string{me[0], "pid:[1]", "1", "1"}, " "), false},
			{"unknown", "whoever", false},
		} {
			old := acquire(t, p, p.leases("first", test.process), test.name)
			_, err := p.leases("second", "").Acquire(t.Context(), p.conn, keysOf(test.name)...)
			if free := err == nil; free != test.free {
				t.Errorf("%s: %v", test.name, err)
			}
			if test.free {
				refused(t, p, p.leases("first", test.process), old[0])
			}
		}
	})
}

func TestAloneThereAreNoLeasesOfOthers(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		killed, mine, other := p.leases("first", "whoever"), p.leases("second", ""), p.leases("third", "")
		mine.Alone, other.Alone, mine.For = true, true, time.Millisecond
		acquire(t, p, killed, "orders")
		got := acquire(t, p, mine, "orders")
		var held *state.HeldError
		if _, err := other.Acquire(t.Context(), p.conn, keysOf("orders")...); !errors.As(err, &held) {
			t.Errorf("what this process holds is taken: %v", err)
		}
		if err := mine.Release(t.Context(), p.conn, got); err != nil {
			t.Fatal(err)
		}
		acquire(t, p, other, "orders")
	})
}

func TestSessionsThatAskAtOnceDoNotGetTheSame(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		const sessions = 6
		type result struct {
			got []state.Lease
			err error
		}
		results := make(chan result, sessions)
		for i := range sessions {
			l, conn := p.leases(string(rune('a'+i)), ""), p.connect(t)
			go func() {
				got, err := l.Acquire(t.Context(), conn, keysOf("orders", "customers")...)
				results <- result{got, err}
			}()
		}
		holders := 0
		for range sessions {
			r := <-results
			var held *state.HeldError
			switch {
			case r.err == nil:
				holders++
			case !errors.As(r.err, &held):
				t.Error(r.err)
			}
		}
		if holders != 1 {
			t.Errorf("%d sessions have the leases", holders)
		}
		if n := p.value(t, "select count(*) from mod.leases"); n != int64(2) {
			t.Errorf("there are %v rows", n)
		}
	})
}

func TestKeptLeaseIsRenewedUntilItIsLost(t *testing.T) {
	t.Parallel()
	everywhere(t, func(t *testing.T, p *place) {
		p.ensure(t)
		l := p.leases("first", "")
		l.For = 3 * time.Second
		got := acquire(t, p, l, "orders")
		until := func() any { return p.value(t, "select max(until_at) from mod.leases") }
		before := until()
		kept := make(chan error, 1)
		go func() { kept <- l.Keep(t.Context(), p.warehouse.Connect, func() []state.Lease { return got }) }()
		for until() == before {
			select {
			case err := <-kept:
				t.Fatalf("it is not kept: %v", err)
			default:
			}
		}
		p.exec(t, "update mod.leases set claim = 'other'")
		if err := <-kept; !errors.Is(err, state.ErrLost) {
			t.Errorf("got %v", err)
		}
	})
}

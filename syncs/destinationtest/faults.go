package destinationtest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/modsql/mod/syncs"
)

var faultClaims = []claim{
	{"a cancelled batch returns at once and is not sent", func(b *bench) {
		s := b.site(b.creating())
		ctx, cancel := context.WithCancel(s.Context())
		cancel()
		if _, err := s.destination.Send(ctx, s.batch(rows(1, syncs.Insert, 3))); !errors.Is(err, context.Canceled) {
			s.Errorf("the error is %v", err)
		}
		s.want(nil)
	}},
	{"a server that does not answer is left when the sync is cancelled", func(b *bench) {
		s, proxy := b.proxied(b.creating())
		s.send(rows(1, syncs.Insert, 1))
		proxy.Stall()
		ctx, cancel := context.WithCancel(s.Context())
		defer cancel()
		done := make(chan error, 1)
		go func() {
			_, err := s.destination.Send(ctx, s.batch(rows(2, syncs.Insert, 2)))
			done <- err
		}()
		wait, stop := context.WithTimeout(ctx, 5*time.Second)
		defer stop()
		proxy.Stalled(wait)
		cancel()
		select {
		case err := <-done:
			if !errors.Is(err, context.Canceled) {
				s.Errorf("the error is %v", err)
			}
		case <-time.After(5 * time.Second):
			s.Error("it hangs")
		}
		proxy.Go()
	}},
	{"a server that cannot be reached may be there again later", func(b *bench) {
		s, proxy := b.proxied(b.creating())
		proxy.Refuse()
		_, err := s.destination.Send(s.Context(), s.batch(rows(1, syncs.Insert, 1)))
		if c := syncs.ClassOf(err); err == nil || c != syncs.Transient {
			s.Errorf("class %q of %v, want %q", c, err, syncs.Transient)
		}
		b.noSecret(s.Config, fmt.Sprint(err))
		if err := s.destination.Check(s.Context(), s.target); err == nil {
			s.Error("the check passes")
		}
		proxy.Go()
		s.send(rows(1, syncs.Insert, 1))
		s.want(rows(1, syncs.Insert, 1))
	}},
	{"bytes that come one by one are the same bytes", func(b *bench) {
		s, proxy := b.proxied(b.creating())
		proxy.Trickle(1)
		s.deliverAll(rows(1, syncs.Insert, 8))
		s.want(rows(1, syncs.Insert, 8))
	}},
	{"connections that break anywhere lose nothing", func(b *bench) {
		b.each([]syncs.Mode{syncs.InsertMode, syncs.AppendMode, syncs.UpsertMode, syncs.MirrorMode}, func(b *bench, m syncs.Mode) {
			for at := int64(1); at < 4000; at = at*3 + 1 {
				b.broken(m, fmt.Sprintf("%d bytes of requests", at), func(p *Proxy) { p.Cut(at, 0) })
				b.broken(m, fmt.Sprintf("%d bytes of answers", at), func(p *Proxy) { p.Cut(0, at) })
			}
		})
	}},
}

func (b *bench) proxied(m syncs.Mode) (*site, *Proxy) {
	b.Helper()
	if b.Proxied == nil {
		b.Skip("it has no server")
	}
	p, proxy := b.Proxied(b.T, b.Suite.Place(b.T, fields(), []string{"id"}))
	return b.at(m, p, fields(), []string{"id"}), proxy
}

// broken delivers rows over a connection that breaks once. Every row arrives; none twice, unless that is what is promised.
func (b *bench) broken(m syncs.Mode, where string, fault func(*Proxy)) {
	b.Helper()
	b.Run(where, func(t *testing.T) {
		t.Parallel() // some clients take half a second to come back
		inner := &bench{T: t, Suite: b.Suite}
		s, proxy := inner.proxied(m)
		if err := s.destination.Check(s.Context(), s.target); err != nil {
			s.Fatalf("check: %v", err)
		}
		fault(proxy)
		sent := rows(1, syncs.Insert, 8)
		s.deliverAll(sent)
		if b.Kind.Guarantee(s.Config, m) != syncs.Duplicates {
			s.want(sent)
		} else if found := s.found(); !contains(found, s.expected(sent)) {
			s.Errorf("records were lost: %q", found)
		}
	})
}

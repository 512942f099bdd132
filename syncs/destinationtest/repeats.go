package destinationtest

import (
	"context"
	"slices"

	"github.com/modsql/mod/syncs"
)

var repeatClaims = []claim{
	{"a batch that arrives twice does what is promised", func(b *bench) {
		b.each(syncs.Modes(), func(b *bench, m syncs.Mode) {
			s := b.site(m)
			sent := rows(1, firstOp(m), 4)
			if m == syncs.UpdateMode {
				s.seed(rows(11, syncs.Insert, 4))
				sent = []syncs.Row{row(1, syncs.Update, "k11", "x", int64(1)), row(2, syncs.Update, "k12", "y", int64(2)),
					row(3, syncs.Update, "k13", "z", nil), row(4, syncs.Update, "k14", "", int64(0))}
			}
			s.send(sent)
			s.want(sent)
			promise := b.Kind.Guarantee(s.Config, m)
			if promise == syncs.Idempotent {
				s.run = "run-2"
			}
			s.send(sent)
			if promise != syncs.Duplicates {
				s.want(sent)
			} else if found := s.found(); !contains(found, s.expected(sent)) {
				s.Errorf("records were lost: %q", found)
			}
		})
	}},
	{"a batch is remembered with its rows, until it is forgotten", func(b *bench) {
		s := b.site(b.creating())
		c, ok := s.destination.(syncs.Committer)
		if !ok || b.Kind.Guarantee(s.Config, s.target.Mode) != syncs.EffectivelyOnce {
			b.Skip("it remembers no batches")
		}
		s.send(rows(1, syncs.Insert, 3))
		s.send(rows(4, syncs.Insert, 2))
		s.run = "run-2"
		s.send(rows(1, syncs.Insert, 1))
		s.remembered(c, "run-1", syncs.Span{First: 1, Last: 3}, syncs.Span{First: 4, Last: 5})
		s.remembered(c, "run-2", syncs.Span{First: 1, Last: 1})
		s.remembered(c, "run-3")
		if b.Lasting {
			return
		}
		s.forget(c, "run-2")
		s.remembered(c, "run-1")
		s.remembered(c, "run-2", syncs.Span{First: 1, Last: 1})
		s.forget(c, "")
		s.remembered(c, "run-2")
	}},
	{"a batch that is refused is not remembered", func(b *bench) {
		s := b.site(b.creating())
		c, ok := s.destination.(syncs.Committer)
		if !ok || b.Refused == nil {
			b.Skip("it remembers no batches, or refuses none")
		}
		sent := rows(1, syncs.Insert, 3)
		for i, f := range s.target.Fields {
			if v, ok := b.Refused[f.Name]; ok {
				sent[1].Values[i] = v
			}
		}
		outcomes, err := s.destination.Send(s.Context(), s.batch(sent))
		if err == nil {
			b.Skipf("it tells of each row: %v", outcomes)
		}
		s.remembered(c, "run-1")
		s.want(nil)
	}},
}

// contains tells whether all has every one of some.
func contains(all, some []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}

func (s *site) forget(c syncs.Committer, but string) {
	s.Helper()
	if err := c.Forget(s.Context(), s.target, but); err != nil {
		s.Fatalf("forget: %v", err)
	}
}

func (s *site) remembered(c syncs.Committer, run string, want ...syncs.Span) {
	s.Helper()
	spans, err := c.Committed(context.WithoutCancel(s.Context()), s.target, run)
	if err != nil {
		s.Fatalf("committed: %v", err)
	}
	slices.SortFunc(spans, func(a, b syncs.Span) int { return int(a.First - b.First) })
	if !slices.Equal(spans, want) {
		s.Errorf("of %s are remembered %v, want %v", run, spans, want)
	}
}

package destinationtest

import (
	"slices"

	"github.com/modsql/mod/syncs"
)

// keeping are the modes that create a record or change it.
var keeping = []syncs.Mode{syncs.UpsertMode, syncs.MirrorMode, syncs.ArchiveMode}

var stateClaims = []claim{
	{"rows that are new are created", func(b *bench) {
		b.each(append([]syncs.Mode{syncs.InsertMode, syncs.AppendMode}, keeping...), func(b *bench, m syncs.Mode) {
			s, sent := b.site(m), rows(1, syncs.Insert, 10)
			s.deliverAll(sent)
			s.want(sent)
		})
	}},
	{"rows that have changed are changed, and no others", func(b *bench) {
		b.each(keeping, func(b *bench, m syncs.Mode) {
			s, sent := b.site(m), rows(1, syncs.Insert, 4)
			s.send(sent)
			changed := row(5, syncs.Update, "k2", "another", nil)
			s.send([]syncs.Row{changed})
			s.want([]syncs.Row{sent[0], changed, sent[2], sent[3]})
		})
	}},
	{"a record that was there already is changed, one that is gone is created", func(b *bench) {
		b.each(keeping, func(b *bench, m syncs.Mode) {
			s := b.site(m)
			s.send([]syncs.Row{row(1, syncs.Insert, "k1", "before", int64(1))})
			s.send([]syncs.Row{row(2, syncs.Insert, "k1", "after", int64(2))})
			s.send([]syncs.Row{row(3, syncs.Update, "k2", "new", int64(3))})
			s.want([]syncs.Row{row(2, syncs.Insert, "k1", "after", int64(2)), row(3, syncs.Update, "k2", "new", int64(3))})
		})
	}},
	{"an update creates nothing where only updates are sent", func(b *bench) {
		b.each([]syncs.Mode{syncs.UpdateMode}, func(b *bench, m syncs.Mode) {
			s := b.site(m)
			if len(b.Kind.Modes) > 1 {
				s.seed(rows(1, syncs.Insert, 2))
			}
			before := len(s.Rows(s.T))
			outcomes, err := s.deliver(s.Context(), []syncs.Row{row(3, syncs.Update, "k1", "changed", int64(7)), row(4, syncs.Update, "k9", "nobody", int64(8))})
			if err != nil || outcomes[3] != nil {
				s.Fatalf("deliver: %v, %v", err, outcomes)
			}
			if outcomes[4] != nil && syncs.ClassOf(outcomes[4]) != syncs.Rejected {
				s.Errorf("the row without a record: class %q of %v", syncs.ClassOf(outcomes[4]), outcomes[4])
			}
			if before == 2 {
				s.want([]syncs.Row{row(3, syncs.Update, "k1", "changed", int64(7)), rows(1, syncs.Insert, 2)[1]})
			}
		})
	}},
	{"an insert leaves what is there as it is where only inserts are sent", func(b *bench) {
		b.each([]syncs.Mode{syncs.InsertMode}, func(b *bench, m syncs.Mode) {
			s := b.site(m)
			if b.Kind.Guarantee(s.Config, m) == syncs.Duplicates {
				b.Skip("a record may be created twice")
			}
			first := row(1, syncs.Insert, "k1", "first", int64(1))
			s.send([]syncs.Row{first})
			if _, err := s.deliver(s.Context(), []syncs.Row{row(2, syncs.Insert, "k1", "second", int64(2)), row(3, syncs.Insert, "k3", "third", int64(3))}); err != nil {
				s.Fatal(err)
			}
			s.want([]syncs.Row{first, row(3, syncs.Insert, "k3", "third", int64(3))})
		})
	}},
	{"every change is one more record where rows are appended", func(b *bench) {
		b.each([]syncs.Mode{syncs.AppendMode}, func(b *bench, m syncs.Mode) {
			s := b.site(m)
			sent := []syncs.Row{row(1, syncs.Insert, "k1", "first", int64(1)), row(2, syncs.Update, "k1", "second", int64(2))}
			s.send(sent[:1])
			s.send(sent[1:])
			s.want(sent)
		})
	}},
	{"what is gone is deleted", func(b *bench) { b.removal(syncs.Delete, func(*site, []syncs.Row) []syncs.Row { return nil }) }},
	{"what is gone is cleared", func(b *bench) {
		b.removal(syncs.Clear, func(_ *site, gone []syncs.Row) []syncs.Row { return keysOf(1, syncs.Clear, gone) })
	}},
	{"what is gone is archived, and comes back", func(b *bench) {
		b.removal(syncs.Archive, func(s *site, gone []syncs.Row) []syncs.Row {
			s.archived("k2", "k3")
			s.send([]syncs.Row{row(20, syncs.Update, "k2", "name 2", int64(20))})
			s.archived("k3")
			return gone
		})
	}},
	{"what is gone already can be removed again", func(b *bench) {
		for _, op := range b.Kind.Removals {
			if m, ok := b.removing(op); ok {
				s := b.site(m)
				s.target.Removal = op
				s.send(rows(1, syncs.Insert, 1))
				s.send([]syncs.Row{row(2, op, "k7"), row(3, op, "k8")})
				if n := len(s.Rows(s.T)); n != 1 {
					s.Errorf("after %s of what is not there: %d records", op, n)
				}
			}
		}
	}},
	{"records have a key of several fields", func(b *bench) {
		if b.OneKey {
			b.Skip("a key is one field")
		}
		b.each(keeping, func(b *bench, m syncs.Mode) {
			s := b.siteOf(m, fields(), []string{"id", "name"})
			s.send([]syncs.Row{row(1, syncs.Insert, "a", "x", int64(1)), row(2, syncs.Insert, "a", "y", int64(2)), row(3, syncs.Insert, "b", "x", int64(3))})
			s.send([]syncs.Row{row(4, syncs.Update, "a", "y", int64(9))})
			want := []syncs.Row{row(1, syncs.Insert, "a", "x", int64(1)), row(2, syncs.Insert, "a", "y", int64(9)), row(3, syncs.Insert, "b", "x", int64(3))}
			if s.target.Removal == syncs.Delete {
				s.send([]syncs.Row{row(5, syncs.Delete, "a", "x")})
				want = want[1:]
			}
			s.want(want)
		})
	}},
	{"batches are sent at the same time", func(b *bench) {
		s, sent := b.site(b.creating()), rows(1, syncs.Insert, 60)
		s.limits.Concurrency = 4
		s.deliverAll(sent)
		s.want(sent)
	}},
}

// creating is a mode that creates records: one by key if there is one.
func (b *bench) creating() syncs.Mode {
	b.Helper()
	for _, m := range append(slices.Clone(keeping), syncs.InsertMode, syncs.AppendMode) {
		if slices.Contains(b.Kind.Modes, m) {
			return m
		}
	}
	b.Skip("it creates nothing")
	return ""
}

// seed puts records there in another mode.
func (s *site) seed(rows []syncs.Row) {
	s.Helper()
	other := *s
	target := *s.target
	target.Mode, target.Sync = s.creating(), "seed of "+target.Sync
	other.target = &target
	other.send(rows)
}

// removing is a mode in which rows that are gone are removed so.
func (b *bench) removing(op syncs.Op) (syncs.Mode, bool) {
	first := syncs.MirrorMode
	if op == syncs.Archive {
		first = syncs.ArchiveMode
	}
	for _, m := range []syncs.Mode{first, syncs.MirrorMode, syncs.UpsertMode} {
		if slices.Contains(b.Kind.Modes, m) && slices.Contains(b.Kind.Removals, op) {
			return m, true
		}
	}
	return "", false
}

// removal removes two of three records; left is what is to be left of them.
func (b *bench) removal(op syncs.Op, left func(s *site, gone []syncs.Row) []syncs.Row) {
	b.Helper()
	m, ok := b.removing(op)
	if !ok {
		b.Skipf("it has no %s", op)
	}
	s, sent := b.site(m), rows(1, syncs.Insert, 3)
	s.target.Removal = op
	s.send(sent)
	s.send(keysOf(4, op, sent[1:]))
	s.want(append([]syncs.Row{sent[0]}, left(s, sent[1:])...))
}

// archived fails unless just the records of those ids are archived.
func (s *site) archived(ids ...string) {
	s.Helper()
	if s.Archived == nil {
		s.Fatal("the suite does not say how an archived record is told")
	}
	var found []string
	for _, record := range s.Rows(s.T) {
		if id, _ := record["id"].(string); s.Archived(record) {
			found = append(found, id)
		}
	}
	slices.Sort(found)
	if !slices.Equal(found, ids) {
		s.Errorf("archived are %q, want %q", found, ids)
	}
}

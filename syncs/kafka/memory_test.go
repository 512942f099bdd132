package kafka

import (
	"fmt"
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/modsql/mod/syncs"
)

// scene is a topic, to which what is opened appends.
type scene struct {
	*testing.T
	address string
	target  *syncs.Target
}

func newScene(t *testing.T) *scene {
	address, topic := place(t)
	return &scene{t, address, thing(topic)}
}

func thing(topic string) *syncs.Target {
	return &syncs.Target{Sync: topic, Object: topic, Mode: syncs.AppendMode, Key: []string{"id"}, Fields: []syncs.Field{{Name: "id"}}}
}

func (s *scene) open(timeout string) *committer {
	s.Helper()
	d, err := New().Open(s.Context(), syncs.Config{"brokers": s.address, "timeout": timeout})
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = d.Close() })
	return d.(*committer)
}

func (s *scene) batch(first, last int64) *syncs.Batch {
	b := &syncs.Batch{Target: s.target, Run: "run1", Op: syncs.Insert}
	for n := first; n <= last; n++ {
		b.Rows = append(b.Rows, syncs.Row{Number: n, Op: syncs.Insert, Values: []any{n}})
	}
	return b
}

func (s *scene) send(d *committer, first, last int64) {
	s.Helper()
	if _, err := d.Send(s.Context(), s.batch(first, last)); err != nil {
		s.Fatal(err)
	}
}

func (s *scene) committed(d *committer, want string) {
	s.Helper()
	spans, err := d.Committed(s.Context(), s.target, "run1")
	if err != nil {
		s.Fatal(err)
	}
	if got := syncs.Spans(spans).String(); got != want {
		s.Errorf("remembered are %q, want %q", got, want)
	}
}

// holds asserts which records are there, once each.
func (s *scene) holds(want ...string) {
	s.Helper()
	var got []string
	for _, r := range records(s.T, s.address, s.target.Object, true) {
		got = append(got, fmt.Sprint(r["id"]))
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		s.Errorf("the topic holds %v, want %v", got, want)
	}
}

func TestABatchWhoseConfirmationWasLostIsNotSentAgain(t *testing.T) {
	s := newScene(t)
	killed := s.open("20s")
	s.send(killed, 1, 2)
	s.send(killed, 3, 4)
	next := s.open("20s")
	s.committed(next, "1-2 3-4")
	s.send(next, 3, 5)
	s.send(next, 3, 5)
	s.holds("1", "2", "3", "4", "5")
}

func TestATransactionThatWasLeftOpenLeavesNothing(t *testing.T) {
	s := newScene(t)
	killed := s.open("20s")
	s.send(killed, 1, 1)
	w := killed.writer(s.target.Sync)
	record, err := killed.record(s.batch(2, 2), &s.batch(2, 2).Rows[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := w.client.BeginTransaction(); err != nil {
		t.Fatal(err)
	}
	if err := w.client.ProduceSync(t.Context(), []*kgo.Record{record}...).FirstErr(); err != nil {
		t.Fatal(err)
	}
	if err := w.note(t.Context(), s.target.Object, w.seen[s.target.Object].with("run1", syncs.Spans{{First: 2, Last: 2}})); err != nil {
		t.Fatal(err)
	}
	next := s.open("20s")
	s.committed(next, "1-1")
	s.send(next, 2, 2)
	s.committed(next, "1-1 2-2")
	s.holds("1", "2")
}

func TestAWriterThatWasRelievedWritesNothingTwice(t *testing.T) {
	s := newScene(t)
	first, second := s.open("20s"), s.open("20s")
	s.send(first, 1, 2)
	s.send(second, 3, 4)
	if _, err := first.Send(t.Context(), s.batch(3, 4)); syncs.ClassOf(err) != syncs.Transient {
		t.Errorf("a writer that was relieved is told %v", err)
	}
	s.send(first, 3, 4)
	s.committed(first, "1-2 3-4")
	s.holds("1", "2", "3", "4")
}

func TestAServerThatStopsAnsweringIsLeftWhenTheTimeIsUp(t *testing.T) {
	address, proxy := proxied(t)
	s := &scene{t, address, thing(seeded)}
	d := s.open("1s")
	s.send(d, 1, 2)
	proxy.Stall()
	if _, err := d.Send(t.Context(), s.batch(3, 4)); syncs.ClassOf(err) != syncs.Transient {
		t.Errorf("class %q of %v, want %q", syncs.ClassOf(err), err, syncs.Transient)
	}
	proxy.Go()
	next := s.open("20s")
	s.send(next, 3, 4)
	s.committed(next, "1-2 3-4")
	s.holds("1", "2", "3", "4")
}

func TestNotesThatAreTooLongKeepTheLatest(t *testing.T) {
	joined, gaps := notes{{"old", syncs.Spans{{First: 1, Last: 9}}}}, notes{{"old", syncs.Spans{{First: 1, Last: 9}}}}
	for n := int64(1); n <= 999; n++ {
		joined = joined.with("run", syncs.Spans{{First: n, Last: n}})
		gaps = gaps.with("run", syncs.Spans{{First: 2 * n, Last: 2 * n}})
	}
	for name, n := range map[string]notes{"joined": joined, "gaps": gaps} {
		text := n.String()
		read, err := parseNotes(text)
		if err != nil || read.String() != text {
			t.Errorf("%s: %.100q is read as %.100q, %v", name, text, read, err)
		}
		if len(text) > room || len(text) < room/2 {
			t.Errorf("%s: %d bytes", name, len(text))
		}
	}
	for n := int64(1); n <= 999; n++ {
		if !joined.of("run").Has(n) {
			t.Errorf("%d is forgotten though no number lies between", n)
		}
	}
	if !joined.of("old").Has(9) || gaps.of("old") != nil || gaps.of("run").Has(2) || !gaps.of("run").Has(1998) {
		t.Errorf("it is not the oldest that is forgotten: %.100q", gaps)
	}
}

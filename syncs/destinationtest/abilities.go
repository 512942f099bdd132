package destinationtest

import (
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/syncs"
)

var abilityClaims = []claim{
	{"what is there can be read", func(b *bench) {
		s := b.site(b.creating())
		reader, ok := s.destination.(syncs.Reader)
		if !ok {
			b.Skip("it cannot be read")
		}
		s.wantRead(reader, nil)
		sent := rows(1, syncs.Insert, 25)
		s.deliverAll(sent)
		s.wantRead(reader, sent)
		for _, err := range reader.Read(s.Context(), s.target) {
			if err != nil {
				s.Error(err)
			}
			break // a reader that is left early must not hold anything up
		}
		s.wantRead(reader, sent)
	}},
	{"reading what is not there is an error", func(b *bench) {
		s := b.site(b.Kind.Modes[0])
		reader, ok := s.destination.(syncs.Reader)
		if !ok || b.MissingObject == "" {
			b.Skip("it cannot be read, or makes its objects")
		}
		s.target.Object = b.MissingObject
		for _, err := range reader.Read(s.Context(), s.target) {
			if syncs.ClassOf(err) != syncs.Missing {
				s.Errorf("class %q of %v", syncs.ClassOf(err), err)
			}
			return
		}
		s.Error("it yields nothing")
	}},
	{"what would be sent is shown without secrets, and not sent", func(b *bench) {
		s := b.site(b.creating())
		renderer, ok := s.destination.(syncs.Renderer)
		if !ok {
			b.Skip("it shows nothing")
		}
		texts, err := renderer.Render(s.batch(rows(1, syncs.Insert, 3)))
		if err != nil || len(texts) == 0 {
			s.Fatalf("render: %q, %v", texts, err)
		}
		for _, text := range texts {
			b.noSecret(s.Config, text)
		}
		s.want(nil)
	}},
}

// wantRead fails unless what is read are the records of rows.
func (s *site) wantRead(reader syncs.Reader, rows []syncs.Row) {
	s.Helper()
	found := []string{}
	for values, err := range reader.Read(s.Context(), s.target) {
		if err != nil {
			s.Fatalf("read: %v", err)
		}
		found = append(found, s.spell((&syncs.Row{Values: values}).Fields(s.target)))
	}
	slices.Sort(found)
	if diff := cmp.Diff(s.expected(rows), found); diff != "" {
		s.Errorf("what is read (-want +found):\n%s", diff)
	}
}

package destinationtest

import (
	"context"
	"errors"
	"strings"

	"github.com/modsql/mod/syncs"
)

var checkClaims = []claim{
	{"a good target passes the check", func(b *bench) {
		b.each(syncs.Modes(), func(b *bench, m syncs.Mode) {
			s := b.site(m)
			if err := s.destination.Check(s.Context(), s.target); err != nil {
				s.Errorf("%v (%s)", err, syncs.ClassOf(err))
			}
			s.want(nil)
		})
	}},
	{"an object that is not there is named", func(b *bench) {
		if b.MissingObject == "" {
			b.Skip("it makes its objects")
		}
		s := b.site(b.Kind.Modes[0])
		s.target.Object = b.MissingObject
		s.missing(s.destination.Check(s.Context(), s.target), b.MissingObject)
		_, err := s.destination.Send(s.Context(), s.batch(rows(1, syncs.Insert, 2)))
		if c := syncs.ClassOf(err); err == nil || c != syncs.Missing {
			s.Errorf("a batch for it: class %q of %v, want %q", c, err, syncs.Missing)
		}
	}},
	{"a field that is not there is named", func(b *bench) {
		if b.Loose {
			b.Skip("an object takes any field")
		}
		s := b.site(b.Kind.Modes[0])
		s.target.Fields = append(s.target.Fields, syncs.Field{Name: "nickname", Type: "text"})
		s.missing(s.destination.Check(s.Context(), s.target), "nickname")
	}},
	{"a refused login is told as such, without the secret", func(b *bench) {
		if b.Denied == nil {
			b.Skip("it has no login")
		}
		s := b.site(b.Kind.Modes[0])
		c := b.Denied(b.T, s.Place)
		d, err := b.Kind.Open(s.Context(), c)
		if err == nil {
			defer d.Close()
			b.denied(c, d.Check(s.Context(), s.target))
			_, err = d.Send(s.Context(), s.batch(rows(1, firstOp(s.target.Mode), 1)))
		}
		b.denied(c, err)
		s.want(nil)
	}},
	{"a check that is given up returns soon", func(b *bench) {
		s := b.site(b.Kind.Modes[0])
		ctx, cancel := context.WithCancel(s.Context())
		cancel()
		if err := s.destination.Check(ctx, s.target); !errors.Is(err, context.Canceled) {
			s.Errorf("the error is %v", err)
		}
	}},
}

// firstOp is an op that is sent in a mode.
func firstOp(m syncs.Mode) syncs.Op {
	if m == syncs.UpdateMode {
		return syncs.Update
	}
	return syncs.Insert
}

func (s *site) missing(err error, name string) {
	s.Helper()
	if err == nil {
		s.Fatalf("%s is not missed", name)
	}
	if c := syncs.ClassOf(err); c != syncs.Missing {
		s.Errorf("its class is %q, want %q: %v", c, syncs.Missing, err)
	}
	if !strings.Contains(err.Error(), name) {
		s.Errorf("the error does not name %s: %v", name, err)
	}
}

func (b *bench) denied(c syncs.Config, err error) {
	b.Helper()
	if err == nil {
		b.Fatal("the login is not refused")
	}
	if class := syncs.ClassOf(err); class != syncs.Denied {
		b.Errorf("its class is %q, want %q: %v", class, syncs.Denied, err)
	}
	b.noSecret(c, err.Error())
}

// noSecret fails if a text has one of the secrets of the settings.
func (b *bench) noSecret(c syncs.Config, text string) {
	b.Helper()
	for _, s := range b.Kind.Settings {
		if secret := c.String(s.Name, ""); s.Secret && secret != "" && strings.Contains(text, secret) {
			b.Errorf("the text shows the secret %s: %s", s.Name, text)
		}
	}
}

package destinationtest

import (
	"slices"
	"strings"

	"github.com/modsql/mod/syncs"
)

var kindClaims = []claim{
	{"the kind says what it is", func(b *bench) {
		k := b.Kind
		if k.Name == "" || k.Name != strings.ToLower(k.Name) {
			b.Errorf("its name is %q", k.Name)
		}
		if !strings.HasSuffix(k.Doc, ".") {
			b.Errorf("its doc is no sentence: %q", k.Doc)
		}
		if len(k.Modes) == 0 {
			b.Error("it has no modes")
		}
		for _, s := range k.Settings {
			if s.Name == "" || s.Doc == "" {
				b.Errorf("setting %q is not explained", s.Name)
			}
		}
	}},
	{"its modes are known, and it can do what they ask", func(b *bench) {
		for _, m := range b.Kind.Modes {
			if !slices.Contains(syncs.Modes(), m) {
				b.Errorf("mode %q is not known", m)
			}
		}
		needs := map[syncs.Mode]syncs.Op{syncs.MirrorMode: syncs.Delete, syncs.ArchiveMode: syncs.Archive}
		for m, op := range needs {
			if slices.Contains(b.Kind.Modes, m) && !slices.Contains(b.Kind.Removals, op) {
				b.Errorf("it has mode %s, and cannot %s", m, op)
			}
		}
	}},
	{"it gives a guarantee for every mode", func(b *bench) {
		c := b.Suite.Place(b.T, fields(), []string{"id"}).Config
		for _, m := range b.Kind.Modes {
			switch b.Kind.Guarantee(c, m) {
			case syncs.EffectivelyOnce, syncs.Idempotent, syncs.Duplicates:
			default:
				b.Errorf("in mode %s it promises %q", m, b.Kind.Guarantee(c, m))
			}
		}
	}},
	{"good settings have no problems", func(b *bench) {
		if problems := b.Kind.Check(b.Suite.Place(b.T, fields(), []string{"id"}).Config); len(problems) > 0 {
			b.Errorf("%v", problems)
		}
	}},
}

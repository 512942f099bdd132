package jinja_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/modsql/mod/compiler/jinja"
)

// TestCopiesOfAFrozenDict changes a frozen dict and its copies at random, beside dicts that share nothing.
func TestCopiesOfAFrozenDict(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		base, plain := jinja.NewDict(), jinja.NewDict()
		for i := range r.IntN(30) {
			base.Put(fmt.Sprint(i), i)
			plain.Put(fmt.Sprint(i), i)
		}
		base.Freeze()
		got, want := []*jinja.Dict{base, base.Clone(), base.Clone().Clone()}, []*jinja.Dict{plain, plain.Clone(), plain.Clone()}
		for range 60 {
			at, key, value := r.IntN(len(got)), fmt.Sprint(r.IntN(40)), r.IntN(100)
			switch r.IntN(4) {
			case 0:
				got[at].Delete(key)
				want[at].Delete(key)
			case 1:
				got, want = append(got, got[at].Clone()), append(want, want[at].Clone())
			default:
				got[at].Put(key, value)
				want[at].Put(key, value)
			}
		}
		for i := range got {
			if g, w := jinja.Repr(got[i]), jinja.Repr(want[i]); g != w {
				t.Fatalf("seed %d, dict %d: %s, want %s", seed, i, g, w)
			}
		}
	}
}

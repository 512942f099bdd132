package state

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/interval"
)

// Known is what the tables say of some environments. The zero value is that of a project that never ran. A row that cannot be true is a problem,
// and nothing that it bears on is used: a relation whose last row is bad is one of which nothing is known.
type Known struct {
	Builds   map[Key]Build           // what was done last to each relation
	History  map[Key][]Build         // what of each kind was done last, the last of all at the end
	Claims   map[Key]interval.Claims // what is loaded, by whom; Claim.Code is the Own hash in hexadecimal digits
	Inputs   map[Key][]Input         // what those who loaded it counted, of pieces that are as they loaded them
	Leases   []Lease                 // that are held now
	Runs     []Run                   // the newest ones, the newest first
	Now      time.Time               // by the clock of the warehouse; zero if there is no state
	Newest   time.Time               // when something was last done in any environment, as it was noted; zero if nothing was
	Problems []Problem

	codes map[fingerprint.Hash]bool
}

// Problem is a row of the tables that is not used, and why.
type Problem struct {
	Table  string
	Number int64 // of the row; 0 if it is not told by its number
	Key    Key   // that it is of; the zero Key if it is of none
	Err    error
}

// Error tells of the row.
func (p Problem) Error() string {
	row := "a row"
	if p.Number != 0 && p.Number != unnumbered {
		row = fmt.Sprintf("row %d", p.Number)
	}
	if p.Key.Node != "" {
		row += " (" + p.Key.Node + " in " + p.Key.Environment + ")"
	}
	return fmt.Sprintf("%s of the state's table %s is not used: %v", row, p.Table, p.Err)
}

// Unwrap returns the reason.
func (p Problem) Unwrap() error { return p.Err }

// Has tells whether the detail of that key need not be written any more.
func (k Known) Has(code fingerprint.Hash) bool { return k.codes[code] }

// Last is what of that kind was done last to a relation; false if nothing was.
func (k Known) Last(of Key, kind Kind) (Build, bool) {
	for _, b := range k.History[of] {
		if b.Kind == kind {
			return b, true
		}
	}
	return Build{}, false
}

// ErrFuture is something that was done later than now, which only a wrong clock can have written.
var ErrFuture = errors.New("it is of the future")

// Before drops what was done later than now, as if nothing were known of those relations, and makes problems of it.
func (k Known) Before(now time.Time) Known {
	out := k
	out.Builds, out.Claims, out.Problems = maps.Clone(k.Builds), maps.Clone(k.Claims), slices.Clone(k.Problems)
	out.Inputs = maps.Clone(k.Inputs)
	refuse := func(table string, key Key, at time.Time, run string) {
		err := fmt.Errorf("%w: run %s did it at %s, and it is %s", ErrFuture, run, at.UTC().Format(time.DateTime), now.UTC().Format(time.DateTime))
		out.Problems = append(out.Problems, Problem{Table: table, Key: key, Err: err})
	}
	for _, key := range keys(k.Builds) {
		if b := k.Builds[key]; b.At.After(now) {
			delete(out.Builds, key)
			refuse("builds", key, b.At, b.Run)
		}
	}
	for _, key := range keys(k.Claims) {
		late := func(c interval.Claim) bool { return c.At.After(now) }
		i := slices.IndexFunc(k.Claims[key], late)
		if i < 0 {
			continue
		}
		refuse("intervals", key, k.Claims[key][i].At, k.Claims[key][i].Run)
		delete(out.Inputs, key)
		out.Claims[key] = slices.DeleteFunc(slices.Clone(k.Claims[key]), late)
	}
	return out
}

// keys are the keys of a map in their order.
func keys[V any](m map[Key]V) []Key {
	return slices.SortedFunc(maps.Keys(m), compareKeys)
}

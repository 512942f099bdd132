package interval

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Claim says of a range that it is loaded, and by whom.
type Claim struct {
	Range
	Code  string    // the version of the code that loaded it
	Run   string    // the run that did
	Began time.Time // when it began to be done; what happened since then it may not have seen
	At    time.Time // when it was done
}

// same tells whether two claims differ in nothing but their ranges.
func (c Claim) same(other Claim) bool {
	return c.Code == other.Code && c.Run == other.Run && c.Began.Equal(other.Began) && c.At.Equal(other.At)
}

// The errors of claims.
var (
	// ErrOverlap is two claims of the same time, of which only one can be true.
	ErrOverlap = errors.New("two claims overlap")
	// ErrClock is a claim of something that was done before what it replaces was, or later than now.
	ErrClock = errors.New("the clock went backwards")
)

// Claims are the claims of one table: in the order of their ranges, none of which overlap. The nil Claims is nothing loaded. They are made by
// [NewClaims] and their methods, which leave those that they are called on as they are.
type Claims []Claim

// NewClaims puts claims in order, and joins those that touch and say the same. It is an error that wraps ErrOrder if one of them ends before it
// begins, and one that wraps ErrOverlap if two of them are about the same time.
func NewClaims(list ...Claim) (Claims, error) {
	sorted := make(Claims, 0, len(list))
	for _, c := range list {
		if _, err := New(c.From, c.To); err != nil {
			return nil, fmt.Errorf("run %s: %w", c.Run, err)
		}
		if !c.Empty() {
			c.From, c.To = c.From.UTC(), c.To.UTC()
			sorted = append(sorted, c)
		}
	}
	slices.SortStableFunc(sorted, func(a, b Claim) int { return compareRanges(a.Range, b.Range) })
	for i := 1; i < len(sorted); i++ {
		if a, b := sorted[i-1], sorted[i]; a.Overlaps(b.Range) {
			return nil, fmt.Errorf("%w: run %s loaded %s and run %s loaded %s", ErrOverlap, a.Run, a.Range, b.Run, b.Range)
		}
	}
	return sorted.joined(), nil
}

// joined joins claims that touch and say the same, in place.
func (c Claims) joined() Claims {
	var out Claims
	for _, claim := range c {
		if n := len(out); n > 0 && out[n-1].To.Equal(claim.From) && out[n-1].same(claim) {
			out[n-1].To = claim.To
		} else {
			out = append(out, claim)
		}
	}
	return out
}

// Add makes a claim in place of whatever was claimed of its range. It is an error that wraps ErrClock if something that it replaces was done later,
// and one that wraps ErrOrder if its range ends before it begins.
func (c Claims) Add(claim Claim) (Claims, error) {
	if _, err := New(claim.From, claim.To); err != nil {
		return nil, fmt.Errorf("run %s: %w", claim.Run, err)
	}
	for _, old := range c {
		if old.Overlaps(claim.Range) && old.At.After(claim.At) {
			return nil, fmt.Errorf("%w: run %s loaded %s at %s, which run %s replaces at %s", ErrClock,
				old.Run, old.Range, instant(old.At), claim.Run, instant(claim.At))
		}
	}
	out, err := NewClaims(append(c.Remove(Of(claim.Range)), claim)...)
	if err != nil {
		return nil, fmt.Errorf("add a claim: %w", err)
	}
	return out, nil
}

// Check tells, as an error that wraps ErrClock, of a claim of what is not done yet.
func (c Claims) Check(now time.Time) error {
	for _, claim := range c {
		if claim.At.After(now) {
			return fmt.Errorf("%w: run %s loaded %s at %s, and it is %s", ErrClock, claim.Run, claim.Range, instant(claim.At), instant(now))
		}
	}
	return nil
}

// Remove takes away what is claimed of the times of the set: they are to be loaded again.
func (c Claims) Remove(set Set) Claims {
	var out Claims
	for _, claim := range c {
		for _, rest := range Of(claim.Range).Minus(set) {
			kept := claim
			kept.Range = rest
			out = append(out, kept)
		}
	}
	return out
}

// After are the times of which both claim something, and c something that was done later than the other's began to be.
func (c Claims) After(other Claims) Set {
	var out []Range
	for len(c) > 0 && len(other) > 0 {
		if both := c[0].Intersect(other[0].Range); !both.Empty() && c[0].At.After(other[0].Began) {
			out = append(out, both)
		}
		if other[0].To.Before(c[0].To) {
			other = other[1:]
		} else {
			c = c[1:]
		}
	}
	return join(out)
}

// Loaded is all that is claimed.
func (c Claims) Loaded() Set { return c.where(func(Claim) bool { return true }) }

// LoadedBy is what that version of the code loaded.
func (c Claims) LoadedBy(code string) Set {
	return c.where(func(claim Claim) bool { return claim.Code == code })
}

// LoadedIn is what that run loaded.
func (c Claims) LoadedIn(run string) Set {
	return c.where(func(claim Claim) bool { return claim.Run == run })
}

func (c Claims) where(keep func(Claim) bool) Set {
	ranges := make([]Range, 0, len(c))
	for _, claim := range c {
		if keep(claim) {
			ranges = append(ranges, claim.Range)
		}
	}
	return join(ranges)
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

package state

import (
	"errors"
	"fmt"
	"time"

	"github.com/modsql/mod/compiler/interval"
)

// check tells what is wrong with a row of intervals.
func (v Interval) check() error {
	switch {
	case v.Op != Load && v.Op != Clear:
		return fmt.Errorf("op %q is none", v.Op)
	case v.Op == Clear && v.From.IsZero() && v.To.IsZero():
		return nil
	case v.From.IsZero() || v.To.IsZero():
		return errors.New("its range has no beginning or no end")
	}
	_, err := interval.New(v.From, v.To)
	return err
}

// began is when the range began to be loaded. Times are kept to the microsecond, cut off: what began when something else ended began after it.
func (v Interval) began() time.Time {
	return v.At.Add(time.Microsecond - time.Duration(v.Seconds*float64(time.Second)))
}

// claimsInto makes claims of the rows of intervals. They are read from the last one back: what a later one is about, earlier ones say nothing of.
func (r *reader) claimsInto(k *Known) {
	of := map[Key][]*event[Interval]{}
	for _, e := range r.intervals {
		of[e.value.Key] = append(of[e.value.Key], e)
	}
	for _, key := range keys(of) {
		list := of[key]
		byNumber(list)
		claims, inputs, problems := claimsOf(list)
		if len(claims) > 0 {
			if k.Claims == nil {
				k.Claims = map[Key]interval.Claims{}
			}
			k.Claims[key] = claims
		}
		if len(inputs) > 0 {
			if k.Inputs == nil {
				k.Inputs = map[Key][]Input{}
			}
			k.Inputs[key] = inputs
		}
		for _, p := range problems {
			p.Table, p.Key = "intervals", key
			k.Problems = append(k.Problems, p)
		}
	}
}

// claimsOf are what rows in the order of their numbers leave. Before a bad row nothing counts: it may have taken all of it back.
func claimsOf(list []*event[Interval]) (interval.Claims, []Input, []Problem) {
	var claims []interval.Claim
	var inputs []Input
	var told interval.Set // the times of which later rows have told
	var problems []Problem
	refuse := func(e *event[Interval], err error) { problems = append(problems, Problem{Number: e.number, Err: err}) }
	for len(list) > 0 {
		first := len(list) - 1
		for first > 0 && list[first-1].number == list[first].number {
			first--
		}
		group := list[first:]
		list = list[:first]
		for i, e := range group {
			if e.err != nil {
				refuse(e, e.err)
				list = nil
				continue
			}
			if e.value.Op == Clear && e.value.Range == (interval.Range{}) {
				list = nil
				continue
			}
			if e.value.Op == Clear {
				continue
			}
			now := interval.Of(e.value.Range).Minus(told)
			if other := contradicting(group, i); other != nil {
				refuse(e, fmt.Errorf("%w: row %d is about %s too", interval.ErrOverlap, other.number, other.value.Range))
				continue
			}
			for _, in := range e.value.Inputs {
				if now.Covers(in.Range) {
					inputs = append(inputs, in)
				}
			}
			for _, rest := range now {
				claims = append(claims, interval.Claim{Range: rest, Code: e.value.Own.String(), Run: e.value.Run, Began: e.value.began(), At: e.value.At})
			}
		}
		told = told.Union(rangesOf(group))
	}
	out, err := interval.NewClaims(claims...)
	if err != nil {
		problems = append(problems, Problem{Err: err}) // they do not overlap: told keeps them apart
	}
	return out, inputs, problems
}

// contradicting is another row of the same number that is about the same time as the one at i, or nil. Parallel batches have the same number.
func contradicting(group []*event[Interval], i int) *event[Interval] {
	for j := range group {
		other := group[j]
		all := other.value.Op == Clear && other.value.Range == (interval.Range{})
		if j != i && other.err == nil && (all || other.value.Overlaps(group[i].value.Range)) {
			return other
		}
	}
	return nil
}

func rangesOf(group []*event[Interval]) interval.Set {
	var ranges []interval.Range
	for _, e := range group {
		if e.err == nil {
			ranges = append(ranges, e.value.Range)
		}
	}
	return interval.Of(ranges...)
}

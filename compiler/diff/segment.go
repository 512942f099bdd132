package diff

import (
	"math"
	"slices"
)

// Segment is the rows of a relation whose keys have a hash that begins alike.
type Segment struct {
	Prefix string // hexadecimal digits; "" for all rows
	Rows   int64
	Sum    string // of the hashes of its rows: a number, the same where the rows are the same
}

// Segmentation is how many digits of hashes segments are told by, and which of them are looked at.
type Segmentation struct {
	Digits int      // 0: there is one segment, of all rows
	Only   []string // prefixes of so many digits that the segments are within; none for all
	Within int      // how many digits those have
}

// Limits of what is asked at a time.
const (
	fewEnough    = 20_000    // rows are read as they are
	firstRows    = 1_000     // about, that a segment has at first
	lastRows     = 8         // that a segment has at least, about
	firstDigits  = 3         // 4,096 segments
	lastDigits   = 8         // 4,294,967,296
	mostNamed    = 10_000    // segments in a statement: Snowflake takes 16,384 values
	mostSegments = 1_200_000 // that are held in memory
)

// FirstSegments is how relations of so many rows are cut first; Digits is 0 if they are few enough to be read as they are.
func FirstSegments(rows int64) (s Segmentation) {
	for rows > fewEnough && s.Digits < firstDigits && rows>>(4*s.Digits) > firstRows {
		s.Digits++
	}
	return s
}

// Differing are the segments that are not the same in both, in order, and how many rows the larger of both has in them.
func Differing(base, is []Segment) (prefixes []string, rows int64) {
	was := map[string]Segment{}
	for _, s := range base {
		was[s.Prefix] = s
	}
	add := func(s Segment, n int64) { prefixes, rows = append(prefixes, s.Prefix), rows+n }
	for _, s := range is {
		if old := was[s.Prefix]; old.Rows != s.Rows || old.Sum != s.Sum {
			add(s, max(old.Rows, s.Rows))
		}
		delete(was, s.Prefix)
	}
	for _, s := range was {
		add(s, s.Rows)
	}
	slices.Sort(prefixes)
	return prefixes, rows
}

// Next is how segments that differ are cut further, given how many rows they have, of how many in all; more is false if those are to be read now.
func (s Segmentation) Next(prefixes []string, rows, all int64) (next Segmentation, more bool) {
	next = s
	segments := 1.0
	if len(prefixes) <= mostNamed {
		next.Only, next.Within = prefixes, s.Digits
		segments = float64(len(prefixes))
	}
	for rows > fewEnough && next.Digits < min(s.Digits+2, lastDigits) {
		d := next.Digits + 1
		if all>>(4*d) < lastRows || segments*math.Pow(16, float64(d-next.Within)) > mostSegments {
			break
		}
		next.Digits = d
	}
	return next, next.Digits > s.Digits
}

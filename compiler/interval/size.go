package interval

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Unit is a unit of time that batches are measured in. The zero Unit is none.
type Unit uint8

// The units, the shortest first.
const (
	Minute Unit = iota + 1
	Hour
	Day
	Week // from Monday, as in ISO 8601
	Month
	Quarter
	Year
)

var unitNames = [...]string{"", "minute", "hour", "day", "week", "month", "quarter", "year"}

// String is the unit's name in the singular.
func (u Unit) String() string {
	if int(u) >= len(unitNames) {
		return fmt.Sprintf("Unit(%d)", int(u))
	}
	return unitNames[u]
}

// seconds is how long a unit lasts; 0 for those whose length differs.
func (u Unit) seconds() int64 { return [...]int64{0, 60, 3600, 86400, 7 * 86400, 0, 0, 0}[u] }

// months is how many months a unit has; 0 for those that are measured in seconds.
func (u Unit) months() int64 { return [...]int64{0, 0, 0, 0, 0, 1, 3, 12}[u] }

// Size is how long batches are: N units. Batches of several units are counted from the start of the year 1970, those of weeks from its first
// Monday and those of months and years from the year 0, so that 3 months are a quarter, 12 a year and 10 years a decade. The zero Size is
// none.
type Size struct {
	N    int
	Unit Unit
}

// ErrSize is a size of batches that there is not.
var ErrSize = errors.New("there is no such batch size")

// ParseSize reads "day", "5 minutes", "2 weeks": a unit, in the singular or the plural, and before it how many. What is shorter than five
// minutes or longer than a year is an error; each error wraps ErrSize.
func ParseSize(text string) (Size, error) {
	words := strings.Fields(strings.ToLower(text))
	n := 1
	if len(words) == 2 {
		var err error
		if n, err = strconv.Atoi(words[0]); err != nil {
			return Size{}, fmt.Errorf("%w: cannot read %q as a whole number", ErrSize, words[0])
		}
		words = words[1:]
	}
	if len(words) != 1 {
		return Size{}, fmt.Errorf("%w: %q; write it as day or 5 minutes", ErrSize, text)
	}
	for unit := Minute; unit <= Year; unit++ {
		if strings.TrimSuffix(words[0], "s") == unit.String() {
			size := Size{n, unit}
			return size, size.check()
		}
	}
	return Size{}, fmt.Errorf("%w: %q; the units are %s", ErrSize, text, strings.Join(unitNames[1:], ", "))
}

// check tells what is wrong with a size.
func (s Size) check() error {
	switch {
	case s.Unit == 0 || s.Unit > Year:
		return fmt.Errorf("%w: none is given", ErrSize)
	case s.N < 1:
		return fmt.Errorf("%w: %d of them are none", ErrSize, s.N)
	case s.Unit == Minute && s.N < 5:
		return fmt.Errorf("%w: %s are less than 5 minutes", ErrSize, s)
	case int64(s.N) > maxUnits[s.Unit]:
		return fmt.Errorf("%w: %s are more than a year", ErrSize, s)
	}
	return nil
}

// maxUnits are how many of each unit are not longer than a year.
var maxUnits = [...]int64{0, 366 * 24 * 60, 366 * 24, 366, 52, 12, 4, 1}

// String is the size as ParseSize reads it: "day", "5 minutes".
func (s Size) String() string {
	if s.N == 1 {
		return s.Unit.String()
	}
	return fmt.Sprintf("%d %ss", s.N, s.Unit)
}

// firstMonday is when the first week of 1970 began, in seconds since the year did.
const firstMonday = 4 * 86400

// index numbers the batches: it is the number of the one that a time is in.
func (s Size) index(t time.Time) int64 {
	if months := s.Unit.months(); months > 0 {
		y, m, _ := t.UTC().Date()
		return floorDiv(int64(y)*12+int64(m)-1, months*int64(s.N))
	}
	return floorDiv(t.Unix()-s.origin(), s.Unit.seconds()*int64(s.N))
}

// start is when the batch of that number begins.
func (s Size) start(i int64) time.Time {
	if months := s.Unit.months(); months > 0 {
		return time.Date(0, time.Month(i*months*int64(s.N)+1), 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Unix(i*s.Unit.seconds()*int64(s.N)+s.origin(), 0).UTC()
}

func (s Size) origin() int64 {
	if s.Unit == Week {
		return firstMonday
	}
	return 0
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Floor is when the batch begins that a time is in. The size must not be the zero one, here and below.
func (s Size) Floor(t time.Time) time.Time { return s.start(s.index(t)) }

// Ceil is the first beginning of a batch that is not before the time.
func (s Size) Ceil(t time.Time) time.Time {
	if floor := s.Floor(t); floor.Equal(t) {
		return floor
	}
	return s.Move(t, 1)
}

// Move is when the batch begins that is n after the one that a time is in; before it, if n is negative.
func (s Size) Move(t time.Time, n int) time.Time { return s.start(s.index(t) + int64(n)) }

// Align is the range made longer on both sides, to where batches begin.
func (s Size) Align(r Range) Range {
	if r.Empty() {
		return Range{}
	}
	return Range{s.Floor(r.From), s.Ceil(r.To)}
}

// Count is how many batches the set has a part of, without going through them.
func (s Size) Count(set Set) int {
	n, counted := int64(0), int64(0) // counted is the number after the last batch that counts already
	for i, r := range set {
		first, end := s.index(r.From), s.index(s.Ceil(r.To))
		if i > 0 {
			first = max(first, counted)
		}
		n, counted = n+max(0, end-first), end
	}
	return int(n)
}

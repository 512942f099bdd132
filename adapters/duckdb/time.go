package duckdb

import (
	"fmt"
	"strings"
)

// span is DuckDB's interval.
type span struct {
	months, days int32
	micros       int64
}

// String spells it as DuckDB does: "1 year 2 months 3 days 04:05:06.7".
func (s *span) String() string {
	var parts []string
	add := func(n int32, unit string) {
		if n == 0 {
			return
		}
		if n != 1 && n != -1 {
			unit += "s"
		}
		parts = append(parts, fmt.Sprint(n)+" "+unit)
	}
	add(s.months/12, "year")
	add(s.months%12, "month")
	add(s.days, "day")
	if s.micros != 0 || len(parts) == 0 {
		parts = append(parts, clock(s.micros*1000))
	}
	return strings.Join(parts, " ")
}

// clock is a time of day, or a length of time, in nanoseconds: "04:05:06.7".
func clock(nanos int64) string {
	sign := ""
	if nanos < 0 {
		sign, nanos = "-", -nanos
	}
	seconds, fraction := nanos/1e9, nanos%1e9
	s := fmt.Sprintf("%s%02d:%02d:%02d", sign, seconds/3600, seconds/60%60, seconds%60)
	if fraction != 0 {
		s += strings.TrimRight(fmt.Sprintf(".%09d", fraction), "0")
	}
	return s
}

// zonedClock is a time of day with a zone, packed as 40 bits of microseconds and 24 bits of 15:59:59 less the offset in seconds.
func zonedClock(packed uint64) string {
	const largest = 16*3600 - 1
	offset := largest - int64(packed&0xFFFFFF)
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	zone := fmt.Sprintf("%s%02d", sign, offset/3600)
	if offset%3600 != 0 {
		zone += fmt.Sprintf(":%02d", offset/60%60)
	}
	if offset%60 != 0 {
		zone += fmt.Sprintf(":%02d", offset%60)
	}
	return clock(int64(packed>>24)*1000) + zone
}

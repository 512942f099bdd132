package seed

import (
	"strconv"
	"strings"
	"time"
)

// The forms in which values travel to the warehouse.
const (
	dateForm     = "2006-01-02"
	datetimeForm = "2006-01-02 15:04:05.999999"
)

// parseDate reads a date as Python's %Y-%m-%d does: months and days may have one digit.
func parseDate(b []byte) (time.Time, bool) {
	if len(b) < 8 || len(b) > 10 || b[4] != '-' {
		return time.Time{}, false
	}
	year, ok := digits(b[:4])
	rest := b[5:]
	dash := 1
	if rest[1] != '-' {
		dash = 2
	}
	if !ok || rest[dash] != '-' {
		return time.Time{}, false
	}
	month, ok1 := digits(rest[:dash])
	day := rest[dash+1:]
	if len(day) == 2 && day[0] == ' ' {
		day = day[1:]
	}
	n, ok2 := digits(day)
	if !ok1 || !ok2 || len(day) > 2 {
		return time.Time{}, false
	}
	return civil(year, month, n, 0, 0, 0)
}

// parseDatetime reads a date, white space, and a time with seconds, as Python's %Y-%m-%d %H:%M:%S does.
func parseDatetime(b []byte) (time.Time, bool) {
	if len(b) < 14 || b[4] != '-' {
		return time.Time{}, false
	}
	at := 8
	for at < len(b) && !isSpace(b[at]) {
		at++
	}
	d, ok := parseDate(b[:at])
	if !ok {
		return time.Time{}, false
	}
	for at < len(b) && isSpace(b[at]) {
		at++
	}
	var clock [3]int
	for i := range clock {
		end := at
		for end < len(b) && b[end] != ':' {
			end++
		}
		if clock[i], ok = digits(b[at:end]); !ok || end-at > 2 || (i < 2) != (end < len(b)) {
			return time.Time{}, false
		}
		at = end + 1
	}
	year, month, day := d.Date()
	return civil(year, int(month), day, clock[0], clock[1], clock[2])
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func digits(b []byte) (n int, ok bool) {
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, len(b) > 0 && len(b) <= 9
}

// civil is the time of those numbers, if there is such a one.
func civil(year, month, day, hour, minute, second int) (time.Time, bool) {
	if year < 1 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	return t, t.Day() == day
}

func dateValue(b []byte) any {
	if len(b) == 10 && b[8] != ' ' {
		return string(b)
	}
	t, _ := parseDate(b)
	return t.Format(dateForm)
}

func datetimeValue(b []byte) any {
	if len(b) == 19 && b[10] == ' ' {
		return string(b)
	}
	t, _ := parseDatetime(b)
	return t.Format(datetimeForm)
}

// isoValue converts to UTC, unless the warehouse reads the file itself, which ignores the zone.
func isoValue(b []byte, copied bool) any {
	t, _ := parseISO(string(b))
	if !copied {
		t = t.UTC()
	}
	return t.Format(datetimeForm)
}

// parseISO reads the date and time forms of ISO 8601, the two joined by a T, as Python's isodate does.
func parseISO(s string) (time.Time, bool) {
	before, after, ok := strings.Cut(s, "T")
	if !ok {
		return time.Time{}, false
	}
	day, ok := parseISODate(before)
	if !ok {
		return time.Time{}, false
	}
	since, zone, ok := parseISOTime(after)
	if !ok {
		return time.Time{}, false
	}
	year, month, d := day.Date()
	return time.Date(year, month, d, 0, 0, 0, 0, zone).Add(since), true
}

func parseISODate(s string) (time.Time, bool) {
	num := func(from, to int) int { n, _ := strconv.Atoi(s[from:to]); return n }
	if len(s) < 2 || len(s) > 10 {
		return time.Time{}, false
	}
	switch shape(s) {
	case "0000-00-00":
		return civil(num(0, 4), num(5, 7), num(8, 10), 0, 0, 0)
	case "00000000":
		return civil(num(0, 4), num(4, 6), num(6, 8), 0, 0, 0)
	case "0000-W00-0":
		return week(num(0, 4), num(6, 8), num(9, 10))
	case "0000W000":
		return week(num(0, 4), num(5, 7), num(7, 8))
	case "0000-000":
		return ordinal(num(0, 4), num(5, 8))
	case "0000000":
		return ordinal(num(0, 4), num(4, 7))
	case "0000-W00":
		return week(num(0, 4), num(6, 8), 1)
	case "0000W00":
		return week(num(0, 4), num(5, 7), 1)
	case "0000-00":
		return civil(num(0, 4), num(5, 7), 1, 0, 0, 0)
	case "000000":
		return civil(num(0, 4), num(4, 6), 1, 0, 0, 0)
	case "0000":
		return civil(num(0, 4), 1, 1, 0, 0, 0)
	case "00": // a century
		return civil(num(0, 2)*100+1, 1, 1, 0, 0, 0)
	default:
		return time.Time{}, false
	}
}

// shape is s with every digit made 0.
func shape(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '0'
		}
		return r
	}, s)
}

func week(year, n, day int) (time.Time, bool) {
	first, ok := civil(year, 1, 4, 0, 0, 0) // always in the first week
	weekday := (int(first.Weekday()) + 6) % 7
	return first.AddDate(0, 0, -weekday+(n-1)*7+day-1), ok
}

func ordinal(year, n int) (time.Time, bool) {
	first, ok := civil(year, 1, 1, 0, 0, 0)
	return first.AddDate(0, 0, n-1), ok
}

// parseISOTime reads 10:30:15.5+02:00 and what ISO 8601 lets leave out of it; a fraction belongs to the last number.
func parseISOTime(s string) (since time.Duration, zone *time.Location, ok bool) {
	clock, zone, ok := cutZone(s)
	if !ok {
		return 0, nil, false
	}
	fraction := ""
	if i := strings.IndexAny(clock, ".,"); i >= 0 {
		clock, fraction = clock[:i], clock[i+1:]
		if fraction == "" || strings.Trim(fraction, "0123456789") != "" {
			return 0, nil, false
		}
	}
	var parts []string
	switch shape(clock) {
	case "00:00:00", "00:00", "00":
		parts = strings.Split(clock, ":")
	case "000000":
		parts = []string{clock[:2], clock[2:4], clock[4:]}
	case "0000":
		parts = []string{clock[:2], clock[2:]}
	default:
		return 0, nil, false
	}
	unit := time.Hour
	for i, p := range parts {
		n, _ := strconv.Atoi(p)
		if i == 0 && n > 23 || n > 59 {
			return 0, nil, false
		}
		since += time.Duration(n) * unit
		if i < len(parts)-1 {
			unit /= 60
		}
	}
	if fraction != "" {
		part, err := strconv.ParseFloat("0."+fraction, 64)
		if err != nil {
			return 0, nil, false
		}
		since += time.Duration(part*float64(unit)+0.5) / time.Microsecond * time.Microsecond
	}
	return since, zone, true
}

// cutZone takes Z, +02, +0200 or +02:00 off the end; without one the time is taken for UTC.
func cutZone(s string) (clock string, zone *time.Location, ok bool) {
	if rest, found := strings.CutSuffix(s, "Z"); found {
		return rest, time.UTC, true
	}
	i := strings.IndexAny(s, "+-")
	if i < 0 {
		return s, time.UTC, true
	}
	hours, minutes := s[i+1:], "0"
	switch shape(hours) {
	case "00":
	case "0000":
		hours, minutes = hours[:2], hours[2:]
	case "00:00":
		hours, minutes = hours[:2], hours[3:]
	default:
		return "", nil, false
	}
	h, _ := strconv.Atoi(hours)
	m, _ := strconv.Atoi(minutes)
	offset := h*3600 + m*60
	if s[i] == '-' {
		offset = -offset
	}
	return s[:i], time.FixedZone("", offset), h < 24
}

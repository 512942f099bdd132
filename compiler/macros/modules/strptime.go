package modules

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// reading is what strptime reads for each directive, as a regular expression.
var reading = map[byte]string{
	'd': `(?P<d>3[0-1]|[1-2]\d|0[1-9]|[1-9]| [1-9])`, 'f': `(?P<f>[0-9]{1,6})`, 'H': `(?P<H>2[0-3]|[0-1]\d|\d)`,
	'I': `(?P<I>1[0-2]|0[1-9]|[1-9])`, 'j': `(?P<j>36[0-6]|3[0-5]\d|[1-2]\d\d|0[1-9]\d|00[1-9]|[1-9]\d|0[1-9]|[1-9])`,
	'm': `(?P<m>1[0-2]|0[1-9]|[1-9])`, 'M': `(?P<M>[0-5]\d|\d)`, 'S': `(?P<S>6[0-1]|[0-5]\d|\d)`,
	'U': `(?P<U>5[0-3]|[0-4]\d|\d)`, 'W': `(?P<W>5[0-3]|[0-4]\d|\d)`, 'w': `(?P<w>[0-6])`, 'u': `(?P<u>[1-7])`,
	'V': `(?P<V>5[0-3]|0[1-9]|[1-4]\d|\d)`, 'G': `(?P<G>\d\d\d\d)`, 'y': `(?P<y>\d\d)`, 'Y': `(?P<Y>\d\d\d\d)`,
	'z': `(?P<z>[+-]\d\d:?[0-5]\d(?::?[0-5]\d(?:\.\d{1,6})?)?|Z)`, 'Z': `(?P<Z>UTC|GMT|[A-Z]{3,4})`,
	'p': `(?P<p>AM|PM)`, 'a': `(?P<a>Mon|Tue|Wed|Thu|Fri|Sat|Sun)`,
	'A': `(?P<A>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)`,
	'b': `(?P<b>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)`,
	'B': `(?P<B>January|February|March|April|May|June|July|August|September|October|November|December)`,
	'%': `%`,
}

// shorthand are directives that stand for others.
var shorthand = strings.NewReplacer("%c", "%a %b %d %H:%M:%S %Y", "%x", "%m/%d/%y", "%X", "%H:%M:%S", "%D", "%m/%d/%y",
	"%T", "%H:%M:%S", "%R", "%H:%M", "%F", "%Y-%m-%d", "%%", "%%")

func strptimeFunction(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	text, err := a.Text("date_string", "")
	if err != nil {
		return nil, err
	}
	layout, err := a.Text("format", "")
	if err != nil {
		return nil, err
	}
	return strptime(text, layout)
}

// strptime reads a time by a layout as Python does.
func strptime(text, layout string) (jinja.Value, error) {
	pattern, err := layoutPattern(shorthand.Replace(layout))
	if err != nil {
		return nil, err
	}
	m := pattern.FindStringSubmatchIndex(text)
	if m == nil {
		return nil, fmt.Errorf("time data %s does not match format %s", jinja.Repr(text), jinja.Repr(layout))
	}
	if m[1] != len(text) {
		return nil, fmt.Errorf("unconverted data remains: %s", text[m[1]:])
	}
	fields := map[string]string{}
	for i, name := range pattern.SubexpNames() {
		if name != "" && m[2*i] >= 0 {
			fields[name] = text[m[2*i]:m[2*i+1]]
		}
	}
	return assemble(fields)
}

func layoutPattern(layout string) (*regexp.Regexp, error) {
	var b strings.Builder
	b.WriteString(`^(?i:`)
	for i := 0; i < len(layout); i++ {
		switch {
		case layout[i] == '%' && i+1 < len(layout):
			i++
			p, ok := reading[layout[i]]
			if !ok {
				return nil, fmt.Errorf("'%c' is a bad directive in format '%s'", layout[i], layout)
			}
			b.WriteString(p)
		case layout[i] == '%':
			return nil, fmt.Errorf("stray %% in format '%s'", layout)
		case strings.IndexByte(" \t\n", layout[i]) >= 0:
			b.WriteString(`\s+`)
			for i+1 < len(layout) && strings.IndexByte(" \t\n", layout[i+1]) >= 0 {
				i++
			}
		default:
			b.WriteString(regexp.QuoteMeta(layout[i : i+1]))
		}
	}
	b.WriteString(`)`)
	p, err := regexp.Compile(b.String())
	if err != nil {
		return nil, fmt.Errorf("the format %s names a directive twice", jinja.Repr(layout))
	}
	return p, nil
}

// assemble makes a time of what was read.
func assemble(fields map[string]string) (jinja.Value, error) {
	number := func(key string, fallback int) int {
		n, err := strconv.Atoi(strings.TrimSpace(fields[key]))
		if err != nil {
			return fallback
		}
		return n
	}
	year := number("Y", 1900)
	if _, ok := fields["y"]; ok {
		if year = 1900 + number("y", 0); year < 1969 {
			year += 100
		}
	}
	hour := number("H", 0)
	if _, ok := fields["I"]; ok {
		hour = number("I", 0) % 12
		if strings.EqualFold(fields["p"], "pm") {
			hour += 12
		}
	}
	month, day := number("m", monthNamed(fields)), number("d", 1)
	if n := number("j", 0); n > 0 {
		t := time.Date(year, 1, n, 0, 0, 0, 0, time.UTC)
		month, day = int(t.Month()), t.Day()
	}
	if t, ok := weekDate(fields, year, number); ok {
		year, month, day = t.Year(), int(t.Month()), t.Day()
	}
	fraction := fields["f"]
	micro := 0
	if fraction != "" {
		micro, _ = strconv.Atoi(fraction + strings.Repeat("0", 6-len(fraction)))
	}
	t, err := newTime(year, month, day, hour, number("M", 0), number("S", 0), micro, time.UTC)
	if err != nil {
		return nil, err
	}
	zone, err := readZone(fields["z"])
	return DateTime{t: t}.in(zone), err
}

func monthNamed(fields map[string]string) int {
	name := fields["b"] + fields["B"]
	if len(name) < 3 {
		return 1
	}
	return strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(name[:3]))/3 + 1
}

// weekDate is the date of a week and a weekday, if both were given.
func weekDate(fields map[string]string, year int, number func(string, int) int) (time.Time, bool) {
	weekday := -1 // 0 is Monday
	switch name := fields["a"] + fields["A"]; {
	case fields["w"] != "":
		weekday = (number("w", 0) + 6) % 7
	case fields["u"] != "":
		weekday = number("u", 1) - 1
	case len(name) >= 3:
		weekday = strings.Index("montuewedthufrisatsun", strings.ToLower(name[:3])) / 3
	}
	if weekday < 0 {
		return time.Time{}, false
	}
	first := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
	monday := (int(first.Weekday()) + 6) % 7
	switch {
	case fields["G"] != "" && fields["V"] != "":
		fourth := time.Date(number("G", year), 1, 4, 0, 0, 0, 0, time.UTC)
		return fourth.AddDate(0, 0, (number("V", 1)-1)*7+weekday-(int(fourth.Weekday())+6)%7), true
	case fields["W"] != "":
		return first.AddDate(0, 0, number("W", 0)*7-7+(7-monday)%7+weekday), true
	case fields["U"] != "":
		return first.AddDate(0, 0, number("U", 0)*7-7+(7-int(first.Weekday()))%7+(weekday+1)%7), true
	}
	return time.Time{}, false
}

func readZone(text string) (*Zone, error) {
	if text == "" {
		return nil, nil
	}
	if strings.EqualFold(text, "z") {
		return utcZone, nil
	}
	digits := strings.ReplaceAll(text[1:], ":", "")
	digits, _, _ = strings.Cut(digits, ".")
	if len(digits) != 4 && len(digits) != 6 {
		return nil, errors.New("invalid offset " + text)
	}
	seconds := 0
	for i, unit := range []int{3600, 60, 1}[:len(digits)/2] {
		n, err := strconv.Atoi(digits[2*i : 2*i+2])
		if err != nil {
			return nil, errors.New("invalid offset " + text)
		}
		seconds += n * unit
	}
	if text[0] == '-' {
		seconds = -seconds
	}
	return offsetZone(seconds), nil
}

var isoPattern = regexp.MustCompile(`^(\d{4})-?(\d{2})-?(\d{2})(?:.(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,}))?)?)?(Z|[+-]\d{2}:?\d{2}(?::?\d{2})?)?)?$`)

// parseISO reads what fromisoformat reads.
func parseISO(text string) (DateTime, error) {
	m := isoPattern.FindStringSubmatch(text)
	if m == nil {
		return DateTime{}, fmt.Errorf("invalid isoformat string: %s", jinja.Repr(text))
	}
	var n [7]int
	for i, digits := range m[1:7] {
		n[i], _ = strconv.Atoi(digits)
	}
	if fraction := m[7]; fraction != "" {
		n[6], _ = strconv.Atoi((fraction + "000000")[:6])
	}
	t, err := newTime(n[0], n[1], n[2], n[3], n[4], n[5], n[6], time.UTC)
	if err != nil {
		return DateTime{}, err
	}
	zone, err := readZone(m[8])
	return DateTime{t: t}.in(zone), err
}

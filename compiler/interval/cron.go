package interval

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Cron is a schedule: moments that recur, in UTC unless it is In another zone, each at the beginning of a minute. The zero Cron has none.
type Cron struct {
	text                             string
	minutes, hours, days, months, on uint64         // a bit for each number that matches; on are the days of the week, from Sunday
	either                           bool           // a day matches by its number or its name, because both are given
	zone                             *time.Location // whose clocks show the moments; nil for UTC
}

// ErrCron is text that is no schedule.
var ErrCron = errors.New("there is no such schedule")

// cronNames are schedules with names of their own.
var cronNames = map[string]string{
	"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0", "@monthly": "0 0 1 * *",
	"@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
}

// cronField is what one of the five fields can have.
type cronField struct {
	name       string
	first, end int
	names      []string // of the numbers from first on
}

var cronFields = [...]cronField{
	{name: "minute", end: 59},
	{name: "hour", end: 23},
	{name: "day of the month", first: 1, end: 31},
	{name: "month", first: 1, end: 12, names: strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")},
	{name: "day of the week", end: 7, names: strings.Fields("sun mon tue wed thu fri sat")},
}

// ParseCron reads the five fields of a crontab, "0 5 * * mon-fri": minute, hour, day of the month, month, day of the week, each of them a star or
// a list of numbers, names and ranges, with a step if wanted; or @hourly, @daily, @weekly, @monthly and @yearly. Where both days are given, one
// of them has to match. What never comes is an error, as the 30th of February; each error wraps ErrCron.
func ParseCron(text string) (Cron, error) {
	text = strings.ToLower(strings.TrimSpace(text))
	fields := strings.Fields(text)
	if long, ok := cronNames[text]; ok {
		fields = strings.Fields(long)
	} else if strings.HasPrefix(text, "@") {
		return Cron{}, fmt.Errorf("%w: %q is not one of @hourly, @daily, @weekly, @monthly and @yearly", ErrCron, text)
	}
	if len(fields) != len(cronFields) {
		return Cron{}, fmt.Errorf("%w: it has %d fields, not 5", ErrCron, len(fields))
	}
	c := Cron{text: text}
	for i, bits := range []*uint64{&c.minutes, &c.hours, &c.days, &c.months, &c.on} {
		var err error
		if *bits, err = cronFields[i].parse(fields[i]); err != nil {
			return Cron{}, fmt.Errorf("%w: %w", ErrCron, err)
		}
	}
	c.on |= c.on >> 7 & 1 // 7 is Sunday too
	c.either = fields[2][0] != '*' && fields[4][0] != '*'
	if c.Next(time.Unix(0, 0)).IsZero() {
		return Cron{}, fmt.Errorf("%w: no day is ever on it", ErrCron)
	}
	return c, nil
}

// parse reads a list.
func (f cronField) parse(text string) (bits uint64, err error) {
	for _, part := range strings.Split(text, ",") {
		some, err := f.part(part)
		if err != nil {
			return 0, fmt.Errorf("the %s %q: %w", f.name, part, err)
		}
		bits |= some
	}
	return bits, nil
}

// part reads a number, a range or a star, and its step.
func (f cronField) part(text string) (bits uint64, err error) {
	text, every, stepped := strings.Cut(text, "/")
	step := 1
	if stepped {
		if step, err = strconv.Atoi(every); err != nil || step < 1 {
			return 0, fmt.Errorf("cannot read the step %q as a whole number above 0", every)
		}
	}
	from, to := f.first, f.end
	if text != "*" {
		first, last, ranged := strings.Cut(text, "-")
		if from, err = f.number(first); err != nil {
			return 0, err
		}
		switch {
		case ranged:
			if to, err = f.number(last); err != nil {
				return 0, err
			}
		case !stepped:
			to = from
		}
	}
	if to < from {
		return 0, errors.New("it ends before it begins")
	}
	for n := from; n <= to; n += step {
		bits |= 1 << n
	}
	return bits, nil
}

func (f cronField) number(text string) (int, error) {
	if i := slices.Index(f.names, text); i >= 0 {
		return f.first + i, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < f.first || n > f.end || text[0] == '+' || text[0] == '-' {
		return 0, fmt.Errorf("%q is not from %d to %d", text, f.first, f.end)
	}
	return n, nil
}

// String is the schedule as it was written.
func (c Cron) String() string { return c.text }

// In is the schedule by the clocks of a zone. What they leave out when they are put forward comes as much later, and what they show twice when they are put back comes
// once, the first time.
func (c Cron) In(zone *time.Location) Cron {
	c.zone = zone
	return c
}

// cronDays is how many days can be between two moments: the 29th of February may be eight years away, and be one day of the week after forty.
const cronDays = 41 * 366

// Next is the first moment after a time; the zero time if there is none, which is so of the zero Cron alone.
func (c Cron) Next(after time.Time) time.Time {
	t := after.UTC().Truncate(time.Minute).Add(time.Minute)
	return c.seek(t, 1)
}

// Last is the last moment that is not after a time; the zero time as with Next.
func (c Cron) Last(at time.Time) time.Time {
	return c.seek(at.UTC().Truncate(time.Minute), -1)
}

// seek is the first moment from a minute on, forwards or backwards.
func (c Cron) seek(t time.Time, step int) time.Time {
	if c.zone != nil && c.zone != time.UTC {
		return c.seekIn(t, step)
	}
	year, month, day := t.Date()
	minute := t.Hour()*60 + t.Minute()
	for i := range cronDays {
		date := time.Date(year, month, day+i*step, 0, 0, 0, 0, time.UTC)
		if c.has(date) {
			for ; 0 <= minute && minute < 24*60; minute += step {
				if c.hours>>(minute/60)&1 == 1 && c.minutes>>(minute%60)&1 == 1 {
					return date.Add(time.Duration(minute) * time.Minute)
				}
			}
		}
		if minute = 0; step < 0 {
			minute = 24*60 - 1
		}
	}
	return time.Time{}
}

// seekIn is seek by the clocks of the zone. Of a day on which they are put forward its moments are not in the order of what they show.
func (c Cron) seekIn(t time.Time, step int) time.Time {
	year, month, day := t.In(c.zone).Date()
	for i := range cronDays {
		date := time.Date(year, month, day+i*step, 0, 0, 0, 0, time.UTC)
		if !c.has(date) {
			continue
		}
		var best time.Time
		for minute := range 24 * 60 {
			if c.hours>>(minute/60)&1 == 0 || c.minutes>>(minute%60)&1 == 0 {
				continue
			}
			at := shown(date, minute, c.zone)
			ahead := at.Sub(t) * time.Duration(step)
			if ahead >= 0 && (best.IsZero() || ahead < best.Sub(t)*time.Duration(step)) {
				best = at
			}
		}
		if !best.IsZero() {
			return best
		}
	}
	return time.Time{}
}

// shown is when the clocks of a zone show a minute of a day.
func shown(day time.Time, minute int, zone *time.Location) time.Time {
	at := time.Date(day.Year(), day.Month(), day.Day(), 0, minute, 0, 0, zone)
	_, offset := at.Zone()
	wanted := time.Date(day.Year(), day.Month(), day.Day(), 0, minute, 0, 0, time.UTC)
	if late := wanted.Sub(at.Add(time.Duration(offset) * time.Second).UTC()); late > 0 { // they leave it out, and this is before
		at = at.Add(late)
	}
	before := at.Add(-24 * time.Hour)
	if _, was := before.Zone(); was > offset { // it may have been shown before they were put back
		if first := at.Add(time.Duration(offset-was) * time.Second); sameClock(first, at) {
			at = first
		}
	}
	return at.UTC()
}

// sameClock tells whether clocks show the same twice.
func sameClock(a, b time.Time) bool {
	return a.Hour() == b.Hour() && a.Minute() == b.Minute() && a.Day() == b.Day()
}

// has tells whether there are moments on a day.
func (c Cron) has(day time.Time) bool {
	number, name := c.days>>day.Day()&1 == 1, c.on>>day.Weekday()&1 == 1
	if c.months>>day.Month()&1 == 0 {
		return false
	}
	return number && name || c.either && (number || name)
}

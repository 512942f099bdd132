package modules

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// DateTime is Python's datetime.datetime, naive or with a time zone.
type DateTime struct {
	t    time.Time // in the zone's location; in UTC if there is no zone
	zone *Zone     // nil if it is naive
}

// DateTimeOf is a time with its offset.
func DateTimeOf(t time.Time) DateTime {
	_, offset := t.Zone()
	return DateTime{t.Truncate(time.Microsecond), offsetZone(offset)}
}

// NaiveOf is what the clock showed, without a zone.
func NaiveOf(t time.Time) DateTime {
	return DateTime{t: time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1000*1000, time.UTC)}
}

// wall is what the clock shows.
func (d DateTime) wall() time.Time { return NaiveOf(d.t).t }

// in is the same reading of the clock in a zone.
func (d DateTime) in(z *Zone) DateTime {
	if z == nil {
		return NaiveOf(d.t)
	}
	w := d.t
	return DateTime{time.Date(w.Year(), w.Month(), w.Day(), w.Hour(), w.Minute(), w.Second(), w.Nanosecond(), z.location), z}
}

// localized is the same reading of the clock in a zone of pytz, at the offset that holds then.
func (d DateTime) localized(z *Zone) DateTime {
	full := d.in(z.full())
	return full.moved(full.zone)
}

// moved is the same instant in a zone.
func (d DateTime) moved(z *Zone) DateTime {
	z = z.during(d.t)
	return DateTime{d.t.In(z.location), z}
}

func (d DateTime) offset() string {
	if d.zone == nil {
		return ""
	}
	_, seconds := d.t.Zone()
	return isoOffset(seconds)
}

func (d DateTime) iso(separator, precision string) string {
	return isoDate(d.t) + separator + isoTime(d.t, precision) + d.offset()
}

// String is Python's str(d).
func (d DateTime) String() string { return d.iso(" ", "auto") }

// ISOFormat is Python's d.isoformat(), which is also how artifacts tell of it.
func (d DateTime) ISOFormat() string { return d.iso("T", "auto") }

// Repr is Python's repr(d).
func (d DateTime) Repr() string {
	return fmt.Sprintf("datetime.datetime(%d, %d, %d, %s%s)", d.t.Year(), d.t.Month(), d.t.Day(), timeFields(d.t), zoneField(d.zone))
}

// HashKey implements jinja.Hasher.
func (d DateTime) HashKey() string {
	if d.zone == nil {
		return "datetime " + d.String()
	}
	return "instant " + d.t.UTC().String()
}

// Equal implements jinja.Equaler. A naive datetime is never one with a zone.
func (d DateTime) Equal(other jinja.Value) bool {
	c, ok := d.Compare(other)
	return ok && c == 0
}

// Compare implements jinja.Ordered.
func (d DateTime) Compare(other jinja.Value) (int, bool) {
	o, ok := other.(DateTime)
	if !ok || (d.zone == nil) != (o.zone == nil) {
		return 0, false
	}
	return d.t.Compare(o.t), true
}

// Operate implements jinja.Operand: with a timedelta, and the timedelta between two.
func (d DateTime) Operate(op string, other jinja.Value, swapped bool) (jinja.Value, bool, error) {
	switch o := other.(type) {
	case Delta:
		switch {
		case op == "+":
			return d.shift(o.micros)
		case op == "-" && !swapped:
			return d.shift(-o.micros)
		}
	case DateTime:
		if op != "-" {
			return nil, false, nil
		}
		if (d.zone == nil) != (o.zone == nil) {
			return nil, false, errors.New("can't subtract offset-naive and offset-aware datetimes")
		}
		a, b := d.t, o.t
		if swapped {
			a, b = b, a
		}
		return Delta{microsBetween(a, b)}, true, nil
	}
	return nil, false, nil
}

// microsBetween is a-b; time.Duration would end at 292 years.
func microsBetween(a, b time.Time) int64 {
	return (a.Unix()-b.Unix())*microsPerSecond + int64(a.Nanosecond()-b.Nanosecond())/1000
}

// shift moves the clock, not the instant: as in Python, an hour may be lost or won where summer time begins or ends.
func (d DateTime) shift(micros int64) (jinja.Value, bool, error) {
	days := floorDiv(micros, microsPerDay)
	rest := micros - days*microsPerDay
	t := d.wall().AddDate(0, 0, int(days)).Add(time.Duration(rest) * time.Microsecond)
	if err := inRange(t); err != nil {
		return nil, false, err
	}
	return DateTime{t: t}.in(d.zone), true, nil
}

// zoneFact is utcoffset(), tzname() or dst().
func (d DateTime) zoneFact(name string) jinja.Value {
	if d.zone == nil {
		return nil
	}
	abbreviation, offset := d.t.Zone()
	switch name {
	case "utcoffset":
		return Delta{int64(offset) * microsPerSecond}
	case "tzname":
		if d.zone.fixed != nil {
			return d.zone.name
		}
		return abbreviation
	}
	if d.zone.fixed != nil && !d.zone.pytz {
		return nil
	}
	if d.t.In(d.zone.full().location).IsDST() {
		return Delta{3600 * microsPerSecond}
	}
	return Delta{}
}

// Attr implements jinja.Attributer.
func (d DateTime) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "year", "month", "day":
		return datePart(d.t, name), true
	case "tzinfo":
		return zoneValue(d.zone), true
	}
	if v, ok := timePart(d.t, name); ok {
		return v, true
	}
	if v, ok := dayMethod(d.t, name); ok {
		return v, true
	}
	if v, ok := d.conversion(name); ok {
		return v, true
	}
	switch name {
	case "replace":
		return bind.Func(name, "year? month? day? hour? minute? second? microsecond? tzinfo? fold?", d.replace), true
	case "astimezone":
		return bind.Func(name, "tz?", d.asTimezone), true
	case "isoformat":
		return bind.Func(name, "sep? timespec?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			separator, err := a.Text("sep", "T")
			if err != nil {
				return nil, err
			}
			spec, err := timespec(a)
			return d.iso(separator, spec), err
		}), true
	case "strftime", "__format__":
		return bind.Func(name, "format", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			layout, err := a.Text("format", "")
			return strftime(layout, d.t, d.zone), err
		}), true
	}
	return nil, false
}

// conversion are the methods without arguments.
func (d DateTime) conversion(name string) (jinja.Value, bool) {
	methods := map[string]func() jinja.Value{
		"date":         func() jinja.Value { return DateOf(d.t) },
		"time":         func() jinja.Value { return TimeOf(d.t) },
		"timetz":       func() jinja.Value { return Time{TimeOf(d.t).t, d.zone} },
		"timestamp":    func() jinja.Value { return d.timestamp() },
		"utcoffset":    func() jinja.Value { return d.zoneFact("utcoffset") },
		"tzname":       func() jinja.Value { return d.zoneFact("tzname") },
		"dst":          func() jinja.Value { return d.zoneFact("dst") },
		"utctimetuple": func() jinja.Value { return timeTuple(d.t.UTC()) },
	}
	f := methods[name]
	if f == nil {
		return nil, false
	}
	return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return f(), nil }), true
}

// timestamp takes a naive datetime for local time.
func (d DateTime) timestamp() float64 {
	t := d.t
	if d.zone == nil {
		t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.Local)
	}
	return float64(t.UnixMicro()) / microsPerSecond
}

func (d DateTime) replace(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	f, err := replaced(a, d.t, 4)
	if err != nil {
		return nil, err
	}
	zone, err := zoneArgument(a, "tzinfo", d.zone)
	if err != nil {
		return nil, err
	}
	if a.Given("tzinfo") {
		zone = zone.plain()
	}
	t, err := newTime(f[0], f[1], f[2], f[3], f[4], f[5], f[6], time.UTC)
	if err != nil {
		return nil, err
	}
	return DateTime{t: t}.in(zone), nil
}

func (d DateTime) asTimezone(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	zone, err := zoneArgument(a, "tz", nil)
	if err != nil {
		return nil, err
	}
	t := d.t
	if d.zone == nil {
		t = time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.Local)
	}
	if zone == nil {
		name, offset := t.In(time.Local).Zone()
		zone = fixedZone(offset, name, false)
	}
	return DateTime{t: t}.moved(zone), nil
}

// datetimeModule is modules.datetime. now is what the clock shows during this run.
func datetimeModule(now time.Time) members {
	now = now.Truncate(time.Microsecond)
	return members{
		"date": dateClass(now), "datetime": datetimeClass(now), "time": timeClass, "timedelta": deltaClass, "timezone": timezoneClass,
		"tzinfo":  &class{name: "tzinfo", create: func(*jinja.Call, bind.Args) (jinja.Value, error) { return utcZone, nil }},
		"MINYEAR": 1, "MAXYEAR": 9999, "UTC": utcZone,
	}
}

func dateClass(now time.Time) *class {
	return &class{
		name: "date", params: "year month day",
		create: func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			f, err := replaced(a, time.Time{}, 0)
			if err != nil {
				return nil, err
			}
			t, err := newTime(f[0], f[1], f[2], 0, 0, 0, 0, time.UTC)
			return Date{t}, err
		},
		members: members{
			"today":         constant("today", DateOf(now.In(time.Local))),
			"min":           Date{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)},
			"max":           Date{time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)},
			"fromisoformat": parsed("fromisoformat", func(d DateTime) jinja.Value { return DateOf(d.t) }),
			"fromordinal": function("fromordinal", "ordinal", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
				n, err := a.Int("ordinal", 0)
				return DateOf(fromOrdinal(n)), err
			}),
			"fromtimestamp": function("fromtimestamp", "timestamp", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
				t, err := unixTime(a)
				return DateOf(t.In(time.Local)), err
			}),
		},
	}
}

func constant(name string, v jinja.Value) jinja.Func {
	return function(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return v, nil })
}

func parsed(name string, of func(DateTime) jinja.Value) jinja.Func {
	return function(name, "date_string", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
		text, err := a.Text("date_string", "")
		if err != nil {
			return nil, err
		}
		d, err := parseISO(text)
		if err != nil {
			return nil, err
		}
		return of(d), nil
	})
}

func unixTime(a bind.Args) (time.Time, error) {
	n, err := a.Number("timestamp", 0)
	if err != nil {
		return time.Time{}, err
	}
	t := time.UnixMicro(int64(math.RoundToEven(n * microsPerSecond)))
	return t, inRange(t)
}

func datetimeClass(now time.Time) *class {
	k := &class{
		name: "datetime", params: "year month day hour? minute? second? microsecond? tzinfo? fold?",
		create: func(c *jinja.Call, a bind.Args) (jinja.Value, error) {
			return DateTime{t: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)}.replace(c, a)
		},
		members: members{
			"min":           DateTime{t: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)},
			"max":           DateTime{t: time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC)},
			"resolution":    Delta{1},
			"today":         constant("today", NaiveOf(now.In(time.Local))),
			"utcnow":        constant("utcnow", NaiveOf(now.UTC())),
			"fromisoformat": parsed("fromisoformat", func(d DateTime) jinja.Value { return d }),
			"strptime":      function("strptime", "date_string format", strptimeFunction),
			"combine":       function("combine", "date time tzinfo?", combine),
		},
	}
	k.members["now"] = function("now", "tz?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) { return atZone(a, now) })
	k.members["fromtimestamp"] = function("fromtimestamp", "timestamp tz?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
		t, err := unixTime(a)
		if err != nil {
			return nil, err
		}
		return atZone(a, t)
	})
	k.members["utcfromtimestamp"] = function("utcfromtimestamp", "timestamp", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
		t, err := unixTime(a)
		return NaiveOf(t.UTC()), err
	})
	k.members["fromordinal"] = function("fromordinal", "ordinal", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
		n, err := a.Int("ordinal", 0)
		return NaiveOf(fromOrdinal(n)), err
	})
	return k
}

// atZone is an instant in the zone of the argument tz, or as the local clock shows it.
func atZone(a bind.Args, t time.Time) (jinja.Value, error) {
	zone, err := zoneArgument(a, "tz", nil)
	if err != nil {
		return nil, err
	}
	if zone == nil {
		return NaiveOf(t.In(time.Local)), nil
	}
	return DateTime{t: t}.moved(zone), nil
}

func combine(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	var day time.Time
	switch d := a.Value("date").(type) {
	case Date:
		day = d.t
	case DateTime:
		day = d.t
	default:
		return nil, fmt.Errorf("combine() argument 1 must be datetime.date, not %s", jinja.TypeName(d))
	}
	clock, ok := a.Value("time").(Time)
	if !ok {
		return nil, fmt.Errorf("combine() argument 2 must be datetime.time, not %s", jinja.TypeName(a.Value("time")))
	}
	zone, err := zoneArgument(a, "tzinfo", clock.zone)
	if err != nil {
		return nil, err
	}
	c := clock.t
	t := time.Date(day.Year(), day.Month(), day.Day(), c.Hour(), c.Minute(), c.Second(), c.Nanosecond(), time.UTC)
	return DateTime{t: t}.in(zone), nil
}

// Instant is the point in time, of a naive one that in UTC.
func (d DateTime) Instant() time.Time { return d.t.UTC() }

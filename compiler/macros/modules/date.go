package modules

import (
	"errors"
	"fmt"
	"time"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// Date is Python's datetime.date.
type Date struct{ t time.Time } // midnight, UTC

// DateOf is the date of a time.
func DateOf(t time.Time) Date {
	return Date{time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)}
}

// String is Python's str(d).
func (d Date) String() string { return isoDate(d.t) }

// Repr is Python's repr(d).
func (d Date) Repr() string {
	return fmt.Sprintf("datetime.date(%d, %d, %d)", d.t.Year(), d.t.Month(), d.t.Day())
}

func isoDate(t time.Time) string {
	return fmt.Sprintf("%04d-%02d-%02d", t.Year(), t.Month(), t.Day())
}

// HashKey implements jinja.Hasher.
func (d Date) HashKey() string { return "date " + d.String() }

// Equal implements jinja.Equaler.
func (d Date) Equal(other jinja.Value) bool {
	o, ok := other.(Date)
	return ok && o.t.Equal(d.t)
}

// Compare implements jinja.Ordered.
func (d Date) Compare(other jinja.Value) (int, bool) {
	o, ok := other.(Date)
	if !ok {
		return 0, false
	}
	return d.t.Compare(o.t), true
}

// Operate implements jinja.Operand: a date plus or minus a timedelta, and the timedelta between dates.
func (d Date) Operate(op string, other jinja.Value, swapped bool) (jinja.Value, bool, error) {
	switch o := other.(type) {
	case Delta:
		// Only whole days count, rounded down, as in Python.
		days := int(floorDiv(o.micros, microsPerDay))
		switch {
		case op == "+":
			return shiftDate(d, days)
		case op == "-" && !swapped:
			return shiftDate(d, -days)
		}
	case Date:
		if op == "-" {
			a, b := d, o
			if swapped {
				a, b = o, d
			}
			return Delta{a.t.Sub(b.t).Microseconds()}, true, nil
		}
	}
	return nil, false, nil
}

func shiftDate(d Date, days int) (jinja.Value, bool, error) {
	t := d.t.AddDate(0, 0, days)
	if err := inRange(t); err != nil {
		return nil, false, err
	}
	return Date{t}, true, nil
}

var errRange = errors.New("date value out of range")

// inRange refuses what Python's datetime cannot hold.
func inRange(t time.Time) error {
	if y := t.Year(); y < 1 || y > 9999 {
		return errRange
	}
	return nil
}

// newTime checks the parts of a date and time and puts them together.
func newTime(year, month, day, hour, minute, second, micro int, loc *time.Location) (time.Time, error) {
	for _, part := range []struct {
		name             string
		value, low, high int
	}{
		{"year", year, 1, 9999}, {"month", month, 1, 12}, {"hour", hour, 0, 23}, {"minute", minute, 0, 59},
		{"second", second, 0, 59}, {"microsecond", micro, 0, 999999},
	} {
		if part.value < part.low || part.value > part.high {
			if part.name == "year" {
				return time.Time{}, fmt.Errorf("year %d is out of range", part.value)
			}
			return time.Time{}, fmt.Errorf("%s must be in %d..%d", part.name, part.low, part.high)
		}
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, micro*1000, loc)
	if day < 1 || time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Month() != time.Month(month) {
		return time.Time{}, errors.New("day is out of range for month")
	}
	return t, nil
}

// Attr implements jinja.Attributer.
func (d Date) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "year", "month", "day":
		return datePart(d.t, name), true
	case "replace":
		return bind.Func(name, "year? month? day?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			f, err := replaced(a, d.t, 0)
			if err != nil {
				return nil, err
			}
			t, err := newTime(f[0], f[1], f[2], 0, 0, 0, 0, time.UTC)
			return Date{t}, err
		}), true
	case "isoformat":
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return d.String(), nil }), true
	case "strftime", "__format__":
		return bind.Func(name, "format", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			layout, err := a.Text("format", "")
			return strftime(layout, d.t, nil), err
		}), true
	}
	return dayMethod(d.t, name)
}

func datePart(t time.Time, name string) int {
	switch name {
	case "year":
		return t.Year()
	case "month":
		return int(t.Month())
	}
	return t.Day()
}

// dayMethod are the methods of a date that a datetime has too.
func dayMethod(t time.Time, name string) (jinja.Value, bool) {
	methods := map[string]func() jinja.Value{
		"weekday":    func() jinja.Value { return (int(t.Weekday()) + 6) % 7 },
		"isoweekday": func() jinja.Value { return (int(t.Weekday())+6)%7 + 1 },
		"isocalendar": func() jinja.Value {
			year, week := t.ISOWeek()
			return isoCalendar(year, week, (int(t.Weekday())+6)%7+1)
		},
		"toordinal": func() jinja.Value { return ordinal(t) },
		"ctime":     func() jinja.Value { return strftime("%a %b %e %H:%M:%S %Y", t, nil) },
		"timetuple": func() jinja.Value { return timeTuple(t) },
	}
	f := methods[name]
	if f == nil {
		return nil, false
	}
	return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return f(), nil }), true
}

// isoCalendar is the named tuple of that name.
func isoCalendar(year, week, weekday int) jinja.Value {
	return named{[]string{"year", "week", "weekday"}, jinja.NewTuple(year, week, weekday), "datetime.IsoCalendarDate"}
}

func timeTuple(t time.Time) jinja.Value {
	return named{
		[]string{"tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday", "tm_isdst"},
		jinja.NewTuple(t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), (int(t.Weekday())+6)%7, t.YearDay(), -1),
		"time.struct_time",
	}
}

// ordinal is the number of days since the day before 0001-01-01.
func ordinal(t time.Time) int {
	day := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return int(floorDiv(day.Unix(), 86400)) + 719163
}

func fromOrdinal(n int) time.Time { return time.Unix(int64(n-719163)*86400, 0).UTC() }

// replaced are year, month, day and, if n is above 0, the n parts of the time after them, with what the call gives put in.
func replaced(a bind.Args, t time.Time, n int) ([7]int, error) {
	fields := [7]int{t.Year(), int(t.Month()), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond() / 1000}
	for i, name := range []string{"year", "month", "day", "hour", "minute", "second", "microsecond"}[:3+n] {
		v, err := a.Int(name, fields[i])
		if err != nil {
			return fields, err
		}
		fields[i] = v
	}
	return fields, nil
}

// named is a tuple whose items have names.
type named struct {
	names []string
	*jinja.Tuple
	class string
}

// Attr implements jinja.Attributer.
func (n named) Attr(name string) (jinja.Value, bool) {
	for i, field := range n.names {
		if field == name {
			return n.Items[i], true
		}
	}
	return nil, false
}

// Index implements jinja.Indexer.
func (n named) Index(key jinja.Value) (jinja.Value, bool, error) {
	i, ok := key.(int)
	if ok && i < 0 {
		i += len(n.Items)
	}
	if !ok || i < 0 || i >= len(n.Items) {
		return nil, false, nil
	}
	return n.Items[i], true, nil
}

// Len implements jinja.Sized.
func (n named) Len() int { return len(n.Items) }

// Iterate implements jinja.Iterable.
func (n named) Iterate() func(yield func(jinja.Value) bool) {
	return func(yield func(jinja.Value) bool) {
		for _, v := range n.Items {
			if !yield(v) {
				return
			}
		}
	}
}

// Equal implements jinja.Equaler: it is the tuple of its items.
func (n named) Equal(other jinja.Value) bool {
	if o, ok := other.(named); ok {
		other = o.Tuple
	}
	return jinja.Equal(n.Tuple, other)
}

// String is how the tuple is shown.
func (n named) String() string {
	text := n.class + "("
	for i, name := range n.names {
		if i > 0 {
			text += ", "
		}
		text += name + "=" + jinja.Repr(n.Items[i])
	}
	return text + ")"
}

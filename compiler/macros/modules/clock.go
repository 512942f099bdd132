package modules

import (
	"errors"
	"fmt"
	"time"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// Time is Python's datetime.time.
type Time struct {
	t    time.Time // on 0001-01-01
	zone *Zone     // nil if it has none
}

// TimeOf is the time of day.
func TimeOf(t time.Time) Time {
	return Time{t: time.Date(1, 1, 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)}
}

// String is Python's str(t).
func (t Time) String() string { return isoTime(t.t, "auto") + t.offset() }

func (t Time) offset() string {
	if t.zone == nil || t.zone.fixed == nil {
		return ""
	}
	return isoOffset(*t.zone.fixed)
}

// Repr is Python's repr(t).
func (t Time) Repr() string { return "datetime.time(" + timeFields(t.t) + zoneField(t.zone) + ")" }

func timeFields(t time.Time) string {
	text := fmt.Sprintf("%d, %d", t.Hour(), t.Minute())
	micro := t.Nanosecond() / 1000
	if t.Second() != 0 || micro != 0 {
		text += fmt.Sprintf(", %d", t.Second())
	}
	if micro != 0 {
		text += fmt.Sprintf(", %d", micro)
	}
	return text
}

func zoneField(z *Zone) string {
	if z == nil {
		return ""
	}
	return ", tzinfo=" + z.Repr()
}

// isoTime is the time of day in ISO 8601 to that precision.
func isoTime(t time.Time, precision string) string {
	micro := t.Nanosecond() / 1000
	switch precision {
	case "hours":
		return fmt.Sprintf("%02d", t.Hour())
	case "minutes":
		return fmt.Sprintf("%02d:%02d", t.Hour(), t.Minute())
	}
	text := fmt.Sprintf("%02d:%02d:%02d", t.Hour(), t.Minute(), t.Second())
	switch {
	case precision == "milliseconds":
		text += fmt.Sprintf(".%03d", micro/1000)
	case precision == "microseconds" || precision == "auto" && micro != 0:
		text += fmt.Sprintf(".%06d", micro)
	}
	return text
}

var timespecs = map[string]bool{"auto": true, "hours": true, "minutes": true, "seconds": true, "milliseconds": true, "microseconds": true}

func timespec(a bind.Args) (string, error) {
	s, err := a.Text("timespec", "auto")
	if err == nil && !timespecs[s] {
		err = errors.New("unknown timespec value")
	}
	return s, err
}

// HashKey implements jinja.Hasher.
func (t Time) HashKey() string { return "time " + t.String() }

// Equal implements jinja.Equaler.
func (t Time) Equal(other jinja.Value) bool {
	o, ok := other.(Time)
	return ok && o.String() == t.String()
}

// Compare implements jinja.Ordered.
func (t Time) Compare(other jinja.Value) (int, bool) {
	o, ok := other.(Time)
	return t.t.Compare(o.t), ok
}

// Attr implements jinja.Attributer.
func (t Time) Attr(name string) (jinja.Value, bool) {
	if v, ok := timePart(t.t, name); ok {
		return v, true
	}
	switch name {
	case "tzinfo":
		return zoneValue(t.zone), true
	case "replace":
		return bind.Func(name, "hour? minute? second? microsecond? tzinfo? fold?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			f, err := replaced(a, t.t, 4)
			if err != nil {
				return nil, err
			}
			zone, err := zoneArgument(a, "tzinfo", t.zone)
			if err != nil {
				return nil, err
			}
			out, err := newTime(1, 1, 1, f[3], f[4], f[5], f[6], time.UTC)
			return Time{out, zone}, err
		}), true
	case "isoformat":
		return bind.Func(name, "timespec?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			spec, err := timespec(a)
			return isoTime(t.t, spec) + t.offset(), err
		}), true
	case "strftime":
		return bind.Func(name, "format", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			layout, err := a.Text("format", "")
			return strftime(layout, time.Date(1900, 1, 1, t.t.Hour(), t.t.Minute(), t.t.Second(), t.t.Nanosecond(), time.UTC), nil), err
		}), true
	}
	return nil, false
}

func timePart(t time.Time, name string) (jinja.Value, bool) {
	switch name {
	case "hour":
		return t.Hour(), true
	case "minute":
		return t.Minute(), true
	case "second":
		return t.Second(), true
	case "microsecond":
		return t.Nanosecond() / 1000, true
	case "fold":
		return 0, true
	}
	return nil, false
}

var timeClass = &class{
	name: "time", params: "hour? minute? second? microsecond? tzinfo? fold?",
	create: func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
		f, err := replaced(a, time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), 4)
		if err != nil {
			return nil, err
		}
		zone, err := zoneArgument(a, "tzinfo", nil)
		if err != nil {
			return nil, err
		}
		t, err := newTime(1, 1, 1, f[3], f[4], f[5], f[6], time.UTC)
		return Time{t, zone}, err
	},
	members: members{
		"min": Time{t: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)},
		"max": Time{t: time.Date(1, 1, 1, 23, 59, 59, 999999000, time.UTC)},
		"fromisoformat": function("fromisoformat", "time_string", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			text, err := a.Text("time_string", "")
			if err != nil {
				return nil, err
			}
			d, err := parseISO("0001-01-01T" + text)
			if err != nil {
				return nil, fmt.Errorf("invalid isoformat string: %s", jinja.Repr(text))
			}
			return Time{TimeOf(d.wall()).t, d.zone}, nil
		}),
	},
}

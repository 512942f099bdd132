package modules

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // a host need not have the time zones

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// Zone is a tzinfo: a zone of pytz, or a datetime.timezone.
type Zone struct {
	location *time.Location
	fixed    *int // seconds east of UTC, of a zone that knows no summer time
	name     string
	pytz     bool
	// first is what pytz takes a zone for that is not localized: the local mean time that it had at first.
	first *Zone
	whole *Zone // of a first: the zone that it belongs to
}

// plain is the zone as datetime(tzinfo=…) and replace(tzinfo=…) use it.
func (z *Zone) plain() *Zone {
	if z != nil && z.first != nil {
		return z.first
	}
	return z
}

// full is the zone as localize and astimezone use it.
func (z *Zone) full() *Zone {
	if z != nil && z.whole != nil {
		return z.whole
	}
	return z
}

// during is the zone as pytz hands it out with a time: bound to the offset that holds at that time, so that arithmetic keeps it
// until normalize is called.
func (z *Zone) during(t time.Time) *Zone {
	z = z.full()
	if z == nil || z.fixed != nil || !z.pytz {
		return z
	}
	abbreviation, offset := t.In(z.location).Zone()
	return &Zone{location: time.FixedZone(abbreviation, offset), name: z.name, pytz: true, whole: z}
}

// UTC is the zone UTC as datetime.timezone.utc.
var utcZone = fixedZone(0, "UTC", false)

func fixedZone(offset int, name string, pytz bool) *Zone {
	return &Zone{location: time.FixedZone(name, offset), fixed: &offset, name: name, pytz: pytz}
}

// offsetZone is datetime.timezone of that offset.
func offsetZone(offset int) *Zone {
	if offset == 0 {
		return utcZone
	}
	return fixedZone(offset, "UTC"+isoOffset(offset), false)
}

// isoOffset is an offset as in ISO 8601: "+05:30".
func isoOffset(seconds int) string {
	sign := '+'
	if seconds < 0 {
		sign, seconds = '-', -seconds
	}
	text := fmt.Sprintf("%c%02d:%02d", sign, seconds/3600, seconds/60%60)
	if s := seconds % 60; s != 0 {
		text += fmt.Sprintf(":%02d", s)
	}
	return text
}

// String is how a zone is shown.
func (z *Zone) String() string { return z.name }

// Repr is Python's repr(z).
func (z *Zone) Repr() string {
	switch {
	case z.pytz && z.name == "UTC":
		return "<UTC>"
	case z.pytz && z.fixed != nil:
		return z.name
	case z.pytz:
		return "<DstTzInfo '" + z.name + "'>"
	case *z.fixed == 0:
		return "datetime.timezone.utc"
	}
	return "datetime.timezone(" + Delta{int64(*z.fixed) * microsPerSecond}.Repr() + ")"
}

// Equal implements jinja.Equaler.
func (z *Zone) Equal(other jinja.Value) bool {
	o, ok := other.(*Zone)
	return ok && o != nil && o.name == z.name
}

// HashKey implements jinja.Hasher.
func (z *Zone) HashKey() string { return "tzinfo " + z.name }

// Attr implements jinja.Attributer.
func (z *Zone) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "zone":
		return z.name, z.pytz
	case "localize":
		return bind.Func(name, "dt is_dst?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			d, ok := a.Value("dt").(DateTime)
			if !ok {
				return nil, fmt.Errorf("localize() needs a datetime, not %s", jinja.TypeName(a.Value("dt")))
			}
			if d.zone != nil {
				return nil, errors.New("Not naive datetime (tzinfo is already set)") //nolint:staticcheck // Python's words
			}
			return d.localized(z), nil
		}), z.pytz
	case "normalize":
		return bind.Func(name, "dt is_dst?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			d, ok := a.Value("dt").(DateTime)
			if !ok || d.zone == nil {
				return nil, errors.New("Naive time - no tzinfo set") //nolint:staticcheck // Python's words
			}
			return d.moved(z), nil
		}), z.pytz
	case "utcoffset", "tzname", "dst":
		return bind.Func(name, "dt", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			d, ok := a.Value("dt").(DateTime)
			if !ok {
				return z.fact(name), nil
			}
			return d.localized(z).zoneFact(name), nil
		}), true
	case "fromutc":
		return bind.Func(name, "dt", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			d, ok := a.Value("dt").(DateTime)
			if !ok {
				return nil, fmt.Errorf("fromutc() needs a datetime")
			}
			return d.in(utcZone).moved(z), nil
		}), true
	}
	return nil, false
}

// fact is utcoffset(None) and its like: known only of a zone without summer time.
func (z *Zone) fact(name string) jinja.Value {
	if z.fixed == nil {
		return nil
	}
	return DateTime{time.Unix(0, 0).In(z.location), z}.zoneFact(name)
}

// zoneValue is a zone as a value, None for none.
func zoneValue(z *Zone) jinja.Value {
	if z == nil {
		return nil
	}
	return z
}

func zoneArgument(a bind.Args, name string, old *Zone) (*Zone, error) {
	if !a.Given(name) {
		return old, nil
	}
	switch v := a.Value(name).(type) {
	case nil:
		return nil, nil
	case *Zone:
		return v, nil
	default:
		return nil, fmt.Errorf("tzinfo argument must be None or of a tzinfo subclass, not type '%s'", jinja.TypeName(v))
	}
}

var timezoneClass = &class{
	name: "timezone", params: "offset name?",
	create: func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
		offset, ok := a.Value("offset").(Delta)
		if !ok {
			return nil, fmt.Errorf("timezone() argument 1 must be datetime.timedelta, not %s", jinja.TypeName(a.Value("offset")))
		}
		name, err := a.Text("name", "")
		if err != nil {
			return nil, err
		}
		z := offsetZone(int(offset.micros / microsPerSecond))
		if name != "" {
			z = fixedZone(*z.fixed, name, false)
		}
		return z, nil
	},
	members: members{"utc": utcZone},
}

// pytzModule is modules.pytz.
func pytzModule() jinja.Value {
	utc := fixedZone(0, "UTC", true)
	m := members{
		"utc": utc, "UTC": utc,
		"timezone": function("timezone", "zone", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			name, err := a.Text("zone", "")
			if err != nil {
				return nil, err
			}
			return pytzZone(name, utc)
		}),
		"FixedOffset": function("FixedOffset", "offset", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			minutes, err := a.Int("offset", 0)
			return fixedZone(minutes*60, fmt.Sprintf("pytz.FixedOffset(%d)", minutes), true), err
		}),
	}
	for _, name := range []string{"AmbiguousTimeError", "InvalidTimeError", "NonExistentTimeError", "UnknownTimeZoneError"} {
		m[name] = exception("pytz.exceptions." + name)
	}
	return pytz{m}
}

// pytz is the module, whose lists are made when they are asked for.
type pytz struct{ members }

// Attr implements jinja.Attributer.
func (p pytz) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "all_timezones", "common_timezones":
		return jinja.NewList(zoneNames(name == "common_timezones")...), true
	case "all_timezones_set", "common_timezones_set":
		set, err := jinja.NewSet(zoneNames(name == "common_timezones_set")...)
		return set, err == nil
	}
	return p.members.Attr(name)
}

// Index implements jinja.Indexer.
func (p pytz) Index(key jinja.Value) (jinja.Value, bool, error) {
	name, _ := key.(string)
	v, ok := p.Attr(name)
	return v, ok, nil
}

// zoneList has the names of the time zone database in their order; those that pytz does not count as common, because they are old names
// or mean no place, have a dash behind them. https://www.iana.org/time-zones
//
//go:embed zones.txt
var zoneList string

func zoneNames(common bool) []jinja.Value {
	var out []jinja.Value
	for line := range strings.Lines(zoneList) {
		name, rare := strings.CutSuffix(strings.TrimSpace(line), " -")
		if !common || !rare {
			out = append(out, name)
		}
	}
	return out
}

func pytzZone(name string, utc *Zone) (jinja.Value, error) {
	if name == "UTC" || name == "utc" {
		return utc, nil
	}
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fmt.Errorf("there is no time zone %q", name)
	}
	z := &Zone{location: location, name: location.String(), pytz: true}
	abbreviation, offset := time.Date(1, 1, 1, 0, 0, 0, 0, location).Zone()
	// pytz rounds offsets to minutes.
	offset = int(floorDiv(int64(offset)+30, 60)) * 60
	z.first = &Zone{location: time.FixedZone(abbreviation, offset), name: z.name, pytz: true, whole: z}
	return z, nil
}

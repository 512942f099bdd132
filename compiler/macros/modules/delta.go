package modules

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// Delta is Python's datetime.timedelta.
type Delta struct{ micros int64 }

const (
	microsPerSecond = 1_000_000
	microsPerDay    = 86400 * microsPerSecond
)

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// parts are the days, and the seconds and microseconds that are left, which are not negative.
func (d Delta) parts() (days, seconds, micros int64) {
	days = floorDiv(d.micros, microsPerDay)
	rest := d.micros - days*microsPerDay
	return days, rest / microsPerSecond, rest % microsPerSecond
}

// String is Python's str(d): "1 day, 2:03:04.000005".
func (d Delta) String() string {
	days, seconds, micros := d.parts()
	text := fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	if micros != 0 {
		text += fmt.Sprintf(".%06d", micros)
	}
	switch days {
	case 0:
		return text
	case 1, -1:
		return strconv.FormatInt(days, 10) + " day, " + text
	}
	return strconv.FormatInt(days, 10) + " days, " + text
}

// Repr is Python's repr(d).
func (d Delta) Repr() string {
	days, seconds, micros := d.parts()
	text := ""
	for _, p := range []struct {
		name  string
		value int64
	}{{"days", days}, {"seconds", seconds}, {"microseconds", micros}} {
		if p.value != 0 {
			if text != "" {
				text += ", "
			}
			text += p.name + "=" + strconv.FormatInt(p.value, 10)
		}
	}
	if text == "" {
		text = "0"
	}
	return "datetime.timedelta(" + text + ")"
}

// Truth implements jinja.Truther.
func (d Delta) Truth() bool { return d.micros != 0 }

// HashKey implements jinja.Hasher.
func (d Delta) HashKey() string { return "timedelta " + strconv.FormatInt(d.micros, 10) }

// Equal implements jinja.Equaler.
func (d Delta) Equal(other jinja.Value) bool { return other == jinja.Value(d) }

// Compare implements jinja.Ordered.
func (d Delta) Compare(other jinja.Value) (int, bool) {
	o, ok := other.(Delta)
	switch {
	case !ok:
		return 0, false
	case d.micros < o.micros:
		return -1, true
	case d.micros > o.micros:
		return 1, true
	}
	return 0, true
}

// Operate implements jinja.Operand.
func (d Delta) Operate(op string, other jinja.Value, swapped bool) (jinja.Value, bool, error) {
	switch o := other.(type) {
	case Delta:
		a, b := d.micros, o.micros
		if swapped {
			a, b = b, a
		}
		return deltas(op, a, b)
	case int:
		return d.scale(op, o, swapped)
	case float64:
		if swapped && op != "*" {
			return nil, false, nil
		}
		switch op {
		case "*":
			return deltaOf(float64(d.micros) * o)
		case "/":
			if o == 0 {
				return nil, false, errZero
			}
			return deltaOf(float64(d.micros) / o)
		}
	}
	return nil, false, nil
}

var errZero = errors.New("division by zero")

func deltas(op string, a, b int64) (jinja.Value, bool, error) {
	switch op {
	case "+":
		return Delta{a + b}, true, nil
	case "-":
		return Delta{a - b}, true, nil
	case "/", "//", "%":
		if b == 0 {
			return nil, false, errZero
		}
	}
	switch op {
	case "/":
		return float64(a) / float64(b), true, nil
	case "//":
		return int(floorDiv(a, b)), true, nil
	case "%":
		return Delta{a - floorDiv(a, b)*b}, true, nil
	}
	return nil, false, nil
}

func (d Delta) scale(op string, n int, swapped bool) (jinja.Value, bool, error) {
	switch {
	case op == "*":
		if p := d.micros * int64(n); n == 0 || p/int64(n) == d.micros {
			return Delta{p}, true, nil
		}
		return nil, false, errRange
	case swapped:
		return nil, false, nil
	case op == "/" || op == "//":
		if n == 0 {
			return nil, false, errZero
		}
		if op == "//" {
			return Delta{floorDiv(d.micros, int64(n))}, true, nil
		}
		return deltaOf(float64(d.micros) / float64(n))
	}
	return nil, false, nil
}

func deltaOf(micros float64) (jinja.Value, bool, error) {
	if math.IsNaN(micros) || math.Abs(micros) > math.MaxInt64/2 {
		return nil, false, errRange
	}
	return Delta{int64(math.RoundToEven(micros))}, true, nil
}

// Attr implements jinja.Attributer.
func (d Delta) Attr(name string) (jinja.Value, bool) {
	days, seconds, micros := d.parts()
	switch name {
	case "days":
		return int(days), true
	case "seconds":
		return int(seconds), true
	case "microseconds":
		return int(micros), true
	case "total_seconds":
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) {
			return float64(d.micros) / microsPerSecond, nil
		}), true
	}
	return nil, false
}

var deltaClass = &class{
	name: "timedelta", params: "days? seconds? microseconds? milliseconds? minutes? hours? weeks?", create: newDelta,
	members: members{"resolution": Delta{1}},
}

func newDelta(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	var whole int64
	var fraction float64
	for _, unit := range []struct {
		name   string
		micros int64
	}{
		{"days", microsPerDay}, {"seconds", microsPerSecond}, {"microseconds", 1}, {"milliseconds", 1000},
		{"minutes", 60 * microsPerSecond}, {"hours", 3600 * microsPerSecond}, {"weeks", 7 * microsPerDay},
	} {
		n, err := a.Number(unit.name, 0)
		if err != nil {
			return nil, err
		}
		if math.Abs(n)*float64(unit.micros) > math.MaxInt64/8 {
			return nil, errRange
		}
		integer, part := math.Modf(n)
		whole += int64(integer) * unit.micros
		fraction += part * float64(unit.micros)
	}
	return Delta{whole + int64(math.RoundToEven(fraction))}, nil
}

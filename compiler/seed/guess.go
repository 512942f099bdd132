package seed

import (
	"bytes"
	"math"
	"strconv"

	"github.com/modsql/mod/compiler/dialect"
)

// kinds is a set of types that a column may still have, given the values seen.
type kinds uint8

// The kinds, in the order in which they are preferred.
const (
	number   kinds = 1 << iota
	date           // 2020-01-31
	datetime       // 2020-01-31 23:59:59
	iso            // 2020-01-31T23:59:59+02:00 and the other forms of ISO 8601
	boolean
)

// guess is what the values of a column have told so far.
type guess struct {
	left  kinds
	given bool // the type is not to be found
	seen  bool // there was a value, be it null

	// Of numbers.
	whole, fraction int // most digits before and after the point
	large           int // 0: all fit in 32 bits; 1: in 64; 2: in none
}

func newGuess() guess { return guess{left: number | date | datetime | iso | boolean, whole: 1} }

// see takes a value into account.
func (g *guess) see(b []byte) {
	g.seen = true
	if g.given || g.left == 0 {
		return
	}
	b = trim(b)
	if isNull(b) {
		return
	}
	if g.left&number != 0 && !g.seeNumber(b) {
		g.left &^= number
	}
	if g.left&date != 0 && !isDate(b) {
		g.left &^= date
	}
	if g.left&datetime != 0 && !isDatetime(b) {
		g.left &^= datetime
	}
	if g.left&iso != 0 {
		if _, ok := parseISO(string(b)); !ok {
			g.left &^= iso
		}
	}
	if g.left&boolean != 0 {
		if _, ok := parseBool(b); !ok {
			g.left &^= boolean
		}
	}
}

func (g *guess) seeNumber(b []byte) bool {
	if n, ok := parseShort(b); ok {
		g.whole = max(g.whole, len(b))
		if n > math.MaxInt32 || n < math.MinInt32 {
			g.large = max(g.large, 1)
		}
		return true
	}
	if whole, fraction, ok := parsePlain(b); ok && fraction > 0 {
		g.whole, g.fraction = max(g.whole, whole), max(g.fraction, fraction)
		return true
	}
	n, ok := parseNumber(b)
	if !ok || n.special != "" {
		return ok
	}
	if f, err := strconv.ParseFloat(n.scientific(), 64); err == nil || !math.IsInf(f, 0) {
		g.whole = max(g.whole, len(n.digits)+n.exponent) // dbt does not count what a float cannot hold
		g.fraction = max(g.fraction, -n.exponent)
	}
	if i, ok := n.int64(); !ok {
		g.large = 2
	} else if i > math.MaxInt32 || i < math.MinInt32 {
		g.large = max(g.large, 1)
	}
	return true
}

func isDate(b []byte) bool     { _, ok := parseDate(b); return ok }
func isDatetime(b []byte) bool { _, ok := parseDatetime(b); return ok }

// parseBool reads what dbt takes for a boolean; commas are dropped first, as for numbers.
func parseBool(b []byte) (value, ok bool) {
	if len(b) < 4 {
		return false, false
	}
	b = bytes.TrimSpace(bytes.ReplaceAll(b, []byte(","), nil))
	switch {
	case bytes.EqualFold(b, []byte("true")):
		return true, true
	case bytes.EqualFold(b, []byte("false")):
		return false, true
	default:
		return false, false
	}
}

// isFloat tells whether numbers need digits after the point. Python's decimals have 28 digits in all.
func (g *guess) isFloat() bool {
	const precision = 28
	if g.whole+g.fraction > precision {
		return g.whole != precision
	}
	return g.fraction > 0
}

// typeIn is the type of the column. All-null columns are numbers, and columns of an empty file are integers, as in dbt. Where
// dbt would declare an integer that its values overflow, the type is a wider one.
func (g *guess) typeIn(d *dialect.Dialect) string {
	switch {
	case !g.seen:
		return d.Types.Integer
	case g.left&number != 0:
		switch {
		case g.isFloat():
			return d.Types.Float
		case g.large == 0:
			return d.Types.Integer
		case g.large == 1:
			return d.Types.Bigint
		default:
			return d.Types.Numeric
		}
	case g.left&date != 0:
		return d.Types.Date
	case g.left&(datetime|iso) != 0:
		return d.Types.Timestamp
	case g.left&boolean != 0:
		return d.Types.Boolean
	default:
		return d.Types.Text
	}
}

// reader turns the text of a value of the column into the value.
func (g *guess) reader(d *dialect.Dialect) func([]byte) any {
	copied := d.Has(dialect.CopiesSeeds)
	switch {
	case g.given, g.left == 0:
		return func(b []byte) any { return textValue(b, copied) }
	case g.left&number != 0 && g.isFloat():
		return valued(floatValue)
	case g.left&number != 0:
		return valued(integerValue)
	case g.left&date != 0:
		return valued(dateValue)
	case g.left&datetime != 0:
		return valued(datetimeValue)
	case g.left&iso != 0:
		return valued(func(b []byte) any { return isoValue(b, copied) })
	default:
		return valued(func(b []byte) any { v, _ := parseBool(b); return v })
	}
}

func valued(read func([]byte) any) func([]byte) any {
	return func(b []byte) any {
		if b = trim(b); isNull(b) {
			return nil
		}
		return read(b)
	}
}

// textValue keeps the word null where the warehouse reads the file itself, for which only nothing is null.
func textValue(b []byte, copied bool) any {
	if len(b) == 0 || !copied && isNull(trim(b)) {
		return nil
	}
	return string(b)
}

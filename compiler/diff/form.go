package diff

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"

	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/types"
)

// Form is how values of a kind are written, so that equal ones are the same text in every warehouse. The macros know them by these names.
type Form string

// The forms.
const (
	Exact   Form = "exact"   // whole and decimal numbers, without zeros at the end
	Float   Form = "float"   // as many digits as are the same everywhere
	Boolean Form = "boolean" // 1 and 0
	Date    Form = "date"
	Moment  Form = "moment"  // a time of a day, without a zone
	Instant Form = "instant" // the same with a zone, at UTC
	Clock   Form = "clock"
	UUID    Form = "uuid"
	Bytes   Form = "bytes"
	Nested  Form = "nested" // JSON, which warehouses write each in its own way
	Plain   Form = "text"
	Other   Form = "other"
)

// Digits that are told of values: of a double those that are the same however it is written, of a single one, and of the parts of a second.
const (
	doubleDigits = 15
	singleDigits = 6
	secondDigits = 6
)

// Cell is how the values of a column that both relations have are compared as texts.
type Cell struct {
	Form   Form
	Own    Pair[Form] // what each of them has
	Digits int        // of a float all, of a second the parts
	Scaled Pair[bool] // whether a number of it may have digits after the point
}

// CellOf is how the values of two columns are compared as texts. What has no form in common is compared as each of them writes it.
func CellOf(base, is types.Type) Cell {
	c := Cell{Own: Pair[Form]{formOf(base), formOf(is)}, Scaled: Pair[bool]{scaled(base), scaled(is)}}
	c.Form = common(c.Own.Base, c.Own.New)
	switch c.Form {
	case Float:
		c.Digits = min(floatDigits(base), floatDigits(is))
	case Moment, Instant, Clock:
		c.Digits = min(partDigits(base), partDigits(is))
	}
	return c
}

func formOf(t types.Type) Form {
	switch t.Kind() {
	case types.TinyInt, types.SmallInt, types.Int, types.BigInt, types.HugeInt, types.UTinyInt, types.USmallInt, types.UInt, types.UBigInt, types.UHugeInt, types.BigNum, types.Decimal:
		return Exact
	case types.Real, types.Double:
		return Float
	case types.Boolean:
		return Boolean
	case types.Date:
		return Date
	case types.Timestamp, types.TimestampS, types.TimestampMS, types.TimestampNS:
		return Moment
	case types.TimestampTZ, types.TimestampLTZ:
		return Instant
	case types.Time, types.TimeNS:
		return Clock
	case types.UUID:
		return UUID
	case types.Blob:
		return Bytes
	case types.JSON, types.JSONB, types.Variant, types.List, types.Array, types.Map, types.Struct, types.Union, types.Object:
		return Nested
	case types.Text, types.Varchar, types.Char, types.Enum:
		return Plain
	}
	return Other
}

// common is the form that values of two forms are compared in.
func common(a, b Form) Form {
	is := func(x, y Form) bool { return a == x && b == y || a == y && b == x }
	switch {
	case a == b:
		return a
	case is(Exact, Float):
		return Float
	case is(Exact, Boolean):
		return Exact
	case is(Date, Moment):
		return Moment
	case is(Date, Instant), is(Moment, Instant):
		return Instant
	case is(UUID, Plain):
		return UUID
	case is(Nested, Plain):
		return Nested
	}
	return Plain
}

func scaled(t types.Type) bool {
	_, sized := t.Size()
	return t.Kind() == types.Decimal && (!sized || t.Scale() > 0)
}

func floatDigits(t types.Type) int {
	if t.Kind() == types.Real {
		return singleDigits
	}
	return doubleDigits
}

// partDigits are the digits that a type has of a second, as far as all warehouses have them.
func partDigits(t types.Type) int {
	size, sized := t.Size()
	switch {
	case t.Kind() == types.TimestampS:
		return 0
	case t.Kind() == types.TimestampMS:
		return 3
	case sized:
		return min(size, secondDigits)
	}
	return secondDigits
}

// Retypes tells whether two columns of different warehouses hold different values, whatever their types are called.
func (c Cell) Retypes(base, is types.Type) bool {
	switch {
	case c.Own.Base != c.Own.New:
		return !(c.Form == Nested || c.Form == UUID || c.Own.Base == Other || c.Own.New == Other) // what one cannot have is text there
	case c.Form != Exact || !c.Scaled.Base && !c.Scaled.New:
		return false
	}
	_, was := base.Size()
	_, now := is.Size()
	return c.Scaled.Base != c.Scaled.New || was && now && base.Scale() != is.Scale()
}

// Equal tells whether two texts of the form are the same value; numbers are that no further apart than the tolerance. nil is null.
func (c Cell) Equal(base, is *string, tolerance float64) bool {
	switch {
	case base == nil || is == nil:
		return base == is
	case *base == *is:
		return true
	case c.Form == Exact || c.Form == Float:
		return c.near(*base, *is, tolerance)
	case c.Form == Nested:
		return sameJSON(*base, *is)
	}
	return false
}

// near tells whether numbers are the same as far as is asked. Warehouses round the last digit of a float each in its own way.
func (c Cell) near(base, is string, tolerance float64) bool {
	a, isA := new(big.Rat).SetString(base)
	b, isB := new(big.Rat).SetString(is)
	if !isA || !isB {
		return false
	}
	apart, _ := new(big.Rat).Sub(a, b).Float64()
	if c.Form == Float {
		size, _ := a.Float64()
		tolerance = max(tolerance, math.Abs(size)*math.Pow10(1-c.Digits))
	}
	return math.Abs(apart) <= tolerance
}

// sameJSON tells whether texts are the same JSON.
func sameJSON(a, b string) bool {
	x, isX := readJSON(a)
	y, isY := readJSON(b)
	return isX && isY && equalJSON(x, y)
}

func readJSON(text string) (v any, ok bool) {
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, false
	}
	_, err := d.Token()
	return v, err == io.EOF
}

func equalJSON(a, b any) bool {
	switch a := a.(type) {
	case json.Number:
		b, ok := b.(json.Number)
		return ok && Cell{Form: Float, Digits: doubleDigits}.near(string(a), string(b), 0)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equalJSON)
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && maps.EqualFunc(a, b, equalJSON)
	}
	return a == b
}

// Cells are how the columns are compared as texts, in the order of the columns. Both relations have them.
func (s Spec) Cells(systems Pair[*types.System], columns []relation.Column) []Cell {
	out := make([]Cell, 0, len(columns))
	for _, is := range columns {
		was := named(s.Base.Columns, is.Name)
		if was == nil {
			was = &is
		}
		out = append(out, CellOf(systems.Base.Parse(was.Type), systems.New.Parse(is.Type)))
	}
	return out
}

// Canonical is a text that equal values of the form have in common where warehouses write them otherwise, as they may numbers and JSON.
func (c Cell) Canonical(text string) string {
	switch c.Form {
	case Exact:
		if r, ok := new(big.Rat).SetString(text); ok {
			return r.RatString()
		}
	case Float:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return strconv.FormatFloat(f, 'e', c.Digits-2, 64)
		}
	case Nested:
		if v, ok := readJSON(text); ok {
			out, err := json.Marshal(plainNumbers(v)) // keys are in order
			if err == nil {
				return string(out)
			}
		}
	}
	return text
}

// Varies tells whether warehouses may write equal values of the form otherwise.
func (c Cell) Varies() bool { return c.Form == Exact || c.Form == Float || c.Form == Nested }

// plainNumbers is a value whose numbers are written alike.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case json.Number:
		if r, ok := new(big.Rat).SetString(string(v)); ok {
			return r.RatString()
		}
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainNumbers(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = plainNumbers(v[k])
		}
		return out
	}
	return v
}

package agate

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/modules"
)

var (
	errNotThere = errors.New("the value is not in the sequence")
	errDivision = errors.New("division by zero")
)

// castColumn makes values of the template language of a column's, by dbt's rules: a column holds one type, and a text among the
// values makes them all text. An empty column counts as integers.
func castColumn(declared string, in []any) (Type, []jinja.Value) {
	kind := Integer
	out := make([]jinja.Value, len(in))
	for i, v := range in {
		value, typ := cast(declared, v)
		out[i] = value
		if value != nil {
			kind = join(kind, typ)
		}
	}
	switch kind {
	case Text:
		for i, v := range out {
			if v != nil {
				out[i] = jinja.Str(v)
			}
		}
	case Number:
		for i, v := range out {
			if d, ok := decimalOf(v); ok {
				out[i] = d
			}
		}
	}
	return kind, out
}

// join is the type of a column that holds values of both. Integer is that of a column without any.
func join(column, value Type) Type {
	switch {
	case column == value, value == Integer && column == Number:
		return column
	case column == Integer && value == Number, column == Integer && value != Text:
		return value
	}
	return Text
}

// cast is one value and its type.
func cast(declared string, v any) (jinja.Value, Type) {
	switch v := v.(type) {
	case nil:
		return nil, Integer
	case bool:
		return v, Boolean
	case string:
		return v, Text
	case int64:
		return int(v), Integer
	case int:
		return v, Integer
	case *big.Int:
		if v.IsInt64() {
			return int(v.Int64()), Integer
		}
		return v, Integer
	case float64:
		return castFloat(v), Number
	case []byte:
		return jinja.Repr(string(v)), Text
	case time.Time:
		return castTime(declared, v)
	case []any, map[string]any:
		return castContainer(v), Text
	}
	text := fmt.Sprint(v)
	if d, ok := ParseDecimal(text); ok {
		return d, Number
	}
	return text, Text
}

func castFloat(f float64) jinja.Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return f
	}
	d, _ := ParseDecimal(jinja.Str(f))
	return d
}

func castTime(declared string, t time.Time) (jinja.Value, Type) {
	name := strings.ToLower(declared)
	switch {
	case name == "date":
		return modules.DateOf(t), Date
	case strings.HasPrefix(name, "time") && !strings.HasPrefix(name, "timestamp"):
		return modules.TimeOf(t).String(), Text
	case strings.Contains(name, "with time zone") || strings.HasPrefix(name, "timestamptz") || strings.HasPrefix(name, "timestamp_ltz"):
		return modules.DateTimeOf(t), DateTime
	}
	return modules.NaiveOf(t), DateTime
}

// castContainer is a nested value as JSON, as dbt hands it to templates.
func castContainer(v any) string {
	text, err := json.Marshal(plainJSON(v))
	if err != nil {
		return fmt.Sprint(v)
	}
	return spaced(string(text))
}

// plainJSON replaces the values that JSON has no form for.
func plainJSON(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = plainJSON(item)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, item := range v {
			out[k] = plainJSON(item)
		}
		return out
	case time.Time:
		return v.Format("2006-01-02T15:04:05.999999")
	case fmt.Stringer:
		if _, ok := v.(*big.Int); !ok {
			return v.String()
		}
	}
	return v
}

// spaced adds the spaces that Python writes after the commas and colons of JSON.
func spaced(text string) string {
	var b strings.Builder
	quoted, escaped := false, false
	for _, r := range text {
		b.WriteRune(r)
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		case !quoted && (r == ',' || r == ':'):
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// sorted orders values, None last.
func sorted(in []jinja.Value) []jinja.Value {
	out := slices.Clone(in)
	slices.SortStableFunc(out, compare)
	return out
}

// compare orders two values of one column.
func compare(a, b jinja.Value) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	if x, ok := a.(jinja.Ordered); ok {
		c, _ := x.Compare(b)
		return c
	}
	switch x := a.(type) {
	case int:
		if y, ok := b.(int); ok {
			return cmpInt(x, y)
		}
	case bool:
		if y, ok := b.(bool); ok {
			return cmpInt(toInt(x), toInt(y))
		}
	}
	return strings.Compare(jinja.Str(a), jinja.Str(b))
}

func cmpInt(a, b int) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func toInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func places(v jinja.Value) int {
	d, ok := decimalOf(v)
	if !ok || d.exponent >= 0 {
		return 0
	}
	fraction := strings.TrimRight(plain(new(big.Int).Abs(d.digits).String(), -d.exponent), "0")
	_, after, _ := strings.Cut(fraction, ".")
	return len(after)
}

func itoa(n int) string { return strconv.Itoa(n) }

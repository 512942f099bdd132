package sheets

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/template"
)

const (
	// mostCell is how many characters a cell holds (https://support.google.com/drive/answer/37603).
	mostCell = 50000
	// exact is up to where every whole number is one of a sheet's, which are those of IEEE 754.
	exact = 1 << 53
)

// cell is a value as a cell takes it: a number that a sheet would round is text, null is an empty cell. It is not read as a formula.
func cell(v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case bool:
		return v, nil
	case int64:
		if v > exact || v < -exact {
			return strconv.FormatInt(v, 10), nil
		}
		return v, nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, refused("%v is no number of a sheet", v)
		}
		return v, nil
	case syncs.Number:
		if f, err := strconv.ParseFloat(string(v), 64); err == nil && sameNumber(f, string(v)) {
			return v, nil
		}
		return string(v), nil
	default:
		text := template.Format(v)
		if n := len(utf16.Encode([]rune(text))); n > mostCell {
			return nil, refused("a value of %d characters: a cell holds %d", n, mostCell)
		}
		return text, nil
	}
}

// sameNumber tells whether a number in plain notation is just that float.
func sameNumber(f float64, text string) bool {
	whole, fraction, _ := strings.Cut(text, ".")
	plain := strings.TrimSuffix(whole+"."+strings.TrimRight(fraction, "0"), ".")
	return strconv.FormatFloat(f, 'f', -1, 64) == plain
}

func refused(format string, args ...any) error {
	return &syncs.Error{Class: syncs.Rejected, Message: fmt.Sprintf(format, args...)}
}

// line is a row's cells from the first column that it has a field in to the last. Cells between that are none of its fields stay as they are.
func line(r *syncs.Row, columns []int, first, last int) ([]any, error) {
	out := make([]any, last-first+1)
	for i, column := range columns {
		var v any
		if i < len(r.Values) {
			v = r.Values[i]
		}
		var err error
		if out[column-first], err = cell(v); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// span is the first and the last of some columns.
func span(columns []int) (first, last int) { return slices.Min(columns), slices.Max(columns) }

// keyText is the same for values that a sheet takes for the same.
func keyText(values []any) string {
	var out strings.Builder
	for _, v := range values {
		text := template.Format(v)
		switch v.(type) {
		case json.Number, syncs.Number, float64:
			if f, err := strconv.ParseFloat(text, 64); err == nil {
				text = strconv.FormatFloat(f, 'f', -1, 64)
			}
		}
		out.WriteString(text + "\x00")
	}
	return out.String()
}

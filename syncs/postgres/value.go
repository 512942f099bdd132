package postgres

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/modsql/mod/adapters/postgres/copytext"
	"github.com/modsql/mod/syncs"
)

// copyOf spells a batch in the text format of COPY, its numbers in front if they are asked for.
func copyOf(b *syncs.Batch, t *table, numbered bool) ([]byte, error) {
	var out []byte
	var err error
	for i := range b.Rows {
		row := &b.Rows[i]
		if numbered {
			out, _ = copytext.Append(out, row.Number)
		}
		for at, v := range row.Values {
			if at > 0 || numbered {
				out = append(out, '\t')
			}
			if out, err = appendValue(out, v, t.column(b.Fields[at].Name)); err != nil {
				return nil, &syncs.Error{Class: syncs.Rejected, Message: fmt.Sprintf("column %s: %v", b.Fields[at].Name, err), Cause: err}
			}
		}
		out = append(out, '\n')
	}
	return out, nil
}

// integral is up to where each whole number is a float64.
const integral = 1 << 53

func appendValue(out []byte, v any, c column) ([]byte, error) {
	switch value := v.(type) {
	case syncs.Number:
		return append(out, value...), nil
	case float64:
		if value == math.Trunc(value) && math.Abs(value) < integral && value != 0 {
			v = int64(value) // a column of whole numbers reads no exponents; zero may have a sign
		}
	case []any, map[string]any:
		text, err := documentText(value, c)
		return copytext.Text(out, text), err
	}
	out, ok := copytext.Append(out, v)
	if !ok {
		return nil, fmt.Errorf("a value of type %T cannot be written", v)
	}
	return out, nil
}

// documentText spells a list or a mapping: as an array for a column of arrays, otherwise as JSON.
func documentText(v any, c column) (string, error) {
	if items, ok := v.([]any); ok && c.Array {
		return arrayText(items)
	}
	text := &bytes.Buffer{}
	encoder := json.NewEncoder(text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return strings.TrimSuffix(text.String(), "\n"), err
}

// arrayText spells an array: https://www.postgresql.org/docs/current/arrays.html#ARRAYS-INPUT.
func arrayText(items []any) (string, error) {
	parts := make([]string, len(items))
	var err error
	for i, item := range items {
		if parts[i], err = elementText(item); err != nil {
			return "", err
		}
	}
	return "{" + strings.Join(parts, ",") + "}", nil
}

func elementText(item any) (string, error) {
	switch v := item.(type) {
	case nil:
		return "NULL", nil
	case []any:
		return arrayText(v)
	case []byte:
		return fmt.Sprintf(`"\\x%x"`, v), nil
	case time.Time:
		return v.UTC().Format(`"2006-01-02 15:04:05.999999+00"`), nil
	case map[string]any:
		text, err := documentText(v, column{})
		return quoteElement(text), err
	default:
		return quoteElement(fmt.Sprint(v)), nil
	}
}

func quoteElement(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

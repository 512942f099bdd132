package template

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/modsql/mod/syncs"
)

// Format is a value of a row as text: nothing for null, times as RFC 3339 has them, bytes in base64, lists and mappings as JSON.
func Format(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case syncs.Number:
		return string(v)
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	default:
		text, err := JSON(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(text)
	}
}

// JSON is a value as JSON, its signs as they are. A number that JSON cannot write, such as NaN, is an [*syncs.Error] of class Rejected.
func JSON(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, &syncs.Error{Class: syncs.Rejected, Message: "it cannot be written as JSON: " + err.Error(), Cause: err}
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// Record is a row as an object whose fields stand in the order of the target's.
func Record(t *syncs.Target, r *syncs.Row) any {
	if r == nil {
		return nil
	}
	return record{t, r}
}

// Records are the rows of a batch as objects.
func Records(b *syncs.Batch) []any {
	out := make([]any, len(b.Rows))
	for i := range b.Rows {
		out[i] = record{b.Target, &b.Rows[i]}
	}
	return out
}

type record struct {
	target *syncs.Target
	row    *syncs.Row
}

// MarshalJSON writes the fields that the row has.
func (r record) MarshalJSON() ([]byte, error) {
	out := []byte{'{'}
	for i, v := range r.row.Values {
		name, err := JSON(r.target.Fields[i].Name)
		if err != nil {
			return nil, err
		}
		value, err := JSON(v)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(out, name...), ':'), value...)
	}
	return append(out, '}'), nil
}

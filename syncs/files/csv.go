package files

import (
	"encoding/base64"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/syncs"
)

// csvFormat is comma-separated values with a line of names: https://www.rfc-editor.org/rfc/rfc4180. Lines end as they do on Unix.
type csvFormat struct{}

func (csvFormat) extension() string  { return "csv" }
func (f csvFormat) readable() format { return f }

func (csvFormat) encode(t table) ([]byte, error) {
	var out []byte
	for i, f := range t.fields {
		out = appendCell(out, i, f.Name)
	}
	out = append(out, '\n')
	for _, row := range t.rows {
		for i, v := range row {
			if v == nil {
				out = appendSeparator(out, i)
				continue
			}
			text, err := textOf(v)
			if err != nil {
				return nil, fmt.Errorf("field %s: %w", t.fields[i].Name, err)
			}
			out = appendCell(out, i, text)
		}
		out = append(out, '\n')
	}
	return out, nil
}

func appendSeparator(out []byte, i int) []byte {
	if i > 0 {
		return append(out, ',')
	}
	return out
}

// appendCell quotes what has to be, and an empty text, which is not null.
func appendCell(out []byte, i int, text string) []byte {
	out = appendSeparator(out, i)
	if text != "" && !strings.ContainsAny(text, ",\"\r\n") {
		return append(out, text...)
	}
	return append(append(append(out, '"'), strings.ReplaceAll(text, `"`, `""`)...), '"')
}

// textOf writes a value that is not nil as text.
func textOf(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, spellable(v)
	case bool:
		return strconv.FormatBool(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	case float64:
		if math.IsInf(v, 0) {
			return strings.TrimPrefix(fmt.Sprintf("%finity", v), "+"), nil
		}
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case syncs.Number:
		return string(v), nil
	case []byte:
		return base64.StdEncoding.EncodeToString(v), nil
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano), nil
	default:
		return jsonText(v)
	}
}

package files

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/modsql/mod/syncs"
)

// format is how records are written. The same records are the same bytes.
type format interface {
	// encode writes a file. An error is of the records: it cannot write one of their values.
	encode(t table) ([]byte, error)
	extension() string
	// readable is the format to show people what is in a file.
	readable() format
}

func formatOf(c syncs.Config) (format, error) {
	name, compression := c.String("format", "csv"), c.String("compression", "")
	var f format
	switch name {
	case "csv":
		f = csvFormat{}
	case "jsonl":
		f = jsonFormat{}
	case "parquet":
		return parquetOf(compression)
	default:
		return nil, broken("format is %q: it is csv, jsonl or parquet", name)
	}
	switch compression {
	case "", "none":
		return f, nil
	case "gzip":
		return gzipped{f}, nil
	default:
		return nil, broken("compression of %s is %q: it is gzip or none", name, compression)
	}
}

// gzipped is a format whose files are compressed.
type gzipped struct{ format }

func (g gzipped) extension() string { return g.format.extension() + ".gz" }
func (g gzipped) readable() format  { return g.format }

func (g gzipped) encode(t table) ([]byte, error) {
	plain, err := g.format.encode(t)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	w := gzip.NewWriter(&out) // without a time, so that it is the same again
	_, err = w.Write(plain)
	if err == nil {
		err = w.Close()
	}
	return out.Bytes(), err
}

// jsonFormat is a record a line: https://jsonlines.org.
type jsonFormat struct{}

func (jsonFormat) extension() string  { return "jsonl" }
func (f jsonFormat) readable() format { return f }

func (jsonFormat) encode(t table) ([]byte, error) {
	var out bytes.Buffer
	for _, row := range t.rows {
		for i, v := range row {
			out.WriteByte("{,"[min(i, 1)])
			name, err := jsonText(t.fields[i].Name)
			if err != nil {
				return nil, err
			}
			value, err := jsonText(v)
			if err != nil {
				return nil, fmt.Errorf("field %s: %w", t.fields[i].Name, err)
			}
			out.WriteString(name + ":" + value)
		}
		out.WriteString("}\n")
	}
	return out.Bytes(), nil
}

// jsonText writes a value as JSON: bytes in base64, a time in UTC.
func jsonText(v any) (string, error) {
	if err := spellable(v); err != nil {
		return "", err
	}
	if t, ok := v.(time.Time); ok {
		v = t.UTC().Format(time.RFC3339Nano)
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(v)
	return strings.TrimSuffix(out.String(), "\n"), err
}

// spellable fails for a text that is no UTF-8: it would be written as another.
func spellable(v any) error {
	switch v := v.(type) {
	case string:
		if !utf8.ValidString(v) {
			return fmt.Errorf("the text %q is not UTF-8", v)
		}
	case []any:
		for _, item := range v {
			if err := spellable(item); err != nil {
				return err
			}
		}
	case map[string]any:
		for key, item := range v {
			if err := spellable([]any{key, item}); err != nil {
				return err
			}
		}
	}
	return nil
}

package destinationtest

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/syncs"
)

// want fails unless the records at the place are those that rows say, in any order.
func (s *site) want(rows []syncs.Row) {
	s.Helper()
	if diff := cmp.Diff(s.expected(rows), s.found()); diff != "" {
		s.Errorf("the records (-want +found):\n%s", diff)
	}
}

// expected spells the records of rows. Fields that a row has no value for are nil.
func (s *site) expected(rows []syncs.Row) []string {
	out := []string{}
	for _, r := range rows {
		record := map[string]any{}
		for i, f := range s.target.Fields {
			var v any
			if i < len(r.Values) {
				v = r.Values[i]
			}
			if s.Stored != nil {
				v = s.Stored(f.Name, v)
			}
			record[f.Name] = v
		}
		out = append(out, s.spell(record))
	}
	slices.Sort(out)
	return out
}

// found spells the records that are there.
func (s *site) found() []string {
	s.Helper()
	out := []string{}
	for _, record := range s.Rows(s.T) {
		out = append(out, s.spell(record))
	}
	slices.Sort(out)
	return out
}

// spell writes the fields of the target as one text.
func (s *site) spell(record map[string]any) string {
	var parts []string
	for _, f := range s.target.Fields {
		parts = append(parts, f.Name+"="+Spell(record[f.Name]))
	}
	return strings.Join(parts, " ")
}

// Spell writes a value so that equal ones are the same text, however they are held: a number by its value, a time in UTC.
func Spell(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case string:
		return fmt.Sprintf("%q", v)
	case []byte:
		return "bytes:" + base64.StdEncoding.EncodeToString(v)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case syncs.Number:
		return number(string(v))
	case json.Number:
		return number(string(v))
	case float64:
		return number(fmt.Sprint(v))
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			parts[i] = Spell(item)
		}
		return "[" + strings.Join(parts, " ") + "]"
	case map[string]any:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, fmt.Sprintf("%q:%s", key, Spell(v[key])))
		}
		return "{" + strings.Join(parts, " ") + "}"
	case bool:
		return fmt.Sprint(v)
	default:
		return number(fmt.Sprint(v))
	}
}

// number is a number in lowest terms; what is none (NaN) stays as it is.
func number(text string) string {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return text
	}
	return r.RatString()
}

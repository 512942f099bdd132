// Package copytext spells values in the text format of COPY, from which every type of PostgreSQL reads itself:
// https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2.
package copytext

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Append adds a value: nil, a bool, int64, float64, string, time.Time or []byte. It returns false for one of another type, and b unchanged.
func Append(b []byte, v any) (_ []byte, ok bool) {
	switch v := v.(type) {
	case nil:
		return append(b, `\N`...), true
	case string:
		return Text(b, v), true
	case int64:
		return strconv.AppendInt(b, v, 10), true
	case float64:
		if math.IsInf(v, 0) {
			return append(b, strings.TrimPrefix(fmt.Sprintf("%finity", v), "+")...), true
		}
		return strconv.AppendFloat(b, v, 'g', -1, 64), true
	case bool:
		return strconv.AppendBool(b, v), true
	case time.Time:
		return v.UTC().AppendFormat(b, "2006-01-02 15:04:05.999999+00"), true
	case []byte:
		return hex.AppendEncode(append(b, `\\x`...), v), true
	default:
		return b, false
	}
}

// Text adds the text form of a value, with what has a meaning in the format escaped.
func Text(b []byte, s string) []byte {
	for {
		i := strings.IndexAny(s, "\\\n\r\t")
		if i < 0 {
			return append(b, s...)
		}
		b = append(b, s[:i]...)
		switch s[i] {
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		case '\t':
			b = append(b, `\t`...)
		default:
			b = append(b, `\\`...)
		}
		s = s[i+1:]
	}
}

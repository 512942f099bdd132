package mysql

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/modsql/mod/syncs"
)

// quoted is a name in backticks (https://dev.mysql.com/doc/refman/8.4/en/identifiers.html).
func quoted(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

func quotedAll(names []string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = quoted(name)
	}
	return out
}

// text is a string literal that means the same whatever sql_mode says of backslashes: one that has any is written in hexadecimal
// (https://dev.mysql.com/doc/refman/8.4/en/hexadecimal-literals.html).
func text(s string) string {
	if strings.ContainsAny(s, "\\\x00") {
		return "_utf8mb4 X'" + hex.EncodeToString([]byte(s)) + "'"
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// number is a numeric literal (https://dev.mysql.com/doc/refman/8.4/en/number-literals.html).
var number = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

// literal is a value of a field as it is written for a column. The column's family matters because the server compares text with a number
// by what the text begins with (https://dev.mysql.com/doc/refman/8.4/en/type-conversion.html): a key has to be of its column's.
func literal(v any, f syncs.Field, c column) (string, error) {
	switch v := v.(type) {
	case nil:
		return "NULL", nil
	case bool:
		if c.family == textual {
			return text(strconv.FormatBool(v)), nil
		}
		return strings.ToUpper(strconv.FormatBool(v)), nil
	case int64:
		return numeric(strconv.FormatInt(v, 10), f, c)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return "", refused("%s is %v, which MySQL has no number for", f.Name, v)
		}
		return numeric(float(v), f, c)
	case syncs.Number:
		return numeric(string(v), f, c)
	case string:
		return ofText(v, f, c)
	case []byte:
		return "X'" + hex.EncodeToString(v) + "'", nil
	case time.Time:
		return text(moment(v, f)), nil
	default:
		return document(v, f)
	}
}

// float is a number in plain notation, unless that takes many zeros.
func float(v float64) string {
	if size := math.Abs(v); size == 0 || size >= 1e-6 && size < 1e15 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return strconv.FormatFloat(v, 'e', -1, 64)
}

func numeric(n string, f syncs.Field, c column) (string, error) {
	if !number.MatchString(n) {
		return "", refused("%s is no number that MySQL knows", f.Name)
	}
	if c.family == textual {
		return text(n), nil
	}
	return n, nil
}

func ofText(v string, f syncs.Field, c column) (string, error) {
	if c.family == numbers10 {
		return numeric(strings.TrimSpace(v), f, c)
	}
	if !utf8.ValidString(v) {
		return "", refused("%s is not valid UTF-8", f.Name)
	}
	return text(v), nil
}

// moment is a time in UTC, as the session's time_zone has it; a day where the field is one.
func moment(v time.Time, f syncs.Field) string {
	if strings.EqualFold(f.Type, "date") {
		return v.Format(time.DateOnly)
	}
	return v.UTC().Format("2006-01-02 15:04:05.999999")
}

func document(v any, f syncs.Field) (string, error) {
	written, err := json.Marshal(v)
	if err != nil {
		return "", refused("%s cannot be written as JSON: %v", f.Name, err)
	}
	return text(string(written)), nil
}

func refused(format string, args ...any) error {
	return &syncs.Error{Class: syncs.Rejected, Message: fmt.Sprintf(format, args...)}
}

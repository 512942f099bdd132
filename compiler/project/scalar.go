package project

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/modules"
)

// resolveScalar is the value of a scalar by the rules of YAML 1.1 as PyYAML has them, since that is what existing
// projects are written for: yes and on are true, 010 is eight, 1e3 is text. https://yaml.org/type/
func resolveScalar(n *node) jinja.Value {
	switch n.tag {
	case "":
	case "!!str", "!":
		return n.text
	case "!!null":
		return nil
	case "!!int", "!!float", "!!bool", "!!timestamp":
		return resolveText(n.text)
	default:
		return n.text
	}
	if !n.plain {
		return n.text
	}
	return resolveText(n.text)
}

// resolveText is the value of an unquoted scalar.
func resolveText(s string) jinja.Value {
	if s == "" {
		return nil
	}
	switch c := s[0]; {
	case c >= '0' && c <= '9', c == '-', c == '+', c == '.':
		if v, ok := resolveNumber(s); ok {
			return v
		}
		if v, ok := resolveTime(s); ok {
			return v
		}
	case len(s) <= 5 && strings.IndexByte("yYnNtTfFoO~", c) >= 0:
		if isNullText(s) {
			return nil
		}
		switch s {
		case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
			return true
		case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
			return false
		}
	}
	return s
}

func isNullText(s string) bool {
	return s == "" || s == "~" || s == "null" || s == "Null" || s == "NULL"
}

// resolveNumber reads an int or float of YAML 1.1.
func resolveNumber(s string) (jinja.Value, bool) {
	sign, body := 1, s
	if s[0] == '-' || s[0] == '+' {
		if s[0] == '-' {
			sign = -1
		}
		body = s[1:]
	}
	if body == "" {
		return nil, false
	}
	switch body {
	case ".inf", ".Inf", ".INF":
		return math.Inf(sign), true
	case ".nan", ".NaN", ".NAN":
		if body == s {
			return math.NaN(), true
		}
		return nil, false
	}
	if strings.IndexByte(body, ':') > 0 {
		return resolveSexagesimal(sign, body)
	}
	if strings.IndexByte(body, '.') >= 0 {
		return resolveFloat(sign, body, body != s)
	}
	return resolveInt(sign, body)
}

func resolveInt(sign int, body string) (jinja.Value, bool) {
	base, digits := 10, body
	switch {
	case strings.HasPrefix(body, "0b"):
		base, digits = 2, body[2:]
	case strings.HasPrefix(body, "0x"):
		base, digits = 16, body[2:]
	case len(body) > 1 && body[0] == '0':
		base, digits = 8, body[1:]
	case body[0] == '_':
		return nil, false
	}
	digits = strings.ReplaceAll(digits, "_", "")
	if digits == "" || digits[0] == '-' || digits[0] == '+' {
		return nil, false
	}
	if i, err := strconv.ParseInt(digits, base, 64); err == nil {
		return int(i) * sign, true
	}
	b, ok := new(big.Int).SetString(digits, base)
	if !ok {
		return nil, false
	}
	if sign < 0 {
		b.Neg(b)
	}
	return b, true
}

// resolveFloat reads digits with a point; an exponent needs its sign, and ".5" has none.
func resolveFloat(sign int, body string, signed bool) (jinja.Value, bool) {
	mantissa, exponent := body, ""
	if i := strings.IndexAny(body, "eE"); i >= 0 {
		mantissa, exponent = body[:i], body[i+1:]
		if len(exponent) < 2 || exponent[0] != '+' && exponent[0] != '-' || !isDigits(exponent[1:], false) {
			return nil, false
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	switch {
	case whole == "" && (signed || fraction == "" || !isDigits(fraction[:1], false) || !isDigits(fraction, true)):
		return nil, false
	case whole != "" && (!isDigits(whole[:1], false) || !isDigits(whole, true) || !isDigits(fraction, true)):
		return nil, false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(body, "_", ""), 64)
	if err != nil && !math.IsInf(f, 0) {
		return nil, false
	}
	return f * float64(sign), true
}

// resolveSexagesimal reads 1:30 as ninety: a trap of YAML 1.1 that quotes avoid.
func resolveSexagesimal(sign int, body string) (jinja.Value, bool) {
	parts := strings.Split(body, ":")
	last := parts[len(parts)-1]
	seconds, fraction, isFloat := strings.Cut(last, ".")
	if isFloat && !isDigits(fraction, true) {
		return nil, false
	}
	parts[len(parts)-1] = seconds
	if parts[0] == "" || parts[0][0] == '_' || !isDigits(parts[0], true) || !isFloat && parts[0][0] == '0' {
		return nil, false
	}
	total := 0
	for i, p := range parts {
		if i == 0 {
			p = strings.ReplaceAll(p, "_", "")
		} else if len(p) == 0 || len(p) > 2 || !isDigits(p, false) || len(p) == 2 && p[0] > '5' {
			return nil, false
		}
		v, err := strconv.Atoi(p)
		if err != nil || total > math.MaxInt/120 {
			return nil, false
		}
		total = total*60 + v
	}
	if isFloat {
		f, _ := strconv.ParseFloat("0."+strings.ReplaceAll(fraction, "_", "")+"0", 64)
		return float64(sign) * (float64(total) + f), true
	}
	return sign * total, true
}

// isDigits tells whether s is nothing but digits and, if allowed, underscores; true for "" if they are allowed.
func isDigits(s string, underscores bool) bool {
	for i := 0; i < len(s); i++ {
		if (s[i] < '0' || s[i] > '9') && (!underscores || s[i] != '_') {
			return false
		}
	}
	return underscores || s != ""
}

var timeLayouts = []string{
	"2006-1-2T15:4:5.999999999Z07:00", "2006-1-2T15:4:5.999999999",
	"2006-1-2 15:4:5.999999999Z07:00", "2006-1-2 15:4:5.999999999 Z07:00", "2006-1-2 15:4:5.999999999",
}

// shortZone is an offset without minutes, as YAML allows it: "-5" and "+05".
var shortZone = regexp.MustCompile(`:[0-9.]+[ \t]*[-+][0-9]{1,2}$`)

// wholeZone writes a short offset out: "-05:00".
func wholeZone(s string) string {
	at := strings.LastIndexAny(s, "-+") + 1
	return s[:at] + "0"[:2-len(s[at:])] + s[at:] + ":00"
}

// resolveTime reads a date or a time, as Python's str() of it.
func resolveTime(s string) (jinja.Value, bool) {
	v, ok := timeValue(s)
	if !ok {
		return nil, false
	}
	return jinja.Str(v), true
}

// timeValue is the Python value of an unquoted date or time: a datetime.date, or a datetime.datetime that is naive if it has no zone.
func timeValue(s string) (jinja.Value, bool) {
	if len(s) < 8 || s[4] != '-' || s[0] < '0' || s[0] > '9' {
		return nil, false
	}
	if len(s) == 10 {
		if t, err := time.Parse("2006-01-02", s); err == nil {
			return modules.DateOf(t), true
		}
	}
	s = shortZone.ReplaceAllStringFunc(strings.Replace(s, "t", "T", 1), wholeZone)
	for _, layout := range timeLayouts {
		t, err := time.Parse(layout, s)
		switch {
		case err != nil:
		case strings.HasSuffix(layout, "07:00"):
			return modules.DateTimeOf(t), true
		default:
			return modules.NaiveOf(t), true
		}
	}
	return nil, false
}

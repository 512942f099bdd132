package macros

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
)

// bound is a statement with values in the place of its marks, of which the warehouse's macro get_binding_char says how they look. As for
// a driver, a mark inside quotes is none.
func bound(sql, mark string, values []jinja.Value) (string, error) {
	var out strings.Builder
	left := values
	var quote byte
	for i := 0; i < len(sql); i++ {
		c := sql[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case strings.HasPrefix(sql[i:], mark):
			if len(left) == 0 {
				return "", fmt.Errorf("the statement has more marks (%s) than the %d values that are given for them", mark, len(values))
			}
			out.WriteString(literal(left[0]))
			left = left[1:]
			i += len(mark) - 1
			continue
		}
		out.WriteByte(c)
	}
	if len(left) > 0 {
		return "", fmt.Errorf("%d values are given for the %d marks (%s) of the statement", len(values), len(values)-len(left), mark)
	}
	return out.String(), nil
}

// literal is a value of a template as SQL. Texts, dates and times are literals that take the type of the column they are written to.
func literal(v jinja.Value) string {
	text := jinja.Str(v)
	switch kind := jinja.TypeName(v); {
	case v == nil:
		return "null"
	case kind == "bool":
		return strings.ToLower(text)
	case kind == "int", kind == "Decimal", kind == "float" && strings.Trim(text, "0123456789.eE+-") == "":
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", "''") + "'"
}

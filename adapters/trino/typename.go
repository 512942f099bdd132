package trino

import (
	"fmt"
	"math"
	"strings"
)

// typeName spells the type of a result's column as the information schema does.
func typeName(rows described, i int) string {
	name := strings.ToLower(rows.ColumnTypeDatabaseTypeName(i))
	if n, ok := rows.ColumnTypeLength(i); ok && n < math.MaxInt32 {
		return fmt.Sprintf("%s(%d)", name, n)
	}
	precision, scale, ok := rows.ColumnTypePrecisionScale(i)
	if !ok {
		return name
	}
	if name == "decimal" {
		return fmt.Sprintf("decimal(%d,%d)", precision, scale)
	}
	word, rest, _ := strings.Cut(name, " ") // timestamp(3) with time zone
	return strings.TrimSpace(fmt.Sprintf("%s(%d) %s", word, precision, rest))
}

// family is a type without its arguments: "timestamp with time zone" of timestamp(3) with time zone. The elements of a nested one are inside.
func family(typ string) (name, inside string) {
	open := strings.IndexByte(typ, '(')
	if open < 0 {
		return typ, ""
	}
	end := open
	for depth := 0; end < len(typ); end++ {
		switch typ[end] {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 {
			break
		}
	}
	if end >= len(typ) {
		return typ[:open], typ[open+1:]
	}
	return typ[:open] + typ[end+1:], typ[open+1 : end]
}

// parts cuts the arguments of a type at the commas that are not inside of another one's.
func parts(inside string) []string {
	var out []string
	depth, from := 0, 0
	for i := range len(inside) {
		switch inside[i] {
		case '(':
			depth++
		case ')':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, strings.TrimSpace(inside[from:i]))
				from = i + 1
			}
		}
	}
	return append(out, strings.TrimSpace(inside[from:]))
}

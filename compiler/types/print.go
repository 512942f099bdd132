package types

import (
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// sizedName is a name with numbers in parentheses: DECIMAL(18,3).
func sizedName(name string, sizes ...int) string {
	parts := make([]string, len(sizes))
	for i, n := range sizes {
		parts[i] = itoa(n)
	}
	return name + "(" + strings.Join(parts, ",") + ")"
}

func quoteAll(words []string) string {
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = "'" + strings.ReplaceAll(w, "'", "''") + "'"
	}
	return strings.Join(parts, ", ")
}

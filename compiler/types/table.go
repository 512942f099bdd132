package types

import (
	_ "embed" // the tables
	"sort"
	"strings"
)

// Tables are text: one fact a line, sorted, the first column the key. They are searched where they lie.

// linesOf returns the lines whose first column is the key, without it.
func linesOf(table, key string) []string {
	var out []string
	for at := lineOf(table, key+"\t"); at < len(table); {
		line, _, _ := strings.Cut(table[at:], "\n")
		rest, ok := strings.CutPrefix(line, key+"\t")
		if !ok {
			break
		}
		out = append(out, rest)
		at += len(line) + 1
	}
	return out
}

// hasLine tells whether a table of one column has that line.
func hasLine(table, line string) bool {
	at := lineOf(table, line)
	return strings.HasPrefix(table[at:], line+"\n")
}

// lineOf is where the first line begins that does not sort before the key.
func lineOf(table, key string) int {
	// Search by bytes: the first place whose line is not before the key.
	at := sort.Search(len(table), func(i int) bool {
		line, _, _ := strings.Cut(table[lineStart(table, i):], "\n")
		return line >= key
	})
	return lineStart(table, at)
}

func lineStart(table string, i int) int {
	if i >= len(table) {
		return len(table)
	}
	return strings.LastIndexByte(table[:i], '\n') + 1
}

package tui

import (
	"slices"
	"strings"
	"unicode"
)

// inside is what a line of SQL begins in.
type inside uint8

const (
	outside inside = iota
	remark         // /* … */
	tag            // {{ … }} or {% … %}
	tagNote        // {# … #}
	literal        // '…'
)

// highlight is a line of SQL with templates in pieces, and what the next line begins in. It knows words, not grammar.
func highlight(words string, in inside) (line, inside) {
	var out line
	for words != "" {
		var n int
		var st style
		n, st, in = piece(words, in)
		out = append(out, span{st, words[:n]})
		words = words[n:]
	}
	return out, in
}

// piece is how far the next piece goes, what it is, and what comes after it.
func piece(words string, in inside) (n int, st style, after inside) {
	if in != outside {
		return closing(words, 0, in)
	}
	switch {
	case strings.HasPrefix(words, "--"):
		return len(words), comment, outside
	case strings.HasPrefix(words, "/*"):
		return closing(words, 2, remark)
	case strings.HasPrefix(words, "{#"):
		return closing(words, 2, tagNote)
	case strings.HasPrefix(words, "{{"), strings.HasPrefix(words, "{%"):
		return closing(words, 2, tag)
	case words[0] == '\'':
		return closing(words, 1, literal)
	}
	letter := func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }
	end := strings.IndexFunc(words, func(r rune) bool { return !letter(r) })
	switch {
	case end < 0:
		end = len(words)
	case end == 0:
		if end = strings.IndexFunc(words[1:], func(r rune) bool { return letter(r) || strings.ContainsRune("-/{'", r) }) + 1; end == 0 {
			end = len(words)
		}
		return end, plain, outside
	}
	if _, is := slices.BinarySearch(keywords(), strings.ToLower(words[:end])); is {
		return end, keyword, outside
	}
	return end, plain, outside
}

// closing is a piece that goes on until it is closed, be it on another line.
func closing(words string, from int, in inside) (n int, st style, after inside) {
	ends := map[inside][]string{remark: {"*/"}, tag: {"}}", "%}"}, tagNote: {"#}"}, literal: {"'"}}[in]
	st = map[inside]style{remark: comment, tag: template, tagNote: comment, literal: quoted}[in]
	best := -1
	for _, end := range ends {
		if at := strings.Index(words[from:], end); at >= 0 && (best < 0 || from+at+len(end) < best) {
			best = from + at + len(end)
		}
	}
	if best < 0 {
		return len(words), st, in
	}
	return best, st, outside
}

// keywords are the words of SQL that queries are read by, in alphabetical order.
func keywords() []string {
	return []string{
		"and", "as", "asc", "between", "by", "case", "cast", "cross", "desc", "distinct", "else", "end", "except", "exists", "from", "full", "group", "having",
		"in", "inner", "intersect", "is", "join", "lateral", "left", "like", "limit", "not", "null", "on", "or", "order", "outer", "over", "partition", "qualify",
		"right", "select", "then", "union", "using", "values", "when", "where", "window", "with",
	}
}

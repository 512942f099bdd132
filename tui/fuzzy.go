package tui

import (
	"strings"
	"unicode/utf8"
)

// match is how well a text has the letters of a pattern in order. Both are in lower case; ok is false if it does not have them.
func match(words, pattern string) (score int, ok bool) {
	if at := strings.Index(words, pattern); at >= 0 {
		score = 1000 - at - len(words)
		if at == 0 || boundary(words, at) {
			score += 500
		}
		return score, true
	}
	last, from := -1, 0
	for _, r := range pattern {
		at := strings.IndexRune(words[from:], r)
		if at < 0 {
			return 0, false
		}
		at += from
		switch {
		case at == 0 || boundary(words, at):
			score += 20
		case last >= 0 && at == from:
			score += 10
		default:
			score -= at - from
		}
		last, from = at, at+utf8.RuneLen(r)
	}
	return score - len(words), true
}

// hits are the places in a text that match found.
func hits(words, pattern string) []int {
	var out []int
	if at := strings.Index(words, pattern); at >= 0 {
		for i := range pattern {
			out = append(out, at+i)
		}
		return out
	}
	from := 0
	for _, r := range pattern {
		at := strings.IndexRune(words[from:], r)
		if at < 0 {
			return out
		}
		out = append(out, from+at)
		from += at + utf8.RuneLen(r)
	}
	return out
}

// boundary tells whether a word begins there.
func boundary(words string, at int) bool {
	return at > 0 && strings.IndexByte("_.-/ ", words[at-1]) >= 0
}

package tui

import (
	"strings"
	"unicode/utf8"
)

// match is how well a text has the letters of a pattern in order, and where. Both are in lower case; ok is false if it does not have them.
func match(words, pattern string) (score int, hits []int, ok bool) {
	if pattern == "" {
		return 0, nil, true
	}
	if at := strings.Index(words, pattern); at >= 0 {
		for i := range pattern {
			hits = append(hits, at+i)
		}
		score = 1000 - at - len(words)
		if at == 0 || boundary(words, at) {
			score += 500
		}
		return score, hits, true
	}
	return scattered(words, pattern)
}

// scattered is match for letters that do not stand together. Those at the beginnings of words count most.
func scattered(words, pattern string) (score int, hits []int, ok bool) {
	from := 0
	for _, r := range pattern {
		at := strings.IndexRune(words[from:], r)
		if at < 0 {
			return 0, nil, false
		}
		at += from
		switch {
		case at == 0 || boundary(words, at):
			score += 20
		case len(hits) > 0 && at == from:
			score += 10
		default:
			score -= at - from
		}
		hits = append(hits, at)
		from = at + utf8.RuneLen(r)
	}
	return score - len(words), hits, true
}

// boundary tells whether a word begins there.
func boundary(words string, at int) bool {
	return at > 0 && strings.IndexByte("_.-/ ", words[at-1]) >= 0
}

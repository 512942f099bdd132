package selector

import (
	"strings"
	"unicode/utf8"
)

// glob tells whether all of text matches a shell pattern: * is any text, ? any character, [ab], [a-z] and [!a] one of a set.
// Letters are what they are; a [ without its ] is a plain character.
func glob(pattern, text string) bool {
	// The place after the last * and what it has matched so far: on a mismatch the star takes one character more.
	star, taken := -1, 0
	p, t := 0, 0
	for t < len(text) {
		if p < len(pattern) && pattern[p] == '*' {
			star, taken = p+1, t
			p++
			continue
		}
		if width, next, ok := matchOne(pattern, p, text[t:]); ok {
			t, p = t+width, next
			continue
		}
		if star < 0 {
			return false
		}
		_, width := utf8.DecodeRuneInString(text[taken:])
		taken += width
		t, p = taken, star
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// matchOne matches the pattern's character or set at p with the first character of text; next is the place after it.
func matchOne(pattern string, p int, text string) (width, next int, ok bool) {
	if p >= len(pattern) {
		return 0, 0, false
	}
	r, width := utf8.DecodeRuneInString(text)
	c, size := utf8.DecodeRuneInString(pattern[p:])
	switch c {
	case '?':
		return width, p + size, true
	case '[':
		if set, next, closed := bracket(pattern, p); closed {
			return width, next, inSet(set, r)
		}
	}
	return width, p + size, c == r
}

// bracket returns the inside of the [set] at p. A ] that comes first in it is a member.
func bracket(pattern string, p int) (set string, next int, closed bool) {
	first := p + 1
	if first < len(pattern) && pattern[first] == '!' {
		first++
	}
	if first < len(pattern) && pattern[first] == ']' {
		first++
	}
	if first > len(pattern) {
		return "", 0, false
	}
	end := strings.IndexByte(pattern[first:], ']')
	if end < 0 {
		return "", 0, false
	}
	return pattern[p+1 : first+end], first + end + 1, true
}

func inSet(set string, r rune) bool {
	members, negated := strings.CutPrefix(set, "!")
	runes := []rune(members)
	for i := 0; i < len(runes); i++ {
		low, high := runes[i], runes[i]
		if i+2 < len(runes) && runes[i+1] == '-' {
			high = runes[i+2]
			i += 2
		}
		if low <= r && r <= high {
			return !negated
		}
	}
	return negated
}

func isPattern(text string) bool { return strings.ContainsAny(text, "*?[]") }

// globPath matches a slash-separated path: within a folder as glob, and ** is any number of folders.
func globPath(pattern, path []string) bool {
	if len(pattern) == 0 {
		return len(path) == 0
	}
	if pattern[0] == "**" {
		return globPath(pattern[1:], path) || len(path) > 0 && globPath(pattern, path[1:])
	}
	return len(path) > 0 && glob(pattern[0], path[0]) && globPath(pattern[1:], path[1:])
}

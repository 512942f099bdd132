package jinja

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// filterWordWrap is Python's textwrap.wrap of each line.
func filterWordWrap(c *Call) (Value, error) {
	a, err := c.Bind("do_wordwrap", 1, "s", "width", "break_long_words", "wrapstring", "break_on_hyphens")
	if err != nil {
		return nil, err
	}
	w := wrapper{breakLong: Truth(a.Or(2, true)), hyphens: Truth(a.Or(4, true))}
	if w.width, err = toInt(a.Or(1, 79)); err != nil {
		return nil, err
	}
	s, ok := asString(a.Value(0))
	if !ok {
		if u, isUndefined := a.Value(0).(*Undefined); isUndefined {
			return nil, undefinedError(u)
		}
		return nil, failf("AttributeError", "'%s' object has no attribute 'splitlines'", TypeName(a.Value(0)))
	}
	end := "\n"
	if a.Value(3) != nil {
		end = Str(a.Value(3))
	}
	if w.width <= 0 && strings.TrimSpace(s) != "" {
		return nil, valueErrorf("invalid width %d (must be > 0)", w.width)
	}
	if err := c.State.charge(len(s) * (1 + len(end)/max(w.width, 1))); err != nil {
		return nil, err
	}
	var lines []string
	for _, line := range splitLines(s, false) {
		lines = append(lines, strings.Join(w.wrap(line), end))
	}
	return strings.Join(lines, end), nil
}

type wrapper struct {
	width              int
	breakLong, hyphens bool
}

// wrap fills lines with the pieces of a text: words, parts of words that end in a hyphen, and the spaces between them.
func (w *wrapper) wrap(text string) []string {
	var lines []string
	pieces := w.pieces(text)
	for len(pieces) > 0 {
		if len(lines) > 0 && blank(pieces[0]) {
			pieces = pieces[1:]
		}
		var line []string
		size := 0
		for len(pieces) > 0 && !longer(pieces[0], w.width-size) {
			line, size = append(line, pieces[0]), size+utf8.RuneCountInString(pieces[0])
			pieces = pieces[1:]
		}
		if len(pieces) > 0 && longer(pieces[0], w.width) {
			line, pieces = w.breakWord(line, size, pieces)
		}
		if n := len(line); n > 0 && blank(line[n-1]) {
			line = line[:n-1]
		}
		if len(line) > 0 {
			lines = append(lines, strings.Join(line, ""))
		}
	}
	return lines
}

// longer tells whether s has more than n characters, without counting all of them.
func longer(s string, n int) bool {
	if len(s) <= n {
		return false
	}
	for range s {
		if n--; n < 0 {
			return true
		}
	}
	return false
}

// breakWord puts what fits of a word that is longer than a line, or all of it if it must not be broken.
func (w *wrapper) breakWord(line []string, size int, pieces []string) ([]string, []string) {
	if !w.breakLong {
		if len(line) == 0 {
			return append(line, pieces[0]), pieces[1:]
		}
		return line, pieces
	}
	room, end := max(w.width-size, 1), 0
	for end < len(pieces[0]) && room > 0 {
		_, n := utf8.DecodeRuneInString(pieces[0][end:])
		end, room = end+n, room-1
	}
	if w.hyphens {
		if i := strings.LastIndexByte(pieces[0][:end], '-'); i > 0 && strings.Trim(pieces[0][:i], "-") != "" {
			end = i + 1
		}
	}
	line = append(line, pieces[0][:end])
	pieces[0] = pieces[0][end:]
	return line, pieces
}

func blank(s string) bool { return strings.TrimLeft(s, wrapSpace) == "" }

// wrapSpace is what textwrap takes for whitespace.
const wrapSpace = "\t\n\v\f\r "

func isWrapSpace(r rune) bool { return strings.ContainsRune(wrapSpace, r) }

func (w *wrapper) pieces(text string) []string {
	var pieces []string
	for text != "" {
		rest := strings.TrimLeftFunc(text, isWrapSpace)
		if n := len(text) - len(rest); n > 0 {
			pieces = append(pieces, text[:n])
			text = rest
			continue
		}
		n := strings.IndexFunc(text, isWrapSpace)
		if n < 0 {
			n = len(text)
		}
		if w.hyphens {
			pieces = append(pieces, splitHyphens(text[:n])...)
		} else {
			pieces = append(pieces, text[:n])
		}
		text = text[n:]
	}
	return pieces
}

// splitHyphens splits a word after hyphens between letters, and around dashes.
func splitHyphens(word string) []string {
	r := []rune(word)
	letter := func(i int) bool {
		return i >= 0 && i < len(r) && (unicode.IsLetter(r[i]) || r[i] == '_')
	}
	wordChar := func(i int) bool {
		return i >= 0 && i < len(r) && (wordRune(r[i]) || strings.ContainsRune(`!"'&.,?`, r[i]))
	}
	var pieces []string
	start := 0
	cut := func(end int) {
		if end > start {
			pieces = append(pieces, string(r[start:end]))
			start = end
		}
	}
	for i := 0; i < len(r); i++ {
		if r[i] != '-' {
			continue
		}
		run := i
		for run < len(r) && r[run] == '-' {
			run++
		}
		switch {
		case run-i >= 2 && wordChar(i-1) && run < len(r) && wordRune(r[run]):
			cut(i)
			cut(run)
		case run-i == 1 && i > start && letter(i-1) && letter(i-2) && letter(i+1) && letter(i+2),
			run-i == 1 && i > start && letter(i-1) && letter(i-2) && letter(i+1) && i+2 < len(r) && r[i+2] == '-':
			cut(i + 1)
		}
		i = run - 1
	}
	cut(len(r))
	return pieces
}

package tui

import (
	"slices"
	"strings"
	"unicode"
)

// input is a line that is being written.
type input struct {
	text []rune
	at   int // the cursor
}

func inputOf(words string) input { return input{[]rune(words), len([]rune(words))} }

func (i input) String() string { return string(i.text) }

// put writes text at the cursor, in one line.
func (i input) put(words string) input { return i.insert([]rune(clean(words))) }

// putLines writes text at the cursor with its lines as they are.
func (i input) putLines(words string) input {
	lines := strings.Split(strings.ReplaceAll(strings.ReplaceAll(words, "\r\n", "\n"), "\r", "\n"), "\n")
	for n, l := range lines {
		lines[n] = strings.TrimRight(clean(l), " ")
	}
	return i.insert([]rune(strings.Trim(strings.Join(lines, "\n"), "\n")))
}

func (i input) insert(runes []rune) input {
	i.text = slices.Concat(i.text[:i.at:i.at], runes, i.text[i.at:])
	i.at += len(runes)
	return i
}

// key does what a key does in a line; ok is false for one that does nothing there.
func (i input) key(k string) (_ input, ok bool) {
	switch k {
	case "left", "ctrl+b":
		i.at = max(i.at-1, 0)
	case "right", "ctrl+f":
		i.at = min(i.at+1, len(i.text))
	case "home", "ctrl+a":
		i.at = 0
	case "end", "ctrl+e":
		i.at = len(i.text)
	case "backspace", "ctrl+h":
		return i.drop(i.at - 1), true
	case "delete", "ctrl+d":
		if i.at < len(i.text) {
			i.text = slices.Delete(slices.Clone(i.text), i.at, i.at+1)
		}
	case "ctrl+u":
		return i.drop(0), true
	case "ctrl+k":
		i.text = i.text[:i.at:i.at]
	case "ctrl+w", "alt+backspace":
		return i.drop(i.word()), true
	default:
		runes := []rune(k)
		if len(runes) != 1 || unicode.IsControl(runes[0]) {
			return i, false
		}
		return i.put(k), true
	}
	return i, true
}

// drop takes away what stands between a place and the cursor.
func (i input) drop(from int) input {
	from = max(from, 0)
	if from < i.at {
		i.text, i.at = slices.Delete(slices.Clone(i.text), from, i.at), from
	}
	return i
}

// word is where the word before the cursor begins.
func (i input) word() int {
	at := i.at
	for at > 0 && space(i.text[at-1]) {
		at--
	}
	for at > 0 && !space(i.text[at-1]) {
		at--
	}
	return at
}

// line shows it with its cursor, so that the cursor is in sight in so many cells.
func (i input) line(focused bool, cells int) line {
	if !focused {
		return text(plain, i.String())
	}
	before, under, after := string(i.text[:i.at]), " ", ""
	if i.at < len(i.text) {
		under, after = string(i.text[i.at]), string(i.text[i.at+1:])
	}
	l := line{{plain, before}, {caret, under}, {plain, after}}
	if over := width(before) + 2 - cells; over > 0 {
		return l.skip(over)
	}
	return l
}

func space(r rune) bool { return r == ' ' || r == '\n' }

// row is the line that the cursor is on, from 0, and the place in it.
func (i input) row() (row, at int) {
	for _, r := range i.text[:i.at] {
		if at++; r == '\n' {
			row, at = row+1, 0
		}
	}
	return row, at
}

// rows is how many lines it has.
func (i input) rows() int { return 1 + strings.Count(i.String(), "\n") }

// toRow moves the cursor up or down by a line; ok is false at the first or the last.
func (i input) toRow(by int) (_ input, ok bool) {
	row, at := i.row()
	lines := strings.Split(i.String(), "\n")
	if row+by < 0 || row+by >= len(lines) {
		return i, false
	}
	i.at = 0
	for _, l := range lines[:row+by] {
		i.at += len([]rune(l)) + 1
	}
	i.at += min(at, len([]rune(lines[row+by])))
	return i, true
}

// lines show it with its cursor, as SQL, so that the cursor is in sight in so many cells and lines.
func (i input) lines(cells, height int) []line {
	row, at := i.row()
	var out []line
	state := outside
	for n, words := range strings.Split(i.String(), "\n") {
		var l line
		l, state = highlight(words, state)
		if n == row {
			runes := []rune(words)
			one := input{runes, min(at, len(runes))}
			l = one.line(true, cells)
		}
		out = append(out, l)
	}
	from := min(max(row-height+1, 0), max(len(out)-height, 0))
	return out[from:min(from+height, len(out))]
}

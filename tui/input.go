package tui

import (
	"slices"
	"unicode"
)

// input is a line that is being written.
type input struct {
	text []rune
	at   int // the cursor
}

func inputOf(words string) input { return input{[]rune(words), len([]rune(words))} }

func (i input) String() string { return string(i.text) }

// put writes text at the cursor.
func (i input) put(words string) input {
	runes := []rune(clean(words))
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
	for at > 0 && i.text[at-1] == ' ' {
		at--
	}
	for at > 0 && i.text[at-1] != ' ' {
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

package tui

import "strings"

// style is what a piece of text is, for which a theme has colours.
type style uint8

// The styles. There is one accent; the other colours say how something ended.
const (
	plain style = iota
	dim
	strong
	accent
	title // what a pane is called
	good
	bad
	warn
	keyword
	quoted
	comment
	template
	caret  // what the cursor of an input is on
	styles // how many there are
)

// Colors is how many colours a terminal has.
type Colors uint8

// The numbers of colours.
const (
	NoColors  Colors = iota // attributes alone: bold, faint, reverse
	Colors16                // the user's own palette
	Colors256               // that, and greys that fit the background
	allColors               // how many there are
)

// Theme is how styles look. The zero value has no colours.
type Theme struct {
	Colors Colors
	Light  bool // the background is
}

const reset = "\x1b[0m"

// codes are the attributes of each style, as SGR parameters: https://en.wikipedia.org/wiki/ANSI_escape_code#SGR.
func (t Theme) codes() [styles]string {
	switch {
	case t.Colors == NoColors:
		return [styles]string{dim: "2", strong: "1", accent: "1", title: "1", bad: "1", keyword: "1", comment: "2", caret: "7"}
	case t.Colors == Colors16:
		return [styles]string{
			dim: "2", strong: "1", accent: "36", title: "1;36", good: "32", bad: "31", warn: "33", keyword: "1", quoted: "32", comment: "2", template: "36", caret: "7",
		}
	case t.Light:
		return [styles]string{
			dim: "38;5;244", strong: "1", accent: "38;5;30", title: "1;38;5;30", good: "38;5;28", bad: "38;5;160", warn: "38;5;130",
			keyword: "1", quoted: "38;5;28", comment: "38;5;246", template: "38;5;30", caret: "7",
		}
	}
	return [styles]string{
		dim: "38;5;244", strong: "1", accent: "38;5;80", title: "1;38;5;80", good: "38;5;114", bad: "38;5;203", warn: "38;5;179",
		keyword: "1", quoted: "38;5;151", comment: "38;5;242", template: "38;5;80", caret: "7",
	}
}

// under is what a line looks like that the cursor is on, in the pane that has the keys or in another.
func (t Theme) under(focused bool) string {
	switch {
	case t.Colors == Colors256 && t.Light:
		return map[bool]string{true: "48;5;253", false: "48;5;255"}[focused]
	case t.Colors == Colors256:
		return map[bool]string{true: "48;5;238", false: "48;5;235"}[focused]
	case focused:
		return "7"
	default:
		return "4"
	}
}

// pen writes text in the styles of a theme.
type pen struct {
	codes [styles]string
	on    string // what all of it stands on; "" for nothing
}

func (t Theme) pen() pen { return pen{codes: t.codes()} }

// over is the pen for a line that the cursor is on.
func (p pen) over(t Theme, focused bool) pen {
	p.on = t.under(focused)
	return p
}

// put writes text, which holds no escape sequences, to b.
func (p pen) put(b *strings.Builder, s style, text string) {
	code := p.codes[s]
	if text == "" {
		return
	}
	if code == "" && p.on == "" {
		b.WriteString(text)
		return
	}
	b.WriteString("\x1b[")
	b.WriteString(p.on)
	if p.on != "" && code != "" {
		b.WriteByte(';')
	}
	b.WriteString(code)
	b.WriteByte('m')
	b.WriteString(text)
	b.WriteString(reset)
}

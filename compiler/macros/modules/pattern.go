package modules

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// The flags of Python's re.
const (
	ignoreCase = 2
	locale     = 4
	multiLine  = 8
	dotAll     = 16
	unicodeOn  = 32
	verbose    = 64
	asciiOnly  = 256
)

// translation turns a Python pattern into one of Go's, which has no backtracking: lookarounds, back-references and possessive
// quantifiers have no counterpart and are errors.
// The syntaxes: https://docs.python.org/3/library/re.html and https://github.com/google/re2/wiki/Syntax.
type translation struct {
	in    string
	at    int
	out   strings.Builder
	flags int
}

func compilePattern(pattern string, flags int) (*regexp.Regexp, error) {
	t := &translation{in: pattern, flags: flags}
	if err := t.run(); err != nil {
		return nil, err
	}
	letters := ""
	for _, f := range []struct {
		bit    int
		letter string
	}{{ignoreCase, "i"}, {multiLine, "m"}, {dotAll, "s"}} {
		if t.flags&f.bit != 0 {
			letters += f.letter
		}
	}
	text := t.out.String()
	if letters != "" {
		text = "(?" + letters + ")" + text
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, fmt.Errorf("the regular expression %q: %w", pattern, err)
	}
	return re, nil
}

func (t *translation) unsupported(what string) error {
	return fmt.Errorf("the regular expression %q uses %s, which mod does not support", t.in, what)
}

func (t *translation) run() error {
	for t.at < len(t.in) {
		c := t.in[t.at]
		var err error
		switch {
		case c == '\\':
			err = t.escape(false)
		case c == '[':
			err = t.class()
		case c == '(' && strings.HasPrefix(t.in[t.at:], "(?"):
			err = t.group()
		case c == '{':
			t.repeat()
		case strings.IndexByte("*+?}", c) >= 0 && t.at+1 < len(t.in) && t.in[t.at+1] == '+':
			err = t.unsupported("a possessive quantifier")
		case t.flags&verbose != 0 && strings.IndexByte(" \t\n\r\f\v", c) >= 0:
			t.at++
		case t.flags&verbose != 0 && c == '#':
			t.comment()
		default:
			t.out.WriteByte(c)
			t.at++
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (t *translation) comment() {
	end := strings.IndexByte(t.in[t.at:], '\n')
	if end < 0 {
		t.at = len(t.in)
		return
	}
	t.at += end + 1
}

// repeat copies {2,3}; Python's {,3} begins at 0.
func (t *translation) repeat() {
	t.out.WriteByte('{')
	t.at++
	if strings.HasPrefix(t.in[t.at:], ",") {
		t.out.WriteByte('0')
	}
}

// word, space and digit are Unicode's in Python unless re.ASCII is set.
var classes = map[byte]string{
	'w': `\p{L}\p{N}_`, 's': `\s\x{85}\p{Z}\x0b\x1c-\x1f`, 'd': `\p{Nd}`,
}

func (t *translation) escape(inClass bool) error {
	if t.at+1 >= len(t.in) {
		return fmt.Errorf("the regular expression %q ends with a backslash", t.in)
	}
	r, size := utf8.DecodeRuneInString(t.in[t.at+1:])
	escaped := t.in[t.at : t.at+1+size]
	c := t.in[t.at+1]
	if set, ok := classes[c|0x20]; ok && t.flags&asciiOnly == 0 && (c|0x20 == 'w' || c|0x20 == 's' || c|0x20 == 'd') {
		t.at += 2
		switch {
		case c >= 'a' && inClass:
			t.out.WriteString(set)
		case c >= 'a':
			t.out.WriteString("[" + set + "]")
		case inClass:
			t.out.WriteString(escaped)
		default:
			t.out.WriteString("[^" + set + "]")
		}
		return nil
	}
	switch {
	case c == 'Z':
		t.out.WriteString(`\z`)
	case c == 'b' && inClass:
		t.out.WriteString(`\x08`)
	case c == 'u' || c == 'U':
		return t.codePoint(map[byte]int{'u': 4, 'U': 8}[c])
	case c == '0':
		t.out.WriteString(`\x00`)
	case c >= '1' && c <= '9':
		return t.unsupported("a back-reference (" + escaped + ")")
	case r >= utf8.RuneSelf:
		t.out.WriteString(regexp.QuoteMeta(string(r)))
	default:
		t.out.WriteString(escaped)
	}
	t.at += 1 + size
	return nil
}

func (t *translation) codePoint(digits int) error {
	if t.at+2+digits > len(t.in) {
		return fmt.Errorf("the regular expression %q has an incomplete escape", t.in)
	}
	t.out.WriteString(`\x{` + t.in[t.at+2:t.at+2+digits] + `}`)
	t.at += 2 + digits
	return nil
}

func (t *translation) class() error {
	start := t.at
	t.out.WriteByte('[')
	t.at++
	if strings.HasPrefix(t.in[t.at:], "^") {
		t.out.WriteByte('^')
		t.at++
	}
	for first := true; ; first = false {
		if t.at >= len(t.in) {
			return fmt.Errorf("the regular expression %q has an unterminated character set: %s", t.in, t.in[start:])
		}
		switch c := t.in[t.at]; {
		case c == ']' && !first:
			t.out.WriteByte(']')
			t.at++
			return nil
		case c == '\\':
			if err := t.escape(true); err != nil {
				return err
			}
		case c == '[' || c == ']':
			t.out.WriteString(`\` + string(c))
			t.at++
		default:
			t.out.WriteByte(c)
			t.at++
		}
	}
}

// group translates what begins with "(?".
func (t *translation) group() error {
	rest := t.in[t.at:]
	for _, g := range []struct{ prefix, name string }{
		{"(?=", "a lookahead"}, {"(?!", "a lookahead"}, {"(?<=", "a lookbehind"}, {"(?<!", "a lookbehind"},
		{"(?P=", "a back-reference"}, {"(?(", "a conditional group"}, {"(?>", "an atomic group"},
	} {
		if strings.HasPrefix(rest, g.prefix) {
			return t.unsupported(g.name + ", " + g.prefix + "…)")
		}
	}
	if strings.HasPrefix(rest, "(?#") {
		end := strings.IndexByte(rest, ')')
		if end < 0 {
			return fmt.Errorf("the regular expression %q has an unterminated comment", t.in)
		}
		t.at += end + 1
		return nil
	}
	if strings.HasPrefix(rest, "(?P<") || strings.HasPrefix(rest, "(?:") {
		t.out.WriteString("(?")
		t.at += 2
		return nil
	}
	return t.inlineFlags()
}

// inlineFlags translates (?i) and (?i:…).
func (t *translation) inlineFlags() error {
	end := strings.IndexAny(t.in[t.at:], ":)")
	if end < 0 {
		return fmt.Errorf("the regular expression %q has an unterminated group", t.in)
	}
	letters := t.in[t.at+2 : t.at+end]
	kept := ""
	for _, l := range letters {
		switch l {
		case 'i', 'm', 's', '-':
			kept += string(l)
		case 'x':
			t.flags |= verbose
		case 'a':
			t.flags |= asciiOnly
		case 'u', 'L':
		default:
			return fmt.Errorf("the regular expression %q has an unknown extension (?%c", t.in, l)
		}
	}
	kept = strings.TrimSuffix(kept, "-")
	scoped := t.in[t.at+end] == ':'
	t.at += end + 1
	switch {
	case scoped:
		t.out.WriteString("(?" + kept + ":")
	case kept != "":
		t.out.WriteString("(?" + kept + ")")
	}
	return nil
}

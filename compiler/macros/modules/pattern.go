package modules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
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

// translation turns a Python pattern into one of .NET's syntax, which the engine reads. It numbers the groups by itself and
// names none, because .NET numbers those that have a name after the others.
// The syntaxes: https://docs.python.org/3/library/re.html and
// https://learn.microsoft.com/dotnet/standard/base-types/regular-expression-language-quick-reference.
type translation struct {
	in     string
	at     int
	out    strings.Builder
	flags  int
	groups []string

	// opposites are the \W, \S and \D of the class that is being read. They stand last in it: the engine misreads a class
	// such as [^\W\d], where another one follows.
	opposites string
}

func compilePattern(pattern string, flags int) (*Pattern, error) {
	t := &translation{in: pattern, flags: flags, groups: []string{""}}
	if err := t.run(); err != nil {
		return nil, err
	}
	options := regexp2.None
	for _, f := range []struct {
		bit    int
		option regexp2.RegexOptions
	}{{ignoreCase, regexp2.IgnoreCase}, {multiLine, regexp2.Multiline}, {dotAll, regexp2.Singleline}} {
		if t.flags&f.bit != 0 {
			options |= f.option
		}
	}
	p := &Pattern{source: pattern, flags: t.flags, groups: t.groups}
	for _, e := range []struct {
		to            *expression
		before, after string
	}{{&p.search, "", ""}, {&p.anchored, `\G(?:`, ")"}, {&p.full, `\G(?:`, `)\z`}} {
		var err error
		if *e.to, err = newExpression(e.before+t.out.String()+e.after, options); err != nil {
			return nil, fmt.Errorf("the regular expression %q: %w", pattern, err)
		}
	}
	return p, nil
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
		case c == '(':
			t.open("")
			t.at++
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

var noLeast = regexp.MustCompile(`^,\d*\}`)

// repeat copies {2,3}; Python's {,3} begins at 0.
func (t *translation) repeat() {
	t.out.WriteByte('{')
	t.at++
	if noLeast.MatchString(t.in[t.at:]) {
		t.out.WriteByte('0')
	}
}

// open begins a group that captures.
func (t *translation) open(name string) {
	t.groups = append(t.groups, name)
	t.out.WriteByte('(')
}

// word, space and digit are Unicode's in Python unless re.ASCII is set.
var (
	unicodeClasses = map[byte]string{'w': `\p{L}\p{N}_`, 's': `\t-\r\u0085\p{Z}\x1c-\x1f`, 'd': `\p{Nd}`}
	asciiClasses   = map[byte]string{'w': `a-zA-Z0-9_`, 's': ` \t-\r`, 'd': `0-9`}
)

func (t *translation) escape(inClass bool) error {
	if t.at+1 >= len(t.in) {
		return fmt.Errorf("the regular expression %q ends with a backslash", t.in)
	}
	r, size := utf8.DecodeRuneInString(t.in[t.at+1:])
	escaped := t.in[t.at : t.at+1+size]
	c := t.in[t.at+1]
	if set, ok := t.set(c); ok {
		t.at += 2
		switch {
		case c >= 'a' && inClass:
			t.out.WriteString(set)
		case c >= 'a':
			t.out.WriteString("[" + set + "]")
		case inClass:
			t.opposites += escaped
		default:
			t.out.WriteString("[^" + set + "]")
		}
		return nil
	}
	switch {
	case c == 'Z' && !inClass:
		t.out.WriteString(`\z`)
	case c == 'b' && inClass:
		t.out.WriteString(`\x08`)
	case c == 'u' || c == 'U':
		return t.codePoint(map[byte]int{'u': 4, 'U': 8}[c])
	case c == '0' || inClass && c >= '1' && c <= '7':
		return t.octal()
	case c >= '1' && c <= '9' && !inClass:
		return t.backReference()
	case r >= utf8.RuneSelf:
		t.out.WriteString(string(r))
	case isLetter(c) && strings.IndexByte("abBAfnrtvx", c) < 0 || inClass && (c == 'A' || c == 'B'):
		return fmt.Errorf("the regular expression %q has a bad escape %s", t.in, escaped)
	default:
		t.out.WriteString(escaped)
	}
	t.at += 1 + size
	return nil
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// set is what \w, \s, \d and their opposites stand for.
func (t *translation) set(c byte) (string, bool) {
	if !isLetter(c) {
		return "", false
	}
	sets := unicodeClasses
	if t.flags&asciiOnly != 0 {
		sets = asciiClasses
	}
	set, ok := sets[c|0x20]
	return set, ok
}

// octal translates \0 and what follows it.
func (t *translation) octal() error {
	end := t.at + 1
	for end < len(t.in) && end < t.at+4 && t.in[end] >= '0' && t.in[end] <= '7' {
		end++
	}
	n, err := strconv.ParseUint(t.in[t.at+1:end], 8, 8)
	if err != nil {
		return fmt.Errorf("the regular expression %q has a bad escape %s", t.in, t.in[t.at:end])
	}
	fmt.Fprintf(&t.out, `\x%02x`, n)
	t.at = end
	return nil
}

// backReference translates \1.
func (t *translation) backReference() error {
	end := t.at + 2
	if end < len(t.in) && t.in[end] >= '0' && t.in[end] <= '9' {
		end++
	}
	n, err := strconv.Atoi(t.in[t.at+1 : end])
	if err != nil || n >= len(t.groups) {
		return fmt.Errorf("the regular expression %q refers to the group %s, which it does not have", t.in, t.in[t.at+1:end])
	}
	fmt.Fprintf(&t.out, `(?:\%d)`, n)
	t.at = end
	return nil
}

func (t *translation) codePoint(digits int) error {
	if t.at+2+digits > len(t.in) {
		return fmt.Errorf("the regular expression %q has an incomplete escape", t.in)
	}
	n, err := strconv.ParseUint(t.in[t.at+2:t.at+2+digits], 16, 32)
	if err != nil || n > utf8.MaxRune {
		return fmt.Errorf("the regular expression %q has a bad escape %s", t.in, t.in[t.at:t.at+2+digits])
	}
	t.out.WriteString(regexp2.Escape(string(rune(n))))
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
			t.out.WriteString(t.opposites + "]")
			t.opposites = ""
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
	for _, same := range []string{"(?:", "(?=", "(?!", "(?<=", "(?<!", "(?>"} {
		if strings.HasPrefix(rest, same) {
			t.out.WriteString(same)
			t.at += len(same)
			return nil
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
	for _, g := range []struct {
		prefix string
		end    byte
	}{{"(?P<", '>'}, {"(?P=", ')'}, {"(?(", ')'}} {
		if strings.HasPrefix(rest, g.prefix) {
			return t.named(g.prefix, g.end)
		}
	}
	return t.inlineFlags()
}

// named translates a group that has a name, a reference to one, and the condition that one took part.
func (t *translation) named(prefix string, closing byte) error {
	rest := t.in[t.at+len(prefix):]
	end := strings.IndexByte(rest, closing)
	if end <= 0 {
		return fmt.Errorf("the regular expression %q lacks the name of a group", t.in)
	}
	name := rest[:end]
	t.at += len(prefix) + end + 1
	n := slices.Index(t.groups, name)
	if number, err := strconv.Atoi(name); err == nil && prefix == "(?(" {
		n = number
	}
	switch {
	case prefix == "(?P<" && n >= 0:
		return fmt.Errorf("the regular expression %q has two groups %q", t.in, name)
	case prefix == "(?P<":
		t.open(name)
	case n < 0 || n >= len(t.groups):
		return fmt.Errorf("the regular expression %q refers to the group %q, which it does not have", t.in, name)
	case prefix == "(?P=":
		fmt.Fprintf(&t.out, `(?:\%d)`, n)
	default:
		fmt.Fprintf(&t.out, `(?(%d)`, n)
	}
	return nil
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

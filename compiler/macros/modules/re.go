package modules

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// Pattern is a compiled regular expression.
type Pattern struct {
	source         string
	flags          int
	search         *regexp.Regexp
	anchored, full *regexp.Regexp
}

func newPattern(v jinja.Value, flags int) (*Pattern, error) {
	switch v := v.(type) {
	case *Pattern:
		return v, nil
	case string:
		search, err := compilePattern(v, flags)
		if err != nil {
			return nil, err
		}
		p := &Pattern{source: v, flags: flags, search: search}
		if p.anchored, err = regexp.Compile(`\A(?:` + search.String() + `)`); err != nil {
			return nil, err
		}
		p.full, err = regexp.Compile(`\A(?:` + search.String() + `)\z`)
		return p, err
	}
	return nil, fmt.Errorf("first argument must be string or compiled pattern, not %s", jinja.TypeName(v))
}

// String is how a pattern is shown.
func (p *Pattern) String() string { return "re.compile(" + jinja.Repr(p.source) + ")" }

// Attr implements jinja.Attributer.
func (p *Pattern) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "pattern":
		return p.source, true
	case "flags":
		return p.flags | unicodeOn, true
	case "groups":
		return p.search.NumSubexp(), true
	case "groupindex":
		d := jinja.NewDict()
		for i, group := range p.search.SubexpNames() {
			if group != "" {
				d.Put(group, i)
			}
		}
		return d, true
	}
	m, ok := patternMethods[name]
	if !ok {
		return nil, false
	}
	return bind.Func(name, m.params, func(c *jinja.Call, a bind.Args) (jinja.Value, error) { return m.call(p, c, a) }), true
}

type patternMethod struct {
	params string
	call   func(p *Pattern, c *jinja.Call, a bind.Args) (jinja.Value, error)
}

var patternMethods = map[string]patternMethod{
	"match":     {"string pos? endpos?", finder(func(p *Pattern) *regexp.Regexp { return p.anchored })},
	"fullmatch": {"string pos? endpos?", finder(func(p *Pattern) *regexp.Regexp { return p.full })},
	"search":    {"string pos? endpos?", finder(func(p *Pattern) *regexp.Regexp { return p.search })},
	"findall":   {"string pos? endpos?", findAll},
	"finditer":  {"string pos? endpos?", findIter},
	"split":     {"string maxsplit?", split},
	"sub":       {"repl string count?", substitute},
	"subn":      {"repl string count?", substituteCounted},
}

// subject is the string argument.
func subject(a bind.Args) (string, error) {
	s, ok := a.Value("string").(string)
	if !ok {
		return "", fmt.Errorf("expected string or bytes-like object, got '%s'", jinja.TypeName(a.Value("string")))
	}
	return s, nil
}

func finder(which func(*Pattern) *regexp.Regexp) func(*Pattern, *jinja.Call, bind.Args) (jinja.Value, error) {
	return func(p *Pattern, _ *jinja.Call, a bind.Args) (jinja.Value, error) {
		s, err := subject(a)
		if err != nil {
			return nil, err
		}
		start, err := offset(a, "pos", s, 0)
		if err != nil {
			return nil, err
		}
		end, err := offset(a, "endpos", s, len(s))
		if err != nil || end < start {
			return nil, err
		}
		m := which(p).FindStringSubmatchIndex(s[start:end])
		if m == nil {
			return nil, nil
		}
		for i := range m {
			if m[i] >= 0 {
				m[i] += start
			}
		}
		return &Match{p, s, m}, nil
	}
}

// offset is an argument that counts characters, in bytes.
func offset(a bind.Args, name, s string, fallback int) (int, error) {
	if a.Value(name) == nil {
		return fallback, nil
	}
	n, err := a.Int(name, 0)
	if err != nil {
		return 0, err
	}
	at := 0
	for ; n > 0 && at < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at, nil
}

// all are the matches in a text as Python finds them: unlike Go, it takes an empty match right after another one.
func (p *Pattern) all(s string) []*Match {
	var out []*Match
	found := p.search.FindAllStringSubmatchIndex(s, -1)
	for i, m := range found {
		out = append(out, &Match{p, s, m})
		end := m[1]
		next := len(s) + 1
		if i+1 < len(found) {
			next = found[i+1][0]
		}
		if m[0] == end || next == end || p.sensitive() {
			continue
		}
		if e := p.anchored.FindStringSubmatchIndex(s[end:]); e != nil && e[1] == 0 {
			for j := range e {
				if e[j] >= 0 {
					e[j] += end
				}
			}
			out = append(out, &Match{p, s, e})
		}
	}
	return out
}

// sensitive tells that a match depends on the text before it.
func (p *Pattern) sensitive() bool {
	return strings.ContainsAny(p.search.String(), "^") || strings.Contains(p.search.String(), `\b`)
}

func findAll(p *Pattern, _ *jinja.Call, a bind.Args) (jinja.Value, error) {
	s, err := subject(a)
	if err != nil {
		return nil, err
	}
	out := jinja.NewList()
	for _, m := range p.all(s) {
		switch p.search.NumSubexp() {
		case 0:
			out.Items = append(out.Items, m.text(0))
		case 1:
			out.Items = append(out.Items, m.text(1))
		default:
			var groups []jinja.Value
			for i := 1; i <= p.search.NumSubexp(); i++ {
				groups = append(groups, m.text(i))
			}
			out.Items = append(out.Items, jinja.NewTuple(groups...))
		}
	}
	return out, nil
}

func findIter(p *Pattern, _ *jinja.Call, a bind.Args) (jinja.Value, error) {
	s, err := subject(a)
	if err != nil {
		return nil, err
	}
	out := jinja.NewList()
	for _, m := range p.all(s) {
		out.Items = append(out.Items, m)
	}
	return out, nil
}

func split(p *Pattern, _ *jinja.Call, a bind.Args) (jinja.Value, error) {
	s, err := subject(a)
	if err != nil {
		return nil, err
	}
	limit, err := a.Int("maxsplit", 0)
	if err != nil {
		return nil, err
	}
	out := jinja.NewList()
	last := 0
	for n, m := range p.all(s) {
		if limit > 0 && n >= limit {
			break
		}
		out.Items = append(out.Items, s[last:m.at[0]])
		for i := 1; i <= p.search.NumSubexp(); i++ {
			out.Items = append(out.Items, m.group(i))
		}
		last = m.at[1]
	}
	out.Items = append(out.Items, s[last:])
	return out, nil
}

func substitute(p *Pattern, c *jinja.Call, a bind.Args) (jinja.Value, error) {
	text, _, err := p.replace(c, a)
	return text, err
}

func substituteCounted(p *Pattern, c *jinja.Call, a bind.Args) (jinja.Value, error) {
	text, n, err := p.replace(c, a)
	return jinja.NewTuple(text, n), err
}

func (p *Pattern) replace(c *jinja.Call, a bind.Args) (string, int, error) {
	s, err := subject(a)
	if err != nil {
		return "", 0, err
	}
	limit, err := a.Int("count", 0)
	if err != nil {
		return "", 0, err
	}
	var b strings.Builder
	last, n := 0, 0
	for _, m := range p.all(s) {
		if limit > 0 && n >= limit {
			break
		}
		b.WriteString(s[last:m.at[0]])
		text, err := m.replacement(c, a.Value("repl"))
		if err != nil {
			return "", 0, err
		}
		b.WriteString(text)
		last = m.at[1]
		n++
	}
	b.WriteString(s[last:])
	return b.String(), n, nil
}

func (m *Match) replacement(c *jinja.Call, repl jinja.Value) (string, error) {
	if text, ok := repl.(string); ok {
		return m.expand(text)
	}
	v, err := c.State.Call(repl, []jinja.Value{m}, nil)
	return jinja.Str(v), err
}

// reModule is modules.re.
func reModule() members {
	m := members{
		"A": asciiOnly, "ASCII": asciiOnly, "I": ignoreCase, "IGNORECASE": ignoreCase, "L": locale, "LOCALE": locale,
		"M": multiLine, "MULTILINE": multiLine, "S": dotAll, "DOTALL": dotAll, "U": unicodeOn, "UNICODE": unicodeOn,
		"X": verbose, "VERBOSE": verbose, "NOFLAG": 0,
	}
	m["compile"] = function("compile", "pattern flags?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
		flags, err := a.Int("flags", 0)
		if err != nil {
			return nil, err
		}
		return newPattern(a.Value("pattern"), flags)
	})
	m["purge"] = function("purge", "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return nil, nil })
	m["escape"] = function("escape", "pattern", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
		text, err := a.Text("pattern", "")
		return escapeText(text), err
	})
	for name, params := range map[string]string{
		"match": "pattern string flags?", "search": "pattern string flags?", "fullmatch": "pattern string flags?",
		"findall": "pattern string flags?", "finditer": "pattern string flags?", "split": "pattern string maxsplit? flags?",
		"sub": "pattern repl string count? flags?", "subn": "pattern repl string count? flags?",
	} {
		m[name] = function(name, params, func(c *jinja.Call, a bind.Args) (jinja.Value, error) {
			flags, err := a.Int("flags", 0)
			if err != nil {
				return nil, err
			}
			p, err := newPattern(a.Value("pattern"), flags)
			if err != nil {
				return nil, err
			}
			return patternMethods[name].call(p, c, a)
		})
	}
	return m
}

func escapeText(text string) string {
	var b strings.Builder
	for _, r := range text {
		if r < utf8.RuneSelf && strings.ContainsRune("()[]{}?*+-|^$\\.&~# \t\n\r\v\f", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

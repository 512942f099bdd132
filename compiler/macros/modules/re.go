package modules

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// Pattern is a compiled regular expression.
type Pattern struct {
	source string
	flags  int
	groups []string // the names of the groups, "" for one that has none; the first is the whole match

	search, anchored, full expression
}

func newPattern(v jinja.Value, flags int) (*Pattern, error) {
	switch v := v.(type) {
	case *Pattern:
		return v, nil
	case string:
		return compilePattern(v, flags)
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
		return p.last(), true
	case "groupindex":
		d := jinja.NewDict()
		for i, group := range p.groups {
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
	"match":     {"string pos? endpos?", finder(func(p *Pattern) expression { return p.anchored })},
	"fullmatch": {"string pos? endpos?", finder(func(p *Pattern) expression { return p.full })},
	"search":    {"string pos? endpos?", finder(func(p *Pattern) expression { return p.search })},
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

func finder(which func(*Pattern) expression) func(*Pattern, *jinja.Call, bind.Args) (jinja.Value, error) {
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
		at, err := which(p).find(newText(s[:end]), start)
		if at == nil || err != nil {
			return nil, err
		}
		return &Match{p, s, at}, nil
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

// all are the matches in a text as Python finds them: an empty match may stand right after another one, not after an empty one.
func (p *Pattern) all(s string) ([]*Match, error) {
	var out []*Match
	t := newText(s)
	for from := 0; from <= len(s); {
		at, err := p.search.find(t, from)
		if err != nil {
			return nil, err
		}
		if at == nil {
			break
		}
		out = append(out, &Match{p, s, at})
		from = at[1]
		if at[0] == at[1] {
			from = t.after(from)
		}
	}
	return out, nil
}

// last is the number of the last group.
func (p *Pattern) last() int { return len(p.groups) - 1 }

func findAll(p *Pattern, _ *jinja.Call, a bind.Args) (jinja.Value, error) {
	s, err := subject(a)
	if err != nil {
		return nil, err
	}
	found, err := p.all(s)
	if err != nil {
		return nil, err
	}
	out := jinja.NewList()
	for _, m := range found {
		switch p.last() {
		case 0:
			out.Items = append(out.Items, m.text(0))
		case 1:
			out.Items = append(out.Items, m.text(1))
		default:
			var groups []jinja.Value
			for i := 1; i <= p.last(); i++ {
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
	found, err := p.all(s)
	if err != nil {
		return nil, err
	}
	out := jinja.NewList()
	for _, m := range found {
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
	found, err := p.all(s)
	if err != nil {
		return nil, err
	}
	out := jinja.NewList()
	last := 0
	for n, m := range found {
		if limit > 0 && n >= limit {
			break
		}
		out.Items = append(out.Items, s[last:m.at[0]])
		for i := 1; i <= p.last(); i++ {
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
	found, err := p.all(s)
	if err != nil {
		return "", 0, err
	}
	var b strings.Builder
	last, n := 0, 0
	for _, m := range found {
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
		"X": verbose, "VERBOSE": verbose, "NOFLAG": 0, "error": exception("re.error"),
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

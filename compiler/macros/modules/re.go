package modules

import (
	"fmt"
	"regexp"
	"strconv"
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

// Match is a match of a pattern in a text.
type Match struct {
	pattern *Pattern
	subject string
	at      []int // pairs of byte offsets, one a group; -1 for a group that took no part
}

// text is a group, "" if it took no part.
func (m *Match) text(i int) string {
	if m.at[2*i] < 0 {
		return ""
	}
	return m.subject[m.at[2*i]:m.at[2*i+1]]
}

// group is a group, None if it took no part.
func (m *Match) group(i int) jinja.Value {
	if m.at[2*i] < 0 {
		return nil
	}
	return m.text(i)
}

// number is the group that a key means: a number or a name.
func (m *Match) number(key jinja.Value) (int, error) {
	n, ok := key.(int)
	if name, named := key.(string); named {
		n, ok = m.pattern.search.SubexpIndex(name), true
	}
	if !ok || n < 0 || n > m.pattern.search.NumSubexp() {
		return 0, fmt.Errorf("no such group")
	}
	return n, nil
}

// chars is a byte offset as a number of characters.
func (m *Match) chars(at int) int {
	if at < 0 {
		return -1
	}
	return utf8.RuneCountInString(m.subject[:at])
}

// Truth implements jinja.Truther.
func (m *Match) Truth() bool { return true }

// Index implements jinja.Indexer: a group.
func (m *Match) Index(key jinja.Value) (jinja.Value, bool, error) {
	n, err := m.number(key)
	if err != nil {
		return nil, false, nil
	}
	return m.group(n), true, nil
}

// String is how a match is shown.
func (m *Match) String() string {
	return fmt.Sprintf("<re.Match object; span=(%d, %d), match=%s>", m.chars(m.at[0]), m.chars(m.at[1]), jinja.Repr(m.text(0)))
}

// Attr implements jinja.Attributer.
func (m *Match) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "string":
		return m.subject, true
	case "re":
		return m.pattern, true
	case "pos":
		return 0, true
	case "endpos":
		return m.chars(len(m.subject)), true
	case "lastindex", "lastgroup":
		return m.last(name), true
	case "group":
		return bind.Func(name, "*groups", m.groupFunction), true
	case "groups":
		return bind.Func(name, "default?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			var out []jinja.Value
			for i := 1; i <= m.pattern.search.NumSubexp(); i++ {
				out = append(out, m.orDefault(i, a))
			}
			return jinja.NewTuple(out...), nil
		}), true
	case "groupdict":
		return bind.Func(name, "default?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			d := jinja.NewDict()
			for i, group := range m.pattern.search.SubexpNames() {
				if group != "" {
					d.Put(group, m.orDefault(i, a))
				}
			}
			return d, nil
		}), true
	case "expand":
		return bind.Func(name, "template", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			template, err := a.Text("template", "")
			if err != nil {
				return nil, err
			}
			return m.expand(template)
		}), true
	case "start", "end", "span":
		return bind.Func(name, "group?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			n, err := m.number(a.Or("group", 0))
			if err != nil {
				return nil, err
			}
			start, end := m.chars(m.at[2*n]), m.chars(m.at[2*n+1])
			return map[string]jinja.Value{"start": start, "end": end, "span": jinja.NewTuple(start, end)}[name], nil
		}), true
	}
	return nil, false
}

func (m *Match) orDefault(i int, a bind.Args) jinja.Value {
	if v := m.group(i); v != nil {
		return v
	}
	return a.Value("default")
}

func (m *Match) last(name string) jinja.Value {
	best := 0
	for i := 1; i <= m.pattern.search.NumSubexp(); i++ {
		if m.at[2*i] >= 0 && m.at[2*i+1] >= m.at[2*best+1]-boolInt(best == 0)*len(m.subject) {
			best = i
		}
	}
	switch {
	case best == 0:
		return nil
	case name == "lastindex":
		return best
	case m.pattern.search.SubexpNames()[best] == "":
		return nil
	}
	return m.pattern.search.SubexpNames()[best]
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (m *Match) groupFunction(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	keys := a.Rest
	if len(keys) == 0 {
		keys = []jinja.Value{0}
	}
	var out []jinja.Value
	for _, key := range keys {
		n, err := m.number(key)
		if err != nil {
			return nil, err
		}
		out = append(out, m.group(n))
	}
	if len(out) == 1 {
		return out[0], nil
	}
	return jinja.NewTuple(out...), nil
}

// expand fills in \1, \g<1> and \g<name> of a replacement.
func (m *Match) expand(template string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(template); i++ {
		if template[i] != '\\' || i+1 == len(template) {
			b.WriteByte(template[i])
			continue
		}
		i++
		switch c := template[i]; {
		case c == 'g' && strings.HasPrefix(template[i+1:], "<"):
			end := strings.IndexByte(template[i:], '>')
			if end < 0 {
				return "", fmt.Errorf("missing >, unterminated name in %s", jinja.Repr(template))
			}
			if err := m.write(&b, template[i+2:i+end]); err != nil {
				return "", err
			}
			i += end
		case c >= '1' && c <= '9':
			digits := template[i : i+1]
			if i+1 < len(template) && template[i+1] >= '0' && template[i+1] <= '9' {
				digits = template[i : i+2]
			}
			if err := m.write(&b, digits); err != nil {
				return "", err
			}
			i += len(digits) - 1
		default:
			b.WriteString(unescaped(c))
		}
	}
	return b.String(), nil
}

func (m *Match) write(b *strings.Builder, name string) error {
	var key jinja.Value = name
	if n, err := strconv.Atoi(name); err == nil {
		key = n
	}
	n, err := m.number(key)
	if err != nil {
		return fmt.Errorf("invalid group reference %s", name)
	}
	b.WriteString(m.text(n))
	return nil
}

func unescaped(c byte) string {
	if i := strings.IndexByte("ntrfvab0", c); i >= 0 {
		return "\n\t\r\f\v\a\b\x00"[i : i+1]
	}
	if c == '\\' {
		return `\`
	}
	return `\` + string(c)
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

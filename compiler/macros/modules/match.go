package modules

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

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
		n, ok = slices.Index(m.pattern.groups, name), name != ""
	}
	if !ok || n < 0 || n > m.pattern.last() {
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
			for i := 1; i <= m.pattern.last(); i++ {
				out = append(out, m.orDefault(i, a))
			}
			return jinja.NewTuple(out...), nil
		}), true
	case "groupdict":
		return bind.Func(name, "default?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			d := jinja.NewDict()
			for i, group := range m.pattern.groups {
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
	for i := 1; i <= m.pattern.last(); i++ {
		if m.at[2*i] >= 0 && m.at[2*i+1] >= m.at[2*best+1]-boolInt(best == 0)*len(m.subject) {
			best = i
		}
	}
	switch {
	case best == 0:
		return nil
	case name == "lastindex":
		return best
	case m.pattern.groups[best] == "":
		return nil
	}
	return m.pattern.groups[best]
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

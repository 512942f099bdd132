package macros

import (
	"slices"
	"strings"
	"unicode"
)

// Calls are the IDs of the macros that a macro's code names in calls, itself left out: what dbt writes as depends_on of a
// macro. Nothing is run, so that a call by a computed name is not seen.
func (l *Library) Calls(m *Macro) []string {
	var out []string
	for _, found := range l.called(m) {
		out = append(out, found.ID)
	}
	return out
}

func (l *Library) called(m *Macro) []*Macro {
	var out []*Macro
	add := func(found *Macro) {
		if found != nil && found != m && !slices.Contains(out, found) {
			out = append(out, found)
		}
	}
	for _, i := range m.Block.Invocations() {
		switch {
		case i.Namespace == "adapter" && i.Name == "dispatch":
			name, _ := i.Literal(0, "macro_name").(string)
			if name == "" {
				continue
			}
			namespace, _ := i.Literal(1, "macro_namespace").(string)
			if name != m.Name {
				add(l.Find(m.Package, "", name))
			}
			found, _ := l.Dispatch(m.Package, namespace, name)
			add(found)
		case i.Namespace == "" && (i.Name == m.Name || slices.Contains(builtinNames, i.Name)):
		default:
			add(l.Find(m.Package, i.Namespace, i.Name))
		}
	}
	return out
}

// Led is the macro of that name among those that a macro calls, and these call, and so on; nil if there is none.
func (l *Library) Led(from *Macro, name string) *Macro {
	seen := map[*Macro]bool{from: true}
	for next := []*Macro{from}; len(next) > 0; next = next[1:] {
		for _, m := range l.called(next[0]) {
			if m.Name == name {
				return m
			}
			if !seen[m] {
				seen[m], next = true, append(next, m)
			}
		}
	}
	return nil
}

// Source is the text of the macro's definition as manifests show it: with the white space that its own tags take away, but not that
// at the ends of its file.
func (m *Macro) Source() string {
	start, end := m.Block.Span.Start, m.Block.Span.End
	text := strings.TrimRightFunc(m.Block.Span.Source.Text, unicode.IsSpace)
	before, after := text[:start], text[end:]
	if strings.HasPrefix(text[start:end], "{%-") {
		if trimmed := strings.TrimRightFunc(before, unicode.IsSpace); !strings.HasSuffix(trimmed, "-%}") {
			start = len(trimmed)
		}
		if strings.TrimSpace(before) == "" {
			start = len(before)
		}
	}
	if strings.HasSuffix(text[start:end], "-%}") {
		end = len(text) - len(strings.TrimLeftFunc(after, unicode.IsSpace))
	}
	return text[start:end]
}

// Builtin tells whether the macro came with mod.
func (m *Macro) Builtin() bool { return m.File == nil }

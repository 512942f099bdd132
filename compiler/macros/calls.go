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
	add := func(found *Macro) {
		if found != nil && found.ID != m.ID && !slices.Contains(out, found.ID) {
			out = append(out, found.ID)
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

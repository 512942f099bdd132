package macros

import "slices"

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
			name, namespace := dispatched(i.Args, i.Kwargs)
			if name == "" {
				continue
			}
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

// dispatched are the literal arguments of adapter.dispatch; name is "" if it is none.
func dispatched(args []any, kwargs map[string]any) (name, namespace string) {
	arg := func(i int, key string) string {
		if i < len(args) {
			s, _ := args[i].(string)
			return s
		}
		s, _ := kwargs[key].(string)
		return s
	}
	return arg(0, "macro_name"), arg(1, "macro_namespace")
}

// Source is the text of the macro's definition, as manifests show it.
func (m *Macro) Source() string { return m.Block.Span.Text() }

// Builtin tells whether the macro came with mod.
func (m *Macro) Builtin() bool { return m.File == nil }

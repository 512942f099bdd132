package macros

import (
	"maps"
	"slices"
	"strings"
)

// Find resolves a bare name as a template of that package sees it: the package's own, then the root project's, then the
// pack's. With a namespace it is that package's macro alone. It is nil if there is none.
//
// A macro's body resolves names as the node that it is called for, not as its own package: that is why packages call their
// own macros with the package's name.
func (l *Library) Find(from, namespace, name string) *Macro {
	if namespace != "" {
		if macros, ok := l.namespace(namespace); ok {
			return macros[name]
		}
		return nil
	}
	if m := l.packages[from][name]; m != nil {
		return m
	}
	if m := l.packages[l.root][name]; m != nil {
		return m
	}
	return l.builtin[name]
}

// namespace is the macros that `name.x` means.
func (l *Library) namespace(name string) (index, bool) {
	if macros, ok := l.packages[name]; ok {
		return macros, true
	}
	if name == PackPackage {
		return l.builtin, true
	}
	macros, ok := l.pack[name]
	return macros, ok
}

// Generate resolves generate_schema_name and its like: the root project's, else the pack's.
func (l *Library) Generate(name string) *Macro {
	if m := l.packages[l.root][name]; m != nil {
		return m
	}
	return l.builtin[name]
}

// Dispatch resolves adapter.dispatch(name, namespace) called in a macro of package from; tried are the names that were looked
// for, for the error.
func (l *Library) Dispatch(from, namespace, name string) (m *Macro, tried []string) {
	for _, pkg := range l.searched(namespace) {
		for _, prefix := range lineage(l.dialect) {
			full := prefix + "__" + name
			if pkg == "" {
				tried = append(tried, full)
			} else {
				tried = append(tried, pkg+"."+full)
			}
			if m := l.Find(from, pkg, full); m != nil {
				return m, tried
			}
		}
	}
	return nil, tried
}

// searched are the packages that dispatch looks into for a namespace; "" stands for all that a bare name would find.
func (l *Library) searched(namespace string) []string {
	if namespace == "" {
		return []string{""}
	}
	if order := l.search[namespace]; len(order) > 0 {
		return order
	}
	if _, ok := l.namespace(namespace); ok {
		return []string{l.root, namespace}
	}
	return []string{""}
}

// builtinMaterializations are those that mod brings; a package may not replace them behind the root project's back.
var builtinMaterializations = []string{
	"view", "table", "incremental", "materialized_view", "ephemeral", "seed", "snapshot", "test", "unit", "clone", "function",
}

// Materialization resolves a {% materialization %} of that name, nil if there is none: mod's own are in Go, but for few that stand in the
// pack. One for the dialect comes before the default one, the root project's before a package's, and the pack's is the last.
func (l *Library) Materialization(name string) *Macro {
	imported := !l.explicit || !slices.Contains(builtinMaterializations, name)
	for _, adapter := range lineage(l.dialect) {
		full := "materialization_" + name + "_" + adapter
		if m := l.packages[l.root][full]; m != nil {
			return m
		}
		for _, pkg := range slices.Sorted(maps.Keys(l.packages)) {
			if m := l.packages[pkg][full]; m != nil && imported {
				return m
			}
		}
		if m := l.builtin[full]; m != nil && !slices.Contains(builtinMaterializations, name) {
			return m
		}
	}
	return nil
}

// Names are all names that Find would resolve from that package, for "did you mean".
func (l *Library) Names(from string) []string {
	names := map[string]bool{}
	for _, macros := range []index{l.packages[from], l.packages[l.root], l.builtin} {
		for name := range macros {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// cutName takes a qualified name apart: "dbt_utils.star".
func cutName(full string) (namespace, name string, ok bool) { return strings.Cut(full, ".") }

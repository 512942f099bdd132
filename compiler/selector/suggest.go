package selector

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
)

func text(v any) string { return fmt.Sprint(v) }

// suggest is a hint of the nearest value, or of all if they are few.
func suggest(written string, values []string) string {
	if hint := diag.DidYouMean(written, values); hint != "" {
		return hint
	}
	if n := len(values); n > 0 && n <= 12 {
		return "use " + strings.Join(values[:n-1], ", ") + " or " + values[n-1]
	}
	return ""
}

// warn says that a group picked nothing, with the likely reason for its first part that picks nothing.
func (g *group) warn(e *evaluation) {
	d := e.problems.Warnf(g.expected, NothingSelected, "%q matches no enabled node", g.expected.Text())
	if g.expected.Text() == "" {
		d.Message = fmt.Sprintf("%s is empty and selects nothing", g.expected.Source.Path)
		return
	}
	for _, part := range g.parts {
		c, ok := part.(*criterion)
		if ok && c.method.columns && e.columns != nil && len(e.following(c)) == 0 {
			d.Span, d.Hint = c.at, e.columns.Nearest(c.value)
			return
		}
		if !ok || c.method.values == nil || e.picks(c) {
			continue
		}
		d.Span = c.at
		d.Hint = c.nearest(e.graph)
		return
	}
}

func (e *evaluation) picks(c *criterion) bool {
	for _, n := range e.graph.Nodes {
		if c.method.match(c, n) {
			return true
		}
	}
	return false
}

// nearest is a hint of what a criterion that picks nothing may have meant.
func (c *criterion) nearest(g *compiler.Graph) string {
	for _, n := range slices.Concat(g.Disabled, g.LeftOut) {
		if c.method.match(c, n) {
			return fmt.Sprintf("%s %q is disabled", n.Type, n.Name)
		}
	}
	if isPattern(c.value) {
		return ""
	}
	if hint := diag.DidYouMean(c.value, c.method.all(g.Order)); hint != "" {
		return hint
	}
	// A tag, source or package is often written without its method.
	for _, m := range methods() {
		if m == c.method || m.values == nil || m.name == "path" || m.name == c.method.name {
			continue
		}
		if slices.Contains(m.all(g.Order), c.value) {
			return fmt.Sprintf(`did you mean "%s:%s"?`, m.name, c.value)
		}
	}
	return ""
}

// all are the values of all nodes, each once, in order.
func (m *method) all(nodes []*compiler.Node) []string {
	var out []string
	seen := map[string]bool{}
	for _, n := range nodes {
		for _, v := range m.values(n) {
			if v != "" && !seen[v] {
				seen[v] = true
				out = append(out, v)
			}
		}
	}
	return out
}

// Complete returns the criteria that begin with a prefix, for a shell: names, methods, and the values of a method once its
// colon is written. Graph operators and earlier criteria joined with commas are kept in front.
func Complete(g *compiler.Graph, file *File, prefix string) []string {
	start := strings.LastIndexByte(prefix, ',') + 1
	start += len(prefix[start:]) - len(strings.TrimLeft(prefix[start:], "@+0123456789"))
	kept, word := prefix[:start], prefix[start:]
	var out []string
	add := func(candidates []string, lead, tail string) {
		for _, c := range candidates {
			if strings.HasPrefix(lead+c, word) {
				out = append(out, kept+lead+c+tail)
			}
		}
	}
	name, _, ok := strings.Cut(word, ":")
	switch m := methodNamed(name); {
	case !ok:
		add(methodNamed("fqn").all(slices.DeleteFunc(slices.Clone(g.Order), isTest)), "", "")
		add(Methods(), "", ":")
	case name == selectorMethod:
		add(file.Names(), name+":", "")
	case m != nil && m.values != nil:
		add(m.all(g.Order), name+":", "")
	}
	slices.Sort(out)
	return out
}

func isTest(n *compiler.Node) bool { return n.Type == compiler.Test || n.Type == compiler.UnitTest }

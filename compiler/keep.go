package compiler

import (
	"time"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// defaultKeep is how long the table of the build before is kept if the config only says that it is.
const defaultKeep = 7 * 24 * time.Hour

// keepHint says what keep_previous may be.
const keepHint = "write true, which is a week, false, or a length of time such as 12h, 7d or 2w"

// KeepsPrevious tells for how long the table that a build of the node replaces is kept, as its config keep_previous says; false if it is not, which is so
// of all but tables and incremental models that are built at once.
func (g *Graph) KeepsPrevious(n *Node) (time.Duration, bool) {
	if n.Type != Model || n.Config == nil || g.Batched(n) {
		return 0, false
	}
	m := n.Config.Materialized()
	if m != "table" && m != "incremental" || g.Library.Materialization(m) != nil {
		return 0, false
	}
	v, _ := n.Config.Value("keep_previous")
	length, ok := keepOf(v)
	return length, ok && length > 0
}

// keepOf reads a keep_previous; ok is false for what is none.
func keepOf(v jinja.Value) (length time.Duration, ok bool) {
	switch v := v.(type) {
	case nil:
		return 0, true
	case bool:
		if v {
			return defaultKeep, true
		}
		return 0, true
	}
	return project.Length(jinja.Str(v))
}

// checkKeep complains of a config keep_previous that says nothing.
func (b *builder) checkKeep(n *Node) {
	v, given := n.Config.Value("keep_previous")
	if _, ok := keepOf(v); !given || ok || !b.project.Native() {
		return
	}
	b.problems.Errorf(n.At, InvalidConfig, "%s %q has the config keep_previous: %s, which is no length of time", n.Type, n.Name, jinja.Str(v)).Hint = keepHint
}

package change

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// named matches what a hook's template is given to name things by: none of it does anything.
var named = regexp.MustCompile(`\{\{-?\s*(?:(?:this|target)(?:\.\w+)*|(?:env_)?var\(\s*(?:'[^']*'|"[^"]*")(?:\s*,\s*(?:'[^']*'|"[^"]*"))?\s*\))\s*-?\}\}`)

// attached matches statements of which it makes no difference whether they run on a table once or twice, and which lose and add no rows: rights, indexes, comments, statistics,
// settings of the session.
var attached = regexp.MustCompile(`^(?:grant|revoke|comment on|analyze|set|reset|create (?:unique )?index if not exists)\b`)

// once is why the hooks of a node can run only where it is built; "" if they can run again around a table that takes its place. One that loads, deletes or changes rows was
// meant for a build, and has run with that one.
func (g *Graph) once(n *compiler.Node) string {
	d := g.Graph.Of(n).Dialect
	for _, kind := range []string{"pre_hook", "post_hook"} {
		said := strings.Replace(kind, "_", "-", 1)
		for _, h := range n.Hooks(kind) {
			text := named.ReplaceAllString(h.SQL, "x")
			switch {
			case strings.TrimSpace(text) == "":
			case strings.Contains(text, "{{") || strings.Contains(text, "{%"):
				return fmt.Sprintf("it is not known what its %s does: %s", said, short(h.SQL))
			case !h.Transaction && d.Has(dialect.TransactionalDDL):
				return fmt.Sprintf("its %s runs in no transaction: %s", said, short(h.SQL))
			case !repeats(text, d):
				return fmt.Sprintf("its %s belongs to a build: %s", said, short(h.SQL))
			}
		}
	}
	return ""
}

// repeats tells whether all statements of a text may run twice.
func repeats(text string, d *dialect.Dialect) bool {
	file := sql.Parse(text, d)
	for _, s := range file.Statements {
		at := s.At()
		if !attached.MatchString(strings.ToLower(strings.Join(strings.Fields(file.Slice(at)), " "))) {
			return false
		}
	}
	return true
}

// shortHook is how many characters of a hook a reason shows.
const shortHook = 60

// short is the beginning of a hook on one line.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > shortHook {
		return string(runes[:shortHook]) + " …"
	}
	return text
}

package compiler

import (
	"github.com/modsql/mod/compiler/jinja"
)

// Label is the name of a node as people say it: that of a source's table with its source, that of a version with its number.
func (n *Node) Label() string {
	switch {
	case n.Type == Source && n.Table != nil:
		return n.Table.Source.Name + "." + n.Name
	case n.Copied != nil:
		return n.Copied.Label() + " → " + n.FQN[len(n.FQN)-1]
	case n.Version != nil:
		return n.Name + ".v" + jinja.Str(n.Version)
	default:
		return n.Name
	}
}

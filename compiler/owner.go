package compiler

import (
	"cmp"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
)

// Owners says who answers for the nodes of a project. The zero value knows those that a node names itself. It is safe for concurrent use.
type Owners struct {
	Groups map[string]string // who owns the groups, by their names
}

// Of is who answers for a node: whom its properties or its meta name, or else its group. It is "" if nobody is named.
func (o Owners) Of(n *Node) string {
	own := ownerIn(n.Meta)
	switch {
	case n.Sync != nil:
		own = cmp.Or(n.Sync.Owner, own)
	case n.Raws != nil:
		own = cmp.Or(ownerIn(n.Raws.Values), own)
	case n.Table != nil:
		own = cmp.Or(own, ownerIn(n.Table.Source.Meta))
	}
	if own != "" || n.Config == nil {
		return own
	}
	if configured := ownerIn(n.Config.Meta()); configured != "" {
		return configured
	}
	return o.Groups[n.Config.String("group")]
}

// Owners finds out who owns the groups of the project.
func (g *Graph) Owners() Owners {
	out := map[string]string{}
	for _, v := range g.Groups().All() {
		if d, ok := v.(*jinja.Dict); ok {
			out[strings.TrimSpace(textAt(d, "name"))] = ownerIn(d)
		}
	}
	return Owners{Groups: out}
}

// ownerIn is the owner that a dict names: a name, or a dict with a name and an address.
func ownerIn(d *jinja.Dict) string {
	v, _ := d.GetString("owner")
	switch v := v.(type) {
	case nil:
		return ""
	case *jinja.Dict:
		name, email := strings.TrimSpace(textAt(v, "name")), strings.TrimSpace(textAt(v, "email"))
		if name != "" && email != "" {
			return name + " <" + email + ">"
		}
		return cmp.Or(name, email)
	default:
		return jinja.Str(v)
	}
}

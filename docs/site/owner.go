package site

import (
	"cmp"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/jinja"
)

// groupOwners are who owns the groups of a project, by the groups' names.
func groupOwners(g *compiler.Graph) map[string]string {
	out := map[string]string{}
	for _, v := range g.Groups().All() {
		if d, ok := v.(*jinja.Dict); ok {
			out[textOf(d, "name")] = person(d)
		}
	}
	return out
}

// ownerOf is who answers for a node: whom its meta names, or its own properties, or its group. It is "" if nobody is named.
func (t *telling) ownerOf(n *compiler.Node) string {
	own := person(n.Meta)
	switch {
	case n.Sync != nil:
		own = cmp.Or(n.Sync.Owner, own)
	case n.Raws != nil:
		own = cmp.Or(person(n.Raws.Values), own)
	case n.Table != nil:
		own = cmp.Or(own, person(n.Table.Source.Meta))
	}
	if own != "" || n.Config == nil {
		return own
	}
	if configured := person(n.Config.Meta()); configured != "" {
		return configured
	}
	return t.owners[n.Config.String("group")]
}

// person is the owner that a dict names: a name, or a dict with a name and an address.
func person(d *jinja.Dict) string {
	v, _ := d.GetString("owner")
	switch v := v.(type) {
	case nil:
		return ""
	case *jinja.Dict:
		name, email := textOf(v, "name"), textOf(v, "email")
		if name != "" && email != "" {
			return name + " <" + email + ">"
		}
		return cmp.Or(name, email)
	default:
		return jinja.Str(v)
	}
}

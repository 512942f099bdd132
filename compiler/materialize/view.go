package materialize

import (
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

var view = Kind{
	Name: "view",
	Doc:  "Stores the query itself: it runs whenever somebody reads the view.",
	Ops: checked(func(r Request) ([]Op, error) {
		r.Target.Kind = relation.View
		d := &draft{Request: r}
		d.before()
		d.rehearse()
		d.Gated = false
		if !d.extendable() {
			d.build(d.createView, d.replaceView())
			d.after(true)
			return d.ops, nil
		}
		d.add(d.extendView())
		return d.ops, nil
	}),
}

func (r Request) createView(t relation.Table) Op {
	return Op{Phase: Inside, Call: call("get_create_view_as_sql", t, r.SQL), Main: true, Single: r.plain("create_view_as", "get_create_view_as_sql"), Does: creates(t)}
}

func (r Request) replaceView() func(relation.Table) Op {
	if !r.has(dialect.ReplaceView) || !r.plain("create_view_as", "get_create_view_as_sql") {
		return nil
	}
	return r.createOrReplaceView
}

func (r Request) createOrReplaceView(t relation.Table) Op {
	return Op{Phase: Inside, Call: call("get_replace_view_sql", t, r.SQL), Main: true, Single: true, Does: creates(t)}
}

// extendable tells that it depends on the columns whether the view can be replaced.
func (r Request) extendable() bool {
	return r.Existing != nil && r.Existing.Kind == relation.View && r.Existing.Columns != nil &&
		r.has(dialect.ExtendView) && r.plain("create_view_as", "get_create_view_as_sql")
}

// extendView replaces the view in place if its columns allow that: views that read it, and the rights on it, stay then. Otherwise a
// new view takes the place of the old one. Both are right as well if the view is gone, dropped with a relation that it read.
func (d *draft) extendView() Op {
	r := d.Request
	return Op{Phase: Inside, Look: &Look{
		Query: r.SQL,
		Then: func(columns [][]relation.Column) ([]Op, error) {
			rest := &draft{Request: r}
			keeps := extends(r.Existing.Columns, columns[0])
			if keeps {
				rest.add(r.createOrReplaceView(r.Target))
			} else {
				rest.build(r.createView, nil)
			}
			rest.after(!keeps)
			return rest.ops, nil
		},
	}}
}

// extends tells whether the new columns begin with the old ones.
func extends(old, columns []relation.Column) bool {
	if len(old) == 0 || len(old) > len(columns) {
		return false
	}
	for i, c := range old {
		if c.Name != columns[i].Name || c.Type != columns[i].Type {
			return false
		}
	}
	return true
}

package materialize

import (
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// Promote puts a table of another schema in the place of the target, with the rights, descriptions and indexes of that. It is moved where the warehouse
// has a statement for it, cloned where a clone shares its rows, and copied elsewhere: then the request's query is to give its rows. Until it is published
// it can be read under its own name. Its hooks are those that may run again.
func Promote(r Request) ([]Op, error) {
	r.Target.Kind = relation.BaseTable
	from := relation.Table{Relation: r.From, Kind: relation.BaseTable}
	switch {
	case r.has(dialect.MovesTables):
		return checked(func(r Request) ([]Op, error) { return r.moved(from), nil })(r)
	case r.has(dialect.ClonesTables):
		return checked(func(r Request) ([]Op, error) { return r.cloned(from), nil })(r)
	}
	return table.Ops(r)
}

// moved gives a table the name of the target.
func (r Request) moved(from relation.Table) []Op {
	d := &draft{Request: r}
	d.hooks(d.Pre, true, Inside)
	d.add(Op{Phase: Inside, Gate: &Gate{On: from}})
	switch { // what exists goes first: names of indexes are those of a schema
	case d.keeps():
		d.keep(*d.Existing)
	case d.Existing != nil:
		d.add(d.drop(Inside, *d.Existing))
	}
	d.add(Op{
		Phase: Inside, Call: call("get_move_table_sql", from, d.Target), Main: true, Single: true,
		Does: []Effect{{Rename: &Rename{From: from.Relation, To: d.Target.Relation}}},
	})
	d.grants(true)
	d.verifyGrants()
	d.docs()
	d.hooks(d.Post, true, Inside)
	return d.ops
}

// cloned makes the target a clone of a table, which stays where it is.
func (r Request) cloned(from relation.Table) []Op {
	d := &draft{Request: r}
	d.before()
	clone := func(t relation.Table) Op {
		return Op{Phase: Inside, Call: call("create_or_replace_clone", t, from), Main: true, Single: true, Does: creates(t)}
	}
	d.build(clone, clone)
	d.after(true)
	return d.ops
}

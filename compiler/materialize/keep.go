package materialize

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// previousSuffix ends the name of the table that is kept of the build before.
const previousSuffix = "__mod_previous"

// Previous is the name under which a table is kept when another one takes its place: one next to it, since every warehouse renames tables within a schema.
// longest is the most bytes that a name may have, 0 for any number; what is cut off a longer one is told by a digest, so that no two tables share a name.
func Previous(of relation.Relation, longest int) relation.Relation {
	suffix := previousSuffix
	if longest > 0 && len(of.Name)+len(suffix) > longest {
		sum := sha256.Sum256([]byte(of.Name))
		suffix = "_" + hex.EncodeToString(sum[:4]) + suffix
	}
	of.Name = suffixed(of.Name, suffix, longest)
	return of
}

// keeps tells whether the table that exists is kept when the target is built.
func (r Request) keeps() bool {
	return r.Previous != relation.Relation{} && r.Existing != nil && r.Existing.Kind == relation.BaseTable && r.text("on_table_exists") != "skip"
}

// trades tells whether two tables can take each other's names at once. With copy_grants one becomes a copy of the other instead.
func (r Request) trades() bool {
	return r.has(dialect.SwapTables) && r.Config.Get("copy_grants") != true
}

// keep gives what exists the name of what is kept.
func (d *draft) keep(existing relation.Table) {
	d.add(Op{Phase: Inside, Keep: true})
	d.loosen(existing)
	if old := d.find(d.Previous); old != nil {
		d.add(d.drop(Inside, *old))
	}
	d.add(d.rename(Inside, existing, d.Previous))
}

// swapKeeping puts what was built in the place of what exists, which is kept. Where tables can take each other's names at once readers find one at all times.
func (d *draft) swapKeeping(made relation.Table) {
	if d.trades() {
		d.add(Op{Phase: Inside, Keep: true}, d.trade(made))
		if old := d.find(d.Previous); old != nil {
			d.add(d.drop(Inside, *old))
		}
		d.add(d.rename(Inside, made, d.Previous))
		return
	}
	d.keep(*d.Existing)
	d.add(d.rename(Inside, made, d.Target.Relation))
}

// trade has the target and another table take each other's names.
func (d *draft) trade(with relation.Table) Op {
	return Op{Phase: Inside, Call: call("get_swap_tables_sql", d.Target, with), Single: true, Does: creates(d.Target)}
}

// loosen takes off a table what would hold on to its name: views and constraints that would go on reading it under the other one, where it is so, and
// indexes. Where a table is dropped they go as well.
func (d *draft) loosen(t relation.Table) {
	if !d.has(dialect.CascadeDrop) && !d.has(dialect.PinnedByIndexes) {
		return
	}
	d.add(Op{Phase: Inside, Ask: &Ask{
		Call: *call("get_dependents_sql", t),
		Then: func(rows Rows) ([]Op, error) {
			var ops []Op
			for _, row := range rows.Values {
				if len(row) > 0 {
					ops = append(ops, Op{Phase: Inside, Call: call("get_drop_dependent_sql", row[0]), Single: true})
				}
			}
			return ops, nil
		},
	}})
}

// Restore puts the table that was kept of the build before back in its place, and keeps what was there in its stead: doing it twice changes nothing. If nothing has
// the target's name it is kept no more.
func Restore(r Request) ([]Op, error) {
	r.Pre, r.Post = nil, nil
	r.Target.Kind = relation.BaseTable
	return checked(func(r Request) ([]Op, error) {
		d := &draft{Request: r}
		kept := relation.Table{Relation: r.Previous, Kind: relation.BaseTable}
		d.add(Op{Phase: Inside, Keep: true})
		switch {
		case d.Existing == nil:
			d.add(d.rename(Inside, kept, d.Target.Relation))
		case d.trades():
			d.add(d.trade(kept))
		default:
			aside := d.beside(temporarySuffix)
			d.loosen(*d.Existing)
			if left := d.find(aside); left != nil {
				d.add(d.drop(Inside, *left))
			}
			d.add(d.rename(Inside, *d.Existing, aside), d.rename(Inside, kept, d.Target.Relation))
			d.add(d.rename(Inside, relation.Table{Relation: aside, Kind: relation.BaseTable}, d.Previous))
		}
		if d.has(dialect.PinnedByIndexes) {
			d.indexes()
		}
		d.grants(false)
		d.docs()
		return d.ops, nil
	})(r)
}

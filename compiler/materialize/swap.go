package materialize

import (
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// build makes the target anew. Readers see the old relation until they see the new one; a failure leaves the old one.
// create is the op that creates the relation it is given, replace the one that creates or replaces it in one statement, if there is one.
func (d *draft) build(create func(relation.Table) Op, replace func(relation.Table) Op) {
	switch {
	case d.Gated:
		d.aside(create)
	case d.Existing == nil && d.contract() && !d.has(dialect.TransactionalDDL): // made and filled in two steps
		made := d.Target
		made.Relation = d.beside(temporarySuffix)
		d.add(create(made), d.rename(Inside, made, d.Target.Relation))
	case d.Existing == nil:
		d.add(create(d.Target))
	case replace != nil && d.Existing.Kind == d.Target.Kind:
		d.add(replace(d.Target))
	default:
		made := d.Target
		made.Relation = d.beside(temporarySuffix)
		d.add(create(made))
		if made.Kind == relation.View && !d.has(dialect.TransactionalDDL) {
			d.again(create, made)
			return
		}
		d.swap(made)
	}
}

// again puts a view in the place of what exists where not every warehouse renames one: it has been made beside, which shows that it can be,
// and is made once more.
func (d *draft) again(create func(relation.Table) Op, made relation.Table) {
	old := *d.Existing
	old.Relation = d.beside(backupSuffix)
	d.add(
		d.rename(Inside, *d.Existing, old.Relation),
		create(d.Target),
		d.drop(After, made),
		d.drop(After, old),
	)
}

// swap puts what was built in the place of what exists. Where a transaction covers that, the old relation goes inside of it,
// so that nothing is left over, wherever the run ends.
func (d *draft) swap(made relation.Table) {
	if d.keeps() {
		d.swapKeeping(made)
		return
	}
	if d.has(dialect.TransactionalDDL) {
		d.add(d.drop(Inside, *d.Existing), d.rename(Inside, made, d.Target.Relation))
		return
	}
	if d.Existing.Kind == relation.View { // it holds no rows, and not every warehouse renames one
		d.add(d.drop(Inside, *d.Existing), d.rename(Inside, made, d.Target.Relation))
		return
	}
	if d.Gated && d.has(dialect.SwapTables) {
		d.add(
			d.trade(made),
			d.drop(After, made),
		)
		return
	}
	old := *d.Existing
	old.Relation = d.beside(backupSuffix)
	d.add(
		d.rename(Inside, *d.Existing, old.Relation),
		d.rename(Inside, made, d.Target.Relation),
		d.drop(After, old),
	)
}

package materialize

import (
	"regexp"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// Gate is the place among the ops of a node where its data tests run: what it has built can be read, and nobody else reads it yet.
type Gate struct {
	// On is what the tests read in the place of the node.
	On relation.Table
	// Rows tells that On has the new rows alone. Tests that judge each row by itself can run on it, and no others.
	Rows bool
	// Undo takes back what was made, where no transaction does.
	Undo []Op
}

// aside builds a table with all that others are to find in it, has it tested, and gives it its name only then.
func (d *draft) aside(create func(relation.Table) Op) {
	made := d.Target
	if d.Existing != nil || !d.has(dialect.TransactionalDDL) {
		made.Relation = d.beside(temporarySuffix)
	}
	d.add(create(made))
	d.publish(made)
}

// publish has a table tested that was made under a name of its own, or under that of a target which nobody sees yet, and puts it in its place.
func (d *draft) publish(made relation.Table) {
	d.dress(made, true)
	d.gate(made)
	switch {
	case made.Relation == d.Target.Relation:
	case d.Existing == nil:
		d.add(d.rename(Inside, made, d.Target.Relation))
	default:
		d.swap(made)
	}
}

// rehearse makes a view under another name for the tests alone. Once they have passed the target is made as it would be without them, so that
// what reads the old one goes on reading it.
func (d *draft) rehearse() {
	if !d.Gated {
		return
	}
	made := d.Target
	made.Relation = d.beside(temporarySuffix)
	view := d.createView(made)
	view.Main = false
	d.add(view)
	d.gate(made)
	d.add(d.drop(Inside, made))
}

// gate is where the tests run on a relation that was made for that.
func (d *draft) gate(made relation.Table) {
	g := &Gate{On: made}
	if !d.has(dialect.TransactionalDDL) {
		g.Undo = []Op{d.drop(Inside, made)}
	}
	d.add(Op{Phase: Inside, Gate: g})
}

// gateHere is where the tests run on the target itself: until the transaction ends nobody else sees what it did.
func (d *draft) gateHere() {
	if d.Gated && d.has(dialect.TransactionalDDL) {
		d.add(Op{Phase: Inside, Gate: &Gate{On: d.Target}})
	}
}

// gateRows is where those tests run on the rows that are to be brought in which need no others, where no transaction could take back
// that they have been brought in.
func (d *draft) gateRows(rows relation.Table) {
	if d.Gated && !d.has(dialect.TransactionalDDL) {
		d.add(Op{Phase: Inside, Gate: &Gate{On: rows, Rows: true, Undo: []Op{d.dropScratch(rows)}}})
	}
}

// dress gives a relation that is going to be the target, or is, the rights and the descriptions of the target before it is tested, and sees
// to it that it has them. fresh is as in after.
func (d *draft) dress(made relation.Table, fresh bool) {
	if !d.Gated {
		return
	}
	target := d.Target
	d.Target = made
	if !fresh || !d.keepsRights() {
		d.grants(fresh)
		d.verifyGrants()
		d.granted = true
	}
	d.docs()
	d.Target, d.described = target, true
}

// verifyGrants refuses a relation on which a right that the config names is not in force.
func (d *draft) verifyGrants() {
	wanted := wantedRights(d.Config.Get("grants"))
	if !d.has(dialect.Grants) || len(wanted.without(nil)) == 0 || d.overrides("apply_grants", "get_dcl_statement_list", "call_dcl_statements", "get_show_grant_sql") {
		return
	}
	name := d.Dialect.Relation(d.Target.Relation)
	d.add(Op{Phase: Inside, Ask: &Ask{
		Call: *call("get_show_grant_sql", d.Target),
		Then: func(rows Rows) ([]Op, error) {
			has, err := shownRights(rows)
			if err != nil {
				return nil, err
			}
			missing := wanted.without(has)
			for _, privilege := range missing.privileges() {
				for _, grantee := range missing[privilege] {
					if !plainRole.MatchString(grantee) || strings.EqualFold(grantee, "public") {
						continue
					}
					return nil, refuse("%s was granted to %s on %s, and the warehouse does not list it: nothing is published", privilege, grantee, name)
				}
			}
			return nil, nil
		},
	}})
}

// plainRole matches a grantee that warehouses list as the config names it.
var plainRole = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_$]*$`)

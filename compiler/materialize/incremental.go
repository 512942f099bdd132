package materialize

import (
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

var incremental = Kind{
	Name: "incremental",
	Doc:  "Keeps the rows of earlier runs and adds those that the query returns now, or replaces the ones with the same unique_key.",
	Ops: checked(func(r Request) ([]Op, error) {
		r.Target.Kind = relation.BaseTable
		strategy, err := r.strategy()
		if err != nil && r.has(dialect.StrictStrategy) {
			return nil, err
		}
		d := &draft{Request: r}
		d.before()
		if r.Full || r.Existing == nil || r.Existing.Kind != relation.BaseTable {
			if err := d.buildTable(); err != nil {
				return nil, err
			}
			d.after(true)
			return d.ops, nil
		}
		// Projects name strategies that only another tool has, and build their tables all the same: not needed, not missed.
		if err != nil {
			return nil, err
		}
		err = d.extend(strategy)
		return d.ops, err
	}),
}

// extend brings the rows of the query into the table that exists, through a temporary table: strategies read the rows more than once.
func (d *draft) extend(strategy string) error {
	r := d.Request
	rows := r.scratch()
	view, err := r.readOnce(strategy)
	switch {
	case err != nil:
		return err
	case view:
		rows.Kind = relation.View
		d.add(r.fillScratch("get_scratch_view_sql", rows, rows, r.SQL))
	default:
		d.add(r.fillScratch("get_create_table_as_sql", rows, true, rows, r.SQL))
	}

	d.gateRows(rows)

	then := func(columns [][]relation.Column) ([]Op, error) {
		rest := &draft{Request: r}
		into, err := rest.adapt(columns[0], columns[1])
		if err != nil {
			return nil, err
		}
		rest.add(Op{Phase: Inside, Call: call(strategyMacro(strategy), r.strategyArgs(rows, into)), Main: true})
		rest.add(r.dropScratch(rows))
		rest.dress(r.Target, false)
		rest.gateHere()
		rest.after(false)
		return rest.ops, nil
	}
	if r.adaptable() {
		d.add(Op{Phase: Inside, Look: &Look{At: []relation.Relation{rows.Relation, r.Target.Relation}, Then: then}})
		return nil
	}
	ops, err := then([][]relation.Column{r.Existing.Columns, r.Existing.Columns})
	d.add(ops...)
	return err
}

// readOnce tells whether the rows may stay a query until the strategy reads them: it does so once, and the config does not want a table.
func (r Request) readOnce(strategy string) (bool, error) {
	if !r.has(dialect.ScratchViews) {
		return false, nil
	}
	once := strategy != "delete+insert" && strategy != "microbatch" || r.Config.Get("unique_key") == nil && strategy == "delete+insert"
	switch as := r.text("tmp_relation_type"); as {
	case "":
		return once && !r.Gated && !r.overrides(strategyMacro(strategy)), nil
	case "view":
		if !once {
			return false, refuse("the incremental strategy %s with a unique_key reads the rows twice: tmp_relation_type cannot be view", strategy)
		}
		return true, nil
	case "table", "transient", "temporary":
		return false, nil
	default:
		return false, refuse("tmp_relation_type is %q, neither view nor table", as)
	}
}

// adaptable tells whether the query's columns could make a difference, so that they have to be looked at.
func (r Request) adaptable() bool {
	return r.Existing.Columns == nil || r.onSchemaChange() != ignore || !r.contract() && r.widens(r.Existing.Columns)
}

package materialize

import (
	"github.com/modsql/mod/compiler/relation"
)

var test = Kind{
	Name: "test",
	Doc:  "Counts the rows of a query that finds what should not be there, and keeps them if that is wanted.",
	Ops: checked(func(r Request) ([]Op, error) {
		kind, err := r.storedAs()
		if err != nil {
			return nil, err
		}
		calc, warnIf, errorIf := r.text("fail_calc"), r.text("warn_if"), r.text("error_if")
		d := &draft{Request: r}
		d.session("get_session_setup_sql", Before)
		if kind == relation.Unknown {
			d.add(result(r.SQL, calc, warnIf, errorIf, r.Config.Get("limit")))
			d.session("get_session_reset_sql", After)
			return d.ops, nil
		}
		d.Target.Kind = kind
		d.leftovers()
		d.build(d.storeFailures, nil)
		// What was stored is what is counted: the query does not run twice.
		d.add(Op{Phase: Inside, Main: true, Ask: &Ask{Call: *call("get_stored_test_sql", d.Target, calc, warnIf, errorIf)}})
		d.session("get_session_reset_sql", After)
		return d.ops, nil
	}),
}

func result(sql, calc, warnIf, errorIf string, limit any) Op {
	return Op{Phase: Inside, Main: true, Single: true, Ask: &Ask{Call: *call("get_limited_test_sql", sql, calc, warnIf, errorIf, limit)}}
}

func (r Request) storeFailures(t relation.Table) Op {
	return Op{Phase: Inside, Call: call("get_store_failures_sql", t, r.SQL, r.Config.Get("limit")), Does: creates(t)}
}

// storedAs is the kind of relation that keeps the failing rows; Unknown if they are not kept.
func (r Request) storedAs() (relation.Kind, error) {
	as := r.Config.Get("store_failures_as")
	switch as {
	case "ephemeral":
		return relation.Unknown, nil
	case "table":
		return relation.BaseTable, nil
	case "view":
		return relation.View, nil
	case nil:
	default:
		return relation.Unknown, refuse("'%v' is not a valid value for `store_failures_as`. Accepted values are: ['ephemeral', 'table', 'view']", as)
	}
	store := r.Store
	if own, ok := r.Config.Get("store_failures").(bool); ok {
		store = own
	}
	if !store {
		return relation.Unknown, nil
	}
	return relation.BaseTable, nil
}

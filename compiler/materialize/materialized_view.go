package materialize

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

var materializedView = Kind{
	Name: "materialized_view",
	Doc:  "Stores the query and its rows; a run refreshes the rows.",
	Ops: checked(func(r Request) ([]Op, error) {
		if !r.has(dialect.MaterializedViews) {
			return nil, refuse("materialized views have not been implemented for this adapter")
		}
		r.Target.Kind = relation.MaterializedView
		d := &draft{Request: r}
		d.before()
		if r.Existing == nil || r.Full || r.Existing.Kind != relation.MaterializedView {
			d.build(d.createMaterializedView, nil)
			d.after(true)
			return d.ops, nil
		}
		// A relation that it read may have been dropped since we looked, and the view with it.
		again := d.createMaterializedView(d.Target)
		again.Main = false
		if !d.has(dialect.Indexes) {
			d.add(again)
			d.refresh()
			return d.ops, nil
		}
		d.add(again, d.refreshOrAlter())
		return d.ops, nil
	}),
}

func (r Request) createMaterializedView(t relation.Table) Op {
	return Op{Phase: Inside, Call: call("get_create_materialized_view_as_sql", t, r.SQL), Main: true, Single: true, Does: creates(t)}
}

// refresh brings the rows of the view up to date.
func (d *draft) refresh() {
	d.add(Op{Phase: Inside, Call: call("refresh_materialized_view", d.Target), Main: true, Single: true})
	d.after(false)
}

// refreshOrAlter compares the indexes that are with those that are wanted, the one change that is possible in place.
func (d *draft) refreshOrAlter() Op {
	r := d.Request
	return Op{Phase: Inside, Ask: &Ask{
		Call: *call("get_show_indexes_sql", r.Target),
		Then: func(rows Rows) ([]Op, error) {
			rest := &draft{Request: r}
			drop, create := indexChanges(rows, r.Config.Get("indexes"))
			switch on := r.text("on_configuration_change"); {
			case len(drop)+len(create) == 0 || on == "continue":
				rest.add(Op{Phase: Inside, Call: call("refresh_materialized_view", r.Target), Main: true, Single: true})
			case on == "fail":
				return nil, refuse("configuration changes were identified and `on_configuration_change` was set to `fail` for `%s`", r.Dialect.Relation(r.Target.Relation))
			default:
				rest.alterIndexes(drop, create)
			}
			rest.grants(false)
			rest.docs()
			rest.hooks(r.Post, true, Inside)
			rest.hooks(r.Post, false, After)
			return rest.ops, nil
		},
	}}
}

func (d *draft) alterIndexes(drop []string, create []any) {
	for _, name := range drop {
		d.add(Op{Phase: Inside, Call: call("get_drop_index_sql", d.Target, name), Main: true})
	}
	for _, index := range create {
		d.add(Op{Phase: Inside, Call: call("get_create_index_sql", d.Target, index), Main: true})
	}
}

// indexChanges returns the names of indexes that nobody wants any more and the wanted ones that are missing. Indexes are the same if
// they have the same columns, in any order, and the same method and uniqueness.
func indexChanges(rows Rows, config any) (drop []string, create []any) {
	wanted, _ := config.([]any)
	at := func(row []any, name string) string {
		i := slices.IndexFunc(rows.Names, func(n string) bool { return strings.EqualFold(n, name) })
		if i < 0 || row[i] == nil {
			return ""
		}
		return fmt.Sprint(row[i])
	}
	has := map[string]bool{}
	wants := map[string]bool{}
	for _, w := range wanted {
		wants[wantedIndex(w)] = true
	}
	for _, row := range rows.Values {
		key := indexKey(strings.Split(at(row, "column_names"), ","), at(row, "method"), at(row, "unique") == "true")
		has[key] = true
		if !wants[key] {
			drop = append(drop, at(row, "name"))
		}
	}
	for _, w := range wanted {
		if !has[wantedIndex(w)] {
			create = append(create, w)
		}
	}
	return drop, create
}

func wantedIndex(config any) string {
	index, _ := config.(map[string]any)
	columns, _ := index["columns"].([]any)
	var names []string
	for _, c := range columns {
		names = append(names, fmt.Sprint(c))
	}
	method, _ := index["type"].(string)
	unique, _ := index["unique"].(bool)
	return indexKey(names, method, unique)
}

func indexKey(columns []string, method string, unique bool) string {
	if method == "" {
		method = "btree"
	}
	sorted := slices.Clone(columns)
	for i, c := range sorted {
		sorted[i] = strings.ToLower(strings.TrimSpace(c))
	}
	slices.Sort(sorted)
	return fmt.Sprint(sorted, strings.ToLower(method), unique)
}

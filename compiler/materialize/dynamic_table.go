package materialize

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

var dynamicTable = Kind{
	Name: "dynamic_table",
	Doc:  "Stores the rows of the query in a table that the warehouse keeps up to date by itself.",
	Ops: checked(func(r Request) ([]Op, error) {
		if !r.has(dialect.DynamicTables) {
			return nil, refuse("%s has no dynamic tables", r.Dialect.Title)
		}
		r.Target.Kind = relation.DynamicTable
		d := &draft{Request: r}
		d.before()
		if r.Existing == nil || r.Full || r.Existing.Kind != relation.DynamicTable {
			d.build(d.createDynamicTable, d.createDynamicTable)
			d.refreshUnscheduled()
			d.after(true)
			return d.ops, nil
		}
		d.add(d.alterDynamicTable())
		return d.ops, nil
	}),
}

func (r Request) createDynamicTable(t relation.Table) Op {
	return Op{Phase: Inside, Call: call("get_create_dynamic_table_as_sql", t, r.SQL), Main: true, Single: true, Does: creates(t)}
}

// refreshUnscheduled fills a table that nobody but us refreshes.
func (d *draft) refreshUnscheduled() {
	if strings.EqualFold(d.text("scheduler"), "disable") {
		d.add(Op{Phase: Inside, Call: call("refresh_dynamic_table", d.Target), Single: true})
	}
}

// alterDynamicTable compares the settings of the table with the config: some can be changed, others need a new table.
func (d *draft) alterDynamicTable() Op {
	r := d.Request
	return Op{Phase: Inside, Ask: &Ask{
		Call: *call("get_show_dynamic_table_sql", r.Target),
		Then: func(rows Rows) ([]Op, error) {
			rest := &draft{Request: r}
			changes, anew := r.dynamicChanges(rows)
			on := r.text("on_configuration_change")
			switch {
			case !anew && len(changes) == 0, on == "continue":
			case on == "fail":
				return nil, refuse("configuration changes were identified and `on_configuration_change` was set to `fail` for `%s`", r.Dialect.Relation(r.Target.Relation))
			case anew:
				rest.add(r.createDynamicTable(r.Target))
			default:
				rest.add(Op{Phase: Inside, Call: call("get_alter_dynamic_table_sql", r.Target, changes), Main: true, Single: true})
			}
			rest.refreshUnscheduled()
			rest.after(false)
			return rest.ops, nil
		},
	}}
}

// dynamicChanges are the settings that can be changed and are not as the config says; anew tells that others are, or the query, or that the table is not
// told of.
func (r Request) dynamicChanges(rows Rows) (changes map[string]any, anew bool) {
	if len(rows.Values) == 0 {
		return nil, true
	}
	changes = map[string]any{}
	for config, column := range map[string]string{"target_lag": "target_lag", "warehouse": "warehouse"} {
		wanted := r.text(config)
		if config == "warehouse" {
			wanted = r.text(r.Dialect.Session.Warehouse)
		}
		if wanted != "" && !sameSetting(wanted, shown(rows, column)) {
			changes[config] = wanted
		}
	}
	// A query is changed by making the table anew. The column `text` is the statement that made the table:
	// https://docs.snowflake.com/en/sql-reference/sql/show-dynamic-tables
	if made := shown(rows, "text"); made != "" && !strings.Contains(inWords(made), inWords(r.SQL)) {
		return nil, true
	}
	mode := r.text("refresh_mode")
	return changes, mode != "" && !strings.EqualFold(mode, "auto") && !strings.EqualFold(mode, shown(rows, "refresh_mode"))
}

// inWords is a text with one blank wherever it has some.
func inWords(text string) string { return strings.Join(strings.Fields(text), " ") }

// shown is what the first row has in that column.
func shown(rows Rows, column string) string {
	i := slices.IndexFunc(rows.Names, func(n string) bool { return strings.EqualFold(n, column) })
	if i < 0 || rows.Values[0][i] == nil {
		return ""
	}
	return fmt.Sprint(rows.Values[0][i])
}

// sameSetting compares "1 minute" and "1 minutes", "WH" and "wh".
func sameSetting(a, b string) bool {
	plain := func(s string) string {
		return strings.TrimSuffix(strings.ToLower(inWords(s)), "s")
	}
	return plain(a) == plain(b)
}

package materialize

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/relation"
)

// What happens to a table whose query has other columns now: https://docs.getdbt.com/docs/build/incremental-models#what-if-the-columns-of-my-incremental-model-change.
const (
	ignore           = "ignore"
	fail             = "fail"
	appendNewColumns = "append_new_columns"
	syncAllColumns   = "sync_all_columns"
)

// onSchemaChange is the config; a value that means nothing is ignored, as dbt does.
func (r Request) onSchemaChange() string {
	switch s := r.text("on_schema_change"); s {
	case fail, appendNewColumns, syncAllColumns:
		return s
	}
	return ignore
}

// change is how the columns of a query differ from those of a table.
type change struct {
	added   []relation.Column // in the query only
	removed []relation.Column // in the table only
	retyped []relation.Column // in both, with the query's type
}

func (c change) none() bool { return len(c.added)+len(c.removed)+len(c.retyped) == 0 }

// compare compares by name, letter case included, as dbt does.
func (r Request) compare(query, table []relation.Column) change {
	var c change
	for _, q := range query {
		t := column(table, q.Name)
		switch {
		case t == nil:
			c.added = append(c.added, q)
		case t.Type != q.Type && !r.fits(q, *t):
			c.retyped = append(c.retyped, q)
		}
	}
	for _, t := range table {
		if column(query, t.Name) == nil {
			c.removed = append(c.removed, t)
		}
	}
	return c
}

// adapt makes the table take the query's rows and returns the columns to write.
func (d *draft) adapt(query, table []relation.Column) ([]relation.Column, error) {
	table = d.widen(query, table)
	on := d.onSchemaChange()
	if on == ignore {
		return table, nil
	}
	c := d.compare(query, table)
	if c.none() {
		return query, nil
	}
	switch on {
	case fail:
		return nil, c.refusal()
	case appendNewColumns:
		d.alterColumns(c.added, nil)
	case syncAllColumns:
		d.alterColumns(c.added, c.removed)
		for _, col := range c.retyped {
			d.alterType(col.Name, col.Type)
		}
	}
	return query, nil
}

// widen makes columns of text as long as the query's, before rows are lost to a length nobody chose.
func (d *draft) widen(query, table []relation.Column) []relation.Column {
	if d.contract() {
		return table
	}
	out := append([]relation.Column(nil), table...)
	for i, t := range out {
		if q := column(query, t.Name); q != nil && d.fits(t, *q) {
			out[i].Type = q.Type
			d.alterType(t.Name, q.Type)
		}
	}
	return out
}

func (d *draft) alterColumns(added, removed []relation.Column) {
	if len(added)+len(removed) == 0 {
		return
	}
	macro := "get_alter_columns_sql"
	if d.overrides("alter_relation_add_remove_columns") {
		macro = "alter_relation_add_remove_columns"
	}
	d.add(Op{Phase: Inside, Call: call(macro, d.Target, added, removed), Does: d.altered()})
}

func (d *draft) alterType(column, to string) {
	macro := "get_alter_column_type_sql"
	if d.overrides("alter_column_type") {
		macro = "alter_column_type"
	}
	d.add(Op{Phase: Inside, Call: call(macro, d.Target, column, to), Does: d.altered()})
}

// altered says that the columns are no longer known.
func (d *draft) altered() []Effect {
	t := d.Target
	t.Columns = nil
	return creates(t)
}

// refusal is dbt's explanation of on_schema_change: fail.
func (c change) refusal() error {
	return refuse(`the source and target schemas on this incremental model are out of sync!
They can be reconciled in several ways:
  - set the `+"`on_schema_change`"+` config to either append_new_columns or sync_all_columns, depending on your situation.
  - Re-run the incremental model with `+"`full_refresh: True`"+` to update the target schema.
  - update the schema manually and re-run the process.

Additional troubleshooting context:
   Source columns not in target: %s
   Target columns not in source: %s
   New column types: %s`, typed(c.added), typed(c.removed), typed(c.retyped))
}

func typed(columns []relation.Column) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = c.Name + " (" + c.Type + ")"
	}
	return "[" + strings.Join(out, ", ") + "]"
}

func column(columns []relation.Column, name string) *relation.Column {
	for i := range columns {
		if columns[i].Name == name {
			return &columns[i]
		}
	}
	return nil
}

// unbounded is the length that dbt takes text without one to have.
const unbounded = 256

var textType = regexp.MustCompile(`^(?i:text|character varying|character|varchar)(?:\((\d+)\))?$`)

// length is how long the text in a column may be; ok is false for other types.
func (r Request) length(typ string) (n int, ok bool) {
	m := textType.FindStringSubmatch(strings.TrimSpace(typ))
	switch {
	case m == nil:
		return 0, false
	case slices.Contains(r.Dialect.Columns.Endless, strings.ToLower(m[0])):
		return math.MaxInt, true
	case m[1] == "":
		return unbounded, true
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil
}

// fits tells whether narrow is text that would become as long as wide, if it were widened.
func (r Request) fits(narrow, wide relation.Column) bool {
	n, isText := r.length(narrow.Type)
	w, alsoText := r.length(wide.Type)
	return isText && alsoText && w > n
}

// widens tells whether any of the columns could have to be widened.
func (r Request) widens(columns []relation.Column) bool {
	for _, c := range columns {
		if n, ok := r.length(c.Type); ok && n != unbounded && n != math.MaxInt {
			return true
		}
	}
	return false
}

package macros

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/agate"
	"github.com/modsql/mod/compiler/macros/bind"
	"github.com/modsql/mod/compiler/relation"
)

// columnMethods are about columns.
var columnMethods = map[string]method{
	"get_columns_in_relation":    {params: "relation", call: adapter.getColumns, parsing: emptyList},
	"get_columns_in_table":       {params: "schema identifier", call: adapter.tableColumns, parsing: emptyList},
	"get_missing_columns":        {params: "from_relation to_relation", call: adapter.missingColumns, parsing: emptyList},
	"expand_target_column_types": {params: "from_relation to_relation", call: adapter.expandColumns, parsing: none},
	"expand_column_types":        {params: "goal current", call: adapter.expandColumns, parsing: none},
	"valid_snapshot_target":      {params: "relation column_names?", call: adapter.validSnapshot, parsing: none},
	"assert_valid_snapshot_target_given_strategy": {
		params: "relation column_names strategy", call: adapter.validSnapshot, parsing: none,
	},
	"get_pseudocolumns_for_relation": {params: "relation", call: constant(nil), parsing: emptyList},
	"convert_type":                   {params: "agate_table col_idx", call: adapter.convertType, offline: true},
	"convert_datetimes_to_strs":      {params: "table", call: adapter.sameTable, offline: true},
}

// columnsMacro is what a project defines to look up columns in its own way. The pack's own is passed over: what is known of the warehouse
// answers without asking it.
const columnsMacro = "get_columns_in_relation"

// columnsOf asks for a relation's columns; none if it does not exist.
func (a adapter) columnsOf(c *jinja.Call, r *Relation) ([]*Column, error) {
	if a.Library.Overrides(columnsMacro) {
		v, err := a.invoke(c, columnsMacro, r)
		if err != nil {
			return nil, err
		}
		return columnsIn(v)
	}
	found, err := a.Warehouse.Columns(c.State.Context(), r.Relation)
	if err != nil {
		return nil, err
	}
	return a.columns(found), nil
}

// columnsIn are the columns of a list that a macro returned.
func columnsIn(v jinja.Value) ([]*Column, error) {
	l, ok := v.(*jinja.List)
	if !ok {
		return nil, fmt.Errorf("%s must return a list of columns, not %s", columnsMacro, jinja.TypeName(v))
	}
	var out []*Column
	for _, item := range l.Items {
		column, ok := item.(*Column)
		if !ok {
			return nil, fmt.Errorf("%s must return a list of columns, not of %s", columnsMacro, jinja.TypeName(item))
		}
		out = append(out, column)
	}
	return out, nil
}

func (a adapter) getColumns(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	r, err := relationArgument(args, "relation")
	if err != nil {
		return nil, err
	}
	if a.Library.Overrides(columnsMacro) { // whatever it returns, as in dbt
		return a.invoke(c, columnsMacro, r)
	}
	columns, err := a.columnsOf(c, r)
	return columnList(columns), err
}

func (a adapter) tableColumns(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	r, err := named(args)
	if err != nil {
		return nil, err
	}
	r.Database = a.Project.Target.Database
	columns, err := a.columnsOf(c, a.relation(&relation.Table{Relation: r}))
	return columnList(columns), err
}

func (a adapter) missingColumns(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	from, to, err := fromTo(args)
	if err != nil {
		return nil, err
	}
	have, err := a.columnsOf(c, to)
	if err != nil {
		return nil, err
	}
	want, err := a.columnsOf(c, from)
	if err != nil {
		return nil, err
	}
	var out []*Column
	for _, column := range want {
		if columnNamed(have, column.Name) == nil {
			out = append(out, column)
		}
	}
	return columnList(out), nil
}

func columnNamed(columns []*Column, name string) *Column {
	for _, c := range columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// expandColumns widens the text columns of a table to those of another: the macro alter_column_type spells how.
func (a adapter) expandColumns(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	goal, current := "from_relation", "to_relation"
	if args.Given("goal") {
		goal, current = "goal", "current"
	}
	from, err := relationArgument(args, goal)
	if err != nil {
		return nil, err
	}
	to, err := relationArgument(args, current)
	if err != nil {
		return nil, err
	}
	wide, err := a.columnsOf(c, from)
	if err != nil {
		return nil, err
	}
	narrow, err := a.columnsOf(c, to)
	if err != nil {
		return nil, err
	}
	for _, column := range wide {
		target := columnNamed(narrow, column.Name)
		if target == nil || !target.IsString() || !column.IsString() || column.StringSize() <= target.StringSize() {
			continue
		}
		if _, err := a.invoke(c, "alter_column_type", to, column.Name, stringType(column.StringSize())); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// validSnapshot tells whether a relation has the columns of a snapshot.
func (a adapter) validSnapshot(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	r, err := relationArgument(args, "relation")
	if err != nil {
		return nil, err
	}
	columns, err := a.columnsOf(c, r)
	if err != nil {
		return nil, err
	}
	wanted := []string{"dbt_scd_id", "dbt_valid_from", "dbt_valid_to"}
	if strategy, ok := args.Value("strategy").(*jinja.Dict); ok {
		if v, _ := strategy.Get("hard_deletes"); v == "new_record" {
			wanted = append(wanted, "dbt_is_deleted")
		}
	}
	var missing []string
	for _, name := range wanted {
		if names, ok := args.Value("column_names").(*jinja.Dict); ok {
			if v, _ := names.Get(name); v != nil {
				name = jinja.Str(v)
			}
		}
		if !hasFolded(columns, name) {
			missing = append(missing, `"`+name+`"`)
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("the target of the snapshot is not a snapshot table: it has no column %s", strings.Join(missing, ", "))
	}
	return nil, nil
}

func hasFolded(columns []*Column, name string) bool {
	for _, c := range columns {
		if strings.EqualFold(c.Name, name) {
			return true
		}
	}
	return false
}

// convertType is the warehouse's type for a column of a table, as for a seed.
func (a adapter) convertType(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	t := asTable(args.Value("agate_table"))
	n, err := args.Int("col_idx", 0)
	if err != nil {
		return nil, err
	}
	if t == nil || n < 0 || n >= len(t.Names()) {
		return nil, fmt.Errorf("convert_type() needs a table and the index of one of its columns")
	}
	types := a.Dialect.Types
	switch t.Type(n) {
	case agate.Integer:
		return types.Integer, nil
	case agate.Number:
		return types.Float, nil
	case agate.Boolean:
		return types.Boolean, nil
	case agate.Date:
		return types.Date, nil
	case agate.DateTime:
		return types.Timestamp, nil
	}
	return types.Text, nil
}

func (a adapter) sameTable(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	return args.Value("table"), nil
}

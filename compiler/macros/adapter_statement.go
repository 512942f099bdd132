package macros

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/agate"
	"github.com/modsql/mod/compiler/macros/bind"
)

// statementMethods run statements.
var statementMethods = map[string]method{
	"execute":                      {params: "sql auto_begin? fetch? limit?", call: adapter.execute, parsing: nothingRun},
	"add_query":                    {params: "sql auto_begin? bindings? abridge_sql_log?", call: adapter.addQuery, parsing: nothingRun},
	"run_sql_for_tests":            {params: "sql fetch? conn?", call: adapter.addQuery, parsing: nothingRun},
	"commit":                       {call: adapter.commit, offline: true},
	"commit_if_has_connection":     {call: adapter.commit, offline: true},
	"clear_transaction":            {call: adapter.commit, offline: true},
	"get_partitions_metadata":      {params: "table", call: constant(nil), parsing: none},
	"get_column_schema_from_query": {params: "sql", call: adapter.queryColumns, parsing: emptyList},
	"valid_incremental_strategies": {call: adapter.strategies, offline: true},
	"get_incremental_strategy_macro": {
		params: "model_context strategy", call: adapter.strategyMacro, offline: true,
	},
}

func (a adapter) execute(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	fetch := args.Bool("fetch", false)
	if args.Bool("auto_begin", false) && !fetch {
		if err := a.Warehouse.Begin(c.State.Context()); err != nil {
			return nil, err
		}
	}
	r, result, err := a.Warehouse.Run(c.State.Context(), jinja.Str(args.Value("sql")), fetch)
	if err != nil {
		return nil, err
	}
	limit, err := args.Int("limit", -1)
	if err != nil {
		return nil, err
	}
	if result != nil && limit >= 0 && limit < len(result.Rows) {
		result = &Result{Columns: result.Columns, Rows: result.Rows[:limit]}
	}
	return jinja.NewTuple(&response{r}, a.table(result)), nil
}

func (a adapter) addQuery(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	sql := jinja.Str(args.Value("sql"))
	if given := args.Value("bindings"); given != nil {
		values, err := jinja.Items(given)
		if err != nil {
			return nil, err
		}
		mark, err := a.text(c, "get_binding_char")
		if err != nil {
			return nil, err
		}
		if sql, err = bound(sql, strings.TrimSpace(mark), values); err != nil {
			return nil, err
		}
	}
	r, result, err := a.Warehouse.Run(c.State.Context(), sql, true)
	if err != nil {
		return nil, err
	}
	return jinja.NewTuple(&response{r}, a.table(result)), nil
}

func (a adapter) commit(c *jinja.Call, _ bind.Args) (jinja.Value, error) {
	if !a.Execute || a.Warehouse == nil {
		return nil, nil
	}
	return nil, a.Warehouse.Commit(c.State.Context())
}

// queryColumns asks for a query's columns by running it: who calls it has made it one that returns no rows.
func (a adapter) queryColumns(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	_, result, err := a.Warehouse.Run(c.State.Context(), jinja.Str(args.Value("sql")), true)
	if err != nil || result == nil {
		return jinja.NewList(), err
	}
	var out []*Column
	for _, column := range a.columns(result.Columns) {
		out = append(out, column.flatten()...)
	}
	return columnList(out), nil
}

func (a adapter) strategies(*jinja.Call, bind.Args) (jinja.Value, error) {
	return texts([]string{"append", "delete+insert", "merge", "insert_overwrite", "microbatch"}), nil
}

func (a adapter) strategyMacro(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	if !a.Execute {
		return nil, nil
	}
	strategy, err := args.Text("strategy", "default")
	if err != nil {
		return nil, err
	}
	name := "get_incremental_" + strings.ReplaceAll(strategy, "+", "_") + "_sql"
	if v, ok := a.macro(name); ok {
		return v, nil
	}
	return nil, fmt.Errorf("dbt could not find an incremental strategy macro with the name %q", name)
}

// text calls a macro by name within a rendering and returns its text.
func (c *Context) text(call *jinja.Call, macro string, args ...jinja.Value) (string, error) {
	v, err := c.invoke(call, macro, args...)
	if err != nil || v == nil {
		return "", err
	}
	return jinja.Str(v), nil
}

// invoke calls a macro by name within a rendering.
func (c *Context) invoke(call *jinja.Call, macro string, args ...jinja.Value) (jinja.Value, error) {
	m, ok := c.macro(macro)
	if !ok {
		return nil, fmt.Errorf("there is no macro %q", macro)
	}
	return call.State.Call(m, args, nil)
}

// matrix is a table of a macro that returned one, nil otherwise.
func asTable(v jinja.Value) *agate.Table {
	t, _ := v.(*agate.Table)
	return t
}

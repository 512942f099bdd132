package agate

import (
	"fmt"
	"slices"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// method resolves the methods of a table.
func (t *Table) method(name string) (jinja.Value, bool) {
	table := map[string]struct {
		params string
		call   func(c *jinja.Call, a bind.Args) (jinja.Value, error)
	}{
		"select":          {"key", t.selectColumns},
		"exclude":         {"key", t.exclude},
		"rename":          {"column_names? row_names? slug_columns? slug_rows?", t.rename},
		"limit":           {"start_or_stop? stop? step?", t.limit},
		"distinct":        {"key?", t.distinct},
		"where":           {"test", t.where},
		"find":            {"test", t.find},
		"order_by":        {"key reverse?", t.orderBy},
		"group_by":        {"key key_name? key_type?", t.groupBy},
		"join":            {"right_table left_key right_key? inner? full_outer? require_match? columns?", t.join},
		"print_table":     {"max_rows? max_columns? output? max_column_width? locale? max_precision?", t.printTable},
		"print_structure": {"output? max_rows?", t.printStructure},
		"print_csv":       {"**options", t.printCSV},
		"to_json":         {"path? **options", t.printJSON},
		"print_json":      {"**options", t.printJSON},
	}
	m, ok := table[name]
	if !ok {
		return nil, false
	}
	return bind.Func(name, m.params, m.call), true
}

// chosen are the numbers of the columns that a key names: a name, or a sequence of names.
func (t *Table) chosen(key jinja.Value) ([]int, error) {
	names := []jinja.Value{key}
	if _, text := key.(string); !text {
		items, err := jinja.Items(key)
		if err != nil {
			return nil, err
		}
		names = items
	}
	var out []int
	for _, name := range names {
		i := t.Find(jinja.Str(name))
		if i < 0 {
			return nil, fmt.Errorf("the table has no column %q", jinja.Str(name))
		}
		out = append(out, i)
	}
	return out, nil
}

// only is the table of those columns.
func (t *Table) only(columns []int) *Table {
	out := &Table{print: t.print}
	for _, j := range columns {
		out.names, out.types = append(out.names, t.names[j]), append(out.types, t.types[j])
	}
	for _, row := range t.rows {
		var values []jinja.Value
		for _, j := range columns {
			values = append(values, row[j])
		}
		out.rows = append(out.rows, values)
	}
	return out
}

func (t *Table) selectColumns(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	columns, err := t.chosen(a.Value("key"))
	if err != nil {
		return nil, err
	}
	return t.only(columns), nil
}

func (t *Table) exclude(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	left, err := t.chosen(a.Value("key"))
	if err != nil {
		return nil, err
	}
	var columns []int
	for j := range t.names {
		if !slices.Contains(left, j) {
			columns = append(columns, j)
		}
	}
	return t.only(columns), nil
}

func (t *Table) rename(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	out := t.fork(t.rows)
	out.names = slices.Clone(t.names)
	switch names := a.Value("column_names").(type) {
	case nil:
	case *jinja.Dict:
		for j, old := range t.names {
			if v, ok := names.Get(old); ok {
				out.names[j] = jinja.Str(v)
			}
		}
	default:
		items, err := jinja.Items(names)
		if err != nil {
			return nil, err
		}
		if len(items) != len(t.names) {
			return nil, fmt.Errorf("rename() needs %d names, not %d", len(t.names), len(items))
		}
		for j, v := range items {
			out.names[j] = jinja.Str(v)
		}
	}
	return out, nil
}

func (t *Table) limit(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
	start, stop := 0, len(t.rows)
	first, err := a.Int("start_or_stop", 0)
	if err != nil {
		return nil, err
	}
	last, err := a.Int("stop", 0)
	if err != nil {
		return nil, err
	}
	step, err := a.Int("step", 1)
	if err != nil {
		return nil, err
	}
	switch {
	case last != 0 || a.Value("step") != nil:
		start = clamp(first, len(t.rows))
		if a.Value("stop") != nil {
			stop = clamp(last, len(t.rows))
		}
	case a.Value("start_or_stop") != nil:
		stop = clamp(first, len(t.rows))
	}
	if step <= 0 {
		return nil, fmt.Errorf("limit() needs a step above 0")
	}
	var rows [][]jinja.Value
	for i := start; i < stop; i += step {
		rows = append(rows, t.rows[i])
	}
	return t.fork(rows), nil
}

// clamp is an index as in a slice: from the end if it is negative.
func clamp(i, length int) int {
	if i < 0 {
		i += length
	}
	return min(max(i, 0), length)
}

// keyOf is what a key means for a row: a column's value, several as a tuple, or what a function makes of the row.
func (t *Table) keyOf(c *jinja.Call, key jinja.Value, i int) (jinja.Value, error) {
	if f, ok := key.(jinja.Callable); ok {
		return c.State.Call(f, []jinja.Value{t.row(i)}, nil)
	}
	columns, err := t.chosen(key)
	if err != nil {
		return nil, err
	}
	if _, single := key.(string); single {
		return t.rows[i][columns[0]], nil
	}
	var values []jinja.Value
	for _, j := range columns {
		values = append(values, t.rows[i][j])
	}
	return jinja.NewTuple(values...), nil
}

func (t *Table) distinct(c *jinja.Call, a bind.Args) (jinja.Value, error) {
	seen := jinja.NewDict()
	var rows [][]jinja.Value
	for i, row := range t.rows {
		key := jinja.Value(jinja.NewTuple(row...))
		if k := a.Value("key"); k != nil {
			var err error
			if key, err = t.keyOf(c, k, i); err != nil {
				return nil, err
			}
		}
		if _, ok := seen.Get(key); ok {
			continue
		}
		if err := seen.Set(key, true); err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return t.fork(rows), nil
}

func (t *Table) where(c *jinja.Call, a bind.Args) (jinja.Value, error) {
	var rows [][]jinja.Value
	for i, row := range t.rows {
		v, err := c.State.Call(a.Value("test"), []jinja.Value{t.row(i)}, nil)
		if err != nil {
			return nil, err
		}
		if jinja.Truth(v) {
			rows = append(rows, row)
		}
	}
	return t.fork(rows), nil
}

func (t *Table) find(c *jinja.Call, a bind.Args) (jinja.Value, error) {
	for i := range t.rows {
		v, err := c.State.Call(a.Value("test"), []jinja.Value{t.row(i)}, nil)
		if err != nil {
			return nil, err
		}
		if jinja.Truth(v) {
			return t.row(i), nil
		}
	}
	return nil, nil
}

func (t *Table) orderBy(c *jinja.Call, a bind.Args) (jinja.Value, error) {
	keys := make([]jinja.Value, len(t.rows))
	order := make([]int, len(t.rows))
	for i := range t.rows {
		order[i] = i
		k, err := t.keyOf(c, a.Value("key"), i)
		if err != nil {
			return nil, err
		}
		keys[i] = k
	}
	reverse := a.Bool("reverse", false)
	slices.SortStableFunc(order, func(x, y int) int {
		if reverse {
			return compareKeys(keys[y], keys[x])
		}
		return compareKeys(keys[x], keys[y])
	})
	var rows [][]jinja.Value
	for _, i := range order {
		rows = append(rows, t.rows[i])
	}
	return t.fork(rows), nil
}

func compareKeys(a, b jinja.Value) int {
	x, ok := a.(*jinja.Tuple)
	y, both := b.(*jinja.Tuple)
	if !ok || !both {
		return compare(a, b)
	}
	return slices.CompareFunc(x.Items, y.Items, compare)
}

// groupBy gives a sequence of tables by key, which agate calls a TableSet.
func (t *Table) groupBy(c *jinja.Call, a bind.Args) (jinja.Value, error) {
	groups := jinja.NewDict()
	for i, row := range t.rows {
		key, err := t.keyOf(c, a.Value("key"), i)
		if err != nil {
			return nil, err
		}
		group, ok := groups.Get(key)
		if !ok {
			group = t.fork(nil)
			if err := groups.Set(key, group); err != nil {
				return nil, err
			}
		}
		g := group.(*Table)
		g.rows = append(g.rows, row)
	}
	set := &Sequence{kind: "TableSet", keys: []jinja.Value{}}
	for k, v := range groups.All() {
		set.keys, set.values = append(set.keys, k), append(set.values, v)
	}
	return set, nil
}

// join is the rows of both tables whose keys are equal; those of the left one in any case unless inner is set.
func (t *Table) join(c *jinja.Call, a bind.Args) (jinja.Value, error) {
	right, ok := a.Value("right_table").(*Table)
	if !ok {
		return nil, fmt.Errorf("join() needs a table, not %s", jinja.TypeName(a.Value("right_table")))
	}
	rightKey := a.Or("right_key", a.Value("left_key"))
	byKey := jinja.NewDict()
	for i := range right.rows {
		k, err := right.keyOf(c, rightKey, i)
		if err != nil {
			return nil, err
		}
		matches, _ := byKey.Get(k)
		list, _ := matches.(*jinja.List)
		if list == nil {
			list = jinja.NewList()
		}
		list.Items = append(list.Items, i)
		if err := byKey.Set(k, list); err != nil {
			return nil, err
		}
	}
	columns := right.besides(rightKey)
	out := t.joined(right, columns)
	for i, row := range t.rows {
		k, err := t.keyOf(c, a.Value("left_key"), i)
		if err != nil {
			return nil, err
		}
		found, _ := byKey.Get(k)
		list, _ := found.(*jinja.List)
		if list == nil {
			if !a.Bool("inner", false) {
				out.rows = append(out.rows, append(slices.Clone(row), make([]jinja.Value, len(columns))...))
			}
			continue
		}
		for _, n := range list.Items {
			values := slices.Clone(row)
			for _, j := range columns {
				values = append(values, right.rows[n.(int)][j])
			}
			out.rows = append(out.rows, values)
		}
	}
	return out, nil
}

// besides are the columns that are no part of the key.
func (t *Table) besides(key jinja.Value) []int {
	keys, err := t.chosen(key)
	if err != nil {
		keys = nil
	}
	var out []int
	for j := range t.names {
		if !slices.Contains(keys, j) {
			out = append(out, j)
		}
	}
	return out
}

// joined is the empty table of the columns of both; a name that both have gets a number.
func (t *Table) joined(right *Table, columns []int) *Table {
	out := &Table{names: slices.Clone(t.names), types: slices.Clone(t.types), print: t.print}
	for _, j := range columns {
		name := right.names[j]
		if slices.Contains(t.names, name) {
			name += "2"
		}
		out.names, out.types = append(out.names, name), append(out.types, right.types[j])
	}
	return out
}

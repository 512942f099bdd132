package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/types"
)

// Comparison is two relations at the target of a node that are to be compared.
type Comparison struct {
	Node *compiler.Node // whose target it is; nil for the runner's own
	Spec diff.Spec
}

// Compared is what became of a comparison.
type Compared struct {
	Comparison
	Result *diff.Result // nil if it failed
	Err    error
}

// Diff finds out how relations differ, several at a time, and changes nothing but temporary tables of its own. Observe was called before. One that
// fails does not stop the others. The error is ctx's cause or a failure to connect.
func (r *Runner) Diff(ctx context.Context, list []Comparison) ([]Compared, error) {
	out := make([]Compared, len(list))
	err := r.onVisits(ctx, len(list), func(v *Visit, i int) {
		out[i].Comparison = list[i]
		if list[i].Node != nil {
			v = v.at(list[i].Node)
		}
		out[i].Result, out[i].Err = v.diff(ctx, list[i].Spec)
	})
	return out, err
}

// Find looks for relations at the runner's own target; nil stands for one that is not there.
func (r *Runner) Find(ctx context.Context, names ...relation.Relation) (_ []*relation.Table, err error) {
	conn, err := r.Warehouse.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	var schemas []relation.Relation
	for _, name := range names {
		if at := schemaOf(name); !slices.Contains(schemas, at) {
			schemas = append(schemas, at)
		}
	}
	catalog, err := conn.Inspect(ctx, schemas...)
	if err != nil {
		return nil, fmt.Errorf("inspect the warehouse: %w", err)
	}
	out := make([]*relation.Table, len(names))
	for i, name := range names {
		out[i] = catalog.Get(name)
	}
	return out, nil
}

// changedRows is how many of the changed rows are looked at one by one.
const changedRows = 10_000

// diffQuery asks how two relations differ.
type diffQuery struct {
	wire       *wire
	context    *macros.Context
	out        *diff.Result
	base, new  string
	keys, rest []any // columns as the macros take them
	single     bool  // both have one row, which needs no key
	changes    string
}

func (v *Visit) diff(ctx context.Context, s diff.Spec) (_ *diff.Result, err error) {
	v.wire.node = nil
	if slices.ContainsFunc(s.New.Columns, func(c relation.Column) bool { return s.Hides(c.Name) }) {
		defer v.wire.veil()()
		defer func() { err = veiled(err) }()
	}
	op, err := v.graph.Operation(ctx, v.graph.Project.Root, nothing(v.graph), compiler.Sight{Warehouse: v.wire}, nil)
	if err != nil {
		return nil, err
	}
	d := v.wire.dialect
	s.Key = slices.Clone(s.Key)
	q := &diffQuery{wire: v.wire, context: op.Context, out: &diff.Result{Spec: s, Schema: s.Schema()}, base: d.Relation(s.Base.Relation), new: d.Relation(s.New.Relation)}
	if err := q.count(ctx); err != nil {
		return nil, err
	}
	if err := q.settleKey(ctx); err != nil {
		return nil, err
	}
	q.keys, q.rest = q.columns(q.keyColumns()), q.columns(q.out.Common())
	if len(q.keys) == 0 && len(q.rest) == 0 {
		return q.out, nil // there is nothing that both have
	}
	if err := q.collect(ctx); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, q.forget(context.WithoutCancel(ctx))) }()
	if q.whole() {
		return q.out, q.unkeyed(ctx)
	}
	return q.out, q.keyed(ctx)
}

// whole tells whether rows are compared as they are, since none can be told from another.
func (q *diffQuery) whole() bool { return len(q.keys) == 0 && !q.single }

// ask spells a query, and runs it.
func (q *diffQuery) ask(ctx context.Context, macro string, args ...any) ([][]any, error) {
	sql, err := q.context.Spell(ctx, macro, args...)
	if err != nil {
		return nil, err
	}
	result, _, err := q.wire.query(ctx, sql)
	if err != nil {
		return nil, err
	}
	return result.Rows, nil
}

func (q *diffQuery) count(ctx context.Context) error {
	rows, err := q.ask(ctx, "diff_count", q.base, q.new)
	if err != nil {
		return fmt.Errorf("count the rows: %w", err)
	}
	q.out.Rows = diff.Pair[int64]{Base: wholeNumber(rows[0][0]), New: wholeNumber(rows[0][1])}
	return nil
}

// settleKey finds out whether rows can be told apart by the key.
func (q *diffQuery) settleKey(ctx context.Context) error {
	s := &q.out.Spec
	switch lacking := s.Lacking(); {
	case len(s.Key) == 0 && q.out.Rows == diff.Pair[int64]{Base: 1, New: 1}:
		q.single = true
		return nil
	case len(s.Key) == 0:
		q.out.Unkeyed = "there is no key: neither a test that is unique nor unique_key names one, and --key may"
	case len(lacking) > 0:
		q.out.Unkeyed = "the key " + strings.Join(s.Key, ", ") + " is not in both: " + strings.Join(lacking, ", ") + " is not"
	}
	for _, side := range []string{"base", "new"} {
		if q.out.Unkeyed != "" {
			break
		}
		n, err := q.repeats(ctx, side)
		if err != nil {
			return fmt.Errorf("look whether the key is unique: %w", err)
		}
		if n > 0 {
			q.out.Unkeyed = fmt.Sprintf("the key %s is not one: %d of its values are there more than once in %s", strings.Join(s.Key, ", "), n, q.side(side).Relation)
		}
	}
	if q.out.Unkeyed != "" {
		s.Key = nil
	}
	for i, c := range q.keyColumns() { // from here on in the order of the columns
		s.Key[i] = c.Name
	}
	return nil
}

// side is one of the relations: base or new.
func (q *diffQuery) side(side string) relation.Table {
	if side == "base" {
		return q.out.Base
	}
	return q.out.New
}

// repeats is how many values of the key are there more than once. Where the warehouse sees to it that there are none the rows are not looked at.
func (q *diffQuery) repeats(ctx context.Context, side string) (int64, error) {
	t := q.side(side)
	var names []any
	for _, c := range t.Columns {
		if slices.ContainsFunc(q.out.Key, func(k string) bool { return strings.EqualFold(k, c.Name) }) {
			names = append(names, c.Name)
		}
	}
	spelled := q.wire.dialect.Relation(t.Relation)
	proof, err := q.context.Spell(ctx, "diff_proof", spelled, names)
	if err != nil {
		return 0, err
	}
	if proof != "" {
		result, _, err := q.wire.query(ctx, proof)
		if err != nil {
			return 0, err
		}
		if wholeNumber(result.Rows[0][0]) > 0 {
			return 0, nil
		}
	}
	rows, err := q.ask(ctx, "diff_repeats", spelled, side, q.columns(q.keyColumns()))
	if err != nil {
		return 0, err
	}
	return wholeNumber(rows[0][0]), nil
}

// keyColumns are the columns of the key as the new relation has them.
func (q *diffQuery) keyColumns() []relation.Column {
	return slices.DeleteFunc(slices.Clone(q.out.New.Columns), func(c relation.Column) bool {
		return !slices.ContainsFunc(q.out.Key, func(k string) bool { return strings.EqualFold(k, c.Name) })
	})
}

// columns are columns as the macros take them.
func (q *diffQuery) columns(list []relation.Column) []any {
	system := types.For(q.wire.dialect)
	out := make([]any, 0, len(list))
	for _, c := range list {
		i := slices.IndexFunc(q.out.Base.Columns, func(b relation.Column) bool { return strings.EqualFold(b.Name, c.Name) })
		if i < 0 {
			continue
		}
		base := q.out.Base.Columns[i]
		was, is := familyOf(system.Parse(base.Type)), familyOf(system.Parse(c.Type))
		number := func(f family) bool { return f == wholeNumbers || f == decimals || f == floats }
		numbers := number(was) && number(is)
		out = append(out, map[string]any{
			"base": q.wire.dialect.Ident(base.Name), "new": q.wire.dialect.Ident(c.Name), "number": numbers, "boolean": was == booleans && is == booleans,
			"text": !numbers && (was != is || is == otherValues),
		})
	}
	return out
}

// collect has the rows that differ where further questions about them find them: in a temporary table, or in a query if there are no such tables.
func (q *diffQuery) collect(ctx context.Context) error {
	tolerance := ""
	if q.out.Tolerance > 0 {
		tolerance = strconv.FormatFloat(q.out.Tolerance, 'f', -1, 64)
	}
	var sql string
	var err error
	if !q.whole() {
		sql, err = q.context.Spell(ctx, "diff_changes", q.base, q.new, q.keys, q.rest, tolerance)
	} else {
		sql, err = q.context.Spell(ctx, "diff_unkeyed", q.base, q.new, q.rest)
	}
	if err != nil {
		return err
	}
	if q.changes = "(\n" + sql + "\n)"; !q.wire.dialect.Has(dialect.TemporaryTables) {
		return nil
	}
	q.changes = "mod_diff_rows"
	if sql, err = q.context.Spell(ctx, "diff_keep", q.changes, sql); err == nil {
		_, err = q.wire.send(ctx, sql)
	}
	if err != nil {
		return fmt.Errorf("compare the rows: %w", err)
	}
	return nil
}

func (q *diffQuery) forget(ctx context.Context) error {
	if !q.wire.dialect.Has(dialect.TemporaryTables) {
		return nil
	}
	sql, err := q.context.Spell(ctx, "diff_forget", q.changes)
	if err == nil {
		_, err = q.wire.send(ctx, sql)
	}
	return err
}

// kinds are what became of rows, by their numbers in the macros.
func kinds() []diff.Kind { return []diff.Kind{diff.Changed, diff.Added, diff.Removed} }

// keyed tells of rows that have a key.
func (q *diffQuery) keyed(ctx context.Context) error {
	rows, err := q.ask(ctx, "diff_summary", q.changes, q.rest)
	if err != nil {
		return fmt.Errorf("compare the rows: %w", err)
	}
	common := q.out.Common()
	for _, row := range rows {
		n := wholeNumber(row[1])
		switch kinds()[wholeNumber(row[0])] {
		case diff.Added:
			q.out.Added = n
		case diff.Removed:
			q.out.Removed = n
		default:
			q.out.Changed = n
			for i, c := range common {
				if differ := wholeNumber(row[2+i]); differ > 0 {
					q.out.Columns = append(q.out.Columns, &diff.Column{Name: c.Name, Changed: differ})
				}
			}
		}
	}
	slices.SortStableFunc(q.out.Columns, func(a, b *diff.Column) int { return int(b.Changed - a.Changed) })
	if q.out.Differing() == 0 {
		return nil
	}
	return errors.Join(q.look(ctx), q.statistics(ctx))
}

// look reads some of the rows that differ, and finds out where they are.
func (q *diffQuery) look(ctx context.Context) error {
	answers, err := q.ask(ctx, "diff_rows", q.changes, q.base, q.new, q.keys, q.rest, changedRows)
	if err != nil {
		return fmt.Errorf("read rows that differ: %w", err)
	}
	var rows []diff.Row
	for _, a := range answers {
		row := diff.Row{Kind: kinds()[wholeNumber(a[0])]}
		for _, differs := range a[1:][:len(q.rest)] {
			row.Differs = append(row.Differs, wholeNumber(differs) == 1)
		}
		for values := a[1+len(q.rest):]; len(values) > 1; values = values[2:] {
			row.Base, row.New = append(row.Base, asText(values[0])), append(row.New, asText(values[1]))
		}
		rows = append(rows, row)
	}
	q.out.Read(rows)
	if len(q.out.Focus) == 0 {
		return nil
	}
	var values []any
	for _, f := range q.out.Focus {
		value := any(f.Value)
		if f.Null {
			value = nil
		}
		values = append(values, map[string]any{"ident": q.wire.dialect.Ident(f.Column), "value": value})
	}
	parts, err := q.ask(ctx, "diff_parts", q.new, values)
	if err != nil {
		return fmt.Errorf("look where rows differ: %w", err)
	}
	var weights []float64
	for _, n := range parts[0][1:] {
		weights = append(weights, float64(wholeNumber(n))/float64(max(wholeNumber(parts[0][0]), 1)))
	}
	q.out.Weigh(weights)
	return nil
}

// asText is a text that the warehouse told, nil for null.
func asText(v any) *string {
	text, ok := v.(string)
	if !ok {
		return nil
	}
	return &text
}

// statistics describe the columns that differ, before and after.
func (q *diffQuery) statistics(ctx context.Context) error {
	var wanted []relation.Column
	for _, c := range q.out.Columns {
		if !q.out.Hides(c.Name) {
			wanted = append(wanted, relation.Column{Name: c.Name, Type: q.out.TypeOf(c.Name)})
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	columns := q.columns(wanted)
	for _, side := range []string{"base", "new"} {
		rows, err := q.ask(ctx, "diff_statistics", map[string]string{"base": q.base, "new": q.new}[side], side, columns)
		if err != nil {
			return fmt.Errorf("describe what differs: %w", err)
		}
		for i, c := range wanted {
			told := rows[0][1+4*i:]
			stats := diff.Stats{Nulls: wholeNumber(told[0]), Min: asText(told[1]), Max: asText(told[2]), Mean: asText(told[3])}
			q.out.Describe(c.Name, side == "new", stats)
		}
	}
	return nil
}

// unkeyed tells of rows that have no key.
func (q *diffQuery) unkeyed(ctx context.Context) error {
	rows, err := q.ask(ctx, "diff_unkeyed_summary", q.changes)
	if err != nil {
		return fmt.Errorf("compare the rows: %w", err)
	}
	q.out.Added, q.out.Removed = wholeNumber(rows[0][0]), wholeNumber(rows[0][1])
	if q.out.Differing() == 0 {
		return nil
	}
	answers, err := q.ask(ctx, "diff_unkeyed_rows", q.changes, q.rest, 20)
	if err != nil {
		return fmt.Errorf("read rows that differ: %w", err)
	}
	var list []diff.Row
	for _, a := range answers {
		row, values := diff.Row{Kind: diff.Added}, []*string(nil)
		for _, v := range a[1:] {
			values = append(values, asText(v))
		}
		if row.New = values; wholeNumber(a[0]) < 0 {
			row = diff.Row{Kind: diff.Removed, Pair: diff.Pair[[]*string]{Base: values}}
		}
		list = append(list, row)
	}
	q.out.Read(list)
	return nil
}

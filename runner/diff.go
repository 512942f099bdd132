package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/types"
)

// Comparison is two relations that are to be compared: at the target of a node, or at two targets.
type Comparison struct {
	Node *compiler.Node // whose target it is; nil for the runner's own
	Spec diff.Spec
	// At are graphs of the targets that the relations are at, which were observed; nil stands for that of Node.
	At diff.Pair[*compiler.Graph]
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
		out[i].Result, out[i].Err = v.diff(ctx, list[i])
	})
	return out, err
}

// Find looks for relations at the target of a graph; nil stands for one that is not there.
func (r *Runner) Find(ctx context.Context, at *compiler.Graph, names ...relation.Relation) (_ []*relation.Table, err error) {
	w := r.warehouseOf(at)
	if w == nil {
		return nil, fmt.Errorf("there is no connection to target %q", at.Project.Target.Name)
	}
	conn, err := w.Connect(ctx)
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

// diffSide is one of the relations that are compared, where it is.
type diffSide struct {
	wire    *wire
	context *macros.Context
	name    string // base or new, as the macros know it
	table   relation.Table
	rows    string // what is read: the relation, or a sample of it, in SQL
}

// diffQuery asks how two relations differ.
type diffQuery struct {
	base, new  *diffSide
	out        *diff.Result
	keys, rest []any // columns as the macros take them
	cells      []diff.Cell
	counted    bool // it is known how many rows both have
	single     bool // both have one row, which needs no key
	changes    string
}

func (v *Visit) diff(ctx context.Context, c Comparison) (_ *diff.Result, err error) {
	home := v
	if c.Node != nil {
		home = v.at(c.Node)
	}
	side := func(g *compiler.Graph) *Visit {
		if g == nil || v.far[g] == nil {
			return home
		}
		return v.far[g]
	}
	was, is := side(c.At.Base), side(c.At.New)
	for _, at := range []*Visit{was, is} {
		at.wire.node = nil
		if slices.ContainsFunc(c.Spec.New.Columns, func(col relation.Column) bool { return c.Spec.Hides(col.Name) }) {
			defer at.wire.veil()()
			defer func() { err = veiled(err) }()
		}
	}
	q := &diffQuery{}
	if q.base, err = was.side(ctx, "base", c.Spec.Base); err != nil {
		return nil, err
	}
	if q.new, err = is.side(ctx, "new", c.Spec.New); err != nil {
		return nil, err
	}
	s := c.Spec
	if s.Key = slices.Clone(s.Key); q.across() {
		s.Across, s.Kept = q.systems(), nil
	}
	q.out = &diff.Result{Spec: s, Schema: s.Schema()}
	return q.find(ctx)
}

// side is a relation that is compared.
func (v *Visit) side(ctx context.Context, name string, t relation.Table) (*diffSide, error) {
	op, err := v.graph.Operation(ctx, v.graph.Project.Root, nothing(v.graph), compiler.Sight{Warehouse: v.wire}, nil)
	if err != nil {
		return nil, err
	}
	return &diffSide{wire: v.wire, context: op.Context, name: name, table: t, rows: v.wire.dialect.Relation(t.Relation)}, nil
}

// find finds out how the relations differ.
func (q *diffQuery) find(ctx context.Context) (_ *diff.Result, err error) {
	if !q.countsLast() {
		if err := q.count(ctx); err != nil {
			return nil, err
		}
	}
	if err := q.settleKey(ctx); err != nil {
		return nil, err
	}
	q.keys, q.rest = q.columns(q.keyColumns()), q.columns(q.out.Common())
	if len(q.keys) == 0 && len(q.rest) == 0 {
		return q.out, q.count(ctx) // there is nothing that both have
	}
	if q.across() {
		return q.out, q.bisect(ctx)
	}
	q.trust()
	if err := q.collect(ctx); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, q.forget(context.WithoutCancel(ctx))) }()
	if q.whole() {
		return q.out, errors.Join(q.count(ctx), q.unkeyed(ctx))
	}
	return q.out, q.keyed(ctx)
}

// across tells whether the relations are in two warehouses.
func (q *diffQuery) across() bool { return q.base.wire != q.new.wire }

// systems are the types of both.
func (q *diffQuery) systems() diff.Pair[*types.System] {
	return diff.Pair[*types.System]{Base: types.For(q.base.wire.dialect), New: types.For(q.new.wire.dialect)}
}

// whole tells whether rows are compared as they are, since none can be told from another.
func (q *diffQuery) whole() bool { return len(q.keys) == 0 && !q.single }

// trust leaves the columns uncompared that need not be. Where whole rows are compared all of a row is needed.
func (q *diffQuery) trust() {
	if q.whole() {
		return
	}
	for i, c := range q.out.Common() {
		if column, ok := q.rest[i].(map[string]any); ok && q.out.Trusts(c.Name) {
			column["kept"] = true
			q.out.Trusted = append(q.out.Trusted, c.Name)
		}
	}
}

// ask spells a query, and runs it.
func (s *diffSide) ask(ctx context.Context, macro string, args ...any) ([][]any, error) {
	sql, err := s.context.Spell(ctx, macro, args...)
	if err != nil {
		return nil, err
	}
	result, _, err := s.wire.query(ctx, sql)
	if err != nil {
		return nil, err
	}
	return result.Rows, nil
}

// countsLast tells whether rows can be counted when both relations are read for something else: where nothing is decided by how many there are.
func (q *diffQuery) countsLast() bool {
	return !q.across() && q.out.Sample == diff.Sampling{} && len(q.out.Key) > 0 && len(q.out.Lacking()) == 0
}

// count counts the rows, unless that was done.
func (q *diffQuery) count(ctx context.Context) error {
	if q.counted {
		return nil
	}
	q.counted = true
	if q.across() {
		counts, err := both(q, func(s *diffSide) (int64, error) {
			rows, err := s.ask(ctx, "diff_count_one", s.rows)
			if err != nil {
				return 0, fmt.Errorf("count the rows of %s: %w", s.table.Relation, err)
			}
			return wholeNumber(rows[0][0]), nil
		})
		q.out.Rows = counts
		return err
	}
	rows, err := q.new.ask(ctx, "diff_count", q.base.rows, q.new.rows)
	if err != nil {
		return fmt.Errorf("count the rows: %w", err)
	}
	q.out.Rows = diff.Pair[int64]{Base: wholeNumber(rows[0][0]), New: wholeNumber(rows[0][1])}
	return nil
}

// both asks both sides at the same time, if they are in two warehouses.
func both[T any](q *diffQuery, ask func(*diffSide) (T, error)) (out diff.Pair[T], err error) {
	var problem error
	var work sync.WaitGroup
	work.Go(func() { out.Base, problem = ask(q.base) })
	if !q.across() {
		work.Wait()
	}
	out.New, err = ask(q.new)
	work.Wait()
	return out, errors.Join(problem, err)
}

// columns are columns as the macros take them.
func (q *diffQuery) columns(list []relation.Column) []any {
	systems := q.systems()
	out := make([]any, 0, len(list))
	cells := q.out.Cells(systems, list)
	for n, c := range list {
		i := slices.IndexFunc(q.out.Base.Columns, func(b relation.Column) bool { return strings.EqualFold(b.Name, c.Name) })
		if i < 0 {
			continue
		}
		base, cell := q.out.Base.Columns[i], cells[n]
		was, is := familyOf(systems.Base.Parse(base.Type)), familyOf(systems.New.Parse(c.Type))
		number := func(f family) bool { return f == wholeNumbers || f == decimals || f == floats }
		numbers := number(was) && number(is)
		out = append(out, map[string]any{
			"base": q.base.wire.dialect.Ident(base.Name), "new": q.new.wire.dialect.Ident(c.Name), "number": numbers, "boolean": was == booleans && is == booleans,
			"text": !numbers && (was != is || is == otherValues),
			"cell": map[string]any{
				"form": string(cell.Form), "base": string(cell.Own.Base), "new": string(cell.Own.New), "digits": cell.Digits,
				"base_scaled": cell.Scaled.Base, "new_scaled": cell.Scaled.New,
			},
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
		sql, err = q.new.context.Spell(ctx, "diff_changes", q.base.rows, q.new.rows, q.keys, q.rest, tolerance)
	} else {
		sql, err = q.new.context.Spell(ctx, "diff_unkeyed", q.base.rows, q.new.rows, q.rest)
	}
	if err != nil {
		return err
	}
	if q.changes = "(\n" + sql + "\n)"; !q.new.wire.dialect.Has(dialect.TemporaryTables) {
		return nil
	}
	q.changes = "mod_diff_rows"
	if sql, err = q.new.context.Spell(ctx, "diff_keep", q.changes, sql); err == nil {
		_, err = q.new.wire.send(ctx, sql)
	}
	if err != nil {
		return fmt.Errorf("compare the rows: %w", err)
	}
	return nil
}

func (q *diffQuery) forget(ctx context.Context) error {
	if !q.new.wire.dialect.Has(dialect.TemporaryTables) {
		return nil
	}
	sql, err := q.new.context.Spell(ctx, "diff_forget", q.changes)
	if err == nil {
		_, err = q.new.wire.send(ctx, sql)
	}
	return err
}

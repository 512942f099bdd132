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
	q.trust()
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

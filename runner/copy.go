package runner

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/big"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/types"
)

// origin is where the rows of a copy come from. Rows are streamed, and counted column by column, from one warehouse to the other.
type origin struct {
	target   string // its name
	empty    bool   // no rows are wanted
	wire     *wire
	dialect  *dialect.Dialect
	relation relation.Relation
	columns  []relation.Column
	rows     int64
	values   []int64 // of each column: how many are not null
}

// originOf is where a copy's rows come from, as seen from there: the node that is copied may be one that is read elsewhere.
func (x *run) originOf(ctx context.Context, c *compiler.Node, w *worker) (*origin, error) {
	at := x.at(c.Copied)
	wire, err := x.wire(ctx, c, at, w, c.ID)
	if err != nil {
		return nil, err
	}
	o := &origin{target: at.graph.Project.Target.Name, wire: wire, dialect: at.graph.Dialect, relation: c.Copied.Relation, empty: x.Options.Empty}
	if deferred := x.deferred(at.graph, wire.view.get); deferred != nil {
		if there, ok := deferred(c.Copied.ID); ok {
			o.relation = there
		}
	}
	return o, nil
}

// table are the columns of what is copied, with the types that hold their values in the other warehouse.
func (o *origin) table(ctx context.Context, to *dialect.Dialect) (*materialize.Seed, error) {
	columns, err := o.wire.describe(ctx, "select * from "+o.dialect.Relation(o.relation))
	if err != nil {
		return nil, fmt.Errorf("look at %s at target %s: %w", o.relation, o.target, err)
	}
	o.columns = columns
	from, into := types.For(o.dialect), types.For(to)
	s := &materialize.Seed{Rows: -1}
	for _, c := range columns {
		s.Columns = append(s.Columns, relation.Column{Name: c.Name, Type: cmp.Or(into.Print(into.Holding(from.Parse(c.Type))), to.Types.Text)})
	}
	return s, nil
}

// all are the rows of what is copied, as values that can be loaded anywhere. They are counted as they pass.
func (o *origin) all(ctx context.Context) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		rows, ended, err := o.open(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		o.rows, o.values = 0, make([]int64, len(o.columns))
		for row, failure := range rows.All {
			if err = failure; err == nil {
				err = o.pass(row)
			}
			if err != nil || !yield(row, nil) {
				break
			}
		}
		if err = ended(errors.Join(err, rows.Close())); err != nil {
			yield(nil, err)
		}
	}
}

// open begins to read. The caller tells ended how it went, which reports it.
func (o *origin) open(ctx context.Context) (rows *adapters.Rows, ended func(error) error, err error) {
	sql, begun := "select * from "+o.dialect.Relation(o.relation), time.Now()
	if o.empty {
		sql += " limit 0"
	}
	text, shift := o.wire.comment.around(sql)
	ended = func(err error) error {
		return o.wire.ended(Statement{SQL: sql, Sent: text, Rows: o.rows, Err: o.wire.session.noted(err)}, shift, begun)
	}
	conn, err := o.wire.session.started(ctx)
	if err != nil {
		return nil, nil, err
	}
	if rows, err = conn.Query(ctx, text); err != nil {
		return nil, nil, ended(err)
	}
	return rows, ended, nil
}

// pass counts a row and makes its values ready for the other warehouse.
func (o *origin) pass(row []any) error {
	o.rows++
	for i, v := range row {
		if v == nil {
			continue
		}
		o.values[i]++
		var err error
		if row[i], err = portable(v); err != nil {
			return fmt.Errorf("column %s: %w", o.columns[i].Name, err)
		}
	}
	return nil
}

// portable is a value as [adapters.Adapter.Load] takes it: numbers that are exact as their text, what has parts as JSON.
func portable(v any) (any, error) {
	switch v := v.(type) {
	case adapters.Decimal:
		return string(v), nil
	case *big.Int:
		return v.String(), nil
	case []any, map[string]any:
		text, err := json.Marshal(inJSON(v))
		return string(text), err
	}
	return v, nil
}

// inJSON is a value inside of another as JSON has it.
func inJSON(v any) any {
	switch v := v.(type) {
	case adapters.Decimal:
		return json.Number(v)
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = inJSON(item)
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, item := range v {
			out[k] = inJSON(item)
		}
		return out
	}
	return v
}

// loadCopy brings the rows of a copy into a table, and makes sure that all of them arrived: as many rows as were read, and in each column as
// many values.
func (t *turn) loadCopy(ctx context.Context, into relation.Table) (adapters.Stats, error) {
	stats, err := t.append(ctx, into, t.origin.all(ctx))
	if err != nil {
		return stats, err
	}
	sql, err := t.rendered.Context.Spell(ctx, "get_copy_counts_sql", into, spelledNames(into.Columns))
	if err != nil {
		return stats, err
	}
	found, _, err := t.query(ctx, sql)
	if err != nil {
		return stats, err
	}
	stats.Rows, stats.Code = t.origin.rows, "COPY"
	stats.Message = fmt.Sprintf("COPY %d", stats.Rows)
	return stats, t.origin.compare(found.Rows[0])
}

func spelledNames(columns []relation.Column) []any {
	out := make([]any, len(columns))
	for i, c := range columns {
		out[i] = c.Name
	}
	return out
}

// compare tells how a copy differs from what was read, if it does.
func (o *origin) compare(counts []any) error {
	if n := wholeNumber(counts[0]); n != o.rows {
		return fmt.Errorf("the copy of %s has %d rows, and %d were read", o.relation, n, o.rows)
	}
	for i, c := range o.columns {
		if n := wholeNumber(counts[i+1]); n != o.values[i] {
			return fmt.Errorf("the copy of %s has %d values in column %s, and %d were read", o.relation, n, c.Name, o.values[i])
		}
	}
	return nil
}

package runner

import (
	"context"
	"fmt"
	"math"

	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/types"
)

// Limits of what is told of how values are spread.
const (
	mostSpread = 20      // columns
	spreadRows = 100_000 // of a relation, or of the sample of it: to sort more takes longer than to compare them
)

// spreads tells how the values of columns that differ are spread in both relations, over the same buckets.
func (q *diffQuery) spreads(ctx context.Context) error {
	read := float64(max(q.out.Rows.Base, q.out.Rows.New))
	if q.out.Sampled > 0 {
		read *= q.out.Sampled
	}
	if q.out.Changed < fewSpread || read > 1.1*spreadRows { // a sample is about as large as was wanted
		return nil
	}
	asked, err := both(q, func(s *diffSide) (*sideSpread, error) { return q.sideSpread(ctx, s) })
	if err != nil {
		return fmt.Errorf("describe what differs: %w", err)
	}
	for i, was := range asked.Base.columns {
		is := asked.New.columns[i]
		was.low, was.high = math.Min(was.low, is.low), math.Max(was.high, is.high)
		is.low, is.high = was.low, was.high
		was.distinct, is.distinct = was.Distinct, is.Distinct
		was.Distinct = max(was.Distinct, is.Distinct) // it is told of both or of neither which values there are
		is.Distinct = was.Distinct
	}
	if _, err := both(q, func(s *diffSide) (struct{}, error) {
		side := map[*diffSide]*sideSpread{q.base: asked.Base, q.new: asked.New}[s]
		return struct{}{}, side.query.spread(ctx, side.columns)
	}); err != nil {
		return fmt.Errorf("ask how values are spread: %w", err)
	}
	for i, was := range asked.Base.columns {
		is := asked.New.columns[i]
		q.out.Spread(was.Name, diff.Pair[diff.Spread]{Base: spreadOf(was), New: spreadOf(is)})
	}
	return nil
}

// fewSpread is how many rows have to have changed before it is told how values are spread.
const fewSpread = 10

// sideSpread is how values are spread in one of the relations, as it is asked.
type sideSpread struct {
	query   *profileQuery
	columns []*profileColumn
}

// sideSpread asks what is to be known before values are sorted into buckets.
func (q *diffQuery) sideSpread(ctx context.Context, s *diffSide) (*sideSpread, error) {
	out := &sideSpread{query: &profileQuery{wire: s.wire, context: s.context, table: &s.table, from: s.rows}}
	if q.out.Sampled > 0 {
		out.query.from += " as mod_rows"
	}
	system := types.For(s.wire.dialect)
	for _, c := range q.out.Columns {
		was := q.out.Column(s == q.new, c.Name)
		if was == nil || q.out.Hides(c.Name) || len(out.columns) == mostSpread {
			continue
		}
		out.columns = append(out.columns, &profileColumn{
			ColumnProfile: artifact.ColumnProfile{Name: c.Name}, ident: s.wire.dialect.Ident(was.Name), family: familyOf(system.Parse(was.Type)), low: 1,
		})
	}
	if len(out.columns) == 0 {
		return out, nil
	}
	_, err := out.query.statistics(ctx, out.columns)
	return out, err
}

// spreadOf is how the values of a column are spread.
func spreadOf(c *profileColumn) diff.Spread {
	out := diff.Spread{Distinct: c.distinct}
	if h := c.Histogram; h != nil {
		out.Start, out.Width, out.Counts, out.Times = h.Start, h.Width, h.Counts, h.Times
	}
	for _, v := range c.Values {
		out.Values = append(out.Values, diff.ValueCount{Value: v.Value, Rows: v.Rows})
	}
	return out
}

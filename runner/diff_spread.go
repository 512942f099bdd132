package runner

import (
	"context"
	"fmt"
	"math"

	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/types"
)

// Limits of what is told of how values are spread.
const (
	mostSpread = 20      // columns
	spreadRows = 100_000 // that are read where values can only be counted by sorting them, which of more takes longer than to compare them
	fewSpread  = 10      // rows that have to have changed before it is told
)

// spreads tells how the values of columns that differ are spread in both relations, over the same buckets: of all rows, or of a sample of each where it takes too long to
// read all. Of what cannot be sampled, such as a view, it is not told then.
func (q *diffQuery) spreads(ctx context.Context) error {
	if q.out.Changed < fewSpread {
		return nil
	}
	read := float64(max(q.out.Rows.Base, q.out.Rows.New))
	if q.out.Sampled > 0 {
		read *= q.out.Sampled
	}
	sample := any(nil)
	if read > 1.1*spreadRows { // a sample is about as large as was wanted
		quick, err := q.countsQuickly(ctx)
		if err != nil {
			return err
		}
		if !quick && (q.out.Sampled > 0 || !q.sampled(q.base) || !q.sampled(q.new)) {
			return nil
		}
		if !quick {
			sample = sampleOf(spreadRows, int64(read))
		}
	}
	asked, err := both(q, func(s *diffSide) (*sideSpread, error) { return q.sideSpread(ctx, s, int64(read), sample) })
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
		q.out.Spread(was.Name, diff.Pair[diff.Spread]{Base: asked.Base.of(was), New: asked.New.of(is)})
	}
	return nil
}

// countsQuickly tells whether both warehouses can tell about how many values there are without sorting them.
func (q *diffQuery) countsQuickly(ctx context.Context) (bool, error) {
	texts, err := both(q, func(s *diffSide) (string, error) { return s.context.Spell(ctx, "profile_approximate_distinct", "1") })
	return texts.Base != "" && texts.New != "", err
}

// sampled tells whether some of the rows of a relation can be read, the same whenever that is asked. They are taken one by one: in a block of the table rows are alike.
func (q *diffQuery) sampled(s *diffSide) bool {
	return s.table.Kind == relation.BaseTable || s.table.Kind == relation.MaterializedView
}

// sideSpread is how values are spread in one of the relations, as it is asked.
type sideSpread struct {
	query   *profileQuery
	columns []*profileColumn
	read    int64 // how many rows, if they are a sample; else 0
}

// sideSpread asks what is to be known before values are sorted into buckets.
func (q *diffQuery) sideSpread(ctx context.Context, s *diffSide, rows int64, sample any) (*sideSpread, error) {
	out := &sideSpread{query: &profileQuery{wire: s.wire, context: s.context, table: &s.table, from: s.rows, read: rows, sample: sample, every: true}}
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
	read, err := out.query.statistics(ctx, out.columns)
	if sample != nil {
		out.read = read
	}
	return out, err
}

// of is how the values of a column are spread.
func (s *sideSpread) of(c *profileColumn) diff.Spread {
	out := diff.Spread{Distinct: c.distinct, Read: s.read}
	if h := c.Histogram; h != nil {
		out.Start, out.Width, out.Counts, out.Times = h.Start, h.Width, h.Counts, h.Times
	}
	for _, v := range c.Values {
		out.Values = append(out.Values, diff.ValueCount{Value: v.Value, Rows: v.Rows})
	}
	return out
}

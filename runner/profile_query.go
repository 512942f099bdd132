package runner

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/relation"
)

// profileQuery asks about one relation.
type profileQuery struct {
	wire    *wire
	context *macros.Context
	table   *relation.Table
	from    string // what is read instead of the table, in SQL; "" for that
	sample  any    // as the macros take it; nil for all rows
	read    int64  // about how many rows are read
	every   bool   // all values of a column are told that has few, and not those alone that most rows have
	asked   bool   // something was answered
}

// sampleOf asks for about so many of all rows.
func sampleOf(rows, all int64) any {
	return map[string]any{"rows": rows, "percent": strconv.FormatFloat(100*float64(rows)/float64(all), 'f', 8, 64)}
}

// exactly is up to how many rows values are counted one by one, where the warehouse has a quicker way. DuckDB's is no quicker for a million
// rows of ten columns, and says 1249 of 1000 values.
const exactly = 2_000_000

func (q *profileQuery) rows(ctx context.Context, macro string, args ...any) ([][]any, error) {
	from := q.from
	if from == "" {
		from = q.wire.dialect.Relation(q.wire.place(q.wire.node, q.table.Relation))
	}
	sql, err := q.context.Spell(ctx, macro, append([]any{from}, args...)...)
	if err != nil {
		return nil, err
	}
	result, _, err := q.wire.query(ctx, sql)
	if err != nil {
		return nil, err
	}
	return result.Rows, nil
}

func (q *profileQuery) count(ctx context.Context) (int64, error) {
	rows, err := q.rows(ctx, "profile_count")
	if err != nil {
		return 0, fmt.Errorf("count its rows: %w", err)
	}
	return wholeNumber(rows[0][0]), nil
}

// describe finds out what there is to know of some columns.
func (q *profileQuery) describe(ctx context.Context, out *artifact.RelationProfile, columns []*profileColumn) error {
	read, err := q.statistics(ctx, columns)
	if err != nil {
		return err
	}
	if q.sample != nil {
		out.Sampled = &read
	}
	if err := q.spread(ctx, columns); err != nil {
		return fmt.Errorf("ask how its values are spread: %w", err)
	}
	return nil
}

// statistics are the numbers about columns that one row tells. It returns how many rows were read.
func (q *profileQuery) statistics(ctx context.Context, columns []*profileColumn) (read int64, err error) {
	approximate, err := q.approximate(ctx)
	if err != nil {
		return 0, err
	}
	rows, err := q.rows(ctx, "profile_statistics", string(q.table.Kind), q.sample, spelledColumns(columns), approximate)
	if err != nil {
		return 0, fmt.Errorf("ask for its statistics: %w", err)
	}
	q.asked = true
	read = wholeNumber(rows[0][0])
	for i, c := range columns {
		c.answer(rows[0][1+i*answers:][:answers], read, approximate)
	}
	return read, nil
}

// answers is how many numbers the statistics have of a column.
const answers = 7

// approximate tells whether values are counted about: of many rows, where that is quicker.
func (q *profileQuery) approximate(ctx context.Context) (bool, error) {
	if q.read <= exactly {
		return false, nil
	}
	text, err := q.context.Spell(ctx, "profile_approximate_distinct", "1")
	return text != "", err
}

// spread finds out how the values of the columns are spread of which that can be told.
func (q *profileQuery) spread(ctx context.Context, columns []*profileColumn) error {
	var wanted []*profileColumn
	for _, c := range columns {
		if c.spread() {
			wanted = append(wanted, c)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	rows, err := q.rows(ctx, "profile_distribution", string(q.table.Kind), q.sample, spelledColumns(wanted))
	if err != nil {
		for _, c := range wanted {
			c.Histogram = nil // nothing was counted
		}
		return err
	}
	for _, row := range rows {
		if bucket, ok := row[1].(string); ok {
			wanted[wholeNumber(row[0])].count(bucket, wholeNumber(row[2]))
		}
	}
	for _, c := range wanted {
		slices.SortFunc(c.Values, func(a, b artifact.ValueCount) int {
			return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Value, b.Value))
		})
		if !q.every {
			c.Values = c.Values[:min(len(c.Values), mostValues)]
		}
	}
	return nil
}

func spelledColumns(columns []*profileColumn) []any {
	var out []any
	for _, c := range columns {
		out = append(out, c.spelled())
	}
	return out
}

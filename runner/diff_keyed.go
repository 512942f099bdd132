package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/relation"
)

// changedRows is how many of the changed rows are looked at one by one.
const changedRows = 10_000

// kinds are what became of rows, by their numbers in the macros.
func kinds() []diff.Kind { return []diff.Kind{diff.Changed, diff.Added, diff.Removed} }

// keyed tells of rows that have a key.
func (q *diffQuery) keyed(ctx context.Context) error {
	rows, err := q.new.ask(ctx, "diff_summary", q.changes, q.rest)
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
		return q.count(ctx)
	}
	return errors.Join(q.look(ctx), q.survey(ctx, func(i int) string { return q.new.wire.dialect.Ident(q.out.Focus[i].Column) }), q.spreads(ctx))
}

// look reads some of the rows that differ, and finds out where they are.
func (q *diffQuery) look(ctx context.Context) error {
	answers, err := q.new.ask(ctx, "diff_rows", q.changes, q.base.rows, q.new.rows, q.keys, q.rest, changedRows)
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

// survey describes the columns that differ, before and after, and finds out how many of all rows have what changed rows have in common; and it counts the rows,
// if that was not done. Each relation is read once for all that. ident is the column of a Focus in SQL.
func (q *diffQuery) survey(ctx context.Context, ident func(i int) string) error {
	var wanted []relation.Column
	for _, c := range q.out.Columns {
		if !q.out.Hides(c.Name) {
			wanted = append(wanted, relation.Column{Name: c.Name, Type: q.out.TypeOf(c.Name)})
		}
	}
	columns := q.columns(wanted)
	for _, side := range []*diffSide{q.base, q.new} {
		var values []any
		if side == q.new {
			values = q.focused(ident)
		}
		if q.counted && len(columns)+len(values) == 0 {
			continue
		}
		rows, err := side.ask(ctx, "diff_statistics", side.rows, side.name, columns, values)
		if err != nil {
			return fmt.Errorf("describe what differs: %w", err)
		}
		q.surveyed(side, rows[0], wanted)
	}
	q.counted = true
	return nil
}

// focused are the values that changed rows have in common, as the macros take them.
func (q *diffQuery) focused(ident func(i int) string) (values []any) {
	for i, f := range q.out.Focus {
		value := any(f.Value)
		if f.Null {
			value = nil
		}
		values = append(values, map[string]any{"ident": ident(i), "value": value})
	}
	return values
}

// surveyed takes what a survey told of one of the relations.
func (q *diffQuery) surveyed(side *diffSide, row []any, columns []relation.Column) {
	all := wholeNumber(row[0])
	switch row = row[1:]; {
	case q.counted:
	case side == q.new:
		q.out.Rows.New = all
	default:
		q.out.Rows.Base = all
	}
	for _, c := range columns {
		stats := diff.Stats{Nulls: wholeNumber(row[0]), Min: asText(row[1]), Max: asText(row[2]), Mean: asText(row[3])}
		q.out.Describe(c.Name, side == q.new, stats)
		row = row[4:]
	}
	if len(row) == 0 {
		return
	}
	var weights []float64
	for _, n := range row {
		weights = append(weights, float64(wholeNumber(n))/float64(max(all, 1)))
	}
	q.out.Weigh(weights)
}

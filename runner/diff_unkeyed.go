package runner

import (
	"context"
	"fmt"

	"github.com/modsql/mod/compiler/diff"
)

// unkeyed tells of rows that have no key.
func (q *diffQuery) unkeyed(ctx context.Context) error {
	rows, err := q.new.ask(ctx, "diff_unkeyed_summary", q.changes)
	if err != nil {
		return fmt.Errorf("compare the rows: %w", err)
	}
	q.out.Added, q.out.Removed = wholeNumber(rows[0][0]), wholeNumber(rows[0][1])
	if q.out.Differing() == 0 {
		return nil
	}
	answers, err := q.new.ask(ctx, "diff_unkeyed_rows", q.changes, q.rest, 20)
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

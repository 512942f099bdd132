package runner

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/policy"
	"github.com/modsql/mod/compiler/relation"
)

// Ask asks checks of the tables of a project, in a warehouse that nobody else uses. What one finds, or that it cannot be run, is in the list, in the order of the checks. The
// error is ctx's cause, or that the warehouse fails.
func Ask(ctx context.Context, w adapters.Warehouse, checks []*policy.Check, f policy.Facts) (found []policy.Finding, err error) {
	conn, err := w.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	rows := f.Rows()
	for _, t := range policy.Tables() {
		if err := fill(ctx, conn, t, rows[t.Name]); err != nil {
			return nil, fmt.Errorf("make table %s: %w", t.Name, err)
		}
	}
	for _, c := range checks {
		answer, err := answer(ctx, conn, c.Source.Text)
		var refused *adapters.Error
		switch {
		case ctx.Err() != nil:
			return nil, context.Cause(ctx)
		case errors.As(err, &refused):
			found = append(found, c.Refused(refused.Message, refused.Hint, refused.Position))
		case err != nil:
			return nil, fmt.Errorf("check %s: %w", c.Name, err)
		default:
			found = append(found, c.Findings(f.Graph, answer)...)
		}
	}
	return found, nil
}

// fill makes a table of rows.
func fill(ctx context.Context, conn adapters.Adapter, t policy.Table, rows [][]any) error {
	if _, err := conn.Exec(ctx, t.DDL); err != nil || len(rows) == 0 {
		return err
	}
	into := relation.Table{Relation: relation.Relation{Name: t.Name}}
	for _, c := range t.Columns {
		into.Columns = append(into.Columns, relation.Column{Name: c.Name, Type: c.Type})
	}
	_, err := conn.Load(ctx, into, all(rows))
	return err
}

// all yields rows.
func all(rows [][]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// answer is all that a query gives.
func answer(ctx context.Context, conn adapters.Adapter, sql string) (a policy.Answer, err error) {
	rows, err := conn.Query(ctx, sql)
	if err != nil {
		return a, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for _, c := range rows.Columns {
		a.Columns = append(a.Columns, c.Name)
	}
	for row, err := range rows.All {
		if err != nil {
			return a, err
		}
		a.Rows = append(a.Rows, append([]any(nil), row...))
	}
	return a, nil
}

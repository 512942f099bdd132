package runner

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/compiler/relation"
)

// settleKey finds out whether rows can be told apart by the key.
func (q *diffQuery) settleKey(ctx context.Context) error {
	s := &q.out.Spec
	switch lacking := s.Lacking(); {
	case len(s.Key) == 0 && q.out.Rows == diff.Pair[int64]{Base: 1, New: 1}:
		q.single = true
		return nil
	case len(s.Key) == 0:
		q.out.Unkeyed = diff.NoKey
	case len(lacking) > 0:
		q.out.Unkeyed = "the key " + strings.Join(s.Key, ", ") + " is not in both: " + strings.Join(lacking, ", ") + " is not"
	}
	if q.out.Unkeyed == "" {
		if err := q.proveKey(ctx); err != nil {
			return fmt.Errorf("look whether the key is unique: %w", err)
		}
	}
	by := q.keyColumns()
	if q.out.Unkeyed != "" {
		s.Key = nil
		by = q.out.Common()
	}
	if err := q.sample(ctx, by); err != nil {
		return err
	}
	for i, c := range q.keyColumns() { // from here on in the order of the columns
		s.Key[i] = c.Name
	}
	return nil
}

// sample has only a part of the rows compared, if that is wanted: those whose hashes of such columns come first.
func (q *diffQuery) sample(ctx context.Context, by []relation.Column) error {
	part := q.out.Sample.Of(max(q.out.Rows.Base, q.out.Rows.New))
	if part == 0 || len(by) == 0 {
		return nil
	}
	columns, before := q.columns(by), fmt.Sprintf("%08x", uint32(part*math.MaxUint32))
	for _, side := range []*diffSide{q.base, q.new} {
		sql, err := side.context.Spell(ctx, "diff_sample", side.wire.dialect.Relation(side.table.Relation), side.name, columns, before)
		if err != nil {
			return err
		}
		side.rows = sql
	}
	q.out.Sampled = part
	return nil
}

// proveKey says why the key is none, if it is.
func (q *diffQuery) proveKey(ctx context.Context) error {
	for _, side := range []*diffSide{q.base, q.new} {
		n, err := q.repeats(ctx, side)
		if err != nil {
			return err
		}
		if n > 0 {
			q.out.Unkeyed = fmt.Sprintf("the key %s is not one: %d of its values are there more than once in %s", strings.Join(q.out.Key, ", "), n, side.table.Relation)
			return nil
		}
	}
	return nil
}

// repeats is how many values of the key are there more than once. Where the warehouse sees to it that there are none the rows are not looked at.
func (q *diffQuery) repeats(ctx context.Context, side *diffSide) (int64, error) {
	var names []any
	for _, c := range side.table.Columns {
		if slices.ContainsFunc(q.out.Key, func(k string) bool { return strings.EqualFold(k, c.Name) }) {
			names = append(names, c.Name)
		}
	}
	proof, err := side.context.Spell(ctx, "diff_proof", side.wire.dialect.Relation(side.table.Relation), names)
	if err != nil {
		return 0, err
	}
	if proof != "" {
		result, _, err := side.wire.query(ctx, proof)
		if err != nil {
			return 0, err
		}
		if wholeNumber(result.Rows[0][0]) > 0 {
			return 0, nil
		}
	}
	rows, err := side.ask(ctx, "diff_repeats", side.rows, side.name, q.columns(q.keyColumns()))
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

package macros

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/agate"
	"github.com/modsql/mod/compiler/macros/modules"
)

// Freshness is what the warehouse says of the age of a source.
type Freshness struct {
	LoadedAt, SeenAt time.Time // of the newest row, year 1 if there is none; and the warehouse's time then. UTC
	Response         Response
}

// CollectFreshness asks the warehouse how fresh This is, through the macro collect_freshness: by the greatest value of a column among the
// rows that a condition picks, "" for all.
func (c *Context) CollectFreshness(ctx context.Context, field, filter string) (Freshness, error) {
	answer, err := c.CallMacro(ctx, "collect_freshness", []jinja.Value{c.This, field, optional(filter)}, nil)
	if err != nil {
		return Freshness{}, err
	}
	return freshnessOf(answer)
}

// CollectFreshnessBy is CollectFreshness by a query for the time, through the macro collect_freshness_custom_sql.
func (c *Context) CollectFreshnessBy(ctx context.Context, query string) (Freshness, error) {
	answer, err := c.CallMacro(ctx, "collect_freshness_custom_sql", []jinja.Value{c.This, query}, nil)
	if err != nil {
		return Freshness{}, err
	}
	return freshnessOf(answer)
}

// freshnessOf reads the answer of such a macro: a statement's result, or its table alone, of one row of two times.
func freshnessOf(answer jinja.Value) (f Freshness, err error) {
	if d, ok := answer.(*jinja.Dict); ok {
		m, _ := d.GetString("response")
		if r, ok := m.(*response); ok {
			f.Response = r.Response
		}
		answer, _ = d.GetString("table")
	}
	t, ok := answer.(*agate.Table)
	if !ok || t.Len() != 1 || len(t.Names()) != 2 {
		return f, errors.New("the query for freshness must give one row of two columns: the newest row's time, and the time now")
	}
	row := t.Rows()[0]
	if row[0] != nil { // otherwise it is infinitely long ago
		if f.LoadedAt, err = instantOf(row[0], "the newest row's time"); err != nil {
			return f, err
		}
	}
	f.SeenAt, err = instantOf(row[1], "the time now")
	return f, err
}

func instantOf(v jinja.Value, what string) (time.Time, error) {
	if t, ok := v.(modules.DateTime); ok {
		return t.Instant(), nil
	}
	return time.Time{}, fmt.Errorf("%s is %s, not a timestamp: cast it", what, jinja.Repr(v))
}

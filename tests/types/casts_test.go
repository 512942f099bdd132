package types

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/types"
)

// duckSamples are values of duckTypes, in the same order: DuckDB finds out that there is no cast when it has a value to cast.
var duckSamples = []string{
	"true", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "1", "'1'", "'1'", "'1'", "'00000000-0000-0000-0000-000000000000'", "'1'",
	"'2020-01-01'", "'10:00'", "'10:00'", "'10:00:00+00'", "'2020-01-01'", "'2020-01-01'", "'2020-01-01'", "'2020-01-01'", "'2020-01-01'", "'1 day'",
	"'a'", "[1]", "['1']", "[1, 2, 3]", "map {'a': 1}", "{'a': 1, 'b': '1'}", "{'b': '1'}", "1",
}

func TestDuckDBCastsAgree(t *testing.T) {
	t.Parallel()
	session, s, a := openDuckDB(t), types.For(dialect.DuckDB), newTally()
	values := make([]string, len(duckTypes))
	for i, name := range duckTypes {
		values[i] = fmt.Sprintf("cast(%s as %s) as c%d", duckSamples[i], name, i)
	}
	if _, err := session.Exec(t.Context(), "create table one as select "+strings.Join(values, ", ")); err != nil {
		t.Fatal(err)
	}
	for i, from := range duckTypes {
		for _, to := range duckTypes {
			_, err := session.Exec(context.Background(), fmt.Sprintf("create or replace temp table cast_to as select cast(c%d as %s) from one", i, to))
			possible := err == nil || !strings.Contains(err.Error(), "Unimplemented type for cast") && !strings.Contains(err.Error(), "can't be cast as")
			a.add("casts", from+" to "+to, castable(possible), castable(s.Cast(s.Parse(from), s.Parse(to)) != types.Never))
		}
	}
	a.report(t, 99)
}

func castable(possible bool) string {
	if possible {
		return "possible"
	}
	return "never"
}

func TestPostgresCastsAgree(t *testing.T) {
	t.Parallel()
	session, operands := postgresTable(t)
	s, a := types.For(dialect.Postgres), newTally()
	for i, from := range operands {
		for _, to := range postgresTypes {
			if a.skip() {
				continue
			}
			rows, err := session.Query(context.Background(), "select cast("+from.text+" as "+to+") from t limit 0")
			if err == nil {
				rows.Close()
			}
			var known *adapters.Error
			possible := !errors.As(err, &known) || known.Code != "42846"
			a.add("casts", fmt.Sprint(i, " ", from.text, " to ", to), castable(possible), castable(s.Cast(from.arg.Type, s.Parse(to)) != types.Never))
		}
	}
	a.report(t, 99)
}

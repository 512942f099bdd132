package lint_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/lint"
	"github.com/modsql/mod/compiler/relation"
)

// listener is an engine that accepts everything and writes down what it was asked.
type listener struct {
	mu    sync.Mutex
	asked []string
}

func (l *listener) note(what, about string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, what+" "+strings.Join(strings.Fields(about), " "))
}

func (l *listener) Parse(sql string) *lint.Refusal {
	l.note("parse", sql)
	return nil
}

func (l *listener) Bind(_ context.Context, sql string) *lint.Refusal {
	l.note("bind", sql)
	return nil
}

func (l *listener) Create(_ context.Context, tables []relation.Table) (bool, error) {
	for _, t := range tables {
		if len(t.Columns) > 0 {
			l.note("create", t.Name)
		}
	}
	return true, nil
}

func TestAnEngineBindsOnlyWhatReadsKnownRelations(t *testing.T) {
	l := &listener{}
	judged(t, dialect.DuckDB, `
-- models/sources.yml --
sources: [{name: raw, tables: [{name: orders}]}]
-- models/known.sql --
select 1 as id
-- models/inlined.sql --
{{ config(materialized='ephemeral') }} select 2 as id
-- models/reads_known.sql --
select id from {{ ref('known') }} join {{ ref('inlined') }} using (id)
-- models/reads_unknown.sql --
select * from {{ source('raw', 'orders') }}
-- models/reads_both.sql --
select id from {{ ref('known') }} join {{ ref('reads_unknown') }} using (id)
-- models/misspelt.sql --
select known.idd from {{ ref('known') }} as known cross join {{ ref('reads_unknown') }}
`, l)
	slices.Sort(l.asked)
	want := []string{
		`bind select 1 as id`,
		`bind select 2 as id`,
		`bind select known.idd from "shop"."main"."known" as known cross join "shop"."main"."reads_unknown"`,
		`bind with __dbt__cte__inlined as ( select 2 as id ) select id from "shop"."main"."known" join __dbt__cte__inlined using (id)`,
		`create known`,
		`parse select * from "shop"."raw"."orders"`,
		`parse select id from "shop"."main"."known" join "shop"."main"."reads_unknown" using (id)`,
	}
	if diff := cmp.Diff(want, l.asked); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

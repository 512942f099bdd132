package compiler

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

func TestFreshnessOfATableGoesOverItsSources(t *testing.T) {
	t.Parallel()
	limit := func(n int, period string) *jinja.Dict { return jinja.DictOf("count", n, "period", period) }
	day := jinja.DictOf("warn_after", limit(1, "day"), "error_after", limit(2, "day"))
	for name, c := range map[string]struct {
		source, table project.SourceTable // only Freshness and HasFreshness
		want          string
	}{
		"neither says anything":   {project.SourceTable{}, project.SourceTable{}, "None"},
		"the source's":            {project.SourceTable{Freshness: day, HasFreshness: true}, project.SourceTable{}, "{'warn_after': {'count': 1, 'period': 'day'}, 'error_after': {'count': 2, 'period': 'day'}, 'filter': None}"},
		"the table has none":      {project.SourceTable{Freshness: day, HasFreshness: true}, project.SourceTable{HasFreshness: true}, "None"},
		"the source has none":     {project.SourceTable{HasFreshness: true}, project.SourceTable{}, "None"},
		"the table's alone":       {project.SourceTable{}, project.SourceTable{Freshness: jinja.DictOf("warn_after", limit(3, "hour")), HasFreshness: true}, "{'warn_after': {'count': 3, 'period': 'hour'}, 'error_after': {'count': None, 'period': None}, 'filter': None}"},
		"a limit of the table":    {project.SourceTable{Freshness: day, HasFreshness: true}, project.SourceTable{Freshness: jinja.DictOf("warn_after", limit(3, "hour"), "filter", "x"), HasFreshness: true}, "{'warn_after': {'count': 3, 'period': 'hour'}, 'error_after': {'count': 2, 'period': 'day'}, 'filter': 'x'}"},
		"a limit that is removed": {project.SourceTable{Freshness: day, HasFreshness: true}, project.SourceTable{Freshness: jinja.DictOf("error_after", nil), HasFreshness: true}, "{'warn_after': {'count': 1, 'period': 'day'}, 'error_after': None, 'filter': None}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &project.Source{Freshness: c.source.Freshness, HasFreshness: c.source.HasFreshness}
			rule, _ := freshnessGiven(s, &c.table)
			if diff := cmp.Diff(c.want, jinja.Repr(rule)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAgeLimitIsExceededByMoreThanItself(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		limit *AgeLimit
		age   float64
		want  bool
	}{
		"no limit":       {nil, 1e12, false},
		"an empty limit": {&AgeLimit{}, 1e12, false},
		"as old":         {&AgeLimit{2, "hour"}, 7200, false},
		"older":          {&AgeLimit{2, "hour"}, 7200.1, true},
		"minutes":        {&AgeLimit{1, "minute"}, 61, true},
		"days":           {&AgeLimit{1, "day"}, 86399, false},
		"never loaded":   {&AgeLimit{1000, "day"}, 2000 * 365 * 86400, true},
	} {
		if got := c.limit.Exceeded(c.age); got != c.want {
			t.Errorf("%s: Exceeded(%v) = %v", name, c.age, got)
		}
	}
}

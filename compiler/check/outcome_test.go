package check_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/check"
)

func TestOutcomeFollowsSeverityAndConditions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		rule check.Rule
		n    int
		want check.Outcome
	}{
		{"no failures", check.Rule{}, 0, check.Outcome{Status: check.Pass}},
		{"one failure", check.Rule{}, 1, check.Outcome{check.Fail, 1, "Got 1 result, configured to fail if != 0"}},
		{"failures of a warning", check.Rule{Severity: "WARN"}, 3, check.Outcome{check.Warn, 3, "Got 3 results, configured to warn if != 0"}},
		{"below the error threshold", check.Rule{Severity: "error", ErrorIf: "> 10"}, 3, check.Outcome{check.Warn, 3, "Got 3 results, configured to warn if != 0"}},
		{"above both thresholds", check.Rule{WarnIf: ">5", ErrorIf: ">10"}, 11, check.Outcome{check.Fail, 11, "Got 11 results, configured to fail if >10"}},
		{"below both thresholds", check.Rule{WarnIf: ">5", ErrorIf: ">10"}, 5, check.Outcome{Status: check.Pass}},
		{"a warning never fails", check.Rule{Severity: "Warn", WarnIf: "> 100", ErrorIf: "> 1"}, 50, check.Outcome{Status: check.Pass}},
		{"too few", check.Rule{ErrorIf: "< 2", WarnIf: "< 2"}, 0, check.Outcome{check.Fail, 0, "Got 0 results, configured to fail if < 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			count, ok := c.rule.Count(c.n)
			if !ok {
				t.Fatalf("%+v cannot be judged without the warehouse", c.rule)
			}
			if diff := cmp.Diff(c.want, c.rule.Outcome(count)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestConditionsThatAreNoComparisonNeedTheWarehouse(t *testing.T) {
	t.Parallel()
	for _, condition := range []string{"between 1 and 3", "> 1.5", "is not null", "!= 0 or true", ">"} {
		if _, ok := (check.Rule{WarnIf: condition}).Count(1); ok {
			t.Errorf("%q was judged in Go", condition)
		}
	}
}

func TestEveryBuiltInTestIsFoundByName(t *testing.T) {
	t.Parallel()
	for _, k := range check.Kinds() {
		if got := check.Named(k.Name); got != k {
			t.Errorf("Named(%q) is %v", k.Name, got)
		}
		if k.Doc == "" {
			t.Errorf("%s has no documentation", k.Name)
		}
	}
	if got := check.Named("expect_column_to_exist"); got != nil {
		t.Errorf("a test of nobody's was found: %v", got)
	}
}

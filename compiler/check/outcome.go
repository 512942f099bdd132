package check

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Status is how a test ended, in dbt's words.
type Status string

// The statuses.
const (
	Pass Status = "pass"
	Warn Status = "warn"
	Fail Status = "fail"
)

// Rule is what a test's config makes of failures.
type Rule struct {
	Severity string // "error" or "warn", in any letter case; "" is error
	WarnIf   string // a comparison: "!= 0", which is also what "" means
	ErrorIf  string
}

// Count is what the warehouse found: failures, and what the test's conditions say of them.
type Count struct {
	Failures                int
	ShouldWarn, ShouldError bool
}

// Outcome is how a test ended.
type Outcome struct {
	Status   Status
	Failures int    // 0 if it passed
	Message  string // "Got 3 results, configured to fail if != 0"; "" if it passed
}

// Outcome judges a count. The rules are dbt's: https://docs.getdbt.com/reference/resource-configs/severity.
func (r Rule) Outcome(c Count) Outcome {
	switch {
	case !strings.EqualFold(r.Severity, "warn") && c.ShouldError:
		return Outcome{Fail, c.Failures, r.message(c.Failures, "fail", r.ErrorIf)}
	case c.ShouldWarn:
		return Outcome{Warn, c.Failures, r.message(c.Failures, "warn", r.WarnIf)}
	default:
		return Outcome{Status: Pass}
	}
}

func (Rule) message(failures int, verb, condition string) string {
	s := "s"
	if failures == 1 {
		s = ""
	}
	return fmt.Sprintf("Got %d result%s, configured to %s if %s", failures, s, verb, orDefault(condition))
}

// Count says what the conditions make of a number of failures, without asking the warehouse. ok is false if a condition is
// more than a comparison with a number.
func (r Rule) Count(failures int) (c Count, ok bool) {
	warns, first := holds(failures, r.WarnIf)
	fails, second := holds(failures, r.ErrorIf)
	return Count{failures, warns, fails}, first && second
}

const anyFailure = "!= 0"

func orDefault(condition string) string {
	if strings.TrimSpace(condition) == "" {
		return anyFailure
	}
	return condition
}

var comparison = regexp.MustCompile(`^\s*(=|==|!=|<>|<|<=|>|>=)\s*(-?\d{1,18})\s*$`)

func holds(n int, condition string) (holds, ok bool) {
	m := comparison.FindStringSubmatch(orDefault(condition))
	if m == nil {
		return false, false
	}
	limit, err := strconv.Atoi(m[2])
	if err != nil {
		return false, false
	}
	switch m[1] {
	case "=", "==":
		return n == limit, true
	case "<":
		return n < limit, true
	case "<=":
		return n <= limit, true
	case ">":
		return n > limit, true
	case ">=":
		return n >= limit, true
	default:
		return n != limit, true
	}
}

package runner

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/check"
	"github.com/modsql/mod/compiler/macros"
)

// errNoOutcome is for a statement of a data test that returned something else than it should.
var errNoOutcome = errors.New("the statement of a data test must return one row, with failures, should_warn and should_error")

// count reads the one row that the statement of a data test returned.
func count(result *macros.Result) (check.Count, error) {
	if result == nil || len(result.Rows) != 1 || len(result.Columns) < 3 {
		return check.Count{}, errNoOutcome
	}
	var (
		c    check.Count
		errs [3]error
		row  = result.Rows[0]
	)
	for i, column := range result.Columns {
		switch strings.ToLower(column.Name) {
		case "failures":
			c.Failures, errs[0] = integer(row[i])
		case "should_warn":
			c.ShouldWarn, errs[1] = truth(row[i])
		case "should_error":
			c.ShouldError, errs[2] = truth(row[i])
		}
	}
	return c, errors.Join(errs[:]...)
}

// integer reads a number of failures; a fail_calc may make it a sum, which is NULL without rows, or any other number.
func integer(v any) (int, error) {
	switch v := v.(type) {
	case nil:
		return 0, nil
	case int:
		return v, nil
	case int64:
		return int(v), nil
	case float64:
		return int(v), nil
	case *big.Int:
		return int(v.Int64()), nil
	case adapters.Decimal:
		f, err := strconv.ParseFloat(string(v), 64)
		return int(f), err
	case fmt.Stringer: // an exact number that a template has seen
		f, err := strconv.ParseFloat(v.String(), 64)
		return int(f), err
	default:
		return 0, fmt.Errorf("the failures of a data test must be a number, not %v", v)
	}
}

func truth(v any) (bool, error) {
	switch v := v.(type) {
	case nil:
		return false, nil
	case bool:
		return v, nil
	case int:
		return v != 0, nil
	case int64:
		return v != 0, nil
	case string:
		return strconv.ParseBool(strings.ToLower(v))
	default:
		return false, fmt.Errorf("the outcome of a data test must be true or false, not %v", v)
	}
}

// judge makes the result of a data test's count.
func (r *Result) judge(c check.Count, warnFails bool) {
	o := ruleOf(r.Node).Outcome(c)
	r.Status, r.Message, r.Failures = Status(o.Status), o.Message, &o.Failures
	if warnFails && r.Status == Warn {
		r.Status = Fail
	}
}

func ruleOf(n *compiler.Node) check.Rule {
	return check.Rule{Severity: n.Config.String("severity"), WarnIf: n.Config.String("warn_if"), ErrorIf: n.Config.String("error_if")}
}

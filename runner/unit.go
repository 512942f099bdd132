package runner

import (
	"errors"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/macros"
)

// errNoSides is for the statement of a unit test that returned something else than it should.
var errNoSides = errors.New("the statement of a unit test must return the actual and the expected rows, told apart by its last column")

// The values of the last column of a unit test's rows.
const (
	sideActual   = "actual"
	sideExpected = "expected"
)

// judgeUnit makes the result of a unit test what its rows say.
func (r *Result) judgeUnit(t *turn) error {
	actual, expected, err := sides(t.asked)
	if err != nil {
		return err
	}
	failures := 0
	r.Status, r.Message = Pass, ""
	if d := compareRows(actual, expected); d.differs() {
		failures = 1
		r.Status, r.Message = Fail, d.String()
	}
	r.Failures = &failures
	return nil
}

// sides are the rows of a unit test's statement, those that came out and those that are expected.
func sides(result *macros.Result) (actual, expected rowTable, err error) {
	if result == nil || len(result.Columns) == 0 {
		return rowTable{}, rowTable{}, errNoSides
	}
	last := len(result.Columns) - 1
	var names []string
	for _, c := range result.Columns[:last] {
		names = append(names, strings.ToLower(c.Name))
	}
	actual, expected = rowTable{names: names}, rowTable{names: names}
	for _, row := range result.Rows {
		cells := make([]cell, last)
		for i, v := range row[:last] {
			cells[i] = cellOf(v)
		}
		switch row[last] {
		case sideActual:
			actual.rows = append(actual.rows, cells)
		case sideExpected:
			expected.rows = append(expected.rows, cells)
		default:
			return rowTable{}, rowTable{}, errNoSides
		}
	}
	slices.SortFunc(actual.rows, compareCells)
	slices.SortFunc(expected.rows, compareCells)
	return actual, expected, nil
}

// atTest puts the problem of a unit test, if it is in no file of the user's, to where the test is written.
func (r *Result) atTest() {
	if r.Problem == nil {
		return
	}
	if d, ok := compiler.AtUnitTest(r.Problem, r.Node).(*diag.Diagnostic); ok {
		r.Problem = d
	}
}

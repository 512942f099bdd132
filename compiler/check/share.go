package check

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/relation"
)

// Test is a data test as far as it matters for sharing a statement with others.
type Test struct {
	ID       string
	Name     string         // of a built-in test; "" for all others, and if the project or a package overrides its macro
	On       relation.Table // what it tests
	Column   string         // the column as the test's macro is given it
	Args     map[string]any // its other arguments: nil, bool, int, float64, string and []any of those
	Where    string         // its config of that name
	Limit    any
	FailCalc string
	Stored   bool // its failing rows are kept
	Rule     Rule
}

// Group is tests that one statement answers. A test that shares with none is a group of its own, and run as any other test.
type Group struct{ Tests []Test }

// Shared tells whether the group's tests share a statement.
func (g Group) Shared() bool { return len(g.Tests) > 1 }

// Share puts tests into groups. Tests share a statement if they read the same rows of the same relation and do nothing but count.
// Groups are in the order of their first tests, tests within a group in theirs.
func Share(tests []Test) []Group {
	type scan struct {
		on    relation.Relation
		where string
	}
	var groups []Group
	at := map[scan]int{}
	for _, t := range tests {
		key := scan{t.On.Relation, strings.TrimSpace(t.Where)}
		i, known := at[key]
		switch {
		case !t.shareable():
			groups = append(groups, Group{[]Test{t}})
		case known:
			groups[i].Tests = append(groups[i].Tests, t)
		default:
			at[key] = len(groups)
			groups = append(groups, Group{[]Test{t}})
		}
	}
	return groups
}

// shareable tells whether a count of failures is all that the test needs.
func (t Test) shareable() bool {
	switch t.Name {
	case unique.Name, notNull.Name, acceptedValues.Name:
	default:
		return false
	}
	_, comparable := t.Rule.Count(0)
	calc := strings.ToLower(strings.ReplaceAll(t.FailCalc, " ", ""))
	return comparable && !t.Stored && t.Limit == nil && t.Column != "" && (calc == "" || calc == "count(*)")
}

// RowByRow tells whether the test judges each row by itself, so that it can be asked of a part of the rows.
func (t Test) RowByRow() bool { return t.Name == notNull.Name || t.Name == acceptedValues.Name }

// SharedMacro spells the statement of a group. It returns rows of two numbers: the place of a test in the group, and its failures.
const SharedMacro = "get_shared_tests_sql"

// Args are the arguments of SharedMacro for a group, as materialize.Call takes them.
func (g Group) Args() []any {
	tests := make([]any, len(g.Tests))
	for i, t := range g.Tests {
		tests[i] = map[string]any{"test": t.Name, "column_name": t.Column, "values": t.Args["values"], "quote": t.quoted()}
	}
	return []any{g.Tests[0].On, strings.TrimSpace(g.Tests[0].Where), tests}
}

func (t Test) quoted() bool {
	quote, given := t.Args["quote"].(bool)
	return quote || !given
}

// Counts takes the rows that the statement returned apart: one count for each test, in order.
func (g Group) Counts(rows [][]any) ([]Count, error) {
	counts := make([]Count, len(g.Tests))
	seen := make([]bool, len(g.Tests))
	for _, row := range rows {
		if len(row) < 2 {
			return nil, fmt.Errorf("%s returned rows of %d columns instead of 2", SharedMacro, len(row))
		}
		place, err := number(row[0])
		if err != nil {
			return nil, err
		}
		failures, err := number(row[1])
		if err != nil {
			return nil, err
		}
		if place < 0 || place >= len(counts) {
			return nil, fmt.Errorf("%s returned test %d of %d", SharedMacro, place, len(counts))
		}
		counts[place], _ = g.Tests[place].Rule.Count(failures)
		seen[place] = true
	}
	for i, ok := range seen {
		if !ok {
			return nil, fmt.Errorf("%s returned nothing for %s", SharedMacro, g.Tests[i].ID)
		}
	}
	return counts, nil
}

// number reads a count in whatever type a warehouse returns it.
func number(v any) (int, error) {
	n, err := strconv.Atoi(fmt.Sprint(v))
	if err != nil {
		return 0, fmt.Errorf("%s returned %v where a number belongs", SharedMacro, v)
	}
	return n, nil
}

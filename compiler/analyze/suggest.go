package analyze

import (
	"slices"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/lineage"
)

// Suggestion is a data test that a column could have, since a column that it is a copy of has it.
type Suggestion struct {
	Test *compiler.Node // of the other column; its name and arguments are what is suggested
	Of   lineage.Input  // the other column
}

// Arguments are the test's arguments besides its column, nil without any.
func (s Suggestion) Arguments() *jinja.Dict {
	if args := s.Test.Test.Given.Args; args.Len() > 0 {
		return args
	}
	return nil
}

// SuggestedTests returns the tests of dbt's four that the columns have which a column is a copy of, that hold for it too and that it
// does not have itself; of each name the nearest. A relationship to the column's own model is none. It is careful: each model on the way must take all of the column's values from one
// other column, not pad them in an outer join and, for unique, repeat no rows and be built anew each time. Tests of some rows only
// (where) are not suggested, and none for a column that inherits nothing.
func (a *Analysis) SuggestedTests(of lineage.Input) []Suggestion {
	a.tested.Do(a.addTests)
	var out []Suggestion
	for _, name := range [...]string{"unique", "not_null", "accepted_values", "relationships"} {
		if s, ok := a.suggested(of, name); ok {
			out = append(out, s)
		}
	}
	return out
}

// suggested is the test of that name that a column could have.
func (a *Analysis) suggested(of lineage.Input, name string) (Suggestion, bool) {
	if a.hasTest(of, name) {
		return Suggestion{}, false
	}
	seen := map[lineage.Input]bool{}
	for at := of; !seen[key(at)]; {
		seen[key(at)] = true
		from, kept := a.keeps(at, name == "unique")
		if !kept {
			break
		}
		for _, t := range a.tests[key(from)] {
			if t.Test.Name == name && !partial(t) && !slices.Contains(t.DependsOn, of.Table) {
				return Suggestion{Test: t, Of: from}, true
			}
		}
		at = from
	}
	return Suggestion{}, false
}

// keeps returns the column that holds all values of another, if there is one; with unique, also each at most once.
func (a *Analysis) keeps(of lineage.Input, unique bool) (lineage.Input, bool) {
	derived, copied := a.origins(of)
	if len(derived) != 1 || len(copied) != 1 || a.alone(of) {
		return lineage.Input{}, false
	}
	n := a.nodes[of.Table]
	for _, u := range n.Column(of.Column).Uses {
		if u.Input == copied[0] && u.Partly {
			return lineage.Input{}, false
		}
	}
	if unique && (n.Type != compiler.Model || n.Config.Materialized() == "incremental" || slices.ContainsFunc(n.Forms, (*Form).repeats)) {
		return lineage.Input{}, false
	}
	return copied[0], true
}

// repeats tells whether a row that the query reads may go into several of its rows.
func (f *Form) repeats() bool { return f.Query == nil || f.Query.Repeats }

// partial tells whether a test looks at some rows only.
func partial(t *compiler.Node) bool { return t.Config.String("where") != "" }

func (a *Analysis) hasTest(of lineage.Input, name string) bool {
	return slices.ContainsFunc(a.tests[key(of)], func(t *compiler.Node) bool { return t.Test.Name == name })
}

// addTests finds the tests of every column.
func (a *Analysis) addTests() {
	a.tests = map[lineage.Input][]*compiler.Node{}
	for _, n := range a.Graph.Order {
		if n.Test == nil || n.Test.Namespace != "" || n.Test.Attached == "" {
			continue
		}
		column := n.Test.Column
		if name, _ := n.Test.Kwargs.Get("column_name"); column == "" && name != nil {
			column = jinja.Str(name)
		}
		at := key(lineage.Input{Table: n.Test.Attached, Column: column})
		a.tests[at] = append(a.tests[at], n)
	}
}

package fingerprint

import (
	"fmt"
	"slices"

	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// Meaning is what a query gives: which rows, in which order, and how each column's values are made. It is made to be compared with that of
// another version of the query ([Meaning.Since]).
type Meaning struct {
	text    Hash
	known   bool // the query was understood
	rel     rel
	order   Hash
	clauses []Clause
}

// Read reads a query for what it means. Tables tells what its tables are at that version; nil knows none.
func Read(file *sql.File, tables lineage.Tables) Meaning {
	if tables == nil {
		tables = func([]sql.Ident) *lineage.Table { return nil }
	}
	nodes := func(name []sql.Ident) string {
		if t := tables(name); t != nil {
			return t.ID
		}
		return ""
	}
	out := Meaning{text: Text(file, nodes)}
	q := file.Query()
	if q == nil || len(file.Problems) > 0 {
		return out
	}
	m := &reading{
		tree:   &tree{dialect: file.Dialect, file: file, nodes: nodes},
		tables: tables, system: types.For(file.Dialect), whole: out.text, ctes: map[*cte]*rel{},
	}
	m.tree.reading = m
	r, order := m.ordered(q, &scope{limit: -1})
	if m.failed {
		return out
	}
	out.known, out.rel, out.order, out.clauses = true, *r, order, m.clauses
	return out
}

// Class sorts changes by what they ask for.
type Class uint8

// The classes, the mildest first.
const (
	Unchanged   Class = iota // the table would be the same
	NonBreaking              // there are columns more, or they are in another order; all else is the same
	Columns                  // some columns have other values or are gone; the rows are the same
	Breaking                 // there may be other rows
)

var classNames = [...]string{"unchanged", "non-breaking", "columns", "breaking"}

// String is the class as people say it.
func (c Class) String() string {
	if int(c) >= len(classNames) {
		return fmt.Sprintf("Class(%d)", int(c))
	}
	return classNames[c]
}

// State is what became of a column.
type State uint8

// The states.
const (
	Kept    State = iota // it has the same values
	Changed              // it may have others
	Added
	Removed
)

// String is the state in lower case.
func (s State) String() string { return [...]string{"kept", "changed", "added", "removed"}[s] }

// ColumnChange is what became of a column.
type ColumnChange struct {
	Name  string // as names are compared
	State State
	At    sql.Span // in the later text; of a removed one in the earlier
}

// Change is what differs between two versions of a query, and with that of its table. What is the same is proved: all that it is made of is.
type Change struct {
	Class   Class
	Rows    bool           // there may be other rows
	Order   bool           // the rows are sorted in another way, or the columns are
	Columns []ColumnChange // of the later version in its order, then those that are removed
	Others  bool           // columns that are not known may have other values, or be new or gone
	Added   []Clause       // what decides about rows now, and did not before
	Removed []Clause       // what did before, and does no more: its place is in the earlier text
}

// State is what became of the column of that name. What is not known is Changed, unless nothing changed.
func (c Change) State(name string) State {
	for _, column := range c.Columns {
		if column.Name == name {
			return column.State
		}
	}
	if c.Others || c.Rows {
		return Changed
	}
	return Kept
}

// Since tells what differs from an earlier version. If anything does, what has other values each time that it is built (now(), a limit without an
// order, a function that is not known) counts as changed too.
func (m Meaning) Since(before Meaning) Change {
	var out Change
	if !m.known || !before.known {
		if m.text != before.text {
			out.Rows, out.Others = true, true
		}
		return out.Classified()
	}
	out.Rows = m.rel.rows != before.rel.rows
	out.Others = m.rel.openness() != before.rel.openness()
	out.Columns = changedColumns(before.rel.columns, m.rel.columns)
	out.Order = m.order != before.order || moved(before.rel.columns, m.rel.columns)
	out.Added, out.Removed = missing(m.clauses, before.clauses), missing(before.clauses, m.clauses)
	if out.Order || out.Classified().Class > Unchanged {
		return m.rebuilt(out).Classified()
	}
	return out.Classified()
}

// rebuilt is a change after which the table is built again.
func (m Meaning) rebuilt(c Change) Change {
	c.Rows = c.Rows || m.rel.shaky
	c.Columns = slices.Clone(c.Columns)
	for i := range c.Columns {
		if i < len(m.rel.columns) && m.rel.columns[i].shaky && c.Columns[i].State == Kept {
			c.Columns[i].State = Changed
		}
	}
	return c
}

// openness is what the columns that are not known are made of.
func (r *rel) openness() Hash {
	if !r.open {
		return Hash{}
	}
	return r.rest
}

// Classified is the change with its class.
func (c Change) Classified() Change {
	is := func(states ...State) bool {
		return slices.ContainsFunc(c.Columns, func(x ColumnChange) bool { return slices.Contains(states, x.State) })
	}
	switch {
	case c.Rows:
		c.Class = Breaking
	case c.Others || is(Changed, Removed):
		c.Class = Columns
	case c.Order || is(Added):
		c.Class = NonBreaking
	default:
		c.Class = Unchanged
	}
	return c
}

// changedColumns compares columns by name. Those of one name are compared in their order.
func changedColumns(before, after []column) []ColumnChange {
	old := map[string][]column{}
	for _, c := range before {
		old[c.name] = append(old[c.name], c)
	}
	var out []ColumnChange
	for _, c := range after {
		change := ColumnChange{Name: c.name, State: Added, At: c.at}
		if list := old[c.name]; len(list) > 0 {
			old[c.name] = list[1:]
			if change.State = Kept; list[0].hash != c.hash {
				change.State = Changed
			}
		}
		out = append(out, change)
	}
	for _, c := range before {
		if list := old[c.name]; len(list) > 0 && list[0] == c {
			old[c.name] = list[1:]
			out = append(out, ColumnChange{c.name, Removed, c.at})
		}
	}
	return out
}

// moved tells whether columns that both have are in another order, or behind other places.
func moved(before, after []column) bool {
	for i, c := range before {
		if i < len(after) && after[i].name != c.name {
			return true
		}
	}
	return false
}

// missing are the clauses that are not among others.
func missing(list, others []Clause) []Clause {
	counts := map[Hash]int{}
	for _, c := range others {
		counts[c.Hash]++
	}
	var out []Clause
	for _, c := range list {
		if counts[c.Hash]--; counts[c.Hash] < 0 {
			out = append(out, c)
		}
	}
	return out
}

package fingerprint

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/lineage"
)

// Through is a column of a table that a query reads, and what the query does with it; a zero Column is all of its rows.
type Through struct {
	lineage.Input
	Kind  lineage.Kind
	State State // what became of the column
}

// Impact is what the changes of what a query reads make of it.
type Impact struct {
	Change
	Because []Through // what it uses that changed, each once
}

// Affected tells what becomes of a query when what it reads changes: uses is the query as it is resolved against its tables as they are afterwards,
// and own its own change since the version before, both read with the tables of their times, so that stars and columns by place are told.
// Changes are those of the tables by their IDs; one that is not among them has none.
//
// The rows are affected if those of a table are, or a column that decides about them; a column, if one that it is made of is.
func (m Meaning) Affected(uses *lineage.Query, own Change, changes map[string]Change) Impact {
	out := Impact{Change: own}
	out.Columns = append([]ColumnChange(nil), own.Columns...)
	seen := map[Through]bool{}
	note := func(t Through) {
		if !seen[t] {
			seen[t] = true
			out.Because = append(out.Because, t)
		}
	}
	for _, r := range uses.Reads {
		if c, ok := changes[r.ID]; ok && c.Rows {
			note(Through{Input: lineage.Input{Table: r.ID}, State: Changed})
			out.Rows = true
		}
	}
	for _, u := range uses.Rows {
		if state, ok := stateOf(u.Input, changes); ok {
			note(Through{u.Input, u.Kind, state})
			out.Rows = true
		}
	}
	m.affectColumns(uses, changes, &out, note)
	if out.Classified().Class > Unchanged || out.Order {
		out.Change = m.rebuilt(out.Change)
	}
	out.Change = out.Classified()
	return out
}

// affectColumns marks the columns that are made of what changed.
func (m Meaning) affectColumns(uses *lineage.Query, changes map[string]Change, out *Impact, note func(Through)) {
	paired := m.pairs(uses)
	for i, c := range uses.Columns {
		for _, u := range c.Uses {
			state, ok := stateOf(u.Input, changes)
			if !ok {
				continue
			}
			note(Through{u.Input, u.Kind, state})
			switch {
			case !paired && !m.known:
				out.Others = true
			case !paired:
				m.affectNamed(c.Name, out)
			case out.Columns[i].State == Kept:
				out.Columns[i].State = Changed
			}
		}
	}
	if paired {
		return
	}
	// Columns that are not known may be made of anything that is read.
	for _, r := range uses.Reads {
		if c, ok := changes[r.ID]; ok && c.Class > Unchanged && (uses.Open || !m.known) {
			note(Through{Input: lineage.Input{Table: r.ID}, State: Changed})
			out.Others = true
		}
	}
}

// pairs tells whether the columns of the query, as it is resolved, are those that were read, one by one. The warehouse names some that were read
// by their text.
func (m Meaning) pairs(uses *lineage.Query) bool {
	if !m.known || m.rel.open || uses.Open || len(uses.Columns) != len(m.rel.columns) {
		return false
	}
	for i, c := range m.rel.columns {
		if equalNames(c.name, uses.Columns[i].Name) {
			continue
		}
		other := func(u lineage.Column) bool { return equalNames(u.Name, c.name) }
		own := func(d column) bool { return equalNames(d.name, uses.Columns[i].Name) }
		if slices.ContainsFunc(uses.Columns, other) || slices.ContainsFunc(m.rel.columns, own) {
			return false
		}
	}
	return true
}

// affectNamed marks the columns of that name, or notes that it is one of those that are not known.
func (m Meaning) affectNamed(name string, out *Impact) {
	found := false
	for i, c := range out.Columns {
		if equalNames(c.Name, name) {
			found = true
			if c.State == Kept {
				out.Columns[i].State = Changed
			}
		}
	}
	out.Others = out.Others || !found
}

// stateOf is what became of a column of a table that changed; it is false for one that was kept.
func stateOf(in lineage.Input, changes map[string]Change) (State, bool) {
	c, ok := changes[in.Table]
	if !ok {
		return Kept, false
	}
	for _, column := range c.Columns {
		if equalNames(column.Name, in.Column) {
			return column.State, column.State != Kept
		}
	}
	return Changed, c.Others
}

// equalNames compares a name as it is compared with one as it is stored. That two that differ in letter case are taken for one only makes more of
// a change.
func equalNames(compared, stored string) bool { return strings.EqualFold(compared, stored) }

package fingerprint

import (
	"slices"

	"github.com/modsql/mod/compiler/sql"
)

// rel is what a query, or an item of a FROM, gives: a hash of which rows there are, and for each column one of how its value in a row is made. Two
// with equal rows have rows that correspond one to one; columns of equal hashes then have the same values in them.
type rel struct {
	rows    Hash
	shaky   bool // building it again may give other rows
	columns []column
	open    bool // there are columns besides those
	// rest is what columns are made of that no name of those means: those besides, and those whose names are the warehouse's.
	rest Hash
}

type column struct {
	name  string // as it is compared; "" for one that the warehouse names
	hash  Hash
	shaky bool // building it again may give other values
	at    sql.Span
}

// tagged hashes hashes under a word that says what they are.
func tagged(word string, list ...Hash) Hash {
	data := appendText(nil, word)
	for _, h := range list {
		data = append(data, h[:]...)
	}
	return sum(data)
}

// column is the column of that name: the last word says whether there is one for sure.
func (r *rel) column(name string) (c column, found, sure bool) {
	var same []Hash
	for _, own := range r.columns {
		if own.name == name && name != "" {
			same = append(same, own.hash)
			c = column{name, own.hash, c.shaky || own.shaky, own.at}
		}
	}
	switch {
	case len(same) == 1:
		return c, true, true
	case len(same) > 1: // an error to most
		c.hash = tagged("several", same...)
		return c, true, true
	case r.open || !r.rest.IsZero():
		return column{name, tagged("rest "+name, r.rest), r.shaky || r.anyShaky(), sql.Span{}}, true, false
	}
	return column{}, false, false
}

func (r *rel) anyShaky() bool {
	return slices.ContainsFunc(r.columns, func(c column) bool { return c.shaky })
}

// all is the hash of all columns in their order.
func (r *rel) all() Hash {
	list := []Hash{r.rest}
	for _, c := range r.columns {
		list = append(list, Of(c.name), c.hash)
	}
	return tagged("all", list...)
}

// renamed is the relation with other names for its first columns.
func (t *tree) renamed(r *rel, names []sql.Ident) *rel {
	if len(names) == 0 {
		return r
	}
	out := *r
	out.columns = slices.Clone(r.columns)
	for i, name := range names {
		if i < len(out.columns) {
			out.columns[i].name = name.Folded(t.dialect)
		} else {
			out.columns = append(out.columns, column{name: name.Folded(t.dialect), hash: tagged("rest", r.rest, Of(name.Folded(t.dialect))), shaky: r.shaky})
		}
	}
	return &out
}

// unknown is what cannot be looked into: all of it differs as soon as anything does in the query.
func (m *reading) unknown() *rel { return &rel{rows: m.whole, open: true, rest: m.whole} }

package site

import (
	"slices"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
)

// profiled is what the page of a node says of its rows when they were last counted.
type profiled struct {
	At      string `json:"at"`
	Rows    int64  `json:"rows"`
	Sampled *int64 `json:"sampled,omitempty"` // how many of them the columns tell of, if not of all
}

// statistics are what a column held.
type statistics struct {
	Nulls     int64                 `json:"nulls"`
	Distinct  int64                 `json:"distinct"`
	About     bool                  `json:"about,omitempty"` // Distinct is not exact
	Personal  bool                  `json:"personal,omitempty"`
	NotFinite int64                 `json:"odd,omitempty"`
	Min       *string               `json:"min,omitempty"`
	Max       *string               `json:"max,omitempty"`
	Histogram *artifact.Histogram   `json:"histogram,omitempty"`
	Values    []artifact.ValueCount `json:"values,omitempty"`
}

// profile is a node's columns with what is known of its data; nil if nothing is.
func (t *telling) profile(n *compiler.Node, columns []column) ([]column, *profiled) {
	if t.Profile == nil || t.Profile.Relations[n.ID] == nil {
		return columns, nil
	}
	r := t.Profile.Relations[n.ID]
	at := make(map[string]*artifact.ColumnProfile, len(r.Columns))
	for i := range r.Columns {
		at[r.Columns[i].Name] = &r.Columns[i]
	}
	columns = slices.Clone(columns) // other pieces are made of the same
	for i := range columns {
		if c := at[columns[i].Name]; c != nil {
			columns[i].Statistics = &statistics{c.Nulls, c.Distinct, c.Approximate, c.Personal, c.NotFinite, c.Min, c.Max, c.Histogram, c.Values}
		}
	}
	return columns, &profiled{At: stamp(r.ProfiledAt), Rows: r.Rows, Sampled: r.Sampled}
}

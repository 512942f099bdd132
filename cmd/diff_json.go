package cmd

import (
	"github.com/modsql/mod/compiler/diff"
	"github.com/modsql/mod/runner"
)

// diffJSON is a comparison as other programs read it.
type diffJSON struct {
	Node    string       `json:"node,omitempty"`
	Base    string       `json:"base,omitempty"`
	New     string       `json:"new"`
	State   string       `json:"state"` // new, same, different, failed
	Error   string       `json:"error,omitempty"`
	Key     []string     `json:"key,omitempty"`
	Unkeyed string       `json:"unkeyed,omitempty"`
	Schema  *schemaJSON  `json:"schema,omitempty"`
	Rows    *rowsJSON    `json:"rows,omitempty"`
	Columns []columnDiff `json:"columns,omitempty"`
	Focus   []focusJSON  `json:"focus,omitempty"`
	Samples []sampleJSON `json:"samples,omitempty"`
	Trusted []string     `json:"not_compared,omitempty"`
	Looked  int64        `json:"looked_at,omitempty"`
	Sampled float64      `json:"sample,omitempty"` // the part of all rows that was compared
}

type schemaJSON struct {
	Added   []columnType `json:"added"`
	Removed []columnType `json:"removed"`
	Retyped []columnType `json:"retyped"`
}

type columnType struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Was  string `json:"was,omitempty"`
}

type rowsJSON struct {
	Base    int64 `json:"base"`
	New     int64 `json:"new"`
	Added   int64 `json:"added"`
	Removed int64 `json:"removed"`
	Changed int64 `json:"changed"`
}

type columnDiff struct {
	Name    string    `json:"name"`
	Changed int64     `json:"changed"`
	Base    statsJSON `json:"base"`
	New     statsJSON `json:"new"`
}

type statsJSON struct {
	Nulls int64   `json:"nulls"`
	Min   *string `json:"min"`
	Max   *string `json:"max"`
	Mean  *string `json:"mean"`

	Distinct  *int64         `json:"distinct,omitempty"`
	SpreadOf  int64          `json:"spread_of_rows,omitempty"` // a sample, of which distinct, histogram and values are told
	Histogram *histogramJSON `json:"histogram,omitempty"`
	Values    []countJSON    `json:"values,omitempty"`
}

type histogramJSON struct {
	Start  float64 `json:"start"`
	Width  float64 `json:"width"`
	Counts []int64 `json:"counts"`
	Times  bool    `json:"times,omitempty"` // Start is in seconds since 1970, and Width in seconds
}

type countJSON struct {
	Value string `json:"value"`
	Rows  int64  `json:"rows"`
}

func statsOf(s diff.Stats, spread *diff.Spread) statsJSON {
	out := statsJSON{Nulls: s.Nulls, Min: s.Min, Max: s.Max, Mean: s.Mean}
	if spread == nil {
		return out
	}
	out.Distinct, out.SpreadOf = &spread.Distinct, spread.Read
	if len(spread.Counts) > 0 {
		out.Histogram = &histogramJSON{spread.Start, spread.Width, spread.Counts, spread.Times}
	}
	for _, v := range spread.Values {
		out.Values = append(out.Values, countJSON(v))
	}
	return out
}

type focusJSON struct {
	Column  string  `json:"column"`
	Value   *string `json:"value"`
	Changed float64 `json:"of_changed"`
	All     float64 `json:"of_all"`
}

type sampleJSON struct {
	Kind   diff.Kind   `json:"kind"`
	Key    []valueJSON `json:"key"`
	Values []valueJSON `json:"values"`
}

type valueJSON struct {
	Column string  `json:"column"`
	Base   *string `json:"base"`
	New    *string `json:"new"`
}

func jsonOf(c runner.Compared) diffJSON {
	out := diffJSON{Base: c.Spec.Base.Relation.String(), New: c.Spec.New.Relation.String(), State: "different"}
	if c.Node != nil {
		out.Node = c.Node.ID
	}
	if c.Err != nil {
		out.State, out.Error = "failed", c.Err.Error()
		return out
	}
	r := c.Result
	if r.Same() {
		out.State = "same"
	}
	out.Key, out.Unkeyed, out.Looked, out.Trusted, out.Sampled = r.Key, r.Unkeyed, r.Looked, r.Trusted, r.Sampled
	out.Schema = schemaOf(r.Schema)
	out.Rows = &rowsJSON{r.Rows.Base, r.Rows.New, r.Added, r.Removed, r.Changed}
	for _, col := range r.Columns {
		var was, is *diff.Spread
		if col.Spread != nil {
			was, is = &col.Spread.Base, &col.Spread.New
		}
		out.Columns = append(out.Columns, columnDiff{col.Name, col.Changed, statsOf(col.Stats.Base, was), statsOf(col.Stats.New, is)})
	}
	for _, f := range r.Focus {
		value := &f.Value
		if f.Null {
			value = nil
		}
		out.Focus = append(out.Focus, focusJSON{f.Column, value, f.Changed, f.All})
	}
	for _, s := range r.Samples {
		out.Samples = append(out.Samples, sampleJSON{s.Kind, valuesJSON(s.Key), valuesJSON(s.Values)})
	}
	return out
}

func schemaOf(s diff.Schema) *schemaJSON {
	out := &schemaJSON{[]columnType{}, []columnType{}, []columnType{}}
	for _, c := range s.Added {
		out.Added = append(out.Added, columnType{Name: c.Name, Type: c.Type})
	}
	for _, c := range s.Removed {
		out.Removed = append(out.Removed, columnType{Name: c.Name, Type: c.Type})
	}
	for _, c := range s.Retyped {
		out.Retyped = append(out.Retyped, columnType{Name: c.Name, Type: c.New, Was: c.Base})
	}
	return out
}

func valuesJSON(list []diff.Value) []valueJSON {
	out := make([]valueJSON, len(list))
	for i, v := range list {
		out[i] = valueJSON{v.Column, v.Base, v.New}
	}
	return out
}

package diff

import (
	"cmp"
	"slices"
)

// Row is a row that differs, as a warehouse tells it: the values of Spec.Shown, as text.
type Row struct {
	Kind Kind
	Pair[[]*string]
	Differs []bool // of Spec.Common
}

// Shown are the columns whose values a Row has: those of the key, and then the common ones.
func (s Spec) Shown() []string {
	out := slices.Clone(s.Key)
	for _, c := range s.Common() {
		out = append(out, c.Name)
	}
	return out
}

// Limits of what is shown.
const (
	mostSamples = 3 // of each kind
	mostFocus   = 3
)

// Read takes rows that differ: what is shown of them, and of which values they have remarkably often. Rows come in no order that means anything.
func (r *Result) Read(rows []Row) {
	slices.SortFunc(rows, func(a, b Row) int { return slices.CompareFunc(r.order(a), r.order(b), compareTexts) })
	count := map[Kind]int{}
	r.Looked = 0
	for _, row := range rows {
		if row.Kind == Changed {
			r.Looked++
		}
		if count[row.Kind] < mostSamples {
			count[row.Kind]++
			r.Samples = append(r.Samples, r.sample(row))
		}
	}
	order := []Kind{Changed, Added, Removed}
	slices.SortStableFunc(r.Samples, func(a, b Sample) int { return cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind)) })
	r.Focus = r.focus(rows)
}

// order are the texts that rows are put in order by: those of the key, or of the whole row if there is none.
func (r *Result) order(row Row) []*string {
	values := row.New
	if row.Kind == Removed {
		values = row.Base
	}
	if n := len(r.Key); n > 0 {
		return values[:min(n, len(values))]
	}
	return values
}

// compareTexts puts shorter ones first, so that whole numbers are in their order.
func compareTexts(a, b *string) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return cmp.Or(cmp.Compare(len(*a), len(*b)), cmp.Compare(*a, *b))
}

func (r *Result) sample(row Row) Sample {
	out := Sample{Kind: row.Kind}
	for i, name := range r.Shown() {
		v := Value{Column: name, Pair: Pair[*string]{r.at(row.Base, i), r.at(row.New, i)}}
		if r.Hides(name) {
			v.Base, v.New = masked(v.Base), masked(v.New)
		}
		switch common := i - len(r.Key); {
		case common < 0:
			out.Key = append(out.Key, v)
		case row.Kind != Changed || common < len(row.Differs) && row.Differs[common]:
			out.Values = append(out.Values, v)
		}
	}
	return out
}

func (r *Result) at(values []*string, i int) *string {
	if i >= len(values) {
		return nil
	}
	return values[i]
}

func masked(v *string) *string {
	if v == nil {
		return nil
	}
	mask := Mask
	return &mask
}

// The least part of the changed rows that a value has to be remarkable, how many values a column may have among them to be looked at, and how many rows
// there have to be.
const (
	remarkable = 0.8
	mostValues = 20
	fewRows    = 10
)

// focus are values that nearly all changed rows have, of columns that did not change in them. What part of all rows has them is not known yet.
func (r *Result) focus(rows []Row) (out []Focus) {
	changed := slices.DeleteFunc(slices.Clone(rows), func(row Row) bool { return row.Kind != Changed })
	if len(changed) < fewRows {
		return nil
	}
	for i, c := range r.Common() {
		if f, ok := r.mostly(changed, len(r.Key)+i, i); ok {
			f.Column = c.Name
			out = append(out, f)
		}
	}
	return out
}

// mostly is the value that most rows have in a column.
func (r *Result) mostly(changed []Row, at, common int) (Focus, bool) {
	seen := map[string]int{}
	nulls := 0
	for _, row := range changed {
		v := r.at(row.New, at)
		switch {
		case common < len(row.Differs) && row.Differs[common]: // what changed says nothing about where
			return Focus{}, false
		case v == nil:
			nulls++
		default:
			seen[*v]++
		}
		if len(seen) > mostValues {
			return Focus{}, false
		}
	}
	best := Focus{Null: true, Changed: float64(nulls)}
	for value, n := range seen {
		if float64(n) > best.Changed || float64(n) == best.Changed && value < best.Value {
			best = Focus{Value: value, Changed: float64(n)}
		}
	}
	best.Changed /= float64(len(changed))
	return best, best.Changed >= remarkable
}

// Weigh takes what part of all rows of New has each of the values of Focus, and leaves those that changed rows have no more often than others.
func (r *Result) Weigh(parts []float64) {
	var out []Focus
	for i, f := range r.Focus {
		if i >= len(parts) || parts[i] > f.Changed/2 {
			continue
		}
		f.All = parts[i]
		if r.Hides(f.Column) && !f.Null {
			f.Value = Mask
		}
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b Focus) int { return cmp.Compare(b.Changed-b.All, a.Changed-a.All) })
	r.Focus = out[:min(len(out), mostFocus)]
}

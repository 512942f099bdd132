package types

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed data/duckdb_functions.tsv
var duckFunctions string

//go:embed data/duckdb_keywords.tsv
var duckKeywords string

// overload is one signature, read.
type overload struct {
	params   []Type
	more     Type // of further arguments
	variadic bool
	returns  Type
	text     Signature
}

// function is all that have a name.
type function struct {
	name       string
	kind       FunctionKind
	volatility Volatility
	overloads  []overload
}

// kindOf reads the letter of a table.
func kindOf(letter string) FunctionKind {
	switch letter {
	case "a":
		return Aggregate
	case "w":
		return Window
	case "t", "M":
		return Table
	case "m":
		return Macro
	}
	return Scalar
}

func volatilityOf(letter string) Volatility {
	switch letter {
	case "s":
		return Stable
	case "v":
		return Volatile
	}
	return Immutable
}

// read remembers what was read of a table.
type read struct {
	functions sync.Map // []*function by name
	names     sync.Map // what is near a name that does not exist: it tends to come again
}

// find reads the functions of that name; they are kept, since most names come again.
func (r *read) find(name string, parse func(name string) []*function) []*function {
	if f, ok := r.functions.Load(name); ok {
		return f.([]*function)
	}
	f := parse(name)
	if len(f) > 0 { // names that do not exist are without number
		r.functions.Store(name, f)
	}
	return f
}

// functions are those of that name: a scalar and a table function may share one.
func (d *duck) functions(name string) []*function {
	return d.find(strings.ToLower(name), func(name string) []*function {
		var out []*function
		for _, line := range linesOf(duckFunctions, name) {
			columns := strings.SplitN(line, "\t", 3)
			f := &function{name: name, kind: kindOf(columns[0]), volatility: volatilityOf(columns[1])}
			for text := range strings.SplitSeq(columns[2], "|") {
				f.overloads = append(f.overloads, duckOverload(f, text))
			}
			out = append(out, f)
		}
		return out
	})
}

// duckOverload reads "VARCHAR;BIGINT;...ANY>VARCHAR".
func duckOverload(f *function, text string) overload {
	params, returns, _ := cutLast(text, ">")
	o := overload{returns: duckSignatureType(returns)}
	o.text = Signature{Name: f.name, Kind: f.kind, Volatility: f.volatility, Returns: returns}
	for p := range strings.SplitSeq(params, ";") {
		switch more, variadic := strings.CutPrefix(p, "..."); {
		case p == "", strings.Contains(p, ":"): // none, or one that is given by name
		case variadic:
			o.variadic, o.more, o.text.Variadic = true, duckSignatureType(more), more
		default:
			o.params = append(o.params, duckSignatureType(p))
			o.text.Params = append(o.text.Params, p)
		}
	}
	switch f.name {
	case "lag", "lead": // (value, offset, default)
		o.text.Optional = 2
		o.params[1], o.params[2] = Of(Any), Of(Any)
	case "ntile":
		o.params[0] = Of(Any)
	case "nth_value":
		o.params[1] = Of(Any)
	}
	return o
}

func cutLast(text, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(text, sep); i >= 0 {
		return text[:i], text[i+len(sep):], true
	}
	return text, "", false
}

// duckSignatureType reads the type of a parameter, in which parts may be left open.
func duckSignatureType(text string) Type {
	return spelling{simple: duckOpen, named: NamedOf}.read(text)
}

func duckOpen(name string, sizes []int) (Type, bool) {
	switch name {
	case "any":
		return Of(Any), true
	case "lambda":
		return Of(Lambda), true
	case "decimal":
		return Of(Decimal), true
	case "list":
		return Of(List), true
	case "array":
		return Of(Array), true
	case "struct":
		return Of(Struct), true
	}
	return duckSimple(name, sizes)
}

func (d *duck) lookup(name string) []Signature {
	var out []Signature
	for _, f := range d.functions(name) {
		for _, o := range f.overloads {
			out = append(out, o.text)
		}
	}
	return out
}

func (d *duck) near(name string) []string {
	return d.nearest(duckForms+duckFunctions, strings.ToLower(name))
}

// cheap is what cheapest found.
type cheap struct {
	best             []*overload
	counted, unknown bool
}

// nearest finds names of a table that are nearly the given one.
func nearest(table, name string) []string {
	type candidate struct {
		name string
		far  int
	}
	var found []candidate
	limit := max(1, min(3, len(name)/3))
	last := ""
	for line := range strings.Lines(table) {
		other, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if other == last {
			continue
		}
		last = other
		if diff := len(other) - len(name); diff > limit || -diff > limit {
			continue
		}
		if far := distance(name, other); far <= limit {
			found = append(found, candidate{other, far})
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return a.far - b.far })
	var names []string
	for _, c := range found[:min(3, len(found))] {
		names = append(names, c.name)
	}
	return names
}

package types

import (
	_ "embed" // the tables
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

// nearest finds names of a table that are nearly the given one.
func (r *read) nearest(table, name string) []string {
	if found, ok := r.names.Load(name); ok {
		return found.([]string)
	}
	found := nearest(table, name)
	r.names.Store(name, found)
	return found
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

// call: https://duckdb.org/docs/stable/sql/functions/overview
func (d *duck) call(name string, args []Arg) (Result, *CallError) {
	if r, ok, err := d.special(name, args); ok || err != nil {
		return r, err
	}
	found := d.functions(name)
	if len(found) == 0 {
		return Result{}, &CallError{Reason: NoFunction, Name: name, Args: typesOf(args), Near: d.near(name)}
	}
	f := d.pick(found)
	if f.kind == Macro {
		return d.macro(f, args)
	}
	o, t, err := d.resolve(f, args)
	if err != nil {
		return Result{}, err
	}
	r := Result{Type: t, Kind: f.kind, Volatility: f.volatility}
	if o == nil || f.kind == Table {
		return r, nil
	}
	return r, nil
}

// pick prefers what may stand in an expression to what stands in FROM, and a function to a macro that hides it.
func (d *duck) pick(found []*function) *function {
	best := found[0]
	for _, f := range found[1:] {
		if best.kind == Table || best.kind == Macro && f.kind != Table {
			best = f
		}
	}
	return best
}

func typesOf(args []Arg) []Type {
	ts := make([]Type, len(args))
	for i, a := range args {
		ts[i] = a.Type
	}
	return ts
}

// resolve chooses the overload whose implicit casts cost least. With an argument of unknown type it may be that none can be
// chosen; then the type is the one that all give.
func (d *duck) resolve(f *function, args []Arg) (*overload, Type, *CallError) {
	best, counted, unknown := d.cheapest(f, args)
	switch {
	case len(best) == 0 && counted:
		return nil, Type{}, d.refused(WrongTypes, f, args)
	case len(best) == 0:
		return nil, Type{}, d.refused(WrongCount, f, args)
	case len(best) > 1 && !unknown:
		return nil, Type{}, d.refused(Ambiguous, f, args)
	}
	t, err := d.result(f, best[0], args)
	for _, o := range best[1:] {
		if u, _ := d.result(f, o, args); !u.Equal(t) {
			return nil, Type{}, nil
		}
	}
	return best[0], t, err
}

// callKey is a call of up to two arguments whose types have no parts: most calls are, and most come again.
type callKey struct {
	of   *function
	args int
	l, r Type
}

// key is the key of a call, if it is to be remembered.
func (f *function) key(args []Arg) (callKey, bool) {
	k := callKey{of: f, args: len(args)}
	for i, a := range args {
		t := a.Type
		if t.kind == Integer {
			t = literalClass(t)
		}
		if i > 1 || t.more != nil || a.Lambda != nil {
			return callKey{}, false
		}
		if i == 0 {
			k.l = t
		} else {
			k.r = t
		}
	}
	return k, true
}

// cheapest are the overloads that cost least; with an argument of unknown type all that are possible.
func (d *duck) cheapest(f *function, args []Arg) (best []*overload, counted, unknown bool) {
	key, remembered := f.key(args)
	if remembered {
		if found, ok := d.calls.Load(key); ok {
			c := found.(cheap)
			return c.best, c.counted, c.unknown
		}
	}
	best, counted, unknown = d.weigh(f, args)
	if remembered {
		d.calls.Store(key, cheap{best, counted, unknown})
	}
	return best, counted, unknown
}

// cheap is what cheapest found.
type cheap struct {
	best             []*overload
	counted, unknown bool
}

func (d *duck) weigh(f *function, args []Arg) (best []*overload, counted, unknown bool) {
	for _, a := range args {
		unknown = unknown || a.Type.kind == Unknown && a.Lambda == nil
	}
	lowest := -1
	for i := range f.overloads {
		o := &f.overloads[i]
		if len(args) < len(o.params)-o.text.Optional || len(args) > len(o.params) && !o.variadic {
			continue
		}
		counted = true
		cost := d.costOf(o, args)
		switch {
		case cost < 0, !unknown && lowest >= 0 && cost > lowest:
		case unknown, cost == lowest:
			best = append(best, o)
		default:
			lowest, best = cost, []*overload{o}
		}
	}
	return best, counted, unknown
}

func (d *duck) refused(why Reason, f *function, args []Arg) *CallError {
	return &CallError{Reason: why, Name: f.name, Args: typesOf(args), Candidates: d.lookup(f.name)}
}

func (d *duck) costOf(o *overload, args []Arg) int {
	total := 0
	for i, a := range args {
		p := o.more
		if i < len(o.params) {
			p = o.params[i]
		}
		if p.kind == Lambda || a.Lambda != nil {
			if p.kind != Lambda || a.Lambda == nil && a.Type.kind != Unknown {
				return never
			}
			continue
		}
		cost := d.implicit(a.Type, p)
		if cost < 0 {
			return never
		}
		total += cost
	}
	return total
}

// result is the type that the overload gives for those arguments.
func (d *duck) result(f *function, o *overload, args []Arg) (Type, *CallError) {
	bound := map[string]Type{}
	for i, a := range args {
		p := o.more
		if i < len(o.params) {
			p = o.params[i]
		}
		if !d.bind(bound, p, a.Type) {
			return Type{}, d.refused(WrongTypes, f, args)
		}
	}
	t := o.returns.replace(func(t Type) Type {
		if u, ok := bound[t.Name()]; ok && isTemplate(t) {
			return d.plain(u)
		}
		return t
	})
	switch u, fate := d.bound(f, o, args); fate {
	case decided:
		return u, nil
	case refused:
		return Type{}, d.refused(WrongTypes, f, args)
	}
	if !complete(t) {
		return Type{}, nil
	}
	return t, nil
}

// bind finds what the letters of a parameter's type stand for, given an argument of type t.
func (d *duck) bind(bound map[string]Type, p, t Type) bool {
	switch {
	case isTemplate(p):
		was, ok := bound[p.Name()]
		if !ok {
			bound[p.Name()] = t
			return true
		}
		both, ok := d.try(was, t)
		bound[p.Name()] = both
		return ok
	case t.kind == Null || t.kind == Unknown:
		p.replace(func(u Type) Type {
			if _, ok := bound[u.Name()]; isTemplate(u) && !ok {
				bound[u.Name()] = Of(t.kind)
			}
			return u
		})
	case p.kind.in(List, Array) && t.kind.in(List, Array):
		return d.bind(bound, p.Element(), t.Element())
	case p.kind == Map && t.kind == Map && p.more != nil:
		return d.bind(bound, p.Key(), t.Key()) && d.bind(bound, p.Value(), t.Value())
	case p.kind == Struct && t.kind == Struct && p.more != nil:
		fields := t.Fields()
		for i, f := range p.Fields() {
			if i < len(fields) && !d.bind(bound, f.Type, fields[i].Type) {
				return false
			}
		}
	}
	return true
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

// distance is how many letters must be changed, added, dropped or swapped with the next to make b of a.
func distance(a, b string) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			now[j] = min(last[j], now[j-1]) + 1
			if a[i-1] == b[j-1] {
				now[j] = min(now[j], last[j-1])
			} else {
				now[j] = min(now[j], last[j-1]+1)
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}

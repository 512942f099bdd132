package types

import (
	"math/big"
	"strconv"
	"strings"
	"sync"
)

// documented is a warehouse whose functions are those that its documentation describes: the list is not all of them, so that a
// name that is not in it gives an unknown type and no error.
type documented struct {
	spelling
	list string // of functions, see parseDocumented

	printed    func(Type) string
	literal    func(digits, fraction string, exponent bool) Type // of a number
	quoted     func(value string) Type
	meet       func(l, r Type) (Type, bool)
	arithmetic func(op string, l, r Type) (Type, bool)
	widens     func(from, to Type) bool // implicitly, to be the argument of a function
	clock      func(name string) (Type, bool)
	unstored   []Kind // of values that queries have and columns of tables, in most of what it reads and writes, cannot

	once  sync.Once
	index map[string]*documentedFunction
}

type documentedFunction struct {
	name       string
	kind       FunctionKind
	volatility Volatility
	overloads  []documentedOverload
}

// documentedOverload: result is a type, or what to make one of: "$1" is the type of the first argument, "$*" what all have in common,
// "$1[]" a list of the first, "$1." its element, "$1.value" the value of the first, a map.
type documentedOverload struct {
	params   []string
	variadic string
	optional int
	result   string
	text     Signature
}

// parseDocumented reads the table: names with commas, the kind, the volatility, and signatures with bars between them:
// "varchar;number?1>varchar".
func (d *documented) parseDocumented() {
	d.index = map[string]*documentedFunction{}
	for line := range strings.SplitSeq(d.list, "\n") {
		columns := strings.Fields(line) // blanks in a type are written as "_"
		if len(columns) != 4 || line[0] == '#' {
			continue
		}
		for name := range strings.SplitSeq(columns[0], ",") {
			f := d.index[name]
			if f == nil {
				f = &documentedFunction{name: name, kind: kindOf(columns[1]), volatility: volatilityOf(columns[2])}
				d.index[name] = f
			}
			for text := range strings.SplitSeq(columns[3], "|") {
				f.overloads = append(f.overloads, readDocumented(f, text))
			}
		}
	}
}

func readDocumented(f *documentedFunction, text string) documentedOverload {
	params, result, _ := strings.Cut(text, ">")
	var o documentedOverload
	if before, n, ok := strings.Cut(params, "?"); ok {
		params, o.optional = before, int(wholeNumber(n).Int64())
	}
	for p := range strings.SplitSeq(params, ";") {
		if more, ok := strings.CutPrefix(p, "..."); ok {
			o.variadic = more
		} else if p != "" {
			o.params = append(o.params, p)
		}
	}
	result = strings.ReplaceAll(result, ")_with_time_zone", ") with time zone")
	o.result = strings.ReplaceAll(result, "interval_day_to_second", "interval day to second")
	o.text = Signature{Name: f.name, Kind: f.kind, Volatility: f.volatility, Params: o.params, Variadic: o.variadic, Optional: o.optional, Returns: o.result}
	return o
}

func (d *documented) function(name string) *documentedFunction {
	d.once.Do(d.parseDocumented)
	return d.index[strings.ToLower(name)]
}

func (d *documented) lookup(name string) []Signature {
	var out []Signature
	if f := d.function(name); f != nil {
		for _, o := range f.overloads {
			out = append(out, o.text)
		}
	}
	return out
}

func (d *documented) near(name string) []string {
	d.once.Do(d.parseDocumented)
	names := make([]string, 0, len(d.index))
	for n := range d.index {
		names = append(names, n)
	}
	return nearest(strings.Join(names, "\n"), strings.ToLower(name))
}

func (d *documented) parse(text string) Type { return d.read(text) }

func (d *documented) print(t Type) string { return d.printed(t) }

func (d *documented) integer(value *big.Int) Type { return d.literal(value.String(), "", false) }

func (d *documented) decimal(text string) Type {
	whole, fraction, _ := strings.Cut(strings.ReplaceAll(text, "_", ""), ".")
	return d.literal(whole, fraction, strings.ContainsAny(text, "eE"))
}

func (d *documented) text(value string) Type { return d.quoted(value) }

func (d *documented) settle(t Type) Type { return t }

func (d *documented) common(ts []Type) (Type, bool) {
	t := ts[0]
	for _, u := range ts[1:] {
		both, ok := d.pair(t, u)
		if !ok {
			return Type{}, false
		}
		t = both
	}
	return t, true
}

// pair is meet, after what is the same everywhere.
func (d *documented) pair(l, r Type) (Type, bool) {
	switch {
	case l.kind == Unknown || r.kind == Unknown:
		return Type{}, true
	case l.kind == Null:
		return r, true
	case r.kind == Null, l.Equal(r):
		return l, true
	case l.kind == Named || r.kind == Named:
		return Type{}, true
	case l.kind == List && r.kind == List:
		t, ok := d.pair(l.Element(), r.Element())
		return ListOf(t), ok
	case l.kind == Map && r.kind == Map:
		k, ok := d.pair(l.Key(), r.Key())
		v, ok2 := d.pair(l.Value(), r.Value())
		return MapOf(k, v), ok && ok2
	case l.kind == Struct && r.kind == Struct:
		return d.structs(l, r)
	}
	return d.meet(l, r)
}

func (d *documented) structs(l, r Type) (Type, bool) {
	left, right := l.Fields(), r.Fields()
	if len(left) != len(right) {
		return Type{}, false
	}
	for i := range left {
		t, ok := d.pair(left[i].Type, right[i].Type)
		if !ok {
			return Type{}, false
		}
		left[i].Type = t
	}
	return StructOf(left...), true
}

func (d *documented) union(l, r Type) (Type, bool) { return d.pair(l, r) }

func (d *documented) compare(_ string, l, r Type) (Type, bool) { return d.pair(l, r) }

func (d *documented) cast(from, to Type) Level {
	switch t, ok := d.pair(from, to); {
	case ok && (t.kind == to.kind || t.kind == Unknown), d.widens(from, to):
		return Implicit
	case ok:
		return Assignment
	}
	return Explicit // that it is never possible is not known
}

func (d *documented) table(name string, args []Arg) (Result, *CallError) { return d.call(name, args) }

func (d *documented) call(name string, args []Arg) (Result, *CallError) {
	f := d.function(name)
	if f == nil {
		if t, ok := d.clock(strings.ToLower(name)); ok {
			return Result{Type: t, Volatility: Stable}, nil
		}
		return Result{}, nil
	}
	o, err := d.choose(f, args)
	if err != nil {
		return Result{}, err
	}
	r := Result{Kind: f.kind, Volatility: f.volatility}
	if o == nil {
		return r, nil
	}
	t, ok := d.result(o.result, args)
	if !ok {
		return Result{}, d.refused(WrongTypes, f, args)
	}
	r.Type = t
	return r, nil
}

func (d *documented) refused(why Reason, f *documentedFunction, args []Arg) *CallError {
	return &CallError{Reason: why, Name: f.name, Args: typesOf(args), Candidates: d.lookup(f.name)}
}

// choose takes the first overload whose parameters fit best.
func (d *documented) choose(f *documentedFunction, args []Arg) (*documentedOverload, *CallError) {
	var best *documentedOverload
	most, counted := -1, false
	for i := range f.overloads {
		o := &f.overloads[i]
		if len(args) < len(o.params)-o.optional || len(args) > len(o.params) && o.variadic == "" {
			continue
		}
		counted = true
		if score := d.score(o, args); score > most {
			best, most = o, score
		}
	}
	switch {
	case !counted:
		return nil, d.refused(WrongCount, f, args)
	case best == nil:
		return nil, d.refused(WrongTypes, f, args)
	}
	return best, nil
}

// score says how well the arguments fit: of a parameter's own type, of any, or by a cast; -1 if one does not.
func (d *documented) score(o *documentedOverload, args []Arg) int {
	score := 0
	for i, a := range args {
		p := o.variadic
		if i < len(o.params) {
			p = o.params[i]
		}
		switch {
		case p == "any" || p == "lambda" || a.Type.kind.in(Unknown, Null, Named):
			score++
		case d.isA(a.Type, p):
			score += 2
		case d.fitsIn(a.Type, p):
		default:
			return -1
		}
	}
	return score
}

// isA tells whether a type is what a parameter is called: a type, or a family of them.
func (d *documented) isA(t Type, param string) bool {
	switch param {
	case "array":
		return t.kind == List
	case "map":
		return t.kind == Map
	case "row":
		return t.kind == Struct
	case "number":
		return t.kind.number()
	case "whole":
		return t.kind.whole()
	case "decimal":
		return t.kind == Decimal
	case "time":
		return t.kind.in(Time, TimeTZ)
	case "timestamps":
		return t.kind.in(Timestamp, TimestampTZ, TimestampLTZ)
	case "text":
		return t.kind.in(Varchar, Char)
	case "array(row)":
		return t.kind == List && t.Element().kind == Struct
	}
	return d.read(param).kind == t.kind
}

func (d *documented) fitsIn(t Type, param string) bool {
	switch param {
	case "array", "map", "row", "array(row)":
		return t.kind.in(Variant)
	case "number", "whole", "decimal":
		return d.widens(t, Of(Double))
	case "time":
		return d.widens(t, Of(Time))
	case "timestamps":
		return d.widens(t, Of(Timestamp))
	case "text":
		return d.widens(t, Of(Varchar))
	}
	return d.widens(t, d.read(param))
}

// result makes the type that a signature's result says.
func (d *documented) result(text string, args []Arg) (Type, bool) {
	if inner, ok := strings.CutSuffix(text, "[]"); ok {
		t, ok := d.result(inner, args)
		return ListOf(t), ok
	}
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return d.read(text), true
	}
	if rest == "*" {
		return d.common(typesOf(args))
	}
	number, part, _ := strings.Cut(rest, ".")
	n, err := strconv.Atoi(number)
	if err != nil || n > len(args) {
		return Type{}, true
	}
	t := args[n-1].Type
	switch part {
	case "":
		if strings.HasSuffix(rest, ".") {
			return t.Element(), true
		}
		return t, true
	case "key":
		return t.Key(), true
	case "value":
		return t.Value(), true
	case "body":
		return d.body(args, n-1), true
	case "sum":
		return sumOf(t), true
	}
	return Type{}, true
}

// body is the type of the lambda that is the argument at that place, over the elements of the first.
func (d *documented) body(args []Arg, at int) Type {
	if args[at].Lambda == nil {
		return Type{}
	}
	first := args[0].Type
	if first.kind == Map {
		return args[at].Lambda(first.Key(), first.Value())
	}
	return args[at].Lambda(first.Element(), first.Element())
}

// sumOf: sums of decimals have as many digits as there are.
func sumOf(t Type) Type {
	if t.kind == Decimal {
		return DecimalOf(38, int(t.scale))
	}
	return t
}

func (d *documented) binary(op string, l, r Arg) (Result, *CallError) {
	op = strings.ToLower(op)
	refused := &CallError{Reason: WrongTypes, Name: op, Args: typesOf([]Arg{l, r})}
	switch op {
	case "and", "or", "like", "not like", "ilike", "not ilike", "rlike", "not rlike", "regexp", "similar to":
		return Result{Type: Of(Boolean)}, nil
	case "=", "==", "<>", "!=", "<", "<=", ">", ">=", "in", "not in", "between", "not between", "is distinct from", "is not distinct from":
		if _, ok := d.pair(l.Type, r.Type); !ok {
			return Result{}, refused
		}
		return Result{Type: Of(Boolean)}, nil
	}
	if l.Type.kind.in(Unknown, Named) || r.Type.kind.in(Unknown, Named) {
		return Result{}, nil
	}
	t, ok := d.arithmetic(op, l.Type, r.Type)
	if !ok {
		return Result{}, refused
	}
	return Result{Type: t}, nil
}

func (d *documented) unary(op string, x Arg) (Result, *CallError) {
	if strings.EqualFold(op, "not") {
		return Result{Type: Of(Boolean)}, nil
	}
	return Result{Type: x.Type}, nil
}

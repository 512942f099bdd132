package types

import "strings"

// pgOverload is one function or operator, with the names that pg_type has for its types.
type pgOverload struct {
	names    []string
	variadic string // the element of the array that takes further arguments
	optional int
	returns  string
	set      bool
	columns  []Field // OUT parameters
	text     Signature
}

// pgFunction are all of a name.
type pgFunction struct {
	name       string
	kind       FunctionKind
	volatility Volatility
	overloads  []pgOverload
}

// pgRead reads "*int4;...text?1>record(a int4,b text)".
func (p *postgres) pgRead(name, text string, kind FunctionKind, volatility Volatility) pgOverload {
	params, returns, _ := strings.Cut(text, ">")
	var o pgOverload
	params, o.set = strings.CutPrefix(params, "*")
	if before, n, ok := strings.Cut(params, "?"); ok {
		params, o.optional = before, int(wholeNumber(n).Int64())
	}
	returns, columns, _ := strings.Cut(returns, "(")
	o.returns = returns
	o.text = Signature{Name: name, Kind: kind, Volatility: volatility, Optional: o.optional, Returns: p.print(p.typeOf(returns))}
	for column := range strings.SplitSeq(strings.TrimSuffix(columns, ")"), ",") {
		if n, t, ok := cutLast(column, " "); ok {
			o.columns = append(o.columns, Field{n, p.typeOf(t)})
		}
	}
	for param := range strings.SplitSeq(params, ";") {
		if more, ok := strings.CutPrefix(param, "..."); ok {
			o.variadic, o.text.Variadic = more, p.printName(more)
		} else if param != "" {
			o.names = append(o.names, param)
			o.text.Params = append(o.text.Params, p.printName(param))
		}
	}
	return o
}

func (p *postgres) printName(name string) string {
	if i := p.info(name); i.known {
		return i.name
	}
	return name
}

func (p *postgres) function(name string) *pgFunction {
	key := "f " + name
	if f, ok := p.functions.Load(key); ok {
		return f.(*pgFunction)
	}
	lines := linesOf(pgFunctions, name)
	if len(lines) == 0 {
		return nil
	}
	f := &pgFunction{name: name}
	for _, line := range lines { // an aggregate and a window function may share a name
		columns := strings.SplitN(line, "\t", 3)
		f.kind, f.volatility = kindOf(columns[0]), volatilityOf(columns[1])
		for text := range strings.SplitSeq(columns[2], "|") {
			f.overloads = append(f.overloads, p.pgRead(name, text, f.kind, f.volatility))
		}
	}
	p.functions.Store(key, f)
	return f
}

func (p *postgres) operatorsOf(op string) *pgFunction {
	key := "o " + op
	if f, ok := p.functions.Load(key); ok {
		return f.(*pgFunction)
	}
	lines := linesOf(pgOperators, op)
	if len(lines) == 0 {
		return nil
	}
	f := &pgFunction{name: op}
	for text := range strings.SplitSeq(lines[0], "|") {
		f.overloads = append(f.overloads, p.pgRead(op, text, Scalar, Immutable))
	}
	p.functions.Store(key, f)
	return f
}

func (p *postgres) lookup(name string) []Signature {
	f := p.function(strings.ToLower(name))
	if f == nil {
		return nil
	}
	var out []Signature
	for _, o := range f.overloads {
		out = append(out, o.text)
	}
	return out
}

func (p *postgres) near(name string) []string {
	return p.nearest(pgForms+pgFunctions, strings.ToLower(name))
}

func (p *postgres) call(name string, args []Arg) (Result, *CallError) {
	lower := strings.TrimPrefix(strings.ToLower(name), "pg_catalog.")
	if r, ok, err := p.special(lower, args); ok || err != nil {
		return r, err
	}
	f := p.function(lower)
	if f == nil {
		return p.castCall(lower, args)
	}
	o, err := p.choose(f, args)
	if err != nil {
		if r, castErr := p.castCall(lower, args); castErr == nil {
			return r, nil
		}
		return Result{}, err
	}
	r := Result{Kind: f.kind, Volatility: f.volatility}
	if o == nil {
		return r, nil
	}
	r.Set, r.Kind = o.set, o.text.Kind
	t, ok := p.resultOf(o, args)
	if !ok {
		return Result{}, p.refused(WrongTypes, f, args)
	}
	r.Type = t
	p.columns(&r, o, f.name)
	return r, nil
}

// columns are those of a function in FROM: its OUT parameters, or one that has its name.
func (p *postgres) columns(r *Result, o *pgOverload, name string) {
	switch {
	case len(o.columns) > 0 && o.returns == "record":
		r.Columns, r.Type = o.columns, StructOf(o.columns...)
	case len(o.columns) > 0:
		r.Columns = o.columns
	case r.Type.kind != Struct:
		r.Columns = []Field{{name, r.Type}}
	}
}

// castCall: a type's name called like a function is a cast, if that is one that needs no function, or one by way of text.
func (p *postgres) castCall(name string, args []Arg) (Result, *CallError) {
	refused := &CallError{Reason: NoFunction, Name: name, Args: typesOf(args)}
	if f := p.function(name); f != nil {
		refused = p.refused(WrongTypes, f, args)
	}
	if i := p.info(name); i.known && i.sort != 'p' && len(args) == 1 {
		source := p.name(args[0].Type)
		if source == "" || source == "unknown" || source == name || p.level(source, name) != Never && pgCatalogCast(source, name) == Never {
			return Result{Type: p.typeOf(name)}, nil
		}
	}
	if refused.Reason == NoFunction {
		refused.Near = p.near(name)
	}
	return Result{}, refused
}

func (p *postgres) refused(why Reason, f *pgFunction, args []Arg) *CallError {
	e := &CallError{Reason: why, Name: f.name, Args: typesOf(args)}
	for _, o := range f.overloads {
		e.Candidates = append(e.Candidates, o.text)
	}
	return e
}

// expand gives the names of the parameters for n arguments; ok is false if it does not take so many.
func (o *pgOverload) expand(n int) (names []string, ok bool) {
	switch {
	case n == len(o.names) && o.variadic == "":
		return o.names, true
	case n < len(o.names) && n >= len(o.names)-o.optional:
		return o.names[:n], true
	case o.variadic != "" && n > len(o.names):
		names = append(names, o.names...)
		for len(names) < n {
			names = append(names, o.variadic)
		}
		return names, true
	}
	return nil, false
}

func (p *postgres) table(name string, args []Arg) (Result, *CallError) { return p.call(name, args) }

func (p *postgres) binary(op string, l, r Arg) (Result, *CallError) {
	switch op = strings.ToLower(op); op {
	case "and", "or":
		return p.logical(op, l, r)
	case "is distinct from", "is not distinct from":
		if l.Type.kind == Null || r.Type.kind == Null { // a test for NULL, which every type takes
			return Result{Type: Of(Boolean)}, nil
		}
	}
	return p.operation(pgComparison(op), []Arg{l, r})
}

func (p *postgres) unary(op string, x Arg) (Result, *CallError) {
	if op = strings.ToLower(op); op == "not" {
		return p.logical(op, x)
	}
	return p.operation(op, []Arg{x})
}

func (p *postgres) logical(op string, args ...Arg) (Result, *CallError) {
	for _, a := range args {
		if name := p.name(a.Type); name != "" && !p.implicit(name, "bool") {
			return Result{}, &CallError{Reason: WrongTypes, Name: op, Args: typesOf(args)}
		}
	}
	return Result{Type: Of(Boolean)}, nil
}

func (p *postgres) operation(op string, args []Arg) (Result, *CallError) {
	o, err := p.operator(op, args)
	if err != nil || o == nil {
		return Result{}, err
	}
	t, ok := p.resultOf(o, args)
	if !ok {
		return Result{}, &CallError{Reason: WrongTypes, Name: op, Args: typesOf(args)}
	}
	return Result{Type: t}, nil
}

package types

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

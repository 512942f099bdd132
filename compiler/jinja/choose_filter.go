package jinja

// mapped applies a function to each item as it is asked for.
type mapped struct {
	source iterator
	apply  func(v Value) (Value, bool, error) // false leaves the item out
}

func (m *mapped) next(s *State) (Value, bool, error) {
	for {
		v, ok, err := m.source.next(s)
		if err != nil || !ok {
			return nil, false, err
		}
		if err := s.step(); err != nil {
			return nil, false, err
		}
		r, keep, err := m.apply(v)
		if err != nil || keep {
			return r, keep, err
		}
	}
}

func filterMap(c *Call) (Value, error) {
	if !Truth(c.Args[0]) {
		// Jinja2 takes None and whatever else is false for an empty sequence here.
		return &generator{"generator object sync_do_map", &sliceIterator{}}, nil
	}
	apply, err := mapFunc(c)
	if err != nil {
		// Jinja2's map is a generator: what is wrong shows when it is walked.
		return &generator{"generator object sync_do_map", &brokenIterator{err}}, nil
	}
	it, err := c.State.iterate(c.Args[0])
	if err != nil {
		it = &brokenIterator{err}
	}
	return &generator{"generator object sync_do_map", &mapped{it, func(v Value) (Value, bool, error) {
		r, err := apply(v)
		return r, true, err
	}}}, nil
}

func mapFunc(c *Call) (func(Value) (Value, error), error) {
	if len(c.Args) > 1 {
		name := Str(c.Args[1])
		f := builtinFilter(name)
		if f == nil {
			return nil, failf("TemplateRuntimeError", "No filter named %s.", Repr(name))
		}
		return func(v Value) (Value, error) { return f(c.with(v, c.Args[2:])) }, nil
	}
	attr, ok := c.Kwargs.GetString("attribute")
	if !ok {
		return nil, failf("FilterArgumentError", "map requires a filter argument")
	}
	var otherwise Value
	for k, v := range c.Kwargs.All() {
		switch k {
		case "attribute":
		case "default":
			otherwise = v
		default:
			return nil, failf("FilterArgumentError", "Unexpected keyword argument %s", Repr(k))
		}
	}
	p := parsePath(attr)
	return func(v Value) (Value, error) { return p.of(c.State, v, otherwise) }, nil
}

// with is a call with the same keyword arguments for one item.
func (c *Call) with(v Value, rest []Value) *Call {
	args := make([]Value, 0, len(rest)+1)
	return &Call{State: c.State, Args: append(append(args, v), rest...), Kwargs: c.Kwargs, Span: c.Span}
}

// choose is select, reject, selectattr or rejectattr.
func choose(name string, keep, byAttr bool) nativeFunc {
	return func(c *Call) (Value, error) {
		if !Truth(c.Args[0]) {
			return &generator{"generator object select_or_reject", &sliceIterator{}}, nil
		}
		pass, err := chooseFunc(c, byAttr)
		if err != nil {
			return &generator{"generator object select_or_reject", &brokenIterator{err}}, nil
		}
		it, err := c.State.iterate(c.Args[0])
		if err != nil {
			it = &brokenIterator{err}
		}
		return &generator{"generator object select_or_reject", &mapped{it, func(v Value) (Value, bool, error) {
			ok, err := pass(v)
			return v, err == nil && ok == keep, err
		}}}, nil
	}
}

func chooseFunc(c *Call, byAttr bool) (func(Value) (bool, error), error) {
	rest := c.Args[1:]
	var p path
	if byAttr {
		if len(rest) == 0 {
			return nil, failf("FilterArgumentError", "Missing parameter for attribute name")
		}
		p, rest = parsePath(rest[0]), rest[1:]
	}
	if len(rest) == 0 {
		return func(v Value) (bool, error) {
			v, err := p.of(c.State, v, nil)
			return Truth(v), err
		}, nil
	}
	name := Str(rest[0])
	test := builtinTest(name)
	if test == nil {
		return nil, failf("TemplateRuntimeError", "No test named %s.", Repr(name))
	}
	return func(v Value) (bool, error) {
		v, err := p.of(c.State, v, nil)
		if err != nil {
			return false, err
		}
		r, err := test(c.with(v, rest[1:]))
		return Truth(r), err
	}, nil
}

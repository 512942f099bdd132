package jinja

import "math"

// builtinGlobal is a function that every template has.
func builtinGlobal(name string) (Value, bool) {
	switch name {
	case "range":
		return builtinFunc{"range", makeRange}, true
	case "dict":
		return builtinFunc{"dict", makeDict}, true
	case "namespace":
		return builtinFunc{"namespace", makeNamespace}, true
	case "cycler":
		return builtinFunc{"cycler", makeCycler}, true
	case "joiner":
		return builtinFunc{"joiner", makeJoiner}, true
	}
	return nil, false
}

func makeRange(c *Call) (Value, error) {
	if c.Kwargs.Len() > 0 {
		return nil, typeErrorf("range() takes no keyword arguments")
	}
	switch n := len(c.Args); {
	case n == 0:
		return nil, typeErrorf("range expected at least 1 argument, got 0")
	case n > 3:
		return nil, typeErrorf("range expected at most 3 arguments, got %d", n)
	}
	bounds := [3]int{0, 0, 1}
	args := c.Args
	if len(args) == 1 {
		args = []Value{0, args[0]}
	}
	for i, a := range args {
		n, err := toInt(a)
		if err != nil {
			return nil, err
		}
		bounds[i] = n
	}
	start, stop, step := bounds[0], bounds[1], bounds[2]
	r := &rangeValue{start: start, stop: stop, step: step}
	switch {
	case step == 0:
		return nil, valueErrorf("range() arg 3 must not be zero")
	case step > 0 && stop > start:
		r.n = int((uint64(stop)-uint64(start)-1)/uint64(step)) + 1
	case step < 0 && stop < start:
		r.n = int((uint64(start)-uint64(stop)-1)/-uint64(step)) + 1
	}
	if r.n < 0 || r.n > math.MaxInt32*int(1<<20) {
		return nil, failf("OverflowError", "Range too big.")
	}
	return r, nil
}

// makeDict is dict(…): of another dict or pairs, and of keyword arguments.
func makeDict(c *Call) (Value, error) {
	d := NewDict()
	if len(c.Args) > 1 {
		return nil, typeErrorf("dict expected at most 1 argument, got %d", len(c.Args))
	}
	if err := d.fill(c); err != nil {
		return nil, err
	}
	return d, nil
}

// fill sets what dict(…) and d.update(…) take.
func (d *Dict) fill(c *Call) error {
	if len(c.Args) > 0 {
		if m, err := c.State.mapping(c.Args[0]); err == nil {
			d.update(m)
		} else if err := d.addPairs(c.State, c.Args[0]); err != nil {
			return err
		}
	}
	d.update(c.Kwargs)
	return nil
}

func (d *Dict) addPairs(s *State, v Value) error {
	items, err := s.items(v)
	if err != nil {
		return err
	}
	for i, item := range items {
		if !iterable(item) {
			return typeErrorf("cannot convert dictionary update sequence element #%d to a sequence", i)
		}
		pair, err := s.items(item)
		if err != nil {
			return err
		}
		if len(pair) != 2 {
			return valueErrorf("dictionary update sequence element #%d has length %d; 2 is required", i, len(pair))
		}
		if err := d.Set(pair[0], pair[1]); err != nil {
			return err
		}
	}
	return nil
}

func dictFromKeys(c *Call) (Value, error) {
	a, err := c.Bind("fromkeys", 1, "iterable", "value")
	if err != nil {
		return nil, err
	}
	keys, err := c.State.items(a.Value(0))
	if err != nil {
		return nil, err
	}
	d := NewDict()
	for _, k := range keys {
		if err := d.Set(k, a.Value(1)); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// namespace is an object whose attributes a template can set.
type namespace struct{ attrs *Dict }

func (*namespace) typeName() string { return "Namespace" }

func (n *namespace) print(p *printer, depth int) {
	p.put("<Namespace ")
	p.dict(n.attrs, depth)
	p.put(">")
}

func makeNamespace(c *Call) (Value, error) {
	d, err := makeDict(c)
	if err != nil {
		return nil, err
	}
	return &namespace{d.(*Dict)}, nil
}

// cycler gives its items in turns.
type cycler struct {
	items []Value
	at    int
}

func (*cycler) typeName() string { return "Cycler" }

func makeCycler(c *Call) (Value, error) {
	if len(c.Args) == 0 {
		return nil, failf("RuntimeError", "at least one item has to be provided")
	}
	return &cycler{items: c.Args}, nil
}

func cyclerMethod(name string) method {
	switch name {
	case "next":
		return func(_ *Call, self Value) (Value, error) {
			y := self.(*cycler)
			v := y.items[y.at]
			y.at = (y.at + 1) % len(y.items)
			return v, nil
		}
	case "reset":
		return func(_ *Call, self Value) (Value, error) {
			self.(*cycler).at = 0
			return nil, nil
		}
	}
	return nil
}

// joiner is nothing when it is called first, and its separator from then on.
type joiner struct {
	sep  Value
	used bool
}

func (*joiner) typeName() string { return "Joiner" }

func makeJoiner(c *Call) (Value, error) {
	a, err := c.Bind("joiner", 0, "sep")
	if err != nil {
		return nil, err
	}
	return &joiner{sep: a.Or(0, ", ")}, nil
}

func (j *joiner) call(*Call) (Value, error) {
	if !j.used {
		j.used = true
		return "", nil
	}
	return j.sep, nil
}

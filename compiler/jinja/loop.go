package jinja

func (s *forStmt) exec(f *frame) (signal, error) {
	v, err := s.iter.eval(f)
	if err != nil {
		return proceed, err
	}
	return s.run(f, v, 0)
}

// run walks v. depth is that of a recursive loop. The signal is one of the else part, to the loop around.
func (s *forStmt) run(f *frame, v Value, depth int) (signal, error) {
	it, err := f.state.iterate(v)
	if err != nil {
		return proceed, f.fail(s.iter.at(), err)
	}
	sized := v
	if s.test != nil {
		it, sized = &filteredIterator{it, f, s}, nil
	}
	f.clear(s.slots)
	var loop *loopContext
	if s.usesLoop {
		loop = &loopContext{source: it, sized: sized, index: -1, depth: depth, stmt: s, frame: f}
		it = loop
	}
	ran, err := s.iterations(f, it, loop)
	if err != nil {
		return proceed, err
	}
	if !ran && s.otherwise != nil {
		f.clear(s.elseSlots)
		return execBody(f, s.otherwise)
	}
	return proceed, nil
}

// iterations runs the body for each item, and tells whether one of the runs came to its end: after a loop that was left in its first
// one, Jinja2 renders the else.
func (s *forStmt) iterations(f *frame, it iterator, loop *loopContext) (ran bool, err error) {
	name, single := s.target.(*nameTarget)
	for first := true; ; first = false {
		v, ok, err := it.next(f.state)
		if err != nil {
			return ran, f.fail(s.iter.at(), err)
		}
		if !ok {
			return ran, nil
		}
		if err := f.state.step(); err != nil {
			return ran, f.fail(s.iter.at(), err)
		}
		if !first {
			f.clear(s.slots)
		}
		if loop != nil {
			f.slots[s.loopSlot] = loop
		}
		if single {
			f.slots[name.slot] = v
		} else if err := s.target.assign(f, v); err != nil {
			return ran, err
		}
		sig, err := execBody(f, s.body)
		if err != nil {
			return ran, err
		}
		if sig == breakLoop {
			return ran, nil
		}
		ran = ran || sig == proceed
	}
}

// filteredIterator is `for … if`: it asks the test one item at a time, since the body may change what the test sees.
type filteredIterator struct {
	source iterator
	frame  *frame
	stmt   *forStmt
}

func (i *filteredIterator) next(s *State) (Value, bool, error) {
	f, r := i.frame, i.stmt.slots
	for {
		v, ok, err := i.source.next(s)
		if err != nil || !ok {
			return nil, false, err
		}
		if err := s.step(); err != nil {
			return nil, false, err
		}
		saved := append([]Value(nil), f.slots[r.lo:r.hi]...)
		f.clear(r) // the test does not see what the body set
		err = i.stmt.target.assign(f, v)
		var pass Value
		if err == nil {
			pass, err = i.stmt.test.eval(f)
		}
		copy(f.slots[r.lo:r.hi], saved)
		if err != nil {
			return nil, false, err
		}
		if Truth(pass) {
			return v, true, nil
		}
	}
}

// loopContext is the variable loop.
type loopContext struct {
	source iterator
	sized  Value // what is walked, if its length can be asked
	length int   // once known, where counted
	known  bool
	index  int // from 0
	depth  int

	before, current, after Value
	peeked, exhausted      bool
	changed                *Tuple

	stmt  *forStmt
	frame *frame
}

func (l *loopContext) typeName() string { return "LoopContext" }

func (l *loopContext) next(s *State) (Value, bool, error) {
	v, ok, err := l.peek(s)
	if err != nil || !ok {
		return nil, false, err
	}
	l.peeked = false
	l.before, l.current = l.current, v
	l.index++
	return v, true, nil
}

// peek is the item after the current one.
func (l *loopContext) peek(s *State) (Value, bool, error) {
	if !l.peeked && !l.exhausted {
		v, ok, err := l.source.next(s)
		if err != nil {
			return nil, false, err
		}
		l.after, l.peeked, l.exhausted = v, ok, !ok
	}
	return l.after, l.peeked, nil
}

// size is the number of iterations; an iterator without a length is read to its end for it.
func (l *loopContext) size(s *State) (int, error) {
	if l.known {
		return l.length, nil
	}
	if l.sized != nil {
		if n, ok := sizeOf(l.sized); ok {
			l.length, l.known = n, true
			return n, nil
		}
	}
	rest, err := s.drain(l.source)
	if err != nil {
		return 0, err
	}
	l.source = &sliceIterator{items: rest}
	l.length, l.known = l.index+1+len(rest), true
	if l.peeked {
		l.length++
	}
	return l.length, nil
}

func (l *loopContext) attribute(s *State, name string) (Value, bool, error) {
	switch name {
	case "index":
		return l.index + 1, true, nil
	case "index0":
		return l.index, true, nil
	case "first":
		return l.index == 0, true, nil
	case "last":
		_, more, err := l.peek(s)
		return !more, true, err
	case "length", "revindex", "revindex0":
		n, err := l.size(s)
		switch name {
		case "revindex":
			n -= l.index
		case "revindex0":
			n -= l.index + 1
		}
		return n, true, err
	case "depth":
		return l.depth + 1, true, nil
	case "depth0":
		return l.depth, true, nil
	case "previtem":
		if l.index == 0 {
			return &Undefined{Name: "loop.previtem", Hint: "there is no previous item"}, true, nil
		}
		return l.before, true, nil
	case "nextitem":
		v, more, err := l.peek(s)
		if !more {
			return &Undefined{Name: "loop.nextitem", Hint: "there is no next item"}, true, err
		}
		return v, true, err
	case "cycle":
		return builtinFunc{"cycle", l.cycle}, true, nil
	case "changed":
		return builtinFunc{"changed", l.hasChanged}, true, nil
	}
	return nil, false, nil
}

func (l *loopContext) cycle(c *Call) (Value, error) {
	if len(c.Args) == 0 {
		return nil, typeErrorf("no items for cycling given")
	}
	return c.Args[l.index%len(c.Args)], nil
}

func (l *loopContext) hasChanged(c *Call) (Value, error) {
	now := &Tuple{Items: c.Args}
	if l.changed != nil {
		if same, err := c.State.equal(l.changed, now); err != nil || same {
			return false, err
		}
	}
	l.changed = now
	return true, nil
}

// recurse is loop(items) in a recursive loop: the output of the loop over those items. The slots of the loop are its own while it
// runs.
func (l *loopContext) recurse(c *Call) (Value, error) {
	if !l.stmt.recursive {
		return nil, typeErrorf("The loop must have the 'recursive' marker to be called recursively.")
	}
	if len(c.Args) != 1 {
		return nil, typeErrorf("loop() takes 1 argument but %d were given", len(c.Args))
	}
	s, f, r := c.State, l.frame, l.stmt.slots
	if err := s.descend(); err != nil {
		return nil, err
	}
	defer s.ascend()
	saved := append([]Value(nil), f.slots[r.lo:r.hi]...)
	out := f.out
	f.out = s.buffer()
	_, err := l.stmt.run(f, c.Args[0], l.depth+1)
	text := f.out.take()
	s.release(f.out)
	f.out = out
	copy(f.slots[r.lo:r.hi], saved)
	if err != nil {
		return nil, err
	}
	return text, s.charge(len(text))
}

func (l *loopContext) print(p *printer, _ int) {
	n := l.length
	if !l.known {
		n, _ = sizeOf(l.sized)
	}
	p.put("<LoopContext " + itoa(l.index+1) + "/" + itoa(n) + ">")
}

package jinja

func execBody(f *frame, body []stmt) (signal, error) {
	for _, s := range body {
		sig, err := s.exec(f)
		if err != nil || sig != proceed {
			return sig, err
		}
	}
	return proceed, nil
}

func (s *textStmt) exec(f *frame) (signal, error) {
	if f.out.track {
		f.out.copied(s.start)
	}
	f.out.sink.text()
	if err := f.write(s.text); err != nil {
		return proceed, f.fail(s.pos, err)
	}
	return proceed, nil
}

func (s *printStmt) exec(f *frame) (signal, error) {
	if err := f.state.step(); err != nil {
		return proceed, f.fail(s.pos, err)
	}
	v, err := s.value.eval(f)
	if err != nil {
		return proceed, err
	}
	f.out.sink.value(s.value, v)
	return proceed, f.print(s.pos, v)
}

func (s *doStmt) exec(f *frame) (signal, error) {
	if err := f.state.step(); err != nil {
		return proceed, f.fail(s.pos, err)
	}
	_, err := s.value.eval(f)
	return proceed, err
}

func (s *setStmt) exec(f *frame) (signal, error) {
	if err := f.state.step(); err != nil {
		return proceed, f.fail(s.pos, err)
	}
	v, err := s.value.eval(f)
	if err != nil {
		return proceed, err
	}
	return proceed, s.target.assign(f, v)
}

func (s *setBlock) exec(f *frame) (signal, error) {
	f.clear(s.slots)
	text, sig, err := f.capture(s.body)
	if err != nil || sig != proceed {
		return sig, err
	}
	v := Value(text)
	if s.filter != nil {
		if v, err = applyChain(f, s.filter, v); err != nil {
			return proceed, err
		}
	}
	return proceed, s.target.assign(f, v)
}

func (s *filterBlock) exec(f *frame) (signal, error) {
	f.clear(s.slots)
	text, sig, err := f.capture(s.body)
	if err != nil || sig != proceed {
		return sig, err
	}
	v, err := applyChain(f, s.filter, text)
	if err != nil {
		return proceed, err
	}
	f.out.sink.text()
	return proceed, f.print(s.filter.at(), v)
}

// print writes a value that the statement at p made.
func (f *frame) print(p pos, v Value) error {
	n := len(f.out.text)
	text, err := f.state.appendStr(f.out.text, v)
	if err != nil {
		return f.fail(p, err)
	}
	f.out.text = text
	if f.out.track {
		f.out.made(n, p)
	}
	if len(f.out.text) > f.state.output {
		return f.fail(p, f.state.tooLarge())
	}
	return nil
}

func (s *ifStmt) exec(f *frame) (signal, error) {
	if err := f.state.step(); err != nil {
		return proceed, f.fail(s.pos, err)
	}
	for i, test := range s.tests {
		v, err := test.eval(f)
		if err != nil {
			return proceed, err
		}
		if Truth(v) {
			return execBody(f, s.bodies[i])
		}
	}
	if len(s.bodies) > len(s.tests) {
		return execBody(f, s.bodies[len(s.tests)])
	}
	return proceed, nil
}

func (s *withStmt) exec(f *frame) (signal, error) {
	values, err := evalAll(f, s.values)
	if err != nil {
		return proceed, err
	}
	f.clear(s.slots)
	for i, t := range s.targets {
		if err := t.assign(f, values[i]); err != nil {
			return proceed, err
		}
	}
	return execBody(f, s.body)
}

func (s *callBlock) exec(f *frame) (signal, error) {
	caller := *s.caller.public
	caller.closure = f
	v, err := s.call.run(f, &caller)
	if err != nil {
		return proceed, err
	}
	f.out.sink.text()
	return proceed, f.print(s.call.pos, v)
}

func (s *macroStmt) exec(f *frame) (signal, error) {
	if s.slot >= 0 {
		m := *s.def.public
		m.closure = f
		f.slots[s.slot] = &m
	}
	return proceed, nil
}

func (s *blockStmt) exec(*frame) (signal, error) { return proceed, nil }

func (s *jumpStmt) exec(*frame) (signal, error) { return s.signal, nil }

func (t *nameTarget) assign(f *frame, v Value) error {
	f.slots[t.slot] = v
	return nil
}

func (t *tupleTarget) assign(f *frame, v Value) error {
	var items []Value
	switch v := v.(type) {
	case *Tuple:
		items = v.Items
	case *List:
		items = v.Items
	default:
		if !iterable(v) {
			return f.fail(t.pos, typeErrorf("cannot unpack non-iterable %s object", TypeName(v)))
		}
		var err error
		if items, err = f.state.items(v); err != nil {
			return f.fail(t.pos, err)
		}
	}
	switch {
	case len(items) < len(t.items):
		return f.fail(t.pos, valueErrorf("not enough values to unpack (expected %d, got %d)", len(t.items), len(items)))
	case len(items) > len(t.items):
		return f.fail(t.pos, valueErrorf("too many values to unpack (expected %d)", len(t.items)))
	}
	for i, item := range t.items {
		if err := item.assign(f, items[i]); err != nil {
			return err
		}
	}
	return nil
}

func (t *fieldTarget) assign(f *frame, v Value) error {
	object, err := t.object.eval(f)
	if err != nil {
		return err
	}
	ns, ok := object.(*namespace)
	if !ok {
		return f.fail(t.pos, failf("TemplateRuntimeError", "cannot assign attribute on non-namespace object"))
	}
	ns.attrs.Put(t.name, v)
	return nil
}

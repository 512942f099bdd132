package jinja

func setMethod(name string) method {
	f := func() func(c *Call, s *Set) (Value, error) {
		switch name {
		case "add":
			return setAdd
		case "remove", "discard":
			return func(c *Call, s *Set) (Value, error) { return setRemove(c, s, name == "remove") }
		case "pop":
			return setPop
		case "copy":
			return func(_ *Call, s *Set) (Value, error) { return s.Clone(), nil }
		case "clear":
			return func(_ *Call, s *Set) (Value, error) { s.members.clear(); return nil, nil }
		case "update":
			return func(c *Call, s *Set) (Value, error) { return nil, s.addAll(c) }
		case "union", "intersection", "difference", "symmetric_difference":
			return combine(name)
		case "issubset", "issuperset", "isdisjoint":
			return relate(name)
		}
		return nil
	}()
	if f == nil {
		return nil
	}
	return func(c *Call, self Value) (Value, error) { return f(c, self.(*Set)) }
}

func setAdd(c *Call, s *Set) (Value, error) {
	if err := c.count("set.add", 1, 1); err != nil {
		return nil, err
	}
	return nil, s.Add(c.Args[0])
}

func setRemove(c *Call, s *Set, must bool) (Value, error) {
	if err := c.count("set.remove", 1, 1); err != nil {
		return nil, err
	}
	has, err := s.members.has(c.Args[0])
	switch {
	case err != nil:
		return nil, err
	case !has && must:
		return nil, failf("KeyError", "%s", Repr(c.Args[0]))
	}
	s.members.Delete(c.Args[0])
	return nil, nil
}

func setPop(_ *Call, s *Set) (Value, error) {
	for k := range s.members.All() {
		s.members.Delete(k)
		return k, nil
	}
	return nil, failf("KeyError", "'pop from an empty set'")
}

// addAll adds the items of every argument.
func (s *Set) addAll(c *Call) error {
	for _, a := range c.Args {
		items, err := c.State.items(a)
		if err != nil {
			return err
		}
		for _, item := range items {
			if err := s.Add(item); err != nil {
				return err
			}
		}
	}
	return nil
}

// asSet is any iterable as a set.
func (s *State) asSet(v Value) (*Set, error) {
	if set, ok := v.(*Set); ok {
		return set, nil
	}
	items, err := s.items(v)
	if err != nil {
		return nil, err
	}
	return NewSet(items...)
}

func combine(name string) func(c *Call, s *Set) (Value, error) {
	return func(c *Call, s *Set) (Value, error) {
		out := s.Clone()
		for _, a := range c.Args {
			other, err := c.State.asSet(a)
			if err != nil {
				return nil, err
			}
			switch name {
			case "union":
				out = union(out, other)
			case "intersection":
				out = intersection(out, other)
			case "difference":
				out = difference(out, other)
			default:
				out = union(difference(out, other), difference(other, out))
			}
		}
		return out, c.State.chargeItems(out.Len())
	}
}

func relate(name string) func(c *Call, s *Set) (Value, error) {
	return func(c *Call, s *Set) (Value, error) {
		if err := c.count("set."+name, 1, 1); err != nil {
			return nil, err
		}
		other, err := c.State.asSet(c.Args[0])
		if err != nil {
			return nil, err
		}
		switch name {
		case "issubset":
			return subset(s, other), nil
		case "issuperset":
			return subset(other, s), nil
		}
		return intersection(s, other).Len() == 0, nil
	}
}

func union(a, b *Set) *Set {
	out := a.Clone()
	out.members.update(&b.members)
	return out
}

func intersection(a, b *Set) *Set {
	out := &Set{}
	for _, e := range a.members.entries {
		if e.live() && b.members.find(e.id()) >= 0 {
			out.members.set(e.id(), e.key, nil)
		}
	}
	return out
}

func difference(a, b *Set) *Set {
	out := &Set{}
	for _, e := range a.members.entries {
		if e.live() && b.members.find(e.id()) < 0 {
			out.members.set(e.id(), e.key, nil)
		}
	}
	return out
}

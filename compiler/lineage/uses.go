package lineage

// use is a Use with its input by number.
type use struct {
	input  int32
	partly bool
	kind   Kind
}

// uses is a set of uses, each input once per kind of row use and once for what derives. It is shared and never changed.
type uses []use

// input is the set of one column of a table, whose values are taken as they are.
func (b *binder) input(table, column string) uses {
	return uses{{input: b.number(Input{table, column}), kind: Copy}}
}

func (b *binder) number(in Input) int32 {
	n, ok := b.inputs[in]
	if !ok {
		n = int32(len(b.ordered))
		b.inputs[in] = n
		b.ordered = append(b.ordered, in)
	}
	return n
}

// as is the set after its values went through an expression of that kind: nothing that derives is weaker than kind.
func (set uses) as(kind Kind) uses {
	for i, u := range set {
		if u.kind.Derives() && u.kind < kind {
			out := make(uses, len(set))
			copy(out, set)
			for j := i; j < len(out); j++ {
				if out[j].kind.Derives() {
					out[j].kind = max(out[j].kind, kind)
				}
			}
			return out
		}
	}
	return set
}

// deciding is the set as one that decides about rows in that way: what derives no longer does.
func (set uses) deciding(kind Kind) uses {
	if len(set) == 0 {
		return nil
	}
	out := make(uses, 0, len(set))
	for _, u := range set {
		if u.kind.Derives() {
			u.kind, u.partly = kind, false
		}
		out = out.add(u)
	}
	return out
}

// inPart is the set where other values may stand beside those that are made of it.
func (set uses) inPart() uses {
	out := make(uses, len(set))
	for i, u := range set {
		u.partly = u.kind.Derives()
		out[i] = u
	}
	return out
}

// with is the union of two sets. Of two uses of an input that both derive, the stronger kind stays.
func (set uses) with(other uses) uses {
	switch {
	case len(other) == 0:
		return set
	case len(set) == 0:
		return other
	}
	out := make(uses, len(set), len(set)+len(other))
	copy(out, set)
	if len(set)*len(other) <= 256 {
		for _, u := range other {
			out = out.add(u)
		}
		return out
	}
	return out.addMany(other)
}

// add adds one use in place; the set must not be shared.
func (set uses) add(u use) uses {
	for i, v := range set {
		if v.input != u.input || v.kind.Derives() != u.kind.Derives() {
			continue
		}
		if u.kind.Derives() {
			set[i].kind, set[i].partly = max(v.kind, u.kind), v.partly || u.partly
			return set
		}
		if v.kind == u.kind {
			return set
		}
	}
	return append(set, u)
}

// addMany is add for sets too large to be searched once per use.
func (set uses) addMany(other uses) uses {
	key := func(u use) use { // all that derives is one
		if u.kind.Derives() {
			u.kind, u.partly = Copy, false
		}
		return u
	}
	at := make(map[use]int, len(set)+len(other))
	for i, u := range set {
		at[key(u)] = i
	}
	for _, u := range other {
		i, ok := at[key(u)]
		if !ok {
			at[key(u)] = len(set)
			set = append(set, u)
			continue
		}
		set[i].kind, set[i].partly = max(set[i].kind, u.kind), set[i].partly || u.partly
	}
	return set
}

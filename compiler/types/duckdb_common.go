package types

// meet is how two types become one. forced never fails where try does: set operations and equality take the type of the higher
// rank then.
type meet func(l, r Type) (Type, bool)

func (d *duck) try(l, r Type) (Type, bool) { return d.combine(d.try, l, r) }

func (d *duck) force(l, r Type) (Type, bool) {
	if t, ok := d.combine(d.force, l, r); ok {
		return t, true
	}
	if rank(l) < rank(r) {
		return r, true
	}
	return l, true
}

func (d *duck) common(ts []Type) (Type, bool) {
	t := ts[0]
	for _, u := range ts[1:] {
		both, ok := d.try(t, u)
		if !ok {
			return Type{}, false
		}
		t = both
	}
	return d.plainAll(t, ts), true
}

// plainAll: a literal on its own keeps its type, several are a VARCHAR or an INTEGER.
func (d *duck) plainAll(t Type, ts []Type) Type {
	if len(ts) == 1 {
		return t
	}
	return d.plain(t)
}

func (d *duck) union(l, r Type) (Type, bool) {
	t, _ := d.force(d.plain(l), d.plain(r))
	return t, d.fits(l, t) && d.fits(r, t)
}

// fits tells whether a value that is to become a t is not refused for it: unions take nothing but what one of their members takes.
func (d *duck) fits(from, t Type) bool {
	return t.kind != Union || from.kind.in(Unknown, Null, Named, String) || d.rule(from, t) >= 0
}

func (d *duck) compare(op string, l, r Type) (Type, bool) {
	with := d.try
	if equality(op) {
		with = d.force
	}
	t, ok := with(l, r)
	if !ok || !d.fits(l, t) || !d.fits(r, t) {
		return Type{}, false
	}
	switch t.kind {
	case Decimal:
		return d.compareDecimals(l, r, t), true
	case Varchar:
		if duckComparedAs(l.kind) {
			return d.plain(l), true
		}
		if duckComparedAs(r.kind) {
			return d.plain(r), true
		}
	}
	return t, true
}

func equality(op string) bool {
	switch op {
	case "=", "==", "<>", "!=", "in", "not in", "is distinct from", "is not distinct from":
		return true
	}
	return false
}

// duckComparedAs tells whether a string is cast to that kind to be compared with it.
func duckComparedAs(k Kind) bool {
	return k == Boolean || k.number() && k != BigNum || k.in(Date, Time, TimeTZ, Timestamp, TimestampTZ, TimestampS, TimestampMS, TimestampNS, Interval)
}

func (d *duck) compareDecimals(l, r, t Type) Type {
	lp, ls, ok1 := digits(l)
	rp, rs, ok2 := digits(r)
	if !ok1 || !ok2 {
		return t
	}
	scale := max(ls, rs)
	return DecimalOf(min(38, max(scale+max(lp-ls, rp-rs), lp, rp)), scale)
}

// digits is how many digits a type's numbers have, and how many of them stand after the point.
func digits(t Type) (precision, scale int, ok bool) {
	switch t.kind {
	case Null:
		return 0, 0, true
	case Boolean:
		return 1, 0, true
	case TinyInt, UTinyInt:
		return 3, 0, true
	case SmallInt, USmallInt:
		return 5, 0, true
	case Int, UInt:
		return 10, 0, true
	case BigInt:
		return 19, 0, true
	case UBigInt:
		return 20, 0, true
	case HugeInt, UHugeInt:
		return 38, 0, true
	case Decimal:
		return int(t.size), int(t.scale), true
	case Integer:
		return digits(Of(duckIntegerKind(t)))
	}
	return 0, 0, false
}

func (d *duck) combine(next meet, l, r Type) (Type, bool) {
	switch {
	case l.kind == Unknown || r.kind == Unknown:
		return Type{}, true
	case l.kind.in(JSON, Named):
		return l, true
	case r.kind.in(JSON, Named):
		return r, true
	case l.kind == r.kind:
		return d.combineEqual(next, l, r)
	}
	return d.combineUnequal(next, l, r)
}

func (d *duck) combineUnequal(next meet, l, r Type) (Type, bool) {
	varchar := Of(Varchar)
	switch {
	case r.kind == Variant:
		return r, true
	case l.kind == Variant:
		return l, true
	case l.kind == Null:
		return d.plain(r), true
	case r.kind == Null:
		return d.plain(l), true
	case l.kind == Enum:
		return next(varchar, r)
	case r.kind == Enum:
		return next(l, varchar)
	case l.kind == String:
		return d.plain(r), true
	case r.kind == String:
		return d.plain(l), true
	}
	to, back := d.rule(l, r), d.rule(r, l)
	switch {
	case to >= 0 && (to < back || back < 0):
		return widened(r, l), true
	case back >= 0:
		return widened(l, r), true
	case l.kind == Integer:
		return next(d.plain(l), r)
	case r.kind == Integer:
		return next(l, d.plain(r))
	case l.kind.number() && r.kind.number() && l.kind != BigNum && r.kind != BigNum:
		return combineNumbers(l.kind, r.kind), true
	case l.kind == Boolean && r.kind.whole():
		return r, true
	case r.kind == Boolean && l.kind.whole():
		return l, true
	}
	return Type{}, false
}

// widened is the decimal made wide enough for whole numbers of the other type; other types stay as they are.
func widened(t, other Type) Type {
	if t.kind != Decimal {
		return t
	}
	precision, _, ok := digits(other)
	if !ok || precision <= int(t.size-t.scale) {
		return t
	}
	return DecimalOf(min(38, precision+int(t.scale)), int(t.scale))
}

// combineNumbers: a signed and an unsigned type become the signed one that holds both, as DuckDB sees it.
func combineNumbers(l, r Kind) Type {
	for _, c := range []struct{ signed, unsigned, both Kind }{
		{BigInt, UBigInt, HugeInt}, {Int, UInt, BigInt}, {SmallInt, USmallInt, Int}, {TinyInt, UTinyInt, SmallInt},
	} {
		if l == c.signed || r == c.signed || l == c.unsigned || r == c.unsigned {
			return Of(c.both)
		}
	}
	return Of(Double)
}

func (d *duck) combineEqual(next meet, l, r Type) (Type, bool) {
	switch l.kind {
	case String:
		return Of(Varchar), true
	case Integer:
		return next(d.plain(l), d.plain(r))
	case Enum:
		if l.Equal(r) {
			return l, true
		}
		return Of(Varchar), true
	case Decimal:
		return combineDecimals(l, r), true
	case List:
		t, ok := next(l.Element(), r.Element())
		return ListOf(t), ok
	case Array:
		t, ok := next(l.Element(), r.Element())
		return ArrayOf(t, int(max(l.size, r.size))), ok
	case Map:
		key, ok := next(l.Key(), r.Key())
		value, ok2 := next(l.Value(), r.Value())
		return MapOf(key, value), ok && ok2
	case Struct:
		return d.combineStructs(next, l, r)
	case Union:
		if len(r.Fields()) > len(l.Fields()) {
			return r, true
		}
	}
	return l, true
}

func combineDecimals(l, r Type) Type {
	whole, scale := max(l.size-l.scale, r.size-r.scale), max(l.scale, r.scale)
	if whole+scale > 38 {
		return DecimalOf(38, int(38-whole))
	}
	return DecimalOf(int(whole+scale), int(scale))
}

// combineStructs puts the fields of both together by name; by place if those of one have no names.
func (d *duck) combineStructs(next meet, l, r Type) (Type, bool) {
	left, right := l.Fields(), r.Fields()
	var fields []Field
	if l.unnamed() || r.unnamed() {
		if len(left) != len(right) {
			return Type{}, false
		}
		for i, f := range left {
			t, ok := next(f.Type, right[i].Type)
			if !ok {
				return Type{}, false
			}
			if l.unnamed() {
				f.Name = right[i].Name
			}
			fields = append(fields, Field{f.Name, t})
		}
		return StructOf(fields...), true
	}
	for _, f := range left {
		if t, ok := r.Field(f.Name); ok {
			if f.Type, ok = next(f.Type, t); !ok {
				return Type{}, false
			}
		}
		fields = append(fields, f)
	}
	for _, f := range right {
		if _, ok := l.Field(f.Name); !ok {
			fields = append(fields, f)
		}
	}
	return StructOf(fields...), true
}

// rank is the order in which types win where neither can be cast to the other.
func rank(t Type) int {
	for i, k := range []Kind{
		Null, Boolean, UTinyInt, TinyInt, USmallInt, SmallInt, UInt, Int, UBigInt, BigInt, UHugeInt, HugeInt, Decimal, Real, Double,
		Time, TimeTZ, TimeNS, Date, TimestampS, TimestampMS, Timestamp, TimestampTZ, TimestampNS, Interval,
		Varchar, Enum, Bit, Blob, UUID, BigNum, Geometry, Struct, List, Array, Map, Variant, Union,
	} {
		if k == t.kind {
			switch k { // those that rank alike
			case TimeTZ, TimestampTZ, Array, Union:
				return i - 1
			}
			return i
		}
	}
	return 0
}

package types

import "strings"

// The costs of implicit casts, by which DuckDB chooses among the functions of a name:
// https://duckdb.org/docs/stable/sql/data_types/typecasting#implicit-casting
const (
	never       = -1
	toNested    = 160
	toAny       = 5
	toTemplate  = 1000000
	fromLiteral = 20
)

// targetCost is the cost of casting to a type, as far as that alone decides.
func targetCost(to Type) int {
	switch to.kind {
	case BigInt:
		return 101
	case Int:
		return 102
	case HugeInt:
		return 103
	case Double:
		return 104
	case Decimal:
		return 105
	case BigNum:
		return 106
	case TimestampNS:
		return 119
	case Timestamp:
		return 120
	case TimestampMS:
		return 121
	case TimestampS:
		return 122
	case TimestampTZ:
		return 123
	case Varchar, JSON:
		return 149
	case Struct, Map, List, Union, Array:
		return toNested
	case Any:
		if to.sized {
			return int(to.size)
		}
		return toAny
	case Named:
		if isTemplate(to) {
			return toTemplate
		}
	}
	return 110
}

// isTemplate tells whether a parameter's type is a letter that stands for a type: T, K, V.
func isTemplate(t Type) bool { return t.kind == Named && len(t.Name()) == 1 }

// widens tells whether numbers and times of a simple kind are cast to another implicitly.
func widens(from, to Kind) bool {
	switch from {
	case TinyInt, SmallInt, Int, BigInt:
		return to > from && to <= HugeInt || to >= BigNum && to <= Decimal
	case UTinyInt, USmallInt, UInt:
		return to > from && to <= UHugeInt || to > signedAs(from) && to <= HugeInt || to >= BigNum && to <= Decimal
	case UBigInt:
		return to == UHugeInt || to == HugeInt || to >= BigNum && to <= Decimal
	case HugeInt, UHugeInt:
		return to >= BigNum && to <= Decimal
	case Real:
		return to == BigNum || to == Double
	case Double:
		return to == BigNum
	case Decimal:
		return to == Real || to == Double
	case BigNum:
		return to == Double
	case Date:
		return to.in(Timestamp, TimestampTZ, TimestampS, TimestampMS, TimestampNS)
	case TimestampS:
		return to.in(Timestamp, TimestampMS, TimestampNS)
	case TimestampMS:
		return to.in(Timestamp, TimestampNS)
	case TimestampNS:
		return to == Timestamp
	case Timestamp:
		return to.in(TimestampNS, TimestampTZ)
	case Enum:
		return to == Varchar
	case Variant:
		return true
	}
	return false
}

// signedAs is the signed kind of the same width.
func signedAs(k Kind) Kind { return k - UTinyInt + TinyInt }

// complete tells whether a literal can become a value of that type: nothing of it is left open.
func complete(t Type) bool {
	switch t.kind {
	case Any, Lambda, Unknown:
		return false
	case Struct, Map, Union:
		if t.more == nil {
			return false
		}
	case Decimal:
		return t.sized
	case Named:
		return !isTemplate(t)
	}
	if t.more != nil {
		for _, u := range t.more.of {
			if !complete(u) {
				return false
			}
		}
	}
	return true
}

// implicit is the cost of an implicit cast where a function is called, never if there is none.
func (d *duck) implicit(from, to Type) int {
	if cost, ok := jsonCost(from, to); ok {
		return cost
	}
	return d.rule(from, to)
}

// jsonCost is what the JSON extension says of casts to and from its type: https://duckdb.org/docs/stable/data/json/json_type
func jsonCost(from, to Type) (int, bool) {
	jsons := ListOf(Of(JSON))
	switch {
	case from.kind == JSON && to.kind == JSON, to.kind == Any || isTemplate(to), from.kind == Unknown:
		return 0, false
	case from.kind == JSON && to.kind == Varchar:
		return 1, true
	case from.kind == Varchar && to.kind == JSON:
		return toNested + 1, true
	case from.kind == Null && to.kind == JSON:
		return 150, true
	case from.Equal(jsons) && to.kind == JSON:
		return 100, true
	case to.kind == JSON && !from.kind.in(String, Integer, Null, Named, Lambda):
		if from.kind == Enum {
			return 148, true
		}
		return 0, true
	case from.kind == JSON:
		return never, true
	}
	return 0, false
}

// rule is the cost of an implicit cast by DuckDB's own rules.
func (d *duck) rule(from, to Type) int {
	switch {
	case from.kind == Null && isTemplate(to):
		return toAny
	case from.kind == Null, to.kind == Any, isTemplate(to):
		return targetCost(to)
	case from.kind == Unknown:
		return 0
	case from.kind == String:
		if !complete(to) {
			return never
		}
		if to.kind == Varchar {
			return 1
		}
		return fromLiteral
	case from.kind == Integer:
		return d.integerRule(from, to)
	case from.kind == Named || to.kind == Named:
		if from.Equal(to) {
			return 0
		}
		return never
	case (from.kind == JSON) != (to.kind == JSON):
		return never
	}
	return d.nestedRule(from, to)
}

func (d *duck) integerRule(from, to Type) int {
	own := duckIntegerKind(from)
	switch {
	case own == to.kind:
		return 0
	case to.kind == Real || to.kind == Double || fits(from, to.kind):
		return targetCost(to) - 90
	}
	return d.rule(Of(own), to)
}

func (d *duck) nestedRule(from, to Type) int {
	switch {
	case from.kind == List && to.kind == List:
		cost := d.rule(from.Element(), to.Element())
		if cost >= 1 {
			cost--
		}
		return cost
	case from.kind == Array && to.kind == Array:
		if to.sized && from.size != to.size {
			return never
		}
		cost := d.rule(from.Element(), to.Element())
		if cost >= 100 {
			cost--
		}
		return cost
	case from.kind == Array && to.kind == List:
		if cost := d.rule(from.Element(), to.Element()); cost >= 0 {
			return cost + 1
		}
		return never
	case from.kind == List && to.kind == Array && to.sized:
		return d.rule(from.Element(), to.Element())
	case from.kind == Union && to.kind == Union:
		return d.unionRule(from, to)
	case from.kind == Struct && to.kind == Struct:
		return d.structRule(from, to)
	case from.kind == to.kind:
		return 0
	case to.kind == Union:
		return d.memberRule(from, to)
	case widens(from.kind, to.kind):
		return targetCost(to)
	}
	return never
}

// memberRule: anything goes into a union that has a member it goes into.
func (d *duck) memberRule(from, to Type) int {
	best := never
	for _, m := range to.Fields() {
		if cost := d.rule(from, m.Type); cost >= 0 && (best < 0 || cost < best) {
			best = cost
		}
	}
	return best
}

func (d *duck) unionRule(from, to Type) int {
	if to.more == nil {
		return 0
	}
	worst := never
	for _, m := range from.Fields() {
		t, ok := to.Field(m.Name)
		if !ok {
			return never
		}
		worst = max(worst, d.rule(m.Type, t))
	}
	return worst
}

func (d *duck) structRule(from, to Type) int {
	if to.more == nil {
		return 0
	}
	source, target := from.Fields(), to.Fields()
	if len(source) != len(target) {
		return never
	}
	byName := !from.unnamed() && !to.unnamed()
	worst := never
	for i, f := range source {
		t := target[i].Type
		if byName {
			var ok bool
			if t, ok = to.Field(f.Name); !ok {
				return never
			}
		}
		cost := d.rule(f.Type, t)
		if cost < 0 {
			return never
		}
		worst = max(worst, cost)
	}
	return worst
}

// cast: DuckDB casts explicitly between most types, and stores whatever it can cast so:
// https://duckdb.org/docs/stable/sql/data_types/typecasting
func (d *duck) cast(from, to Type) Level {
	switch {
	case from.kind.in(Unknown, Null) || to.kind == Unknown || from.kind == Named || to.kind == Named:
		return Implicit
	case d.implicit(from, to) >= 0:
		return Implicit
	case d.castable(d.plain(from), to):
		return Assignment
	}
	return Never
}

func (d *duck) castable(from, to Type) bool {
	switch {
	case from.Equal(to), from.kind == Enum, from.kind.in(Null, Variant, Varchar, JSON, Unknown, Named), to.kind.in(Varchar, JSON, Variant, Unknown, Named):
		return true
	case from.kind.in(List, Array) && to.kind.in(List, Array):
		if from.kind == Array && to.kind == Array && from.size != to.size {
			return false
		}
		return d.castable(from.Element(), to.Element())
	case from.kind == Map && to.kind == Map:
		return d.castable(from.Key(), to.Key()) && d.castable(from.Value(), to.Value())
	case from.kind == Struct && to.kind == Struct:
		return d.structCastable(from, to)
	case from.kind == Struct && to.kind == Map:
		return true
	case to.kind == Union, from.kind == Union:
		return d.implicit(from, to) >= 0
	case from.kind.in(Boolean, Bit) && to.kind.in(Boolean, Bit), from.kind == TimestampNS && to.kind == TimeNS:
		return true
	case from.kind == Boolean || to.kind == Boolean:
		return (from.kind.number() || from.kind == Boolean) && (to.kind.number() || to.kind == Boolean)
	case from.kind.in(Decimal, BigNum) && to.kind.in(Decimal, BigNum) && from.kind != to.kind:
		return false
	case from.kind.number() && to.kind.number():
		return true
	}
	return duckPair(from.kind, to.kind)
}

// duckPair are the casts between kinds that have nothing to do with each other.
func duckPair(from, to Kind) bool {
	times := []Kind{Timestamp, TimestampTZ, TimestampS, TimestampMS, TimestampNS}
	switch from {
	case Date:
		return to.in(times...)
	case Timestamp, TimestampTZ:
		return to.in(times...) || to.in(Date, Time, TimeTZ)
	case TimestampS, TimestampMS, TimestampNS:
		return to.in(times...) || to.in(Date, Time)
	case Time, TimeTZ, TimeNS:
		return to.in(Time, TimeTZ, TimeNS)
	case Blob:
		return to.in(Bit, UUID, Geometry)
	case Bit:
		return to == Blob || to.number() && to != Decimal && to != BigNum
	case UUID:
		return to.in(Blob)
	case Geometry:
		return to == Blob
	}
	return from.number() && from != Decimal && from != BigNum && to == Bit
}

func (d *duck) structCastable(from, to Type) bool {
	source, target := from.Fields(), to.Fields()
	if from.unnamed() || to.unnamed() {
		if len(source) != len(target) {
			return false
		}
		for i := range source {
			if !d.castable(source[i].Type, target[i].Type) {
				return false
			}
		}
		return true
	}
	shared := 0
	for _, f := range source {
		t, ok := to.Field(f.Name)
		if !ok {
			continue
		}
		shared++
		if !d.castable(f.Type, t) {
			return false
		}
	}
	return shared > 0
}

// duckIdent quotes a name if DuckDB would.
func duckIdent(name string) string {
	plain := name != "" && !(name[0] >= '0' && name[0] <= '9')
	for i := 0; i < len(name) && plain; i++ {
		plain = wordByte(name[i]) && name[i] < 0x80 && name[i] != '$'
	}
	if plain && !hasLine(duckKeywords, strings.ToLower(name)) {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

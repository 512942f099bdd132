package types

import (
	_ "embed" // the table
	"strings"
)

//go:embed data/trino_functions.txt
var trinoFunctions string

// newTrino is https://trino.io/docs/current/language/types.html
func newTrino() *documented {
	return &documented{
		spelling:   spelling{simple: trinoType, named: NamedOf},
		list:       trinoFunctions,
		printed:    trinoName,
		literal:    trinoNumber,
		quoted:     func(value string) Type { return Sized(Varchar, len([]rune(value))) },
		meet:       trinoMeet,
		arithmetic: trinoArithmetic,
		widens:     trinoWidens,
		clock:      trinoClock,
		unstored:   []Kind{TinyInt, SmallInt, JSON, Char, TimeTZ, IntervalDay, IntervalYear},
	}
}

func trinoType(name string, sizes []int) (Type, bool) {
	sized := func(k Kind, fallback int) (Type, bool) {
		if len(sizes) > 0 {
			return Sized(k, sizes[0]), true
		}
		if fallback < 0 {
			return Of(k), true
		}
		return Sized(k, fallback), true
	}
	switch name {
	case "decimal", "dec", "numeric":
		if len(sizes) > 1 {
			return DecimalOf(sizes[0], sizes[1]), true
		}
		if len(sizes) > 0 {
			return DecimalOf(sizes[0], 0), true
		}
		return DecimalOf(38, 0), true
	case "varchar":
		return sized(Varchar, -1)
	case "char":
		return sized(Char, 1)
	case "time", "time without time zone":
		return sized(Time, 3)
	case "time with time zone":
		return sized(TimeTZ, 3)
	case "timestamp", "timestamp without time zone":
		return sized(Timestamp, 3)
	case "timestamp with time zone":
		return sized(TimestampTZ, 3)
	}
	for _, k := range trinoKinds() {
		if k.name == name {
			return Of(k.kind), true
		}
	}
	if name == "int" {
		return Of(Int), true
	}
	return Type{}, false
}

type kindName struct {
	kind Kind
	name string
}

// trinoKinds are the types that have nothing but a name.
func trinoKinds() []kindName {
	return []kindName{
		{Boolean, "boolean"}, {TinyInt, "tinyint"}, {SmallInt, "smallint"}, {Int, "integer"}, {BigInt, "bigint"}, {Real, "real"}, {Double, "double"},
		{Blob, "varbinary"}, {JSON, "json"}, {UUID, "uuid"}, {Date, "date"}, {IntervalDay, "interval day to second"}, {IntervalYear, "interval year to month"},
		{Null, "unknown"},
	}
}

func trinoName(t Type) string {
	sized := func(name, after string) string {
		if t.sized {
			name = sizedName(name, int(t.size))
		}
		return name + after
	}
	switch t.kind {
	case Decimal:
		return sizedName("decimal", int(t.size), int(t.scale))
	case Varchar, Text:
		return sized("varchar", "")
	case Char:
		return sized("char", "")
	case Time:
		return sized("time", "")
	case TimeTZ:
		return sized("time", " with time zone")
	case Timestamp:
		return sized("timestamp", "")
	case TimestampTZ:
		return sized("timestamp", " with time zone")
	case List:
		return "array(" + trinoName(t.Element()) + ")"
	case Map:
		return "map(" + trinoName(t.Key()) + ", " + trinoName(t.Value()) + ")"
	case Struct:
		return "row(" + joinFields(t, trinoName) + ")"
	}
	for _, k := range trinoKinds() {
		if k.kind == t.kind {
			return k.name
		}
	}
	return t.Name()
}

func trinoNumber(digits, fraction string, exponent bool) Type {
	switch {
	case exponent || len(digits)+len(fraction) > 38:
		return Of(Double)
	case fraction != "":
		return DecimalOf(max(1, len(strings.TrimLeft(digits, "0")))+len(fraction), len(fraction))
	case wholeNumber(digits).BitLen() < 32:
		return Of(Int)
	case wholeNumber(digits).BitLen() < 64:
		return Of(BigInt)
	}
	return DecimalOf(len(digits), 0)
}

// trinoRank is the order in which numbers become each other; 0 for what is no number.
func trinoRank(k Kind) int {
	for i, n := range []Kind{TinyInt, SmallInt, Int, BigInt, Decimal, Real, Double} {
		if n == k {
			return i + 1
		}
	}
	return 0
}

// trinoMeet: https://trino.io/docs/current/functions/conversion.html
func trinoMeet(l, r Type) (Type, bool) {
	if lr, rr := trinoRank(l.kind), trinoRank(r.kind); lr > 0 && rr > 0 {
		if max(lr, rr) == trinoRank(Decimal) {
			return combineDecimals(trinoDecimal(l), trinoDecimal(r)), true
		}
		if lr > rr {
			return l, true
		}
		return r, true
	}
	switch {
	case l.kind == r.kind && l.kind.in(Varchar, Char, Time, TimeTZ, Timestamp, TimestampTZ):
		if !l.sized || !r.sized {
			return Of(l.kind), true
		}
		return Sized(l.kind, int(max(l.size, r.size))), true
	case l.kind == Char && r.kind == Varchar, trinoTime(l.kind, r.kind):
		return r, true
	case l.kind == Varchar && r.kind == Char, trinoTime(r.kind, l.kind):
		return l, true
	}
	return Type{}, false
}

// trinoTime tells whether times of one kind become another.
func trinoTime(from, to Kind) bool {
	return from == Date && to.in(Timestamp, TimestampTZ) || from == Timestamp && to == TimestampTZ || from == Time && to == TimeTZ
}

// trinoDecimal is a whole number as a decimal that holds it.
func trinoDecimal(t Type) Type {
	if t.kind == Decimal {
		return t
	}
	precision, _, _ := digits(t)
	return DecimalOf(precision, 0)
}

func trinoWidens(from, to Type) bool {
	if from.kind == to.kind || from.kind == Null {
		return true
	}
	t, ok := trinoMeet(from, to)
	return ok && t.kind == to.kind
}

// trinoArithmetic: https://trino.io/docs/current/functions/decimal.html
func trinoArithmetic(op string, l, r Type) (Type, bool) {
	switch {
	case l.kind == Null:
		l = r
	case r.kind == Null:
		r = l
	}
	switch {
	case op == "||":
		return trinoConcat(l, r)
	case trinoRank(l.kind) == 0 || trinoRank(r.kind) == 0:
		return trinoTimes(op, l, r)
	}
	t, ok := trinoMeet(l, r)
	if t.kind != Decimal {
		return t, ok
	}
	a, b := trinoDecimal(l), trinoDecimal(r)
	ap, as, bp, bs := int(a.size), int(a.scale), int(b.size), int(b.scale)
	scale := max(as, bs)
	switch op {
	case "*":
		return DecimalOf(min(38, ap+bp), as+bs), as+bs <= 38
	case "/":
		return DecimalOf(min(38, ap+bs+max(0, bs-as)), scale), true
	case "%":
		return DecimalOf(min(38, min(ap-as, bp-bs)+scale), scale), true
	}
	return DecimalOf(min(38, max(ap-as, bp-bs)+scale+1), scale), true
}

func trinoConcat(l, r Type) (Type, bool) {
	switch {
	case l.kind == List && r.kind == List:
		t, ok := trinoMeet(l.Element(), r.Element())
		if l.Element().Equal(r.Element()) {
			t, ok = l.Element(), true
		}
		return ListOf(t), ok
	case l.kind == List:
		return l, true
	case r.kind == List:
		return r, true
	case l.kind == Blob && r.kind == Blob:
		return l, true
	case l.kind.in(Varchar, Char) && r.kind.in(Varchar, Char):
		return Of(Varchar), true
	}
	return Type{}, false
}

func trinoTimes(op string, l, r Type) (Type, bool) {
	moment := func(k Kind) bool { return k.in(Date, Time, TimeTZ, Timestamp, TimestampTZ) }
	interval := func(k Kind) bool { return k.in(Interval, IntervalDay, IntervalYear) }
	switch {
	case moment(l.kind) && interval(r.kind) && (op == "+" || op == "-"):
		return l, true
	case interval(l.kind) && moment(r.kind) && op == "+":
		return r, true
	case moment(l.kind) && moment(r.kind) && op == "-":
		return Of(IntervalDay), true
	case interval(l.kind) && (interval(r.kind) || trinoRank(r.kind) > 0):
		return l, true
	case trinoRank(l.kind) > 0 && interval(r.kind) && op == "*":
		return r, true
	}
	return Type{}, false
}

func trinoClock(name string) (Type, bool) {
	switch name {
	case "current_date":
		return Of(Date), true
	case "current_time":
		return Sized(TimeTZ, 3), true
	case "current_timestamp", "now":
		return Sized(TimestampTZ, 3), true
	case "localtime":
		return Sized(Time, 3), true
	case "localtimestamp":
		return Sized(Timestamp, 3), true
	case "current_user", "current_catalog", "current_schema":
		return Of(Varchar), true
	}
	return Type{}, false
}

package types

import (
	_ "embed" // the table
	"strings"
)

//go:embed data/snowflake_functions.txt
var snowflakeFunctions string

// newSnowflake is https://docs.snowflake.com/en/sql-reference/intro-summary-data-types
func newSnowflake() *documented {
	return &documented{
		spelling:   spelling{simple: snowflakeType, named: NamedOf},
		list:       snowflakeFunctions,
		printed:    snowflakeName,
		literal:    snowflakeNumber,
		quoted:     func(value string) Type { return Sized(Varchar, len([]rune(value))) },
		meet:       snowflakeMeet,
		arithmetic: snowflakeArithmetic,
		widens:     snowflakeWidens,
		clock:      snowflakeClock,
	}
}

// The lengths and precisions of types that are written without.
const (
	snowflakeText   = 16777216
	snowflakeBytes  = 8388608
	snowflakeMoment = 9
)

func snowflakeType(name string, sizes []int) (Type, bool) {
	size := func(fallback int) int {
		if len(sizes) > 0 {
			return sizes[0]
		}
		return fallback
	}
	switch name {
	case "number", "decimal", "dec", "numeric":
		if len(sizes) > 1 {
			return DecimalOf(sizes[0], sizes[1]), true
		}
		return DecimalOf(size(38), 0), true
	case "int", "integer", "bigint", "smallint", "tinyint", "byteint":
		return DecimalOf(38, 0), true
	case "float", "float4", "float8", "double", "double precision", "real":
		return Of(Double), true
	case "varchar", "string", "text", "character varying", "nvarchar", "nvarchar2", "char varying", "nchar varying":
		return Sized(Varchar, size(snowflakeText)), true
	case "char", "character", "nchar":
		return Sized(Varchar, size(1)), true
	case "binary", "varbinary":
		return Sized(Blob, size(snowflakeBytes)), true
	case "boolean":
		return Of(Boolean), true
	case "date":
		return Of(Date), true
	case "time":
		return Sized(Time, size(snowflakeMoment)), true
	case "datetime", "timestamp", "timestamp_ntz", "timestampntz", "timestamp without time zone":
		return Sized(Timestamp, size(snowflakeMoment)), true
	case "timestamp_ltz", "timestampltz", "timestamp with local time zone":
		return Sized(TimestampLTZ, size(snowflakeMoment)), true
	case "timestamp_tz", "timestamptz", "timestamp with time zone":
		return Sized(TimestampTZ, size(snowflakeMoment)), true
	case "variant":
		return Of(Variant), true
	case "object":
		return Of(Object), true
	case "array":
		return ListOf(Of(Variant)), true
	}
	return Type{}, false
}

func snowflakeName(t Type) string {
	switch t.kind {
	case Null:
		return sizedName("VARCHAR", snowflakeText)
	case Decimal:
		return sizedName("NUMBER", int(t.size), int(t.scale))
	case Double:
		return "FLOAT"
	case Varchar:
		return sizedOr("VARCHAR", t, snowflakeText)
	case Blob:
		return sizedOr("BINARY", t, snowflakeBytes)
	case Boolean:
		return "BOOLEAN"
	case Date:
		return "DATE"
	case Time:
		return sizedOr("TIME", t, snowflakeMoment)
	case Timestamp:
		return sizedOr("TIMESTAMP_NTZ", t, snowflakeMoment)
	case TimestampLTZ:
		return sizedOr("TIMESTAMP_LTZ", t, snowflakeMoment)
	case TimestampTZ:
		return sizedOr("TIMESTAMP_TZ", t, snowflakeMoment)
	case Variant:
		return "VARIANT"
	case Object:
		return "OBJECT"
	case List:
		if k := t.Element().kind; k == Variant || k == Unknown || k == Null {
			return "ARRAY"
		}
		return "ARRAY(" + snowflakeName(t.Element()) + ")"
	case Map:
		return "MAP(" + snowflakeName(t.Key()) + ", " + snowflakeName(t.Value()) + ")"
	case Struct:
		return "OBJECT(" + joinFields(t, snowflakeName) + ")"
	case Vector:
		return "VECTOR(" + snowflakeName(t.Element()) + ", " + itoa(int(t.size)) + ")"
	}
	return t.Name()
}

func sizedOr(name string, t Type, fallback int) string {
	if t.sized {
		fallback = int(t.size)
	}
	return sizedName(name, fallback)
}

func joinFields(t Type, print func(Type) string) string {
	var parts []string
	for _, f := range t.Fields() {
		parts = append(parts, strings.TrimSpace(f.Name+" "+print(f.Type)))
	}
	return strings.Join(parts, ", ")
}

func snowflakeNumber(digits, fraction string, exponent bool) Type {
	if exponent || len(digits)+len(fraction) > 38 {
		return Of(Double)
	}
	return DecimalOf(max(1, len(strings.TrimLeft(digits, "0"))+len(fraction)), len(fraction))
}

// snowflakeMeet: https://docs.snowflake.com/en/sql-reference/data-type-conversion#data-types-that-can-be-cast
func snowflakeMeet(l, r Type) (Type, bool) {
	switch {
	case l.kind == Variant:
		return l, true
	case r.kind == Variant:
		return r, true
	case l.kind == Decimal && r.kind == Decimal:
		scale := max(l.scale, r.scale)
		return DecimalOf(int(min(38, max(l.size-l.scale, r.size-r.scale)+scale)), int(scale)), true
	case l.kind.number() && r.kind.number():
		return Of(Double), true
	case l.kind == r.kind && l.sized && r.sized:
		return Sized(l.kind, int(max(l.size, r.size))), true
	case l.kind == Varchar:
		return r, snowflakeFromText(r)
	case r.kind == Varchar:
		return l, snowflakeFromText(l)
	}
	if a, b := snowflakeTime(l.kind), snowflakeTime(r.kind); a > 0 && b > 0 {
		if a > b {
			return l, true
		}
		return r, true
	}
	return Type{}, false
}

// snowflakeFromText tells whether strings are cast to that type where both meet.
func snowflakeFromText(t Type) bool {
	return t.kind.number() || t.kind == Boolean || t.kind == Time || snowflakeTime(t.kind) > 0
}

// snowflakeTime is the order in which times become each other; 0 for what is none.
func snowflakeTime(k Kind) int {
	switch k {
	case Date:
		return 1
	case Timestamp:
		return 2
	case TimestampLTZ:
		return 3
	case TimestampTZ:
		return 4
	}
	return 0
}

func snowflakeWidens(from, to Type) bool {
	switch {
	case from.kind == to.kind, from.kind.in(Variant, Null), to.kind == Variant, to.kind == Varchar:
		return true
	case from.kind == Varchar:
		return snowflakeFromText(to) || to.kind == Blob
	case from.kind.number() && to.kind.number():
		return true
	case from.kind == Boolean || to.kind == Boolean:
		return from.kind.number() || to.kind.number()
	}
	return snowflakeTime(from.kind) > 0 && snowflakeTime(to.kind) > 0
}

// snowflakeArithmetic: https://docs.snowflake.com/en/sql-reference/operators-arithmetic
func snowflakeArithmetic(op string, l, r Type) (Type, bool) {
	l, r = snowflakeOperand(l, r), snowflakeOperand(r, l)
	switch {
	case op == "||":
		return snowflakeConcat(l, r)
	case snowflakeTime(l.kind) > 0 || snowflakeTime(r.kind) > 0 || l.kind == Time:
		return snowflakeTimes(op, l, r)
	case l.kind == Double && r.kind.number(), r.kind == Double && l.kind.number():
		return Of(Double), true
	case l.kind != Decimal || r.kind != Decimal:
		return Type{}, l.kind.in(Variant, Boolean) || r.kind.in(Variant, Boolean)
	}
	return snowflakeDecimal(op, l, r)
}

// snowflakeOperand: a string is the number that it is with, a NULL too.
func snowflakeOperand(t, other Type) Type {
	switch {
	case t.kind == Null && other.kind != Null:
		return other
	case t.kind == Variant, t.kind == Varchar && other.kind.number():
		return Of(Double)
	}
	return t
}

func snowflakeConcat(l, r Type) (Type, bool) {
	switch {
	case l.kind == Blob && r.kind == Blob:
		return l, true
	case l.kind == Varchar && r.kind == Varchar && l.sized && r.sized:
		return Sized(Varchar, int(min(l.size+r.size, snowflakeText))), true
	}
	return Sized(Varchar, snowflakeText), true
}

func snowflakeTimes(op string, l, r Type) (Type, bool) {
	switch {
	case op == "-" && snowflakeTime(l.kind) > 0 && l.kind == r.kind:
		if l.kind == Date {
			return DecimalOf(9, 0), true
		}
		return Type{}, false
	case r.kind == Interval || l.kind == Interval:
		if l.kind == Interval {
			l = r
		}
		return l, true
	case l.kind == Date && r.kind.number():
		return l, true
	case r.kind == Date && l.kind.number() && op == "+":
		return r, true
	}
	return Type{}, false
}

func snowflakeDecimal(op string, l, r Type) (Type, bool) {
	ls, rs := int(l.scale), int(r.scale)
	lead, scale := 0, max(ls, rs)
	switch op {
	case "+", "-":
		lead = max(int(l.size)-ls, int(r.size)-rs) + 1
	case "*":
		lead, scale = int(l.size)-ls+int(r.size)-rs, min(ls+rs, max(ls, rs, 12))
	case "/":
		lead, scale = int(l.size)-ls+rs, max(ls, min(ls+6, 12))
	case "%":
		lead = max(int(l.size)-ls, int(r.size)-rs)
	default:
		return Type{}, false
	}
	return DecimalOf(min(38, lead+scale), scale), true
}

func snowflakeClock(name string) (Type, bool) {
	switch name {
	case "current_date":
		return Of(Date), true
	case "current_time", "localtime":
		return Sized(Time, snowflakeMoment), true
	case "current_timestamp", "localtimestamp", "getdate", "systimestamp":
		return Sized(TimestampLTZ, snowflakeMoment), true
	case "current_user", "current_role", "current_database", "current_schema", "current_warehouse", "current_account", "current_session", "current_version":
		return Sized(Varchar, snowflakeText), true
	}
	return Type{}, false
}

package types

import (
	"math/big"
	"strings"
	"sync"
)

// duck is DuckDB: https://duckdb.org/docs/stable/sql/data_types/overview and
// https://duckdb.org/docs/stable/sql/data_types/typecasting.
type duck struct {
	read
	calls sync.Map // cheap by callKey
}

func (*duck) parse(text string) Type {
	return spelling{simple: duckSimple, named: NamedOf}.read(text)
}

func duckSimple(name string, sizes []int) (Type, bool) {
	if k := duckKind(name); k != Unknown {
		return Of(k), true
	}
	switch name {
	case "decimal", "dec", "numeric":
		switch len(sizes) {
		case 0:
			return DecimalOf(18, 3), true
		case 1:
			return DecimalOf(sizes[0], 0), true
		}
		return DecimalOf(sizes[0], sizes[1]), true
	case "float":
		if len(sizes) > 0 && sizes[0] > 24 {
			return Of(Double), true
		}
		return Of(Real), true
	case "struct", "row":
		return Of(Struct), true
	case "map":
		return Of(Map), true
	case "union":
		return Of(Union), true
	}
	return Type{}, false
}

func duckKind(name string) Kind {
	switch name {
	case "null":
		return Null
	case "boolean", "bool", "logical":
		return Boolean
	case "tinyint", "int1":
		return TinyInt
	case "smallint", "int2", "int16", "short":
		return SmallInt
	case "integer", "int4", "int32", "int", "signed", "integral":
		return Int
	case "bigint", "int8", "int64", "long", "oid":
		return BigInt
	case "hugeint", "int128":
		return HugeInt
	case "utinyint", "uint8":
		return UTinyInt
	case "usmallint", "uint16":
		return USmallInt
	case "uinteger", "uint32":
		return UInt
	case "ubigint", "uint64":
		return UBigInt
	case "uhugeint", "uint128":
		return UHugeInt
	case "bignum", "varint":
		return BigNum
	case "real", "float4":
		return Real
	case "double", "double precision", "float8":
		return Double
	case "varchar", "char", "character", "character varying", "bpchar", "nvarchar", "text", "string":
		return Varchar
	case "blob", "bytea", "binary", "varbinary":
		return Blob
	case "bit", "bitstring":
		return Bit
	case "uuid", "guid":
		return UUID
	case "json":
		return JSON
	case "variant":
		return Variant
	case "geometry":
		return Geometry
	case "date":
		return Date
	case "time", "time without time zone":
		return Time
	case "timetz", "time with time zone":
		return TimeTZ
	case "time_ns":
		return TimeNS
	case "timestamp", "datetime", "timestamp_us", "timestamp without time zone":
		return Timestamp
	case "timestamptz", "timestamp with time zone":
		return TimestampTZ
	case "timestamp_s":
		return TimestampS
	case "timestamp_ms":
		return TimestampMS
	case "timestamp_ns":
		return TimestampNS
	case "interval":
		return Interval
	}
	return Unknown
}

// duckName is the name by which DESCRIBE calls a kind that has no parts.
func duckName(k Kind) string {
	switch k {
	case Null:
		return `"NULL"`
	case Boolean:
		return "BOOLEAN"
	case TinyInt:
		return "TINYINT"
	case SmallInt:
		return "SMALLINT"
	case Int:
		return "INTEGER"
	case BigInt:
		return "BIGINT"
	case HugeInt:
		return "HUGEINT"
	case UTinyInt:
		return "UTINYINT"
	case USmallInt:
		return "USMALLINT"
	case UInt:
		return "UINTEGER"
	case UBigInt:
		return "UBIGINT"
	case UHugeInt:
		return "UHUGEINT"
	case BigNum:
		return "BIGNUM"
	case Real:
		return "FLOAT"
	case Double:
		return "DOUBLE"
	case String, Text, Varchar, Char:
		return "VARCHAR"
	case Blob:
		return "BLOB"
	case Bit, VarBit:
		return "BIT"
	case UUID:
		return "UUID"
	case JSON, JSONB:
		return "JSON"
	case Variant:
		return "VARIANT"
	case Geometry:
		return "GEOMETRY"
	case Date:
		return "DATE"
	case Time:
		return "TIME"
	case TimeTZ:
		return "TIME WITH TIME ZONE"
	case TimeNS:
		return "TIME_NS"
	case Timestamp:
		return "TIMESTAMP"
	case TimestampTZ, TimestampLTZ:
		return "TIMESTAMP WITH TIME ZONE"
	case TimestampS:
		return "TIMESTAMP_S"
	case TimestampMS:
		return "TIMESTAMP_MS"
	case TimestampNS:
		return "TIMESTAMP_NS"
	case Interval:
		return "INTERVAL"
	case Struct:
		return "STRUCT"
	case Map:
		return "MAP"
	case Union:
		return "UNION"
	case Any:
		return "ANY"
	case Lambda:
		return "LAMBDA"
	}
	return ""
}

func (d *duck) print(t Type) string {
	switch t.kind {
	case Integer:
		return duckName(duckIntegerKind(t))
	case Decimal:
		if !t.sized {
			return "DECIMAL"
		}
		return sizedName("DECIMAL", int(t.size), int(t.scale))
	case List:
		return d.print(t.Element()) + "[]"
	case Array:
		return d.print(t.Element()) + "[" + itoa(int(t.size)) + "]"
	case Enum:
		return "ENUM(" + quoteAll(t.Words()) + ")"
	case Named:
		return t.Name()
	case Map:
		if t.more != nil {
			return "MAP(" + d.print(t.Key()) + ", " + d.print(t.Value()) + ")"
		}
	case Struct, Union:
		if t.more != nil {
			return duckName(t.kind) + "(" + d.fields(t) + ")"
		}
	}
	return duckName(t.kind)
}

func (d *duck) fields(t Type) string {
	var parts []string
	for _, f := range t.Fields() {
		part := d.print(f.Type)
		if f.Name != "" {
			part = duckIdent(f.Name) + " " + part
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

func (*duck) integer(value *big.Int) Type { return integerOf(value) }

// decimal: a number with a point is a DECIMAL that just holds it; one with an exponent, or more digits than a DECIMAL has, is
// a DOUBLE.
func (*duck) decimal(text string) Type {
	text = strings.ReplaceAll(text, "_", "")
	whole, fraction, found := strings.Cut(text, ".")
	if strings.ContainsAny(text, "eE") || !found {
		return Of(Double)
	}
	precision := len(whole) + len(fraction)
	if precision > 38 {
		return Of(Double)
	}
	return DecimalOf(precision, len(fraction))
}

func (*duck) text(string) Type { return Of(String) }

// settle: https://duckdb.org/docs/stable/sql/data_types/nulls: a NULL without a type is stored as an INTEGER.
func (d *duck) settle(t Type) Type {
	return t.replace(func(t Type) Type {
		if t.kind == Null {
			return Of(Int)
		}
		return d.plain(t)
	})
}

// plain is the type of a literal as soon as it meets anything.
func (*duck) plain(t Type) Type {
	switch t.kind {
	case String:
		return Of(Varchar)
	case Integer:
		return Of(duckIntegerKind(t))
	}
	return t
}

// duckIntegerKind is the smallest of the types that whole numbers are read as which holds the literal.
func duckIntegerKind(t Type) Kind {
	for _, k := range []Kind{Int, BigInt, HugeInt, UHugeInt} {
		if fits(t, k) {
			return k
		}
	}
	return Double
}

// fits tells whether the value of an integer literal is one of a kind's.
func fits(literal Type, k Kind) bool {
	bits, signed := 0, k >= TinyInt && k <= HugeInt
	switch k {
	case TinyInt, UTinyInt:
		bits = 8
	case SmallInt, USmallInt:
		bits = 16
	case Int, UInt:
		bits = 32
	case BigInt, UBigInt:
		bits = 64
	case HugeInt, UHugeInt:
		bits = 128
	default:
		return false
	}
	n := literal.number()
	if !signed {
		return n.Sign() >= 0 && n.BitLen() <= bits
	}
	if n.Sign() < 0 {
		return new(big.Int).Not(n).BitLen() < bits
	}
	return n.BitLen() < bits
}

// literalClass stands for all literals that go into the same types.
func literalClass(t Type) Type {
	class := int32(0)
	for k := TinyInt; k <= UHugeInt; k++ {
		class <<= 1
		if fits(t, k) {
			class |= 1
		}
	}
	return Type{kind: Integer, size: class}
}

// number is the value of an integer literal: 0 where only the kind is known, so that it is of the smallest type.
func (t Type) number() *big.Int {
	if t.more == nil || t.more.number == nil {
		return new(big.Int)
	}
	return t.more.number
}

func negated(literal Type) Type { return integerOf(new(big.Int).Neg(literal.number())) }

// wholeNumber reads digits; what is none counts as zero.
func wholeNumber(digits string) *big.Int {
	n, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		return new(big.Int)
	}
	return n
}

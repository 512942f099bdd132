package types

import (
	_ "embed" // the tables
	"math/big"
	"strings"
	"sync"
)

//go:embed data/postgres_types.tsv
var pgTypes string

//go:embed data/postgres_casts.tsv
var pgCasts string

//go:embed data/postgres_functions.tsv
var pgFunctions string

//go:embed data/postgres_operators.tsv
var pgOperators string

// postgres is PostgreSQL: https://www.postgresql.org/docs/current/typeconv.html. Types are told apart by the names of pg_type.
type postgres struct {
	read
	infos    sync.Map // pgInfo by name
	verdicts sync.Map // verdict by verdictKey
}

// pgInfo is what pg_type says of a type.
type pgInfo struct {
	known, preferred bool
	category         byte   // https://www.postgresql.org/docs/current/catalog-pg-type.html#CATALOG-TYPCATEGORY-TABLE
	sort             byte   // base, enum, range, multirange, pseudo
	of, array        string // what arrays and ranges are made of; "-" for none
	name             string // in SQL
}

func (p *postgres) info(name string) pgInfo {
	if i, ok := p.infos.Load(name); ok {
		return i.(pgInfo)
	}
	lines := linesOf(pgTypes, name)
	if len(lines) == 0 {
		return pgInfo{}
	}
	columns := strings.Split(lines[0], "\t")
	letters := columns[0]
	i := pgInfo{known: true, category: letters[0], preferred: strings.Contains(letters, "!"), sort: letters[len(letters)-1], of: columns[1], array: columns[2], name: columns[3]}
	p.infos.Store(name, i)
	return i
}

// pgPlain are the kinds that have a name of their own in pg_type.
func pgPlain(name string) Kind {
	switch name {
	case "bool":
		return Boolean
	case "int2":
		return SmallInt
	case "int4":
		return Int
	case "int8":
		return BigInt
	case "numeric":
		return Decimal
	case "float4":
		return Real
	case "float8":
		return Double
	case "text":
		return Text
	case "varchar":
		return Varchar
	case "bpchar":
		return Char
	case "bytea":
		return Blob
	case "bit":
		return Bit
	case "varbit":
		return VarBit
	case "uuid":
		return UUID
	case "json":
		return JSON
	case "jsonb":
		return JSONB
	case "xml":
		return XML
	case "date":
		return Date
	case "time":
		return Time
	case "timetz":
		return TimeTZ
	case "timestamp":
		return Timestamp
	case "timestamptz":
		return TimestampTZ
	case "interval":
		return Interval
	case "record":
		return Struct
	case "unknown":
		return String
	case "any":
		return Any
	}
	return Unknown
}

// pgKindName is the same the other way round.
func pgKindName(k Kind) string {
	switch k {
	case Boolean:
		return "bool"
	case TinyInt, SmallInt:
		return "int2"
	case Int:
		return "int4"
	case BigInt:
		return "int8"
	case Decimal, HugeInt, BigNum:
		return "numeric"
	case Real:
		return "float4"
	case Double:
		return "float8"
	case Text:
		return "text"
	case Varchar:
		return "varchar"
	case Char:
		return "bpchar"
	case Blob:
		return "bytea"
	case Bit:
		return "bit"
	case VarBit:
		return "varbit"
	case UUID:
		return "uuid"
	case JSON:
		return "json"
	case JSONB:
		return "jsonb"
	case XML:
		return "xml"
	case Date:
		return "date"
	case Time:
		return "time"
	case TimeTZ:
		return "timetz"
	case Timestamp:
		return "timestamp"
	case TimestampTZ:
		return "timestamptz"
	case Interval:
		return "interval"
	case Struct:
		return "record"
	case String, Null:
		return "unknown"
	case Any:
		return "any"
	}
	return ""
}

// name is the type's name in pg_type; "" if it is not known.
func (p *postgres) name(t Type) string {
	switch t.kind {
	case List, Array:
		element := p.name(t.Element())
		if i := p.info(element); i.known && i.array != "-" {
			return i.array
		}
		return ""
	case Named:
		if p.info(t.Name()).known {
			return t.Name()
		}
		return ""
	}
	return pgKindName(t.kind)
}

// typeOf is the type of a name of pg_type.
func (p *postgres) typeOf(name string) Type {
	if k := pgPlain(name); k != Unknown {
		return Of(k)
	}
	i := p.info(name)
	if i.category == 'A' && i.of != "-" && i.sort == 'b' && strings.HasPrefix(name, "_") { // int2vector is a type of its own
		return ListOf(p.typeOf(i.of))
	}
	if name == "" {
		return Type{}
	}
	return NamedOf(name)
}

func (p *postgres) parse(text string) Type {
	return spelling{simple: p.simple, exact: p.exact, named: NamedOf}.read(text)
}

// exact: a name in quotes is one of pg_type.
func (p *postgres) exact(name string) (Type, bool) {
	name = strings.TrimPrefix(name, "pg_catalog.")
	return p.typeOf(name), p.info(name).known
}

func (p *postgres) simple(name string, sizes []int) (Type, bool) {
	t, ok := p.byName(name)
	if !ok || len(sizes) == 0 {
		return t, ok
	}
	switch t.kind {
	case Decimal:
		if len(sizes) == 1 {
			return DecimalOf(sizes[0], 0), true
		}
		return DecimalOf(sizes[0], sizes[1]), true
	case Double:
		if name == "float" && sizes[0] <= 24 {
			return Of(Real), true
		}
		return t, true
	case Varchar, Char, Bit, VarBit, Time, TimeTZ, Timestamp, TimestampTZ, Interval:
		return Sized(t.kind, sizes[0]), true
	}
	return t, true
}

func (p *postgres) byName(name string) (Type, bool) {
	switch name {
	case "int", "integer", "serial", "serial4":
		return Of(Int), true
	case "smallint", "smallserial", "serial2":
		return Of(SmallInt), true
	case "bigint", "bigserial", "serial8":
		return Of(BigInt), true
	case "boolean":
		return Of(Boolean), true
	case "decimal", "dec":
		return Of(Decimal), true
	case "real":
		return Of(Real), true
	case "float", "double precision":
		return Of(Double), true
	case "character varying", "char varying":
		return Of(Varchar), true
	case "character", "char":
		return Sized(Char, 1), true
	case "bit":
		return Sized(Bit, 1), true
	case "bit varying":
		return Of(VarBit), true
	case "time without time zone":
		return Of(Time), true
	case "time with time zone":
		return Of(TimeTZ), true
	case "timestamp without time zone":
		return Of(Timestamp), true
	case "timestamp with time zone":
		return Of(TimestampTZ), true
	}
	if strings.HasPrefix(name, "interval ") {
		return Of(Interval), true
	}
	if p.info(name).known {
		return p.typeOf(name), true
	}
	return Type{}, false
}

func (p *postgres) print(t Type) string {
	switch t.kind {
	case String, Null:
		return "text"
	case List, Array:
		return p.print(t.Element()) + "[]"
	case Decimal:
		if t.sized {
			return sizedName("numeric", int(t.size), int(t.scale))
		}
	case Varchar, Char, Bit, VarBit, Interval:
		if t.sized {
			return sizedName(p.info(p.name(t)).name, int(t.size))
		}
	case Time, TimeTZ, Timestamp, TimestampTZ:
		if name, zone, ok := strings.Cut(p.info(p.name(t)).name, " "); t.sized && ok {
			return sizedName(name, int(t.size)) + " " + zone
		}
	}
	name := p.name(t)
	if i := p.info(name); i.known {
		return i.name
	}
	return t.Name()
}

func (p *postgres) integer(value *big.Int) Type {
	switch {
	case value.BitLen() < 32:
		return Of(Int)
	case value.BitLen() < 64:
		return Of(BigInt)
	}
	return Of(Decimal)
}

func (p *postgres) decimal(string) Type { return Of(Decimal) }

func (p *postgres) text(string) Type { return Of(String) }

// settle: https://www.postgresql.org/docs/current/typeconv-select.html
func (p *postgres) settle(t Type) Type {
	if t.kind == String || t.kind == Null {
		return Of(Text)
	}
	return t
}

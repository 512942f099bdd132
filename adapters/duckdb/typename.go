package duckdb

import (
	"fmt"
	"strings"

	bindings "github.com/duckdb/duckdb-go-bindings"

	"github.com/modsql/mod/compiler/dialect"
)

// typeName spells a type as DuckDB does in its catalog.
func typeName(t bindings.LogicalType) string {
	if alias := bindings.LogicalTypeGetAlias(t); alias != "" {
		return alias
	}
	switch id := bindings.GetTypeId(t); id {
	case bindings.TypeDecimal:
		return fmt.Sprintf("DECIMAL(%d,%d)", bindings.DecimalWidth(t), bindings.DecimalScale(t))
	case bindings.TypeEnum:
		words := make([]string, bindings.EnumDictionarySize(t))
		for i := range words {
			words[i] = literal(bindings.EnumDictionaryValue(t, bindings.IdxT(i)))
		}
		return "ENUM(" + strings.Join(words, ", ") + ")"
	case bindings.TypeList:
		return nameOf(bindings.ListTypeChildType(t)) + "[]"
	case bindings.TypeArray:
		return fmt.Sprintf("%s[%d]", nameOf(bindings.ArrayTypeChildType(t)), bindings.ArrayTypeArraySize(t))
	case bindings.TypeMap:
		return fmt.Sprintf("MAP(%s, %s)", nameOf(bindings.MapTypeKeyType(t)), nameOf(bindings.MapTypeValueType(t)))
	case bindings.TypeStruct:
		return "STRUCT(" + members(t, bindings.StructTypeChildCount(t), bindings.StructTypeChildName, bindings.StructTypeChildType) + ")"
	case bindings.TypeUnion:
		return "UNION(" + members(t, bindings.UnionTypeMemberCount(t), bindings.UnionTypeMemberName, bindings.UnionTypeMemberType) + ")"
	default:
		return simpleName(id)
	}
}

func nameOf(t bindings.LogicalType) string {
	defer bindings.DestroyLogicalType(&t)
	return typeName(t)
}

func members(
	t bindings.LogicalType, n bindings.IdxT,
	name func(bindings.LogicalType, bindings.IdxT) string,
	of func(bindings.LogicalType, bindings.IdxT) bindings.LogicalType,
) string {
	var parts []string
	for i := range n {
		member := name(t, i)
		if !isWord(member) || member != strings.ToLower(member) {
			member = dialect.DuckDB.Ident(member)
		}
		parts = append(parts, member+" "+nameOf(of(t, i)))
	}
	return strings.Join(parts, ", ")
}

func simpleName(id bindings.Type) string {
	switch id {
	case bindings.TypeSQLNull:
		return "NULL"
	case bindings.TypeBoolean:
		return "BOOLEAN"
	case bindings.TypeTinyInt:
		return "TINYINT"
	case bindings.TypeSmallInt:
		return "SMALLINT"
	case bindings.TypeInteger:
		return "INTEGER"
	case bindings.TypeBigInt:
		return "BIGINT"
	case bindings.TypeHugeInt:
		return "HUGEINT"
	case bindings.TypeUTinyInt:
		return "UTINYINT"
	case bindings.TypeUSmallInt:
		return "USMALLINT"
	case bindings.TypeUInteger:
		return "UINTEGER"
	case bindings.TypeUBigInt:
		return "UBIGINT"
	case bindings.TypeUHugeInt:
		return "UHUGEINT"
	case bindings.TypeBigNum:
		return "BIGNUM"
	case bindings.TypeFloat:
		return "FLOAT"
	case bindings.TypeDouble:
		return "DOUBLE"
	case bindings.TypeVarchar:
		return "VARCHAR"
	case bindings.TypeBlob:
		return "BLOB"
	case bindings.TypeBit:
		return "BIT"
	case bindings.TypeUUID:
		return "UUID"
	case bindings.TypeDate:
		return "DATE"
	case bindings.TypeTime:
		return "TIME"
	case bindings.TypeTimeNS:
		return "TIME_NS"
	case bindings.TypeTimeTZ:
		return "TIME WITH TIME ZONE"
	case bindings.TypeTimestamp:
		return "TIMESTAMP"
	case bindings.TypeTimestampS:
		return "TIMESTAMP_S"
	case bindings.TypeTimestampMS:
		return "TIMESTAMP_MS"
	case bindings.TypeTimestampNS:
		return "TIMESTAMP_NS"
	case bindings.TypeTimestampTZ:
		return "TIMESTAMP WITH TIME ZONE"
	case bindings.TypeInterval:
		return "INTERVAL"
	case bindings.TypeGeometry:
		return "GEOMETRY"
	default:
		return "VARIANT"
	}
}

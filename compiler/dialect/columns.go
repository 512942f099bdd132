package dialect

// ColumnTypes is how the warehouse's types are sorted for templates, which ask a column is_integer(), is_string() and so on.
// Names are in lower case.
type ColumnTypes struct {
	Integer, Float, Numeric, String []string
	// Sized tells that the catalog gives a length or precision apart from the type, so that "numeric(10,2)" is a numeric.
	// Otherwise the whole spelling is the type.
	Sized bool
	// Unsized are string types that need no length; others without one are declared with 256.
	Unsized []string
	// Endless are those that hold any text if they have no length.
	Endless []string
}

var (
	ansiInteger = []string{
		"smallint", "integer", "bigint", "smallserial", "serial", "bigserial",
		"int2", "int4", "int8", "serial2", "serial4", "serial8",
	}
	ansiFloat   = []string{"real", "float4", "float", "double precision", "float8", "double"}
	ansiNumeric = []string{"numeric", "decimal"}
	ansiString  = []string{"text", "character varying", "character", "varchar"}

	duckdbInteger = []string{
		"tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger", "ubigint",
		"int1", "int2", "int4", "int8", "short", "int", "signed", "long",
	}
	duckdbFloat = []string{"real", "float", "float4", "float8", "double"}
)

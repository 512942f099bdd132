// Code generated from the files of this folder by make docs. DO NOT EDIT.

package dialect

// All are the known dialects, in the order of their files.
func All() []*Dialect {
	return []*Dialect{DuckDB, Postgres, Snowflake, Trino}
}

package types

import (
	"testing"

	"github.com/modsql/mod/compiler/dialect"
)

func TestHolding(t *testing.T) {
	tests := []struct {
		from, to     *dialect.Dialect
		given, holds string
	}{
		{dialect.DuckDB, dialect.Postgres, "BIGINT", "bigint"},
		{dialect.DuckDB, dialect.Postgres, "HUGEINT", "numeric(38,0)"},
		{dialect.DuckDB, dialect.Postgres, "UTINYINT", "smallint"},
		{dialect.DuckDB, dialect.Postgres, "DECIMAL(18,3)", "numeric(18,3)"},
		{dialect.DuckDB, dialect.Postgres, "DOUBLE", "double precision"},
		{dialect.DuckDB, dialect.Postgres, "VARCHAR", "text"},
		{dialect.DuckDB, dialect.Postgres, "INTEGER[]", "json"},
		{dialect.DuckDB, dialect.Postgres, "STRUCT(a INTEGER, b VARCHAR)", "json"},
		{dialect.DuckDB, dialect.Postgres, "ENUM('a', 'b')", "text"},
		{dialect.DuckDB, dialect.Postgres, "TIMESTAMP WITH TIME ZONE", "timestamp(6) with time zone"},
		{dialect.DuckDB, dialect.Postgres, "TIMESTAMP_NS", "timestamp without time zone"},
		{dialect.DuckDB, dialect.Postgres, "BLOB", "bytea"},
		{dialect.DuckDB, dialect.Postgres, "UUID", "uuid"},
		{dialect.Postgres, dialect.DuckDB, "numeric", "DECIMAL(38,10)"},
		{dialect.Postgres, dialect.DuckDB, "numeric(50,2)", "VARCHAR"},
		{dialect.Postgres, dialect.DuckDB, "jsonb", "JSON"},
		{dialect.Postgres, dialect.DuckDB, "text[]", "JSON"},
		{dialect.Postgres, dialect.DuckDB, "character varying(10)", "VARCHAR"},
		{dialect.Postgres, dialect.DuckDB, "inet", "VARCHAR"},
		{dialect.Postgres, dialect.DuckDB, "timestamp(3) without time zone", "TIMESTAMP"},
		{dialect.Postgres, dialect.Trino, "timestamp without time zone", "timestamp(6)"},
		{dialect.Postgres, dialect.Trino, "real", "real"},
		{dialect.DuckDB, dialect.Trino, "UINTEGER", "bigint"},
		{dialect.DuckDB, dialect.Trino, "TIMESTAMP WITH TIME ZONE", "timestamp(6) with time zone"},
		{dialect.DuckDB, dialect.Trino, "TINYINT", "integer"},
		{dialect.DuckDB, dialect.Trino, "INTEGER[]", "varchar"},
		{dialect.Trino, dialect.DuckDB, "timestamp(6)", "TIMESTAMP"},
		{dialect.Trino, dialect.DuckDB, "varchar(25)", "VARCHAR"},
		{dialect.Trino, dialect.DuckDB, "decimal(12,2)", "DECIMAL(12,2)"},
		{dialect.Trino, dialect.DuckDB, "row(a integer)", "JSON"},
		{dialect.Snowflake, dialect.DuckDB, "NUMBER(38,0)", "DECIMAL(38,0)"},
		{dialect.Snowflake, dialect.DuckDB, "VARIANT", "JSON"},
		{dialect.DuckDB, dialect.Snowflake, "VARCHAR", "VARCHAR(16777216)"},
		{dialect.DuckDB, dialect.Snowflake, "INTEGER[]", "VARCHAR(16777216)"},
	}
	for _, tt := range tests {
		got := For(tt.to).Print(For(tt.to).Holding(For(tt.from).Parse(tt.given)))
		if got != tt.holds {
			t.Errorf("%s of %s is held by %s as %q, want %q", tt.given, tt.from.Name, tt.to.Name, got, tt.holds)
		}
	}
}

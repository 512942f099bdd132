package snowflake

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/relation"
)

// described is the type of a column as results tell it.
type described struct {
	Type             string
	Precision, Scale int64
	Length           int64
}

// sqlName spells the type as DESCRIBE TABLE does: https://docs.snowflake.com/en/sql-reference/intro-summary-data-types.
func (d described) sqlName() string {
	switch name := strings.ToUpper(d.Type); name {
	case "FIXED", "NUMBER":
		return fmt.Sprintf("NUMBER(%d,%d)", d.Precision, d.Scale)
	case "REAL":
		return "FLOAT"
	case "TEXT":
		return sized("VARCHAR", d.Length)
	case "BINARY":
		return sized("BINARY", d.Length)
	case "TIME", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIMESTAMP_TZ":
		return fmt.Sprintf("%s(%d)", name, d.Scale)
	default:
		return name
	}
}

func sized(name string, length int64) string {
	if length <= 0 {
		return name
	}
	return fmt.Sprintf("%s(%d)", name, length)
}

// columns are those of a result.
func (r *result) columns() []relation.Column {
	types := r.loader.RowTypes()
	out := make([]relation.Column, len(types))
	for i, t := range types {
		out[i] = relation.Column{
			Name: t.Name, Nullable: t.Nullable,
			Type: described{t.Type, t.Precision, t.Scale, t.Length}.sqlName(),
		}
	}
	return out
}

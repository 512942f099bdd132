package lineage

import (
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// nameOf is the name of the column that an expression without an alias gives, as the warehouse makes it up.
func (b *binder) nameOf(x sql.Expr) string {
	if c, ok := x.(*sql.Column); ok {
		return b.stored(c.Parts[len(c.Parts)-1])
	}
	switch b.names.Unnamed {
	case dialect.NamedByFunction:
		if name := b.functionName(x); name != "" {
			return name
		}
		return "?column?"
	case dialect.NamedByText:
		return b.textName(x)
	case dialect.NamedAsWritten:
		return strings.ToUpper(b.slice(x.At()))
	default:
		return ""
	}
}

// functionName is the name by Postgres's rules: that of the function, the type of a cast, or the word of the syntax; "" if none of
// them gives one. https://www.postgresql.org/docs/current/queries-select-lists.html#QUERIES-COLUMN-LABELS
func (b *binder) functionName(x sql.Expr) string {
	switch x := x.(type) {
	case *sql.Column:
		return b.stored(x.Parts[len(x.Parts)-1])
	case *sql.Call:
		if len(x.Name) > 0 {
			return b.stored(x.Name[len(x.Name)-1])
		}
	case *sql.Cast:
		if name := b.functionName(x.X); name != "" {
			return name
		}
		return b.castName(x.Type)
	case *sql.TypedLiteral:
		return b.castName(x.Type)
	case *sql.Interval:
		return "interval"
	case *sql.Case:
		if name := b.functionName(x.Else); name != "" {
			return name
		}
		return "case"
	case *sql.Field:
		return b.stored(x.Name)
	case *sql.Index:
		return b.functionName(x.X)
	case *sql.Slice:
		return b.functionName(x.X)
	case *sql.Collate:
		return b.functionName(x.X)
	case *sql.AtTimeZone:
		return "timezone"
	case *sql.Subquery:
		return b.subqueryName(x)
	case *sql.Exists:
		return "exists"
	case *sql.Array:
		return "array"
	case *sql.Row:
		return "row"
	}
	return ""
}

// castName is the name that the type of a cast lends: the one by which the system knows it.
func (b *binder) castName(t *sql.Type) string {
	if t == nil || len(t.Name) == 0 {
		return ""
	}
	word := lower(t.Name[len(t.Name)-1].Name)
	if name, ok := b.names.Casts[word]; ok {
		return name
	}
	return word
}

func (b *binder) subqueryName(x *sql.Subquery) string {
	if x.Array {
		return "array"
	}
	body := x.Query.Body
	for {
		switch s := body.(type) {
		case *sql.Query:
			body = s.Body
			continue
		case *sql.SetOp:
			body = s.Left
			continue
		case *sql.Select:
			if len(s.Items) > 0 {
				if s.Items[0].Alias.Given() {
					return b.stored(s.Items[0].Alias)
				}
				return b.nameOf(s.Items[0].X)
			}
		case *sql.Values:
			return b.valuesName(0)
		}
		return ""
	}
}

// valuesName is the name of column i, from 0, of a VALUES list.
func (b *binder) valuesName(i int) string {
	return b.names.Values + itoa(i+b.names.ValuesFrom)
}

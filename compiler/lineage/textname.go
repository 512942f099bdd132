package lineage

import (
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/sql"
)

func itoa(i int) string { return strconv.Itoa(i) }

// textName is the name by DuckDB's rule: the expression's text, in its own normal form. Forms that are rare have the text that
// is written, which may differ.
func (b *binder) textName(x sql.Expr) string {
	var w strings.Builder
	b.writeText(&w, x)
	return w.String()
}

func (b *binder) writeText(w *strings.Builder, x sql.Expr) {
	switch x := x.(type) {
	case *sql.Column:
		for i, p := range x.Parts {
			if i > 0 {
				w.WriteByte('.')
			}
			w.WriteString(b.quotedName(p.Name))
		}
	case *sql.Literal:
		b.literalText(w, x)
	case *sql.Binary:
		b.wrapped(w, x.X, " "+strings.ToUpper(string(x.Op))+" ", x.Y)
	case *sql.Unary:
		b.unaryText(w, x)
	case *sql.Cast:
		if x.Try {
			w.WriteString("TRY_")
		}
		w.WriteString("CAST(")
		b.writeText(w, x.X)
		w.WriteString(" AS " + b.system.Print(b.typeOf(x.Type)) + ")")
	case *sql.Case:
		b.caseText(w, x)
	case *sql.Call:
		b.callText(w, x)
	case *sql.Is:
		not := ""
		if x.Not {
			not = "NOT "
		}
		w.WriteByte('(')
		b.writeText(w, x.X)
		w.WriteString(" IS " + not + strings.ToUpper(x.What) + ")")
	case *sql.Star:
		w.WriteByte('*')
	case *sql.Columns:
		w.WriteString("COLUMNS(*)")
	default:
		w.WriteString(b.slice(x.At()))
	}
}

// quotedName is a name in double quotes if it needs them.
func (b *binder) quotedName(name string) string {
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9' {
			continue
		}
		return b.dialect.Ident(name)
	}
	return name
}

func (b *binder) wrapped(w *strings.Builder, l sql.Expr, between string, r sql.Expr) {
	w.WriteByte('(')
	b.writeText(w, l)
	w.WriteString(between)
	b.writeText(w, r)
	w.WriteByte(')')
}

func (b *binder) literalText(w *strings.Builder, l *sql.Literal) {
	switch l.Kind {
	case sql.Null:
		w.WriteString("NULL")
	case sql.True, sql.False: // they are casts of a letter
		letter := "t"
		if l.Kind == sql.False {
			letter = "f"
		}
		w.WriteString("CAST('" + letter + "' AS BOOLEAN)")
	case sql.String:
		w.WriteString("'" + strings.ReplaceAll(l.Value, "'", "''") + "'")
	default:
		w.WriteString(l.Value)
	}
}

func (b *binder) unaryText(w *strings.Builder, x *sql.Unary) {
	op := strings.ToUpper(string(x.Op))
	switch {
	case x.Op == sql.OpNot:
		w.WriteString("(NOT ")
		b.writeText(w, x.X)
		w.WriteByte(')')
	case x.Op == sql.OpUnpack:
		b.writeText(w, x.X)
	default:
		if l, ok := x.X.(*sql.Literal); ok && l.Kind == sql.Number {
			w.WriteString(op)
			b.writeText(w, x.X)
			return
		}
		w.WriteString(op)
		b.writeText(w, x.X)
	}
}

func (b *binder) caseText(w *strings.Builder, x *sql.Case) {
	w.WriteString("CASE ")
	for _, when := range x.Whens {
		w.WriteString(" WHEN (")
		if x.Operand != nil {
			b.wrapped(w, x.Operand, " = ", when.Cond)
		} else {
			b.writeText(w, when.Cond)
		}
		w.WriteString(") THEN (")
		b.writeText(w, when.Then)
		w.WriteByte(')')
	}
	w.WriteString(" ELSE ")
	if x.Else != nil {
		b.writeText(w, x.Else)
	} else {
		w.WriteString("NULL")
	}
	w.WriteString(" END")
}

func (b *binder) callText(w *strings.Builder, x *sql.Call) {
	if len(x.Name) == 0 {
		return
	}
	name := lower(x.Name[len(x.Name)-1].Name)
	star := len(x.Args) == 1 && isStar(x.Args[0])
	if name == "count" && (star || len(x.Args) == 0) {
		w.WriteString("count_star()")
	} else {
		if name == "coalesce" {
			name = "COALESCE"
		}
		w.WriteString(name + "(")
		if x.Mods != nil && x.Mods.Distinct {
			w.WriteString("DISTINCT ")
		}
		for i, a := range x.Args {
			if i > 0 {
				w.WriteString(", ")
			}
			b.writeText(w, a)
		}
		w.WriteByte(')')
	}
	if x.Mods != nil && x.Mods.Filter != nil {
		w.WriteString(" FILTER (WHERE ")
		b.writeText(w, x.Mods.Filter)
		w.WriteByte(')')
	}
	if x.Over != nil {
		b.windowText(w, x.Over)
	}
}

func isStar(x sql.Expr) bool {
	s, ok := x.(*sql.Star)
	return ok && s.Of == nil
}

func (b *binder) windowText(w *strings.Builder, over *sql.Window) {
	w.WriteString(" OVER (")
	for i, x := range over.PartitionBy {
		if i == 0 {
			w.WriteString("PARTITION BY ")
		} else {
			w.WriteString(", ")
		}
		b.writeText(w, x)
	}
	for i, o := range over.OrderBy {
		switch {
		case i > 0:
			w.WriteString(", ")
		case len(over.PartitionBy) > 0:
			w.WriteString(" ORDER BY ")
		default:
			w.WriteString("ORDER BY ")
		}
		b.writeText(w, o.X)
		if o.Direction == sql.Desc {
			w.WriteString(" DESC")
		}
	}
	w.WriteByte(')')
}

package sql

import (
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
)

// Print writes a node as SQL of that dialect, on one line: keywords in lower case, brackets only where they are needed, one spelling
// for what can be spelled in several ways. Names stay as they were written. Parsing the result gives the same tree, spans apart.
func Print(n Node, d *dialect.Dialect) string {
	p := &printer{dialect: d, grammar: grammarOf(d)}
	p.node(n)
	return string(p.out)
}

// Canonical is Print for comparing: names are folded as the dialect folds them and quoted only if they have to be, so that two texts with
// one meaning are equal. Dialects that keep the letter case of output columns show it no more.
func Canonical(n Node, d *dialect.Dialect) string {
	p := &printer{dialect: d, grammar: grammarOf(d), canonical: true}
	p.node(n)
	return string(p.out)
}

// printer collects the text.
type printer struct {
	dialect   *dialect.Dialect
	grammar   *grammar
	canonical bool
	inLambda  bool // as the parser's
	out       []byte
}

func (p *printer) write(s string) { p.out = append(p.out, s...) }

// node writes any node.
func (p *printer) node(n Node) {
	switch n := n.(type) {
	case nil:
	case Expr:
		p.expr(n)
	case Statement:
		p.statement(n)
	case Body:
		p.body(n)
	case Table:
		p.table(n)
	case *Type:
		p.typ(n)
	case *SelectItem:
		p.item(n)
	case *OrderItem:
		p.orderItem(n)
	case *With:
		p.with(n)
	case *CTE:
		p.cte(n)
	case *Window:
		p.window(n)
	default:
		Children(n, p.node)
	}
}

// list writes elements with commas between.
func list[T any](p *printer, elements []T, write func(*T)) {
	for i := range elements {
		if i > 0 {
			p.write(", ")
		}
		write(&elements[i])
	}
}

func (p *printer) exprs(elements []Expr) {
	list(p, elements, func(x *Expr) { p.expr(*x) })
}

// idents writes (a, b).
func (p *printer) idents(elements []Ident) {
	p.write("(")
	list(p, elements, func(i *Ident) { p.ident(*i) })
	p.write(")")
}

// name writes a.b.c.
func (p *printer) name(parts []Ident) {
	for i, part := range parts {
		if i > 0 {
			p.write(".")
		}
		p.ident(part)
	}
}

// names writes (a, b.c).
func (p *printer) names(elements [][]Ident) {
	p.write("(")
	list(p, elements, func(n *[]Ident) { p.name(*n) })
	p.write(")")
}

// ident writes one name.
func (p *printer) ident(i Ident) {
	name, quote := i.Name, i.Quoted
	if p.canonical {
		name = i.Folded(p.dialect)
		if quote {
			quote = !p.bare(name)
		} else {
			quote = false
		}
	}
	if !quote {
		p.write(name)
		return
	}
	p.write(`"`)
	p.write(strings.ReplaceAll(name, `"`, `""`))
	p.write(`"`)
}

// bare tells whether a name means the same without quotes.
func (p *printer) bare(name string) bool {
	if name == "" || p.dialect.Fold(name) != name || keywordOf(strings.ToLower(name)) != notKeyword {
		return false
	}
	for i := range len(name) {
		if c := classes[name[i]]; c&letter == 0 && (i == 0 || c&digit == 0) {
			return false
		}
	}
	return true
}

// str writes a string in quotes.
func (p *printer) str(value string) {
	p.write("'")
	if p.grammar.has(dialect.BackslashEscapes) {
		value = strings.ReplaceAll(value, `\`, `\\`)
	}
	p.write(strings.ReplaceAll(value, "'", "''"))
	p.write("'")
}

// literal writes a constant.
func (p *printer) literal(l *Literal) {
	switch l.Kind {
	case Null:
		p.write("null")
	case True:
		p.write("true")
	case False:
		p.write("false")
	case Number:
		if p.canonical {
			p.write(strings.ToLower(strings.ReplaceAll(l.Value, "_", "")))
		} else {
			p.write(l.Value)
		}
	case NationalString:
		p.write("n")
		p.plainStr(l.Value)
	case Bits:
		p.write("b")
		p.plainStr(l.Value)
	case Bytes:
		p.write("x")
		p.plainStr(l.Value)
	default:
		p.str(l.Value)
	}
}

// plainStr writes a string in which backslashes escape nothing.
func (p *printer) plainStr(value string) {
	p.write("'")
	p.write(strings.ReplaceAll(value, "'", "''"))
	p.write("'")
}

// typ writes a type.
func (p *printer) typ(t *Type) {
	if t == nil {
		return
	}
	if t.SetOf {
		p.write("setof ")
	}
	if len(t.Name) == 1 && !t.Name[0].Quoted && strings.Contains(t.Name[0].Name, " ") && len(t.Args)+len(t.Fields) > 0 && argsAfterFirstWord(t.Name[0].Name) {
		first, rest, _ := strings.Cut(t.Name[0].Name, " ")
		p.write(first)
		p.typeArgs(t)
		p.write(" " + rest)
	} else {
		p.typeName(t.Name)
		p.typeArgs(t)
	}
	for _, dim := range t.Dims {
		p.write("[")
		if dim >= 0 {
			p.write(strconv.Itoa(int(dim)))
		}
		p.write("]")
	}
	if t.Null == NotNull {
		p.write(" not null")
	}
}

func argsAfterFirstWord(name string) bool {
	return strings.HasPrefix(name, "time") || strings.HasPrefix(name, "interval")
}

// typeName writes the name of a type; the names that SQL itself has know no letter case.
func (p *printer) typeName(parts []Ident) {
	if p.canonical && len(parts) == 1 && !parts[0].Quoted {
		p.write(strings.ToLower(parts[0].Name))
		return
	}
	p.name(parts)
}

func (p *printer) typeArgs(t *Type) {
	if len(t.Args) == 0 && len(t.Fields) == 0 {
		return
	}
	p.write("(")
	list(p, t.Fields, func(f *TypeField) {
		if f.Name.Given() {
			p.ident(f.Name)
			p.write(" ")
		}
		p.typ(f.Type)
	})
	if len(t.Args) > 0 && len(t.Fields) > 0 {
		p.write(", ")
	}
	list(p, t.Args, func(arg *Expr) { p.typeArg(*arg) })
	p.write(")")
}

// typeArg writes an argument of a type; what begins with a word would be read as a type.
func (p *printer) typeArg(x Expr) {
	switch x := x.(type) {
	case *Param:
		p.expr(x)
		return
	case *Literal:
		if x.Kind == Number || x.Kind == String {
			p.expr(x)
			return
		}
	case *Unary:
		if x.Op == "+" || x.Op == "-" {
			p.expr(x)
			return
		}
	}
	p.alwaysBracketed(x)
}

package fingerprint

import (
	"reflect"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// The normal form of a tree is all of its fields, whatever they are called, so that a part of the syntax that is read some day counts from then
// on. What does not count is written out in special.

// one writes one node, which may be nil.
func (t *tree) one(n sql.Node) { t.value(reflect.ValueOf(n)) }

// value writes a field.
func (t *tree) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Invalid:
		t.number(0)
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			t.number(0)
			return
		}
		t.value(v.Elem())
	case reflect.Struct:
		if v.CanAddr() && t.special(v.Addr().Interface()) {
			return
		}
		t.fields(v)
	case reflect.Slice:
		t.number(v.Len())
		for i := range v.Len() {
			t.value(v.Index(i))
		}
	case reflect.String:
		t.text(v.String())
	case reflect.Bool:
		t.number(int(boolByte(v.Bool())))
	case reflect.Int, reflect.Int32, reflect.Int64:
		t.number(int(v.Int()))
	default: // the kinds of nodes and clauses
		t.number(int(v.Uint()))
	}
}

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

var spanType = reflect.TypeFor[sql.Span]()

// fields writes the fields of a struct but its place, after its name.
func (t *tree) fields(v reflect.Value) {
	t.word(v.Type().Name())
	for i := range v.NumField() {
		if f := v.Field(i); f.Type() != spanType {
			t.value(f)
		}
	}
}

// all writes the fields of what the pointer points to.
func (t *tree) all(pointer any) { t.fields(reflect.ValueOf(pointer).Elem()) }

// special writes what has a normal form of its own; it is false if n has none.
func (t *tree) special(n any) bool {
	if t.reading != nil && t.reading.special(n) {
		return true
	}
	switch n := n.(type) {
	case *sql.Ident:
		t.ident(*n)
	case *sql.Column:
		t.word("column")
		t.name(n.Parts)
	case *sql.Binary:
		t.binary(n)
	case *sql.Opaque:
		t.failed = true
	case *sql.SelectItem:
		t.unnamed(n)
		return false
	case *sql.Type:
		t.typeName(n)
		return false
	case *sql.Star, *sql.StarMods, *sql.StarRename, *sql.Columns, *sql.Call, *sql.Lock:
		return t.qualified(n)
	case *sql.Subquery, *sql.Exists, *sql.In, *sql.Quantified:
		return t.inner(n)
	case *sql.Lambda:
		t.hiding(n, n.Params)
	case *sql.Comprehension:
		t.hiding(n, nil, n.Vars...)
	case *sql.Query:
		t.query(n)
	case *sql.Select:
		t.selects(n)
	default:
		return t.table(n)
	}
	return true
}

// ident writes a name as the warehouse compares it.
func (t *tree) ident(i sql.Ident) { t.text(i.Folded(t.dialect)) }

func (t *tree) idents(list []sql.Ident) {
	t.number(len(list))
	for _, i := range list {
		t.ident(i)
	}
}

// typeName writes which parts of a type's name are quoted: "char" is another type than char in Postgres.
func (t *tree) typeName(x *sql.Type) {
	for _, part := range x.Name {
		t.number(int(boolByte(part.Quoted)))
	}
}

// unnamed writes the name that a column without one gets, if it shows how the expression is written: names of tables, or even white space.
func (t *tree) unnamed(item *sql.SelectItem) {
	if t.scope.nameless {
		return
	}
	switch item.X.(type) {
	case *sql.Column, *sql.Star, *sql.Columns:
		return
	}
	switch {
	case item.Alias.Given():
	case t.dialect.Names.Unnamed == dialect.NamedByText:
		t.text(sql.Canonical(item.X, t.dialect))
	case t.dialect.Names.Unnamed == dialect.NamedAsWritten:
		t.text(strings.ToUpper(t.file.Slice(item.X.At())))
	}
}

// qualified writes what has names of tables in it besides its columns. A copy without those gives the other fields.
func (t *tree) qualified(n any) bool {
	switch n := n.(type) {
	case *sql.Star:
		t.qualifier(n.Qualifier)
		rest := *n
		rest.Qualifier = nil
		t.all(&rest)
	case *sql.Columns:
		t.qualifier(n.Qualifier)
		rest := *n
		rest.Qualifier = nil
		t.all(&rest)
	case *sql.StarMods:
		t.names(n.Exclude)
		rest := *n
		rest.Exclude = nil
		t.all(&rest)
	case *sql.StarRename:
		t.name(n.From)
		t.ident(n.To)
	case *sql.Lock:
		t.names(n.Of)
		rest := *n
		rest.Of = nil
		t.all(&rest)
	case *sql.Call:
		// x.f(y) may be a function of x, the name of a table or a schema.
		for _, part := range n.Name {
			t.number(int(boolByte(part.Quoted)))
		}
		if len(n.Name) > 1 {
			t.qualifier(n.Name[:1])
		}
		return false
	}
	return true
}

func (t *tree) names(list [][]sql.Ident) {
	t.number(len(list))
	for _, name := range list {
		t.name(name)
	}
}

// inner writes an expression that has a query in it, whose columns need no names. It is false for one that has none.
func (t *tree) inner(n any) bool {
	var q *sql.Query
	switch n := n.(type) {
	case *sql.Subquery:
		q = n.Query
		rest := *n
		rest.Query = nil
		t.all(&rest)
	case *sql.Exists:
		q = n.Query
		t.word("exists")
	case *sql.In:
		if q = n.Query; q == nil {
			return false
		}
		rest := *n
		rest.Query = nil
		t.all(&rest)
	case *sql.Quantified:
		if q = n.Query; q == nil {
			return false
		}
		rest := *n
		rest.Query = nil
		t.all(&rest)
	}
	t.queryIn(q, &scope{limit: -1, nameless: true})
	return true
}

package macros

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
	"github.com/modsql/mod/compiler/relation"
)

// Column is a column as templates see it: api.Column.
type Column struct {
	Name    string
	Type    string // dbt's dtype: without length and precision where the warehouse tells them apart
	Size    int    // length of a string; 0 if not known
	Dialect *dialect.Dialect
	// Precision and Scale are of a numeric; empty if not known.
	Precision, Scale string
}

// defaultSize is the length that a string column has for dbt if none is known.
const defaultSize = 256

var sizedType = regexp.MustCompile(`^([^(]+)\(([^)]*)\)(.*)$`)

// NewColumn returns a relation's column as templates see it.
func NewColumn(d *dialect.Dialect, c relation.Column) *Column {
	if !d.Columns.Sized {
		return &Column{Name: c.Name, Type: c.Type, Dialect: d}
	}
	return describedColumn(d, c.Name, c.Type)
}

// describedColumn takes length and precision out of a type: "varchar(20)", "numeric(10,2)".
func describedColumn(d *dialect.Dialect, name, typ string) *Column {
	c := &Column{Name: name, Type: typ, Dialect: d}
	m := sizedType.FindStringSubmatch(typ)
	if m == nil {
		return c
	}
	bare := strings.TrimSpace(m[1]) + m[3]
	numbers := strings.Split(m[2], ",")
	size, err := strconv.Atoi(strings.TrimSpace(numbers[0]))
	switch {
	case err != nil:
		return c
	case len(numbers) == 2:
		c.Type, c.Precision, c.Scale = bare, strings.TrimSpace(numbers[0]), strings.TrimSpace(numbers[1])
	case len(numbers) == 1 && c.sorted(bare, d.Columns.Numeric):
		c.Type, c.Precision, c.Scale = bare, strings.TrimSpace(numbers[0]), "0"
	case len(numbers) == 1 && c.sorted(bare, d.Columns.String):
		c.Type, c.Size = bare, size
	}
	return c
}

func (c *Column) sorted(typ string, names []string) bool {
	return slices.Contains(names, strings.ToLower(typ))
}

// IsString tells whether the column holds text.
func (c *Column) IsString() bool { return c.sorted(c.Type, c.Dialect.Columns.String) }

// IsNumeric tells whether the column holds exact decimals.
func (c *Column) IsNumeric() bool { return c.sorted(c.Type, c.Dialect.Columns.Numeric) }

// IsInteger tells whether the column holds whole numbers.
func (c *Column) IsInteger() bool { return c.sorted(c.Type, c.Dialect.Columns.Integer) }

// IsFloat tells whether the column holds binary fractions.
func (c *Column) IsFloat() bool { return c.sorted(c.Type, c.Dialect.Columns.Float) }

// StringSize is the length of a text column.
func (c *Column) StringSize() int {
	if c.Type == "text" || c.Size == 0 {
		return defaultSize
	}
	return c.Size
}

// DataType is the type to declare the column with.
func (c *Column) DataType() string {
	switch {
	case slices.Contains(c.Dialect.Columns.Unsized, strings.ToLower(c.Type)) && (c.Size == 0 || strings.EqualFold(c.Type, "text")):
		return c.Type
	case c.IsString():
		return stringType(c.StringSize())
	case c.IsNumeric():
		return numericType(c.Type, optional(c.Precision), optional(c.Scale))
	}
	return c.Type
}

// Quoted is the column's name as it is written in SQL.
func (c *Column) Quoted() string {
	q := string(c.Dialect.Quote)
	return q + c.Name + q
}

func stringType(size int) string { return fmt.Sprintf("character varying(%d)", size) }

func numericType(typ string, precision, scale jinja.Value) string {
	if precision == nil || scale == nil {
		return typ
	}
	return fmt.Sprintf("%s(%s,%s)", typ, jinja.Str(precision), jinja.Str(scale))
}

// String is how a column is shown: as a dataclass of Python.
func (c *Column) String() string {
	size, _ := c.Attr("char_size")
	precision, _ := c.Attr("numeric_precision")
	scale, _ := c.Attr("numeric_scale")
	return fmt.Sprintf("%s(column=%s, dtype=%s, char_size=%s, numeric_precision=%s, numeric_scale=%s)", columnTypeName(c.Dialect),
		jinja.Repr(c.Name), jinja.Repr(c.Type), jinja.Repr(size), jinja.Repr(precision), jinja.Repr(scale))
}

// Equal implements jinja.Equaler.
func (c *Column) Equal(other jinja.Value) bool {
	o, ok := other.(*Column)
	return ok && *c == *o
}

func columnTypeName(d *dialect.Dialect) string {
	return d.Title + "Column"
}

// Attr implements jinja.Attributer.
func (c *Column) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "name", "column":
		return c.Name, true
	case "quoted":
		return c.Quoted(), true
	case "dtype":
		return c.Type, true
	case "data_type", "expanded_data_type":
		return c.DataType(), true
	case "char_size":
		if c.Size == 0 {
			return nil, true
		}
		return c.Size, true
	case "numeric_precision":
		return integer(c.Precision), true
	case "numeric_scale":
		return integer(c.Scale), true
	case "fields":
		return c.fields(), true
	}
	return c.method(name)
}

func integer(digits string) jinja.Value {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return nil
	}
	return n
}

func (c *Column) method(name string) (jinja.Value, bool) {
	tests := map[string]func() bool{
		"is_string": c.IsString, "is_numeric": c.IsNumeric, "is_integer": c.IsInteger, "is_float": c.IsFloat,
		"is_number": func() bool { return c.IsInteger() || c.IsNumeric() || c.IsFloat() },
		"is_struct": c.isStruct,
	}
	if test := tests[name]; test != nil {
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return test(), nil }), true
	}
	switch name {
	case "string_size":
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) {
			if !c.IsString() {
				return nil, fmt.Errorf("called string_size() on column %q of type %s, which is not a string", c.Name, c.Type)
			}
			return c.StringSize(), nil
		}), true
	case "can_expand_to":
		return bind.Func(name, "other_column", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			o, ok := a.Value("other_column").(*Column)
			return ok && c.IsString() && o.IsString() && o.StringSize() > c.StringSize(), nil
		}), true
	case "literal":
		return bind.Func(name, "value", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			return jinja.Str(a.Value("value")) + "::" + c.DataType(), nil
		}), true
	case "flatten":
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return columnList(c.flatten()), nil }), true
	}
	return columnType{c.Dialect}.Attr(name)
}

// Index implements jinja.Indexer.
func (c *Column) Index(key jinja.Value) (jinja.Value, bool, error) {
	name, ok := key.(string)
	if !ok {
		return nil, false, nil
	}
	v, ok := c.Attr(name)
	return v, ok, nil
}

func (c *Column) isStruct() bool { return strings.HasPrefix(strings.ToLower(c.Type), "struct") }

func (c *Column) fields() *jinja.List {
	if !c.isStruct() {
		return jinja.NewList()
	}
	return columnList(c.structFields())
}

// structFields are the fields of STRUCT(a INTEGER, b DECIMAL(10,2)).
func (c *Column) structFields() []*Column {
	_, inner, ok := strings.Cut(c.Type, "(")
	if !ok {
		return nil
	}
	inner = strings.TrimSuffix(strings.TrimSpace(inner), ")")
	var out []*Column
	depth, start := 0, 0
	for i, r := range inner + "," {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			name, typ, _ := strings.Cut(strings.TrimSpace(inner[start:i]), " ")
			out = append(out, &Column{Name: name, Type: typ, Dialect: c.Dialect})
			start = i + 1
		}
	}
	return out
}

// flatten gives the leaves of a struct by their dotted names, the column itself if it is not one.
func (c *Column) flatten() []*Column {
	if !c.isStruct() {
		return []*Column{c}
	}
	var out []*Column
	for _, field := range c.structFields() {
		for _, leaf := range field.flatten() {
			out = append(out, &Column{Name: c.Name + "." + leaf.Name, Type: leaf.Type, Dialect: c.Dialect})
		}
	}
	return out
}

func columnList(columns []*Column) *jinja.List {
	l := jinja.NewList()
	for _, c := range columns {
		l.Items = append(l.Items, c)
	}
	return l
}

// columnType is api.Column: the class.
type columnType struct{ dialect *dialect.Dialect }

// Call implements jinja.Callable: api.Column(name, dtype, …).
func (t columnType) Call(c *jinja.Call) (jinja.Value, error) {
	a, err := bind.To(c, "Column", "column dtype char_size? numeric_precision? numeric_scale?")
	if err != nil {
		return nil, err
	}
	size, err := a.Int("char_size", 0)
	if err != nil {
		return nil, err
	}
	out := &Column{Name: jinja.Str(a.Value("column")), Type: jinja.Str(a.Value("dtype")), Size: size, Dialect: t.dialect}
	if v := a.Value("numeric_precision"); v != nil {
		out.Precision = jinja.Str(v)
	}
	if v := a.Value("numeric_scale"); v != nil {
		out.Scale = jinja.Str(v)
	}
	return out, nil
}

// Attr implements jinja.Attributer.
func (t columnType) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "translate_type":
		return bind.Func(name, "dtype", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			dtype, err := a.Text("dtype", "")
			return TranslateType(dtype), err
		}), true
	case "create":
		return bind.Func(name, "name label_or_dtype", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			dtype, err := a.Text("label_or_dtype", "")
			return &Column{Name: jinja.Str(a.Value("name")), Type: TranslateType(dtype), Dialect: t.dialect}, err
		}), true
	case "from_description":
		return bind.Func(name, "name raw_data_type", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			dtype, err := a.Text("raw_data_type", "")
			return describedColumn(t.dialect, jinja.Str(a.Value("name")), dtype), err
		}), true
	case "string_type":
		return bind.Func(name, "size", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			size, err := a.Int("size", defaultSize)
			return stringType(size), err
		}), true
	case "numeric_type":
		return bind.Func(name, "dtype precision scale", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			return numericType(jinja.Str(a.Value("dtype")), a.Value("precision"), a.Value("scale")), nil
		}), true
	case "__name__":
		return columnTypeName(t.dialect), true
	}
	return nil, false
}

// TranslateType spells the one type that dbt's Column translates on every warehouse; type_* macros and the types of contracts build on it.
func TranslateType(dtype string) string {
	if strings.EqualFold(dtype, "string") {
		return "TEXT"
	}
	return dtype
}

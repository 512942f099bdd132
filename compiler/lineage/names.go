package lineage

import (
	"fmt"
	"slices"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// name resolves a name in an expression: a column, a column of a named table, fields of either, a parameter of a lambda, or an
// item of the select list.
func (b *binder) name(sc *scope, c *sql.Column) value {
	keys := b.keysOf(c.Parts)
	var open *source // the nearest that may have it
	for s := sc; s != nil; s = s.parent {
		v, found := b.nameIn(s, c, keys, &open)
		if found {
			return v
		}
	}
	if open != nil {
		return b.guessed(open, c.Parts[len(c.Parts)-1])
	}
	if v, ok := b.wholeRow(sc, keys); ok {
		return v
	}
	if len(c.Parts) == 1 && slices.Contains(b.names.Hidden, keys[0]) {
		return value{}
	}
	if word := b.names.Words[keys[0]]; word != "" && len(keys) == 1 {
		r, _ := b.system.Call(word)
		return value{typ: r.Type}
	}
	b.unknownColumn(sc, c, keys)
	return value{}
}

// nameIn looks for a name in one scope.
func (b *binder) nameIn(s *scope, c *sql.Column, keys []string, open **source) (value, bool) {
	if t, ok := s.locals[keys[0]]; ok {
		return b.fields(value{typ: t}, c.Parts[1:]), true
	}
	for n := len(keys) - 1; n >= 1; n-- {
		sources := s.qualified(keys[:n])
		if len(sources) == 0 {
			continue
		}
		return b.columnOf(sources, c, keys, n)
	}
	found := s.find(keys[0], b)
	if len(found) > 0 {
		if len(found) > 1 {
			b.ambiguous(s, c, found)
		}
		return b.fields(b.read(found[0], c.Parts[0].Span), c.Parts[1:]), true
	}
	if s.items != nil {
		if it := s.items.named[keys[0]]; it != nil && !it.busy {
			v := b.itemValue(s, it)
			v.column = nil
			b.loose = append(b.loose, it.loose...)
			return b.fields(v, c.Parts[1:]), true
		}
	}
	if *open == nil {
		if sources := s.opened(); len(sources) > 0 {
			*open = sources[0]
			if len(sources) > 1 {
				*open = &source{open: &opening{}} // no telling which
			}
		}
	}
	return value{}, false
}

// columnOf is a column of sources that a qualifier of n names means: more than one only if a name stands twice in the FROM.
func (b *binder) columnOf(sources []*source, c *sql.Column, keys []string, n int) (value, bool) {
	for _, src := range sources {
		if col := src.find(keys[n], b); col != nil {
			return b.fields(b.read(col, c.Parts[n].Span), c.Parts[n+1:]), true
		}
	}
	for _, src := range sources {
		if src.open != nil {
			return b.guessed(src, c.Parts[n]), true
		}
	}
	if slices.Contains(b.names.Hidden, keys[n]) {
		return value{}, true
	}
	src := sources[0]
	b.misspelt(UnknownColumn, c.Parts[n].Span, fmt.Sprintf("%s has no column %q", written(c.Parts[:n]), c.Parts[n].Name),
		c.Parts[n].Name, columnNames(src.columns))
	return value{}, true
}

// read is the value of a column that is read at a place.
func (b *binder) read(c *column, at sql.Span) value {
	c.read()
	b.loose = append(b.loose, loose{c, at})
	return value{typ: c.typ, uses: c.uses, parts: c.parts, column: c}
}

// guessed is a column of a source that may have it.
func (b *binder) guessed(src *source, name sql.Ident) value {
	if src.open.table == "" {
		return value{}
	}
	v := value{uses: b.input(src.open.table, b.stored(name))}
	if src.open.padded {
		v.uses = v.uses.inPart()
	}
	return v
}

// wholeRow is the value of a table's name where a column would stand: the row.
func (b *binder) wholeRow(sc *scope, keys []string) (value, bool) {
	for s := sc; s != nil; s = s.parent {
		if sources := s.qualified(keys); len(sources) > 0 {
			return b.row(sources[0]), true
		}
	}
	return value{}, false
}

func (b *binder) row(src *source) value {
	var v value
	fields := make([]types.Field, len(src.columns))
	for i, c := range src.columns {
		read := b.read(c, sql.Span{})
		v.uses = v.uses.with(read.uses)
		v.parts = append(v.parts, partOf(c.name, read))
		fields[i] = types.Field{Name: c.name, Type: c.typ}
	}
	v.uses = v.uses.as(Transform)
	if src.open != nil {
		v.parts = nil
	} else {
		v.typ = types.StructOf(fields...)
	}
	return v
}

// fields is what is left of a name after its column: fields of a struct.
func (b *binder) fields(v value, rest []sql.Ident) value {
	for _, f := range rest {
		v = b.field(v, f)
	}
	return v
}

func (b *binder) field(v value, name sql.Ident) value {
	t := v.typ
	out := v.taken(name.Name)
	out.typ, out.name = types.Type{}, name.Name
	switch t.Kind() {
	case types.Struct, types.Union:
		ft, ok := t.Field(name.Name)
		if !ok {
			var names []string
			for _, f := range t.Fields() {
				names = append(names, f.Name)
			}
			p := b.problem(UnknownColumn, name.Span, fmt.Sprintf("the struct has no field %q", name.Name))
			p.Hint = diag.DidYouMean(name.Name, names)
		}
		out.typ = ft
	case types.JSON, types.Variant, types.Null:
		out.typ = t
	case types.Map:
		out.typ = t.Value()
	}
	return out
}

func (b *binder) ambiguous(s *scope, c *sql.Column, found []*column) {
	if c.Parts[0].Span.IsZero() {
		return
	}
	var of []string
	for _, src := range s.sources {
		for _, col := range found {
			if slices.Contains(src.columns, col) && len(src.names) > 0 {
				of = append(of, src.names[0][len(src.names[0])-1])
			}
		}
	}
	message := fmt.Sprintf("column %q is ambiguous", c.Parts[0].Name)
	if len(of) > 1 {
		message = fmt.Sprintf("column %q is in both %s and %s", c.Parts[0].Name, of[0], of[1])
	}
	p := b.problem(AmbiguousColumn, c.Parts[0].Span, message)
	if len(of) > 0 {
		p.Hint = fmt.Sprintf("say which one is meant, as in %s.%s", of[0], c.Parts[0].Name)
	}
}

func (b *binder) unknownColumn(sc *scope, c *sql.Column, keys []string) {
	last := c.Parts[len(c.Parts)-1]
	if len(keys) > 1 {
		p := b.problem(UnknownColumn, c.Span, fmt.Sprintf("there is no %q in the FROM to have a column %q", written(c.Parts[:len(c.Parts)-1]), last.Name))
		p.Hint = diag.DidYouMean(c.Parts[0].Name, sourceNames(sc))
		return
	}
	message := fmt.Sprintf("there is no column %q", last.Name)
	if only := sourceNames(sc); len(only) == 1 {
		message = fmt.Sprintf("%s has no column %q", only[0], last.Name)
	}
	b.misspelt(UnknownColumn, last.Span, message, last.Name, b.columnsInSight(sc))
}

// columnsInSight are the names that a column could have had, in order; none once enough were compared.
func (b *binder) columnsInSight(sc *scope) []string {
	if b.compared > maxCompared {
		return nil
	}
	var names []string
	for s := sc; s != nil; s = s.parent {
		names = append(names, columnNames(s.visible)...)
		if s.items != nil {
			for _, it := range s.items.named {
				names = append(names, it.sql.Alias.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}

func columnNames(list []*column) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.name
	}
	return out
}

// sourceNames are the names of what stands in the FROM, and around it.
func sourceNames(sc *scope) []string {
	var out []string
	for s := sc; s != nil; s = s.parent {
		for _, src := range s.sources {
			if len(src.names) > 0 {
				name := src.names[0]
				out = append(out, name[len(name)-1])
			}
		}
	}
	return out
}

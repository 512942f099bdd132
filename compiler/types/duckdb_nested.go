package types

import (
	"strconv"
	"strings"
)

// nestedResult is what functions of lists, structs, maps and unions give.
func (d *duck) nestedResult(f *function, _ *overload, args []Arg) (Type, fate) {
	first := d.plain(args[0].Type)
	switch f.name {
	case "list_transform", "list_apply", "array_transform", "array_apply", "apply":
		return ListOf(d.body(args, first.Element(), Of(BigInt))), decided
	case "list_filter", "array_filter", "filter":
		d.body(args, first.Element(), Of(BigInt))
		return asList(first), decided
	case "list_reduce", "array_reduce", "reduce":
		start := first.Element()
		if len(args) > 2 {
			start = d.plain(args[2].Type)
		}
		return d.body(args, start, first.Element(), Of(BigInt)), decided
	case "list_sort", "list_reverse_sort", "array_sort", "array_reverse_sort", "list_resize", "array_resize":
		return asList(first), decided
	case "list_slice", "array_slice":
		return sliced(first), decided
	case "list_grade_up", "array_grade_up", "grade_up":
		return ListOf(Of(BigInt)), decided
	case "list_concat", "list_cat", "array_concat", "array_cat", "concat", "||", "+", "add":
		return d.concatenated(f.name, args)
	case "list_zip", "array_zip":
		return ListOf(StructOf(zipped(args)...)), decided
	case "list_aggr", "list_aggregate", "array_aggr", "array_aggregate", "aggregate":
		return d.aggregated(first.Element(), args)
	case "struct_extract", "array_extract", "struct_extract_at", "union_extract":
		return extracted(first, args)
	case "struct_values":
		return renamed(first, func(Field) string { return "" }), decided
	case "union_tag":
		var words []string
		for _, m := range first.Fields() {
			words = append(words, m.Name)
		}
		return EnumOf(words...), decided
	case "enum_code":
		return enumCode(first), decided
	case "map_concat":
		return decideIf(d.commonPlain(typesOf(args)))
	}
	return Type{}, silent
}

func (d *duck) structResult(f *function, _ *overload, args []Arg) (Type, fate) {
	switch f.name {
	case "row":
		return StructOf(zippedAs(d, args, func(Arg) string { return "" })...), decided
	case "struct_pack":
		return StructOf(zippedAs(d, args, func(a Arg) string { return a.Name })...), decided
	case "union_value":
		return UnionOf(zippedAs(d, args[:1], func(a Arg) string { return a.Name })...), decided
	case "struct_insert", "struct_update":
		return inserted(d, args), decided
	case "struct_concat":
		var fields []Field
		for _, a := range args {
			fields = append(fields, a.Type.Fields()...)
		}
		return StructOf(fields...), decided
	}
	return Type{}, silent
}

// body is the type of a lambda's body once the types of its parameters are known.
func (d *duck) body(args []Arg, params ...Type) Type {
	for _, a := range args {
		if a.Lambda != nil {
			return d.plain(a.Lambda(params...))
		}
	}
	return Type{}
}

func asList(t Type) Type {
	if t.kind == Array {
		return ListOf(t.Element())
	}
	return t
}

// sliced: the slice of a JSON value is a string, since it need not be JSON.
func sliced(t Type) Type {
	switch t.kind {
	case List, Array:
		return asList(t)
	case Null, Varchar, Blob:
		return t
	case Unknown, Named:
		return Type{}
	}
	return Of(Varchar)
}

// concatenated: lists become a list of what their elements have in common, two BLOBs a BLOB, everything else a string.
func (d *duck) concatenated(name string, args []Arg) (Type, fate) {
	lists, blobs, others := 0, 0, 0
	var ts []Type
	for _, a := range args {
		switch a.Type.kind {
		case List, Array:
			lists++
			ts = append(ts, asList(a.Type))
		case Null, Unknown:
		case Blob:
			blobs++
		default:
			others++
		}
	}
	switch {
	case lists == 0 && (name == "+" || name == "add"):
		return Type{}, silent
	case lists == 0 && name == "||" && blobs == len(args):
		return Of(Blob), decided
	case lists == 0 && (name == "||" || name == "concat"):
		return Of(Varchar), decided
	case lists == 0:
		return Of(Null), decided
	case others+blobs > 0:
		return Type{}, refused
	}
	return decideIf(d.commonPlain(ts))
}

func zipped(args []Arg) []Field {
	var fields []Field
	for _, a := range args {
		if a.Type.kind == List || a.Type.kind == Array {
			fields = append(fields, Field{"", a.Type.Element()})
		}
	}
	return fields
}

func zippedAs(d *duck, args []Arg, name func(Arg) string) []Field {
	fields := make([]Field, len(args))
	for i, a := range args {
		fields[i] = Field{name(a), d.plain(a.Type)}
	}
	return fields
}

// aggregated is what the aggregate of that name makes of a list's elements.
func (d *duck) aggregated(element Type, args []Arg) (Type, fate) {
	if !args[1].Literal {
		return Type{}, decided
	}
	r, err := d.call(args[1].Text, append([]Arg{{Type: element}}, args[2:]...))
	return decideIf(r.Type, err == nil)
}

// extracted is the field that a literal names or counts.
func extracted(t Type, args []Arg) (Type, fate) {
	if t.kind != Struct && t.kind != Union {
		return Type{}, silent
	}
	if len(args) > 1 && args[1].Type.kind.whole() && !t.unnamed() {
		return Type{}, refused
	}
	if len(args) < 2 || !args[1].Literal {
		return Type{}, decided
	}
	if n, err := strconv.Atoi(args[1].Text); err == nil && args[1].Type.kind != String {
		if fields := t.Fields(); n >= 1 && n <= len(fields) {
			return fields[n-1].Type, decided
		}
		return Type{}, refused
	}
	return decideIf(t.Field(args[1].Text))
}

func renamed(t Type, name func(Field) string) Type {
	fields := t.Fields()
	for i := range fields {
		fields[i].Name = name(fields[i])
	}
	return StructOf(fields...)
}

// inserted is the struct with the named arguments in or over its fields.
func inserted(d *duck, args []Arg) Type {
	fields := args[0].Type.Fields()
next:
	for _, a := range args[1:] {
		for i := range fields {
			if strings.EqualFold(fields[i].Name, a.Name) {
				fields[i].Type = d.plain(a.Type)
				continue next
			}
		}
		fields = append(fields, Field{a.Name, d.plain(a.Type)})
	}
	return StructOf(fields...)
}

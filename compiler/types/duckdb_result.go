package types

import "strings"

// fate says what a rule has to say of a call.
type fate uint8

const (
	silent  fate = iota // nothing: the signature is right
	decided             // this is the type
	refused             // the warehouse refuses the call
)

// bound is what DuckDB decides after it has chosen the overload, because the signature cannot say it.
func (d *duck) bound(f *function, o *overload, args []Arg) (Type, fate) {
	switch {
	case !duckTakes(f.name, args):
		return Type{}, refused
	case f.kind == Scalar && !complete(o.returns) && !seesNull(f.name) && hasNull(args):
		return Of(Null), decided
	case len(args) == 0:
		return Type{}, silent
	}
	for _, rule := range []func(*function, *overload, []Arg) (Type, fate){d.pickResult, d.decimalResult, d.nestedResult, d.structResult, d.timeResult} {
		if t, fate := rule(f, o, args); fate != silent {
			return t, fate
		}
	}
	return Type{}, silent
}

// seesNull tells whether a function is called for a NULL too; the others give NULL, and it has no type.
func seesNull(name string) bool {
	switch name {
	case "concat", "greatest", "least", "row", "struct_pack", "struct_concat", "struct_insert", "struct_update", "list_concat", "list_cat",
		"array_concat", "array_cat", "list_zip", "array_zip", "list_resize", "array_resize", "array_value", "union_value", "list_aggr",
		"list_aggregate", "array_aggr", "array_aggregate", "aggregate", "list_slice", "array_slice", "list_reduce", "array_reduce", "reduce",
		"list_filter", "array_filter", "filter", "list_transform", "array_transform", "list_apply", "array_apply", "apply", "list_value",
		"map", "map_keys", "map_values", "map_entries", "map_extract", "map_concat", "map_from_entries", "element_at", "map_extract_value",
		"cast_to_type", "replace_type", "remap_struct", "list_intersect", "array_intersect", "unpivot_list", "+", "add", "current_setting",
		"list_has_any", "list_has_all", "list_contains", "list_position", "constant_or_null":
		return true
	}
	return false
}

func hasNull(args []Arg) bool {
	for _, a := range args {
		if a.Type.kind == Null {
			return true
		}
	}
	return false
}

// duckTakes knows what functions ask of their arguments beyond the signature.
func duckTakes(name string, args []Arg) bool {
	first := Type{}
	if len(args) > 0 {
		first = args[0].Type
	}
	free := first.kind.in(Unknown, Null, Named)
	switch name {
	case "to_json", "json_quote", "union_value":
		return len(args) == 1
	case "array_to_json":
		return len(args) == 1 && (free || first.kind.in(List, Array))
	case "row_to_json":
		return len(args) == 1 && (free || first.kind == Struct)
	case "cardinality":
		return len(args) == 1 && (free || first.kind == Map)
	case "json_object":
		return len(args)%2 == 0
	case "enum_first", "enum_last", "enum_range", "enum_range_boundary", "enum_code":
		return free || first.kind == Enum
	case "struct_has", "struct_contains", "struct_indexof", "struct_position", "contains":
		return first.kind != Struct || first.unnamed()
	case "array_slice", "list_slice":
		return free || first.kind.in(List, Array, Varchar, String, Blob, JSON) && (len(args) < 4 || first.kind.in(List, Array))
	case "list_zip", "array_zip":
		return len(args) > 0 && (free || first.kind.in(List, Array))
	case "remap_struct":
		return free || first.kind.in(Struct, List, Array, Map)
	}
	return true
}

// pickResult is for functions that answer with one of their arguments, or what they have in common.
func (d *duck) pickResult(f *function, o *overload, args []Arg) (Type, fate) {
	first := d.plain(args[0].Type)
	switch f.name {
	case "first", "last", "any_value", "arbitrary", "min", "max", "mode",
		"arg_max", "arg_min", "argmax", "argmin", "max_by", "min_by",
		"arg_max_null", "arg_min_null", "arg_max_nulls_last", "arg_min_nulls_last":
		return pickOne(first, o)
	case "first_value", "last_value", "nth_value", "lag", "lead", "fill":
		return first, decided
	case "greatest", "least":
		return decideIf(d.commonPlain(typesOf(args)))
	case "approx_top_k":
		return ListOf(first), decided
	case "unpivot_list":
		t, ok := d.commonPlain(typesOf(args))
		return decideIf(ListOf(t), ok)
	case "equi_width_bins":
		t, ok := d.force(first, d.plain(args[1].Type))
		return decideIf(ListOf(t), ok)
	case "histogram", "histogram_exact":
		return MapOf(first, Of(UBigInt)), decided
	case "cast_to_type", "constant_or_null":
		return d.plain(args[len(args)-1].Type), decided
	case "array_value":
		t, ok := d.commonPlain(typesOf(args))
		return decideIf(ArrayOf(t, len(args)), ok)
	}
	return Type{}, silent
}

// pickOne: the value that is picked keeps its type, also JSON where it was taken for a VARCHAR.
func pickOne(first Type, o *overload) (Type, fate) {
	switch {
	case o.returns.kind == List:
		return ListOf(first), decided
	case o.returns.kind.in(Any, Decimal), first.kind == JSON:
		return first, decided
	}
	return Type{}, silent
}

func decideIf(t Type, ok bool) (Type, fate) {
	if !ok {
		return Type{}, refused
	}
	return t, decided
}

func (d *duck) commonPlain(ts []Type) (Type, bool) {
	t, ok := d.common(ts)
	return d.plain(t), ok
}

func enumCode(t Type) Type {
	switch n := len(t.Words()); {
	case n < 1<<8:
		return Of(UTinyInt)
	case n < 1<<16:
		return Of(USmallInt)
	}
	return Of(UInt)
}

// timeResult is what functions give whose parts are named by a literal, and what lies between values.
func (d *duck) timeResult(f *function, _ *overload, args []Arg) (Type, fate) {
	first := d.plain(args[0].Type)
	switch f.name {
	case "date_part", "datepart":
		if !args[0].Literal || args[0].Type.kind.in(List, Array) {
			return Type{}, silent
		}
		switch strings.ToLower(args[0].Text) {
		case "epoch", "julian":
			return Of(Double), decided
		}
		return Of(BigInt), decided
	case "quantile", "quantile_disc":
		return perFraction(first, args), decided
	case "median", "quantile_cont":
		return perFraction(between(first), args), decided
	}
	return Type{}, silent
}

// perFraction: for a list of fractions there is a list of answers.
func perFraction(t Type, args []Arg) Type {
	if len(args) > 1 && args[1].Type.kind.in(List, Array) {
		return ListOf(t)
	}
	return t
}

// between is the type of what lies between two values.
func between(t Type) Type {
	switch {
	case t.kind.whole():
		return Of(Double)
	case t.kind == Date:
		return Of(Timestamp)
	}
	return t
}

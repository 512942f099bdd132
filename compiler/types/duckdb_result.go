package types

import (
	"strconv"
	"strings"
)

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

func hasDecimal(o *overload) bool {
	for _, p := range o.params {
		if p.kind == Decimal {
			return true
		}
	}
	return false
}

func (d *duck) commonPlain(ts []Type) (Type, bool) {
	t, ok := d.common(ts)
	return d.plain(t), ok
}

// decimalResult: https://duckdb.org/docs/stable/sql/data_types/numeric#fixed-point-decimals
func (d *duck) decimalResult(f *function, o *overload, args []Arg) (Type, fate) {
	p, s, ok := digits(args[0].Type)
	if !ok || o.returns.kind != Decimal && !hasDecimal(o) {
		return Type{}, silent
	}
	own := DecimalOf(p, s)
	switch f.name {
	case "+", "-", "add", "subtract":
		if len(args) == 2 {
			return sumOfDecimals(args[0].Type, args[1].Type), decided
		}
		return own, decided
	case "*", "multiply":
		return productOfDecimals(args[0].Type, args[1].Type)
	case "%", "mod":
		return remainderOfDecimals(p, s, args[1].Type), decided
	case "sum", "sum_no_overflow":
		return DecimalOf(38, s), decided
	case "avg", "mean", "favg":
		return Of(Double), decided
	case "ceil", "ceiling", "floor":
		return DecimalOf(p, 0), decided
	case "round", "trunc":
		return rounded(own, args), decided
	case "approx_quantile", "reservoir_quantile":
		return storage(o.returns, p), decided
	case "quantile_cont", "mad":
		if len(args) > 1 && args[1].Type.kind.in(List, Array) {
			return ListOf(own), decided
		}
		return own, decided
	}
	if o.returns.kind == Decimal {
		return own, decided
	}
	return Type{}, silent
}

// storage: these answer with the whole number that a decimal is stored as.
func storage(returns Type, precision int) Type {
	t := Of(HugeInt)
	switch {
	case precision <= 4:
		t = Of(SmallInt)
	case precision <= 9:
		t = Of(Int)
	case precision <= 18:
		t = Of(BigInt)
	}
	if returns.kind == List {
		return ListOf(t)
	}
	return t
}

// sumOfDecimals has a digit more than both, but what fits in 64 bits stays there.
func sumOfDecimals(l, r Type) Type {
	lp, ls, _ := digits(l)
	rp, rs, _ := digits(r)
	scale, widest := max(ls, rs), max(lp, rp)
	need := max(scale+max(lp-ls, rp-rs), widest) + 1
	if need > 18 && widest <= 18 {
		need = 18
	}
	return DecimalOf(min(need, 38), scale)
}

func productOfDecimals(l, r Type) (Type, fate) {
	lp, ls, _ := digits(l)
	rp, rs, _ := digits(r)
	width, scale, widest := lp+rp, ls+rs, max(lp, rp)
	if scale > 38 {
		return Type{}, refused
	}
	if width > 18 && widest <= 18 && scale < 18 {
		width = 18
	}
	return DecimalOf(min(width, 38), scale), decided
}

// remainderOfDecimals is a DOUBLE if the digits of both do not fit in a decimal.
func remainderOfDecimals(p, s int, r Type) Type {
	p2, s2, _ := digits(r)
	scale := max(s, s2)
	precision := max(max(p-s, p2-s2)+scale, p, p2)
	if precision > 38 {
		return Of(Double)
	}
	return DecimalOf(precision, scale)
}

// rounded has as many digits after the point as are asked for, and none if nothing is.
func rounded(t Type, args []Arg) Type {
	scale := 0
	if len(args) > 1 {
		n, err := strconv.Atoi(args[1].Text)
		if !args[1].Literal || err != nil {
			return Type{}
		}
		scale = max(0, min(n, int(t.scale)))
	}
	return DecimalOf(int(t.size), scale)
}

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

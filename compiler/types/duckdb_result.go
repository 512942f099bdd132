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
func (d *duck) bound(f *function, o *overload, args []Arg, t Type) (Type, fate) {
	if len(args) == 0 {
		return Type{}, silent
	}
	first := d.plain(args[0].Type)
	switch f.name {
	case "first", "last", "any_value", "arbitrary", "min", "max", "mode",
		"arg_max", "arg_min", "argmax", "argmin", "max_by", "min_by",
		"arg_max_null", "arg_min_null", "arg_max_nulls_last", "arg_min_nulls_last":
		if o.returns.kind == List {
			return ListOf(first), decided
		}
		if o.returns.kind == Any || o.returns.kind == Decimal {
			return first, decided
		}
	case "greatest", "least":
		return decide(d.commonPlain(typesOf(args)))
	case "approx_top_k", "unpivot_list":
		return decide(d.listOf(f.name, args))
	case "histogram", "histogram_exact":
		return MapOf(first, Of(UBigInt)), decided
	case "cast_to_type", "constant_or_null":
		return d.plain(args[len(args)-1].Type), decided
	case "array_value":
		t, ok := d.commonPlain(typesOf(args))
		return decideIf(ArrayOf(t, len(args)), ok)
	}
	if o.returns.kind == Decimal || hasDecimal(o) {
		return d.decimalResult(f.name, o, args)
	}
	if t, fate := d.nestedResult(f.name, o, args); fate != silent {
		return t, fate
	}
	return d.timeResult(f.name, args)
}

func decide(t Type, ok bool) (Type, fate) { return decideIf(t, ok) }

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

func (d *duck) listOf(name string, args []Arg) (Type, bool) {
	if name == "approx_top_k" {
		return ListOf(d.plain(args[0].Type)), true
	}
	t, ok := d.commonPlain(typesOf(args))
	return ListOf(t), ok
}

// decimalResult: https://duckdb.org/docs/stable/sql/data_types/numeric#fixed-point-decimals
func (d *duck) decimalResult(name string, o *overload, args []Arg) (Type, fate) {
	p, s, ok := digits(args[0].Type)
	if !ok {
		return Type{}, silent
	}
	own := DecimalOf(p, s)
	switch name {
	case "+", "-", "add", "subtract":
		if len(args) == 2 {
			return sumOfDecimals(args[0].Type, args[1].Type), decided
		}
		return own, decided
	case "*", "multiply":
		return productOfDecimals(args[0].Type, args[1].Type)
	case "%", "mod":
		p2, s2, _ := digits(args[1].Type)
		scale := max(s, s2)
		return DecimalOf(min(38, max(p-s, p2-s2)+scale), scale), decided
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
func (d *duck) nestedResult(name string, o *overload, args []Arg) (Type, fate) {
	first := d.plain(args[0].Type)
	switch name {
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
	case "list_concat", "list_cat", "array_concat", "array_cat", "concat", "||":
		return d.concatenated(name, args)
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
		return decide(d.commonPlain(typesOf(args)))
	}
	return d.structResult(name, args)
}

func (d *duck) structResult(name string, args []Arg) (Type, fate) {
	switch name {
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

func sliced(t Type) Type {
	switch t.kind {
	case List, Array:
		return asList(t)
	case Null, Varchar, Blob, JSON, Bit:
		return t
	}
	return Of(Varchar)
}

// concatenated: lists become a list of what their elements have in common, two BLOBs a BLOB, everything else a string.
func (d *duck) concatenated(name string, args []Arg) (Type, fate) {
	lists, blobs := 0, 0
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
			ts = append(ts, a.Type)
		}
	}
	switch {
	case lists == 0 && name == "||" && blobs == len(args):
		return Of(Blob), decided
	case lists == 0 && (name == "||" || name == "concat"):
		return Of(Varchar), decided
	case lists == 0:
		return ListOf(Of(Null)), decided
	}
	return decide(d.commonPlain(ts))
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
	if len(args) < 2 || !args[1].Literal {
		return Type{}, decided
	}
	if n, err := strconv.Atoi(args[1].Text); err == nil && args[1].Type.kind != String {
		if fields := t.Fields(); n >= 1 && n <= len(fields) {
			return fields[n-1].Type, decided
		}
		return Type{}, refused
	}
	return decide(t.Field(args[1].Text))
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

// timeResult is what functions of times give whose parts are named by a literal.
func (d *duck) timeResult(name string, args []Arg) (Type, fate) {
	switch name {
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
		return d.quantile(args), decided
	}
	return Type{}, silent
}

func (d *duck) quantile(args []Arg) Type {
	if len(args) > 1 && args[1].Type.kind.in(List, Array) {
		return ListOf(d.plain(args[0].Type))
	}
	return d.plain(args[0].Type)
}

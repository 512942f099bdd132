package types

import "strconv"

func hasDecimal(o *overload) bool {
	for _, p := range o.params {
		if p.kind == Decimal {
			return true
		}
	}
	return false
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

package types

import "strings"

// pgPolymorphic tells whether a name stands for types that are told by the arguments:
// https://www.postgresql.org/docs/current/extend-type-system.html#EXTEND-TYPES-POLYMORPHIC
func pgPolymorphic(name string) bool {
	return strings.HasPrefix(name, "any") && name != "any"
}

// bindings are what polymorphic names stand for: of the simple family, where all are the same type, and of the compatible one.
type bindings struct {
	element, compatible string
	ranges, multi       string
	cRanges             string
}

// poly finds what the polymorphic parameters stand for; ok is false if they do not agree.
func (p *postgres) poly(params, inputs []string) (b bindings, ok bool) {
	var compatible []string
	simple, someSimple, literal := false, false, false
	for i, in := range inputs {
		param := params[i]
		if !pgPolymorphic(param) {
			continue
		}
		if in == "" {
			return bindings{}, true
		}
		element := p.elementFor(param, in)
		if strings.HasPrefix(param, "anycompatible") {
			if element != "unknown" {
				compatible = append(compatible, element)
			}
			if strings.HasSuffix(param, "range") {
				b.cRanges = in
			}
			continue
		}
		simple = true
		if in == "unknown" {
			literal = true
			continue
		}
		someSimple = true
		if b.element != "" && b.element != element {
			return b, false
		}
		b.element = element
		switch param {
		case "anyrange":
			b.ranges = in
		case "anymultirange":
			b.multi = in
		}
	}
	if simple && !someSimple && literal {
		b.element = "unknown" // the caller refuses a result of that
	}
	if len(compatible) > 0 {
		if b.compatible, ok = p.commonName(compatible); !ok {
			return b, false
		}
	} else {
		b.compatible = "text"
	}
	return b, b.agree(p, params)
}

// agree checks what a family's members ask of the type that was found.
func (b bindings) agree(p *postgres, params []string) bool {
	for _, param := range params {
		switch param {
		case "anynonarray":
			if p.info(b.element).category == 'A' {
				return false
			}
		case "anyenum":
			if b.element != "unknown" && p.info(b.element).category != 'E' {
				return false
			}
		case "anycompatiblenonarray":
			if p.info(b.compatible).category == 'A' {
				return false
			}
		case "anyarray":
			if b.element != "unknown" && p.info(b.element).array == "-" {
				return false
			}
		}
	}
	return true
}

// elementFor is the element that an argument of a polymorphic parameter speaks of.
func (p *postgres) elementFor(param, in string) string {
	if in == "unknown" {
		return in
	}
	i := p.info(in)
	switch {
	case strings.HasSuffix(param, "multirange"):
		return p.info(i.of).of
	case strings.HasSuffix(param, "nonarray"):
		return in
	case strings.HasSuffix(param, "array"), strings.HasSuffix(param, "range"):
		return i.of
	}
	return in
}

// resultOf is the type of the result, in which polymorphic names are what the arguments say.
func (p *postgres) resultOf(o *pgOverload, args []Arg) (Type, bool) {
	inputs, vague := p.inputs(args)
	params, ok := o.expand(len(args))
	if !ok || !pgPolymorphic(o.returns) {
		t := p.typeOf(o.returns)
		if vague {
			return t, true
		}
		if b, ok := p.poly(params, inputs); ok && b.element == "unknown" && p.needsElement(params) {
			return Type{}, false
		}
		return t, true
	}
	if vague {
		return Type{}, true
	}
	b, ok := p.poly(params, inputs)
	if !ok || b.element == "unknown" && !strings.HasPrefix(o.returns, "anycompatible") {
		return Type{}, false
	}
	return p.fromBindings(o.returns, b), true
}

// needsElement: a call whose polymorphic arguments are all literals is refused.
func (p *postgres) needsElement(params []string) bool {
	for _, param := range params {
		if pgPolymorphic(param) && !strings.HasPrefix(param, "anycompatible") {
			return true
		}
	}
	return false
}

func (p *postgres) fromBindings(returns string, b bindings) Type {
	switch returns {
	case "anyelement", "anynonarray", "anyenum":
		return p.typeOf(b.element)
	case "anyarray":
		return p.typeOf(p.info(b.element).array)
	case "anyrange":
		if b.ranges != "" {
			return p.typeOf(b.ranges)
		}
		return p.typeOf(p.info(b.multi).of)
	case "anymultirange":
		return p.typeOf(p.multirange(b))
	case "anycompatible", "anycompatiblenonarray":
		return p.typeOf(b.compatible)
	case "anycompatiblearray":
		return p.typeOf(p.info(b.compatible).array)
	case "anycompatiblerange":
		return p.typeOf(b.cRanges)
	}
	return Type{}
}

// multirange is the multirange of a range: int4range and int4multirange.
func (p *postgres) multirange(b bindings) string {
	if b.multi != "" {
		return b.multi
	}
	return strings.TrimSuffix(b.ranges, "range") + "multirange"
}

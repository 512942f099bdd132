package types

import "strings"

// candidate is an overload with its parameters laid out for a call.
type candidate struct {
	*pgOverload
	params []string
}

// choose finds the function for a call: https://www.postgresql.org/docs/current/typeconv-func.html. It is nil without an error if a
// type that is not known keeps it from being told.
func (p *postgres) choose(f *pgFunction, args []Arg) (*pgOverload, *CallError) {
	return p.decide(f, args, false)
}

// verdict is what was found for a function and the names of its arguments' types, of which there are not many.
type verdict struct {
	overload *pgOverload
	refused  bool
	why      Reason
}

// decide chooses among the functions, or the operators, of a name.
func (p *postgres) decide(f *pgFunction, args []Arg, operator bool) (*pgOverload, *CallError) {
	inputs, vague := p.inputs(args)
	key := verdictKey{f, len(inputs), strings.Join(inputs, " ")}
	found, ok := p.verdicts.Load(key)
	if !ok {
		found = p.weigh(f, inputs, vague, operator)
		p.verdicts.Store(key, found)
	}
	v := found.(verdict)
	if v.refused {
		return nil, p.refused(v.why, f, args)
	}
	return v.overload, nil
}

type verdictKey struct {
	of     *pgFunction
	args   int
	inputs string
}

func (p *postgres) weigh(f *pgFunction, inputs []string, vague, operator bool) verdict {
	all := p.candidates(f, len(inputs))
	if len(all) == 0 {
		return verdict{refused: true, why: WrongCount}
	}
	assumed := inputs
	if operator {
		assumed = asOther(inputs)
	}
	if c := exact(all, assumed); c != nil && !vague {
		return verdict{overload: c.pgOverload}
	}
	fit := p.fitting(all, inputs)
	switch {
	case len(fit) == 0:
		return verdict{refused: true, why: WrongTypes}
	case vague:
		return verdict{overload: onlyResult(fit)}
	}
	if c := p.best(fit, inputs); c != nil {
		return verdict{overload: c.pgOverload}
	}
	return verdict{refused: true, why: Ambiguous}
}

// operator finds an operator: https://www.postgresql.org/docs/current/typeconv-oper.html
func (p *postgres) operator(op string, args []Arg) (*pgOverload, *CallError) {
	f := p.operatorsOf(op)
	if f == nil {
		return nil, &CallError{Reason: NoFunction, Name: op, Args: typesOf(args)}
	}
	return p.decide(f, args, true)
}

// asOther takes a literal for what the other operand is.
func asOther(inputs []string) []string {
	switch {
	case len(inputs) != 2 || inputs[0] == inputs[1]:
		return inputs
	case inputs[0] == "unknown":
		return []string{inputs[1], inputs[1]}
	case inputs[1] == "unknown":
		return []string{inputs[0], inputs[0]}
	}
	return inputs
}

func (p *postgres) candidates(f *pgFunction, n int) []candidate {
	var all []candidate
	for i := range f.overloads {
		names, ok := f.overloads[i].expand(n)
		if !ok {
			continue
		}
		// Of two that take the same, the one that lists its parameters goes before the variadic one.
		if was := exact(all, names); was == nil {
			all = append(all, candidate{&f.overloads[i], names})
		} else if was.variadic != "" {
			*was = candidate{&f.overloads[i], names}
		}
	}
	return all
}

// inputs are the names of the arguments' types, "" for one that is not known.
func (p *postgres) inputs(args []Arg) (names []string, vague bool) {
	for _, a := range args {
		name := p.name(a.Type)
		names = append(names, name)
		vague = vague || name == ""
	}
	return names, vague
}

// onlyResult is a candidate if all that could be meant give the same.
func onlyResult(fit []candidate) *pgOverload {
	for _, c := range fit {
		if c.returns != fit[0].returns || pgPolymorphic(c.returns) || len(c.columns) != len(fit[0].columns) {
			return nil
		}
	}
	return fit[0].pgOverload
}

func exact(all []candidate, inputs []string) *candidate {
next:
	for i := range all {
		for j, in := range inputs {
			if all[i].params[j] != in {
				continue next
			}
		}
		return &all[i]
	}
	return nil
}

// fitting are those whose parameters take the arguments by implicit casts.
func (p *postgres) fitting(all []candidate, inputs []string) []candidate {
	var fit []candidate
next:
	for _, c := range all {
		for i, in := range inputs {
			if in != "" && !p.takes(c.params[i], in) {
				continue next
			}
		}
		if _, ok := p.poly(c.params, inputs); !ok {
			continue
		}
		fit = append(fit, c)
	}
	return fit
}

// takes tells whether a parameter takes a type, apart from what polymorphic parameters have to agree on.
func (p *postgres) takes(param, in string) bool {
	i := p.info(in)
	switch param {
	case "any", "anyelement", "anycompatible":
		return true
	case "anynonarray", "anycompatiblenonarray":
		return i.category != 'A'
	case "anyarray", "anycompatiblearray":
		return in == "unknown" || i.category == 'A'
	case "anyenum":
		return in == "unknown" || i.category == 'E'
	case "anyrange", "anycompatiblerange":
		return in == "unknown" || i.sort == 'r'
	case "anymultirange", "anycompatiblemultirange":
		return in == "unknown" || i.sort == 'm'
	case "record", "_record":
		return in == param || in == "unknown"
	}
	return p.implicit(in, param)
}

// best is the one that is left when those with fewer exact matches, fewer preferred types and other categories have been put
// aside, in that order; nil if more than one is left.
func (p *postgres) best(fit []candidate, inputs []string) *candidate {
	if len(fit) == 1 {
		return &fit[0]
	}
	fit = most(fit, func(c candidate) int {
		n := 0
		for i, in := range inputs {
			if in != "unknown" && c.params[i] == in {
				n++
			}
		}
		return n
	})
	if len(fit) == 1 {
		return &fit[0]
	}
	fit = most(fit, func(c candidate) int {
		n := 0
		for i, in := range inputs {
			param := p.info(c.params[i])
			if in != "unknown" && (c.params[i] == in || param.preferred && param.category == p.info(in).category) {
				n++
			}
		}
		return n
	})
	if len(fit) == 1 {
		return &fit[0]
	}
	return p.byLiterals(fit, inputs)
}

// most keeps those with the highest count.
func most(all []candidate, count func(candidate) int) []candidate {
	high, kept := 0, []candidate(nil)
	for _, c := range all {
		switch n := count(c); {
		case n > high || kept == nil:
			high, kept = n, []candidate{c}
		case n == high:
			kept = append(kept, c)
		}
	}
	return kept
}

// byLiterals decides by what literals may be.
func (p *postgres) byLiterals(fit []candidate, inputs []string) *candidate {
	literals := 0
	for _, in := range inputs {
		if in == "unknown" {
			literals++
		}
	}
	if literals == 0 {
		return nil
	}
	if kept, ok := p.byCategory(fit, inputs); ok {
		if len(kept) == 1 {
			return &kept[0]
		}
		if len(kept) > 0 {
			fit = kept
		}
	}
	if literals == len(inputs) {
		return nil
	}
	return p.asOthers(fit, inputs)
}

// byCategory: a literal is a string if any candidate takes one there, else of the category that all have.
func (p *postgres) byCategory(fit []candidate, inputs []string) ([]candidate, bool) {
	kept := fit
	for i, in := range inputs {
		if in != "unknown" {
			continue
		}
		category, preferred, ok := p.category(fit, i)
		if !ok {
			return nil, false
		}
		var next []candidate
		for _, c := range kept {
			param := p.info(c.params[i])
			if param.category == category && (!preferred || param.preferred) {
				next = append(next, c)
			}
		}
		kept = next
	}
	return kept, true
}

func (p *postgres) category(fit []candidate, at int) (category byte, preferred, ok bool) {
	category = p.info(fit[0].params[at]).category
	same := true
	for _, c := range fit {
		i := p.info(c.params[at])
		if i.category == 'S' {
			category, ok = 'S', true
		}
		same = same && i.category == category
	}
	for _, c := range fit {
		i := p.info(c.params[at])
		preferred = preferred || i.category == category && i.preferred
	}
	return category, preferred, ok || same
}

// asOthers takes literals for what the other arguments are, if those are all one type.
func (p *postgres) asOthers(fit []candidate, inputs []string) *candidate {
	one := ""
	for _, in := range inputs {
		switch {
		case in == "unknown" || in == one:
		case one == "":
			one = in
		default:
			return nil
		}
	}
	assumed := make([]string, len(inputs))
	for i := range assumed {
		assumed[i] = one
	}
	left := p.fitting(fit, assumed)
	if len(left) == 1 {
		return &left[0]
	}
	return nil
}

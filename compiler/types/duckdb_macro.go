package types

import (
	_ "embed" // the tables
	"strings"
)

//go:embed data/duckdb_macros.tsv
var duckMacros string

// macro is what one of DuckDB's own macros gives. Their bodies are expressions in the form that DuckDB prints, every operator in
// parentheses, so that a small reader is enough.
func (d *duck) macro(f *function, args []Arg) (Result, *CallError) {
	for _, line := range linesOf(duckMacros, f.name) {
		params, body, _ := strings.Cut(line, "\t")
		m := &macroReader{duck: d, reader: reader{spelling: spelling{simple: duckSimple, named: NamedOf}, text: body}, args: map[string]Arg{}}
		names := strings.FieldsFunc(params, func(r rune) bool { return r == ';' })
		if len(names) != len(args) {
			continue
		}
		for i, name := range names {
			m.args[name] = args[i]
		}
		a := m.expression()
		if m.failed != nil {
			m.failed.Name, m.failed.Args = f.name, typesOf(args)
			return Result{}, m.failed
		}
		return Result{Type: a.Type, Kind: m.kind, Volatility: max(m.volatility, f.volatility), Set: m.set}, nil
	}
	return Result{}, d.refused(WrongCount, f, args)
}

// macroReader finds the type of a macro's body. What it does not understand is unknown.
type macroReader struct {
	reader
	duck       *duck
	args       map[string]Arg
	kind       FunctionKind
	volatility Volatility
	set        bool
	failed     *CallError
}

// took keeps what a part of the body says of the whole, and is the part's value.
func (m *macroReader) took(r Result, err *CallError) Arg {
	if err != nil && m.failed == nil {
		m.failed = err
	}
	if r.Kind == Aggregate {
		m.kind = Aggregate
	}
	m.volatility = max(m.volatility, r.Volatility)
	m.set = m.set || r.Set
	return Arg{Type: r.Type}
}

// expression reads operands with operators between them, from left to right.
func (m *macroReader) expression() Arg {
	if m.depth++; m.depth > maxDepth {
		return Arg{}
	}
	defer func() { m.depth-- }()
	left := m.postfix(m.operand())
	for {
		op := m.operator()
		if op == "" {
			return left
		}
		if rest, ok := strings.CutPrefix(op, "is "); ok && strings.HasSuffix(rest, "null") {
			left = Arg{Type: Of(Boolean)}
			continue
		}
		right := m.postfix(m.operand())
		left = m.took(m.duck.binary(op, left, right))
	}
}

// operator reads an operator, if one comes next.
func (m *macroReader) operator() string {
	m.space()
	start := m.at
	for m.at < len(m.text) && strings.IndexByte("+-*/%|=<>~!&^", m.text[m.at]) >= 0 {
		m.at++
	}
	if m.at > start {
		return m.text[start:m.at]
	}
	word, quoted, _ := m.word()
	if !quoted {
		switch strings.ToLower(word) {
		case "and", "or":
			return strings.ToLower(word)
		case "is":
			second, _, _ := m.word()
			if strings.EqualFold(second, "not") {
				m.word()
				return "is not null"
			}
			return "is null"
		}
	}
	m.at = start
	return ""
}

// operand reads a literal, a parameter, a call, a cast, a CASE or something in parentheses.
func (m *macroReader) operand() Arg {
	m.space()
	if m.at >= len(m.text) {
		return Arg{}
	}
	switch c := m.text[m.at]; {
	case c == '\'':
		value, _, _ := m.quoted('\'')
		return Arg{Type: m.duck.text(value), Literal: true, Text: value}
	case c == '(':
		return m.parentheses()
	case c >= '0' && c <= '9':
		digits, _, _ := m.word()
		return Arg{Type: m.duck.integer(wholeNumber(digits)), Literal: true, Text: digits}
	}
	name, quoted, _ := m.word()
	for m.next('.') {
		name, quoted, _ = m.word()
	}
	return m.named(name, quoted)
}

func (m *macroReader) parentheses() Arg {
	m.space()
	start := m.at
	m.next('(')
	if word, quoted, _ := m.word(); !quoted && strings.EqualFold(word, "select") {
		m.skip()
		return Arg{}
	}
	m.at = start + 1
	if m.next('-') || m.next('*') {
		m.skip()
		return Arg{}
	}
	a := m.expression()
	if !m.next(')') {
		m.skip()
		return Arg{}
	}
	return a
}

// skip goes behind the parenthesis that closes what is open.
func (m *macroReader) skip() {
	for open := 1; m.at < len(m.text) && open > 0; m.at++ {
		switch m.text[m.at] {
		case '(':
			open++
		case ')':
			open--
		case '\'':
			m.quoted('\'')
			m.at--
		}
	}
}

func (m *macroReader) named(name string, quoted bool) Arg {
	lower := strings.ToLower(name)
	if !quoted {
		switch lower {
		case "null":
			return Arg{Type: Of(Null)}
		case "case":
			return m.caseOf()
		case "cast":
			if m.next('(') {
				return m.castTo()
			}
		case "current_timestamp":
			return m.took(Result{Type: Of(TimestampTZ), Volatility: Stable}, nil)
		}
	}
	if m.next('(') {
		return m.callOf(lower)
	}
	if a, ok := m.args[name]; ok {
		return a
	}
	return m.took(m.duck.call(lower, nil))
}

func (m *macroReader) castTo() Arg {
	m.expression()
	m.word() // AS
	to, ok := m.readType()
	if !ok || !m.next(')') {
		m.skip()
		return Arg{}
	}
	return Arg{Type: to}
}

func (m *macroReader) callOf(name string) Arg {
	var args []Arg
	for !m.next(')') {
		if len(args) > 0 && !m.next(',') || m.at >= len(m.text) {
			m.skip()
			return Arg{}
		}
		args = append(args, m.argument())
	}
	return m.took(m.duck.call(name, args))
}

// argument reads an expression, with a name before it if it has one.
func (m *macroReader) argument() Arg {
	start := m.at
	if name, _, ok := m.word(); ok && m.next(':') && m.next('=') {
		a := m.expression()
		a.Name = name
		return a
	}
	m.at = start
	return m.expression()
}

func (m *macroReader) caseOf() Arg {
	ts := []Type{Of(Null)}
	for {
		switch word, _, ok := m.word(); strings.ToLower(word) {
		case "when":
			m.expression()
		case "then":
			ts = append(ts, m.expression().Type)
		case "else":
			ts[0] = m.expression().Type
		case "end":
			t, ok := m.duck.common(ts)
			return m.took(Result{Type: t}, refusedIf(!ok))
		default:
			if !ok {
				return Arg{}
			}
		}
	}
}

func refusedIf(refused bool) *CallError {
	if refused {
		return &CallError{Reason: WrongTypes}
	}
	return nil
}

// postfix reads [i] and [i:j].
func (m *macroReader) postfix(a Arg) Arg {
	for m.next('[') {
		slice := m.next(':')
		var index Arg
		for !m.next(']') {
			if m.at >= len(m.text) {
				return Arg{}
			}
			switch {
			case m.next(':'):
				slice = true
			case m.next('-'):
			default:
				index = m.expression()
			}
		}
		if slice {
			a = m.took(m.duck.call("array_slice", []Arg{a, {Type: Of(BigInt)}, {Type: Of(BigInt)}}))
		} else {
			a = m.took(m.duck.call("array_extract", []Arg{a, index}))
		}
	}
	return a
}

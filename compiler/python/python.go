// Package python reads from a Python model, without running it, what it asks of the project: its calls of dbt.ref(), dbt.source() and
// dbt.config(), whose arguments have to be literals.
package python

import (
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

const (
	// Invalid is a Python model that does not define model(dbt, session), or text in it that is not closed.
	Invalid diag.Code = "python-model"
	// NotLiteral is an argument of dbt.ref(), dbt.source() or dbt.config() in a Python model that only running the model would tell.
	NotLiteral diag.Code = "python-not-literal"
)

// Call is a call of one of dbt's functions.
type Call struct {
	Name   string // "ref", "source", "config", "config.get" or "config.meta_get"
	Args   []jinja.Value
	Kwargs *jinja.Dict
	At     diag.Span
}

// Model is what a file says. The zero Model asks for nothing.
type Model struct {
	Calls []Call // in their order
	This  bool   // it names dbt.this
}

// Read reads a file. What could be read is returned even if there are problems.
func Read(src *diag.Source) (*Model, *diag.List) {
	problems := &diag.List{}
	tokens := (&scanner{src: src, problems: problems, end: len(src.Text)}).tokens()
	m := &Model{}
	m.hear(src, tokens, problems)
	checkFunction(src, tokens, problems)
	return m, problems
}

// hear finds the calls, those in the braces of f-strings too.
func (m *Model) hear(src *diag.Source, tokens []token, problems *diag.List) {
	for i, t := range tokens {
		if t.inside != nil {
			m.hear(src, t.inside, problems)
		}
		if t.kind != name || t.text != "dbt" || i > 0 && tokens[i-1].is(".") {
			continue
		}
		called, after := attributes(tokens, i+1)
		if called == "this" {
			m.This = true
		}
		if !known[called] || after >= len(tokens) || !tokens[after].is("(") {
			continue
		}
		r := &reader{src: src, problems: problems, tokens: tokens, at: after + 1, called: "dbt." + called}
		if args, kwargs, ok := r.arguments(); ok {
			at := diag.Span{Source: src, Start: t.start, End: tokens[r.at-1].end}
			m.Calls = append(m.Calls, Call{Name: called, Args: args, Kwargs: kwargs, At: at})
		}
	}
}

var known = map[string]bool{"ref": true, "source": true, "config": true, "config.get": true, "config.meta_get": true}

// attributes reads ".config.get" from token i on: as far as it is a name that is known.
func attributes(tokens []token, i int) (called string, after int) {
	for i+1 < len(tokens) && tokens[i].is(".") && tokens[i+1].kind == name {
		longer := tokens[i+1].text
		if called != "" {
			longer = called + "." + longer
		}
		if called != "" && !known[longer] {
			break
		}
		called, i = longer, i+2
	}
	return called, i
}

// checkFunction checks that there is one function model(dbt, session).
func checkFunction(src *diag.Source, tokens []token, problems *diag.List) {
	var first *token
	for i := range tokens {
		if !tokens[i].is("def") || i+2 >= len(tokens) || !tokens[i+1].is("model") || src.Position(tokens[i].start).Column != 1 {
			continue
		}
		at := tokens[i+1]
		span := diag.Span{Source: src, Start: at.start, End: at.end}
		if first != nil {
			problems.Errorf(span, Invalid, "there is a second function model").Hint = "keep one of them"
			return
		}
		first = &at
		if names := parameters(tokens[i+2:]); len(names) != 2 || names[0] != "dbt" {
			problems.Errorf(span, Invalid, "the function model takes other parameters than (dbt, session)").Hint = "write: def model(dbt, session):"
		}
	}
	if first == nil {
		problems.Errorf(diag.Span{Source: src}, Invalid, "there is no function model").Hint = "define it: def model(dbt, session):"
	}
}

// parameters are the names in the parentheses at the start, without their types and defaults.
func parameters(tokens []token) []string {
	var out []string
	depth := 0
	for i, t := range tokens {
		switch {
		case t.is("("), t.is("["), t.is("{"):
			depth++
		case t.is(")"), t.is("]"), t.is("}"):
			depth--
		}
		if depth == 0 {
			return out
		}
		if depth == 1 && t.kind == name && (tokens[i-1].is("(") || tokens[i-1].is(",")) {
			out = append(out, t.text)
		}
	}
	return out
}

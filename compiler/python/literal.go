package python

import (
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// reader reads the arguments of a call.
type reader struct {
	src      *diag.Source
	problems *diag.List
	tokens   []token
	at       int
	called   string // "dbt.ref"
}

func (r *reader) peek() token {
	if r.at < len(r.tokens) {
		return r.tokens[r.at]
	}
	return token{start: len(r.src.Text), end: len(r.src.Text)}
}

// take goes past the next token if it is s.
func (r *reader) take(s string) bool {
	if r.peek().is(s) {
		r.at++
		return true
	}
	return false
}

// arguments reads up to the closing parenthesis; ok is false after a problem.
func (r *reader) arguments() (args []jinja.Value, kwargs *jinja.Dict, ok bool) {
	kwargs = jinja.NewDict()
	for !r.take(")") {
		key := ""
		if t := r.peek(); t.kind == name && r.at+1 < len(r.tokens) && r.tokens[r.at+1].is("=") {
			key = t.text
			r.at += 2
		}
		v, ok := r.value()
		if !ok {
			return nil, nil, false
		}
		if key != "" {
			kwargs.Put(key, v)
		} else {
			args = append(args, v)
		}
		if !r.take(",") && !r.peek().is(")") {
			return nil, nil, r.refuse(r.peek())
		}
	}
	return args, kwargs, true
}

// refuse reports a token that makes an argument something that only running the program would tell.
func (r *reader) refuse(t token) bool {
	what := "`" + r.src.Text[t.start:t.end] + "`"
	switch {
	case t.kind == end:
		what = "the end of the file"
	case t.format:
		what = "an f-string"
	}
	r.problems.Errorf(diag.Span{Source: r.src, Start: t.start, End: t.end}, NotLiteral, "%s() takes literals, and here is %s", r.called, what).Hint =
		"write the value itself: the calls are read before the model runs"
	return false
}

func (r *reader) value() (jinja.Value, bool) {
	t := r.peek()
	r.at++
	switch {
	case t.kind == text && !t.format:
		return r.joined(t)
	case t.kind == number:
		return r.number(t, "")
	case t.is("-"), t.is("+"):
		if n := r.peek(); n.kind == number {
			r.at++
			return r.number(n, strings.TrimPrefix(t.text, "+"))
		}
	case t.is("True"), t.is("False"):
		return t.text == "True", true
	case t.is("None"):
		return nil, true
	case t.is("["):
		items, ok := r.items("]")
		return jinja.NewList(items...), ok
	case t.is("("):
		return r.tuple()
	case t.is("{"):
		return r.dict()
	}
	return nil, r.refuse(t)
}

// joined is a text and those that stand behind it, which Python makes one.
func (r *reader) joined(t token) (jinja.Value, bool) {
	s := t.text
	for r.peek().kind == text {
		if next := r.peek(); next.format {
			return nil, r.refuse(next)
		}
		s += r.peek().text
		r.at++
	}
	return s, true
}

func (r *reader) number(t token, sign string) (jinja.Value, bool) {
	if n, err := strconv.ParseInt(sign+t.text, 0, 0); err == nil {
		return int(n), true
	}
	f, err := strconv.ParseFloat(sign+strings.ReplaceAll(t.text, "_", ""), 64)
	if err != nil {
		return nil, r.refuse(t)
	}
	return f, true
}

func (r *reader) items(closing string) ([]jinja.Value, bool) {
	var out []jinja.Value
	for !r.take(closing) {
		v, ok := r.value()
		if !ok {
			return nil, false
		}
		out = append(out, v)
		if !r.take(",") && !r.peek().is(closing) {
			return nil, r.refuse(r.peek())
		}
	}
	return out, true
}

// tuple reads what stands in parentheses, which are no tuple without a comma.
func (r *reader) tuple() (jinja.Value, bool) {
	items, ok := r.items(")")
	if ok && len(items) == 1 && !r.tokens[r.at-2].is(",") {
		return items[0], true
	}
	return jinja.NewList(items...), ok
}

func (r *reader) dict() (jinja.Value, bool) {
	out := jinja.NewDict()
	for !r.take("}") {
		key, ok := r.value()
		if !ok {
			return nil, false
		}
		if !r.take(":") {
			return nil, r.refuse(r.peek())
		}
		v, ok := r.value()
		if !ok {
			return nil, false
		}
		out.Put(jinja.Str(key), v)
		if !r.take(",") && !r.peek().is("}") {
			return nil, r.refuse(r.peek())
		}
	}
	return out, true
}

// unescaped resolves the backslashes of a text; one that means nothing stays.
// https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences
func unescaped(s string) string {
	var out strings.Builder
	for s != "" {
		switch {
		case strings.HasPrefix(s, "\\\n"):
			s = s[2:]
		case strings.HasPrefix(s, `\'`), strings.HasPrefix(s, `\"`):
			out.WriteByte(s[1])
			s = s[2:]
		case s[0] == '\\':
			r, _, rest, err := strconv.UnquoteChar(s, 0)
			if err != nil {
				r, rest = '\\', s[1:]
			}
			out.WriteRune(r)
			s = rest
		default:
			next := strings.IndexByte(s, '\\')
			if next < 0 {
				next = len(s)
			}
			out.WriteString(s[:next])
			s = s[next:]
		}
	}
	return out.String()
}

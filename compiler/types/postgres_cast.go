package types

import "strings"

// vague tells that nothing can be said of a type: it is unknown, or a name that the server's own catalog does not have.
func (p *postgres) vague(t Type) bool { return p.name(t) == "" }

func (p *postgres) cast(from, to Type) Level {
	source, target := p.name(from), p.name(to)
	if source == "" || target == "" {
		return Implicit
	}
	return p.level(source, target)
}

// level says how readily a type is cast, as the server finds out: a cast of the catalog, of the elements, or by way of text.
func (p *postgres) level(from, to string) Level {
	switch {
	case from == to, from == "unknown":
		return Implicit
	}
	if l := pgCatalogCast(from, to); l != Never {
		return l
	}
	f, t := p.info(from), p.info(to)
	switch {
	case f.category == 'A' && t.category == 'A' && f.of != "-" && t.of != "-" && !strings.HasSuffix(to, "vector"):
		return p.level(f.of, t.of)
	case t.category == 'S' && t.sort == 'b':
		return Assignment
	case f.category == 'S' && f.sort == 'b':
		return Explicit
	}
	return Never
}

func pgCatalogCast(from, to string) Level {
	for _, line := range linesOf(pgCasts, from) {
		for c := range strings.SplitSeq(line, ";") {
			if c[1:] != to {
				continue
			}
			switch c[0] {
			case 'i':
				return Implicit
			case 'a':
				return Assignment
			}
			return Explicit
		}
	}
	return Never
}

func (p *postgres) implicit(from, to string) bool { return p.level(from, to) == Implicit }

// common: https://www.postgresql.org/docs/current/typeconv-union-case.html
func (p *postgres) common(ts []Type) (Type, bool) {
	for _, t := range ts {
		if p.vague(t) {
			return p.commonVague(ts)
		}
	}
	names := make([]string, len(ts))
	for i, t := range ts {
		names[i] = p.name(t)
	}
	name, ok := p.commonName(names)
	if !ok {
		return Type{}, false
	}
	if t, ok := p.sameAs(ts); ok {
		return t, true
	}
	return p.typeOf(name), true
}

// commonVague: a type that nothing is known of is kept if all others are that type too.
func (p *postgres) commonVague(ts []Type) (Type, bool) {
	var t Type
	for _, u := range ts {
		switch {
		case u.kind == String || u.kind == Null:
		case t.kind == Unknown:
			t = u
		case !t.Equal(u):
			return Type{}, true
		}
	}
	return t, true
}

// sameAs is the one type that all have, with its length; it is lost if one of them is a literal.
func (p *postgres) sameAs(ts []Type) (Type, bool) {
	for _, t := range ts[1:] {
		if !t.Equal(ts[0]) {
			return Type{}, false
		}
	}
	return ts[0], ts[0].kind != String && ts[0].kind != Null
}

func (p *postgres) commonName(names []string) (string, bool) {
	best := ""
	for _, n := range names {
		switch {
		case n == "unknown" || n == best:
		case best == "":
			best = n
		case p.info(n).category != p.info(best).category:
			return "", false
		case !p.info(best).preferred && p.implicit(best, n) && !p.implicit(n, best):
			best = n
		}
	}
	if best == "" {
		return "text", true
	}
	for _, n := range names {
		if !p.implicit(n, best) {
			return "", false
		}
	}
	return best, true
}

func (p *postgres) union(l, r Type) (Type, bool) { return p.common([]Type{l, r}) }

// compare: the type that both sides become is the one of the operator that is chosen.
func (p *postgres) compare(op string, l, r Type) (Type, bool) {
	if p.vague(l) || p.vague(r) {
		return Type{}, true
	}
	o, err := p.operator(pgComparison(op), []Arg{{Type: l}, {Type: r}})
	if err != nil {
		return Type{}, false
	}
	if o == nil || pgPolymorphic(o.names[0]) {
		return l, true
	}
	return p.typeOf(o.names[0]), true
}

// pgComparison is the operator that a form of SQL is short for.
func pgComparison(op string) string {
	switch strings.ToLower(op) {
	case "in", "is distinct from", "is not distinct from", "==":
		return "="
	case "not in", "!=":
		return "<>"
	case "between":
		return ">="
	case "not between":
		return "<"
	case "like":
		return "~~"
	case "not like":
		return "!~~"
	case "ilike":
		return "~~*"
	case "not ilike":
		return "!~~*"
	case "similar to":
		return "~"
	case "not similar to":
		return "!~"
	}
	return op
}

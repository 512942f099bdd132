package fingerprint

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// resolve writes what the name of a column means: where its table stands, and what it is there. Of several meanings that it may have, all are
// written.
func (m *reading) resolve(parts []sql.Ident) {
	m.word("column")
	for n := len(parts) - 1; n >= 1; n-- {
		levels, i := m.find(parts[:n])
		if i < 0 {
			continue
		}
		if m.columnOf(levels, i, parts[n].Folded(m.dialect)) {
			m.idents(parts[n+1:])
			return
		}
	}
	m.unqualified(parts[0])
	m.idents(parts[1:])
}

// columnOf writes a column of a table; it is false if the table has none of that name.
func (m *reading) columnOf(levels, i int, name string) bool {
	s := m.scope
	for range levels {
		s = s.parent
	}
	c, found, _ := s.rels[i].column(name)
	if found {
		m.take("of", levels, i, c)
	}
	return found
}

// take writes a column that an expression uses.
func (m *reading) take(word string, levels, i int, c column) {
	m.word(word)
	m.number(levels)
	m.number(i)
	m.out = append(m.out, c.hash[:]...)
	m.shaky = m.shaky || c.shaky
}

// unqualified writes what a name without a table may mean.
func (m *reading) unqualified(name sql.Ident) {
	key := name.Folded(m.dialect)
	levels, known := 0, false
	for s := m.scope; s != nil && !known; s = s.parent {
		if slices.Contains(s.hidden, key) {
			m.word("parameter")
			m.text(key)
			return
		}
		known = m.inScope(s, levels, key)
		levels++
	}
	if known {
		return
	}
	// A row of a table, a function without parentheses, or something that the warehouse adds to each table.
	m.word("word")
	m.text(key)
	m.shaky = true
	if levels, i := m.find([]sql.Ident{name}); i >= 0 {
		s := m.scope
		for range levels {
			s = s.parent
		}
		all := s.rels[i].all()
		m.out = append(m.out, all[:]...)
	}
}

// inScope writes what a name may mean in one SELECT; it is true if it means that for sure.
func (m *reading) inScope(s *scope, levels int, key string) bool {
	known, maybe := false, false
	for i, r := range s.rels {
		if slices.Contains(s.unseen, i) {
			continue
		}
		if c, found, sure := r.column(key); found {
			m.take("of", levels, i, c)
			known, maybe = known || sure, true
		}
	}
	if known && !s.late {
		return true
	}
	for i, c := range s.items {
		if c.name == key {
			m.take("alias", levels, i, c)
			known = true
		}
	}
	// What is not known to have columns has this one, unless it is one of what is around.
	return known || maybe && s.parent.outermost() && !m.isWord(key)
}

// outermost tells whether there are no tables around.
func (s *scope) outermost() bool {
	for ; s != nil; s = s.parent {
		if len(s.rels) > 0 {
			return false
		}
	}
	return true
}

func (m *reading) isWord(key string) bool { return m.dialect.Names.Words[key] != "" }

// special writes what means more than its fields say, as the method of tree does.
func (m *reading) special(n any) bool {
	switch n := n.(type) {
	case *sql.Column:
		m.resolve(n.Parts)
	case *sql.Star:
		m.word("star")
		for i, r := range m.scope.rels {
			if levels, only := m.find(n.Qualifier); len(n.Qualifier) > 0 && (levels > 0 || only != i) {
				continue
			}
			all := r.all()
			m.out = append(m.out, all[:]...)
			m.shaky = m.shaky || r.anyShaky()
		}
		return false
	case *sql.Call:
		m.called(n)
		if isCountAll(n) {
			rest := *n
			rest.Args = nil
			m.word("count all")
			m.all(&rest)
			return true
		}
		return false
	case *sql.Window:
		if n.Base.Given() {
			m.window(n.Base)
		}
		return false
	case *sql.Cast:
		l, ok := n.X.(*sql.Literal)
		m.shaky = m.shaky || ok && isMoment(l.Value)
		return false
	case *sql.TypedLiteral:
		m.shaky = m.shaky || isMoment(n.Value.Value)
		return false
	default:
		return false
	}
	return true
}

// isMoment tells whether a text is a time that moves.
func isMoment(text string) bool {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "now", "today", "tomorrow", "yesterday":
		return true
	}
	return false
}

// isCountAll tells whether a call is count(*), which asks for no column.
func isCountAll(x *sql.Call) bool {
	if len(x.Name) != 1 || !strings.EqualFold(x.Name[0].Name, "count") || len(x.Args) != 1 {
		return false
	}
	star, ok := x.Args[0].(*sql.Star)
	return ok && len(star.Qualifier) == 0 && star.Of == nil && star.Mods == nil
}

// window writes what a named window is.
func (m *reading) window(name sql.Ident) {
	key := name.Folded(m.dialect)
	for s := m.scope; s != nil; s = s.parent {
		for i := range s.windows {
			if w := &s.windows[i]; w.Name.Folded(m.dialect) == key {
				m.one(&w.Window)
				return
			}
		}
	}
}

// called notes what a call makes of an expression. A function that is not known may be anything. An order that is written is taken to be the
// one that is meant: whether there are ties is not looked for.
func (m *reading) called(x *sql.Call) {
	if len(x.Name) == 0 {
		return
	}
	name := x.Name[len(x.Name)-1].Folded(m.dialect)
	r, err := m.system.Call(name, make([]types.Arg, len(x.Args))...)
	if err != nil || len(x.Name) > 1 {
		m.shaky = m.shaky || !steady[name] || len(x.Name) > 1
		m.aggregates = m.aggregates || x.Over == nil && !steady[name]
		m.sets = true // as far as one knows
		return
	}
	m.shaky = m.shaky || r.Volatility != types.Immutable
	m.sets = m.sets || r.Set || steady[name]
	m.aggregates = m.aggregates || r.Kind == types.Aggregate && x.Over == nil
	sorted := x.Mods != nil && len(x.Mods.OrderBy)+len(x.Mods.WithinGroup) > 0
	if x.Over != nil {
		sorted = sorted || len(x.Over.OrderBy) > 0 || x.Over.Base.Given()
	}
	if byOrder[name] && !sorted {
		m.shaky = true
	}
}

// steady are functions that give the same for the same arguments, and are not among those that systems of types know: they are read in FROM.
var steady = map[string]bool{"unnest": true, "generate_series": true, "range": true, "flatten": true, "generate_subscripts": true, "sequence": true}

// byOrder are functions whose value depends on the order of rows.
var byOrder = func() map[string]bool {
	out := map[string]bool{}
	for name := range strings.FieldsSeq(`
		first last any_value arbitrary list array_agg string_agg group_concat listagg json_agg jsonb_agg json_group_array
		json_object_agg jsonb_object_agg json_group_object object_agg map_agg mode arg_min arg_max argmin argmax min_by max_by
		row_number ntile rank dense_rank percent_rank cume_dist first_value last_value nth_value lag lead`) {
		out[name] = true
	}
	return out
}()

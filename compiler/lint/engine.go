package lint

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/sql"
)

// RefusedQuery is a query that the warehouse's own binder refuses, for a reason that has no code of its own.
const RefusedQuery diag.Code = "refused-query"

// Engine judges SQL as the warehouse does, without reaching it. It is safe for concurrent use once it has been told the schemas.
type Engine interface {
	// Parse says why the warehouse cannot read a text, nil if it can.
	Parse(sql string) *Refusal
	// Create makes empty relations for Bind, in schemas that the first call of it names. It is false if all that the engine can do is parse.
	Create(ctx context.Context, tables []relation.Table) (bool, error)
	// Bind says why the warehouse refuses a query, nil if it does not.
	Bind(ctx context.Context, sql string) *Refusal
}

// Refusal is why a warehouse refuses a query.
type Refusal struct {
	Message   string // the warehouse's own, one line; "" if there is nothing to be said against the query that is known
	Hint      string
	Offset    int  // in bytes; -1 if it is not told
	Syntax    bool // it cannot even be read
	Undecided bool // it depends on what only the warehouse knows
	Passing   bool // the same question may be answered otherwise
}

// ready makes the relations that nodes read, if the engine can bind queries.
func (c *checking) ready(ctx context.Context, known *analyze.Analysis, nodes []*compiler.Node) error {
	if c.Engine == nil {
		return nil
	}
	wanted := map[string]bool{}
	for _, n := range nodes {
		node := known.Node(n.ID)
		if node == nil {
			continue
		}
		for _, f := range node.Forms {
			if f.Query == nil {
				continue
			}
			for _, r := range f.Query.Reads {
				wanted[r.ID] = true
			}
		}
	}
	target := c.Graph.Project.Target
	tables := []relation.Table{{Relation: relation.Relation{Database: target.Database, Schema: target.Schema}}}
	c.unknown = map[string]bool{}
	for _, n := range c.Graph.Order {
		if !wanted[n.ID] || !c.here(n) {
			continue
		}
		t, ok := known.Table(known.Node(n.ID))
		if ok {
			tables = append(tables, t)
		}
		c.unknown[n.ID] = !ok && !n.Ephemeral()
	}
	tables = append(tables, c.copies(known)...)
	var err error
	c.binds, err = c.Engine.Create(ctx, tables)
	return err
}

// here tells whether a node lives at the target whose engine is asked.
func (c *checking) here(n *compiler.Node) bool { return c.Graph.Of(n) == c.Graph }

// copies are the copies of what lives at other targets, without rows.
func (c *checking) copies(known *analyze.Analysis) (out []relation.Table) {
	seen := map[string]bool{}
	for _, n := range c.Graph.Order {
		for _, copied := range c.Graph.Copies(n) {
			if seen[copied.ID] || !c.here(copied) {
				continue
			}
			seen[copied.ID] = true
			if t, ok := known.Table(known.Node(copied.Copied.ID)); ok {
				t.Relation = copied.Relation
				out = append(out, t)
			}
		}
	}
	return out
}

// judge asks the engine about the forms of a node. A generic test is written by a macro that works: the engine is asked only where
// our own analysis says that something is wrong.
func (c *checking) judge(ctx context.Context, s *subject) {
	if c.Engine == nil || !c.here(s.Node.Node) {
		return
	}
	s.verdicts = make(map[*analyze.Form]*Refusal, len(s.Forms))
	for _, f := range s.Forms {
		switch {
		case s.generic() && f.Query != nil && len(f.File.Problems)+len(f.Query.Problems) == 0:
		case c.binds && f.Query != nil:
			s.verdicts[f] = c.bind(ctx, f)
			s.bound = true
		default:
			s.verdicts[f] = c.Engine.Parse(f.File.Text)
		}
	}
}

// bind asks about a form. That what it reads is not known to the last is all that the engine would say of most that do, after it has looked
// for a name like that among all others: it is asked whether it can read them, and for more only where our own analysis says that something
// is wrong.
func (c *checking) bind(ctx context.Context, f *analyze.Form) *Refusal {
	unknown := slices.ContainsFunc(f.Query.Reads, func(r lineage.Read) bool { return c.unknown[r.ID] })
	if !unknown || len(f.File.Problems)+len(f.Query.Problems) > 0 {
		return c.Engine.Bind(ctx, f.File.Text)
	}
	if r := c.Engine.Parse(f.File.Text); r != nil {
		return r
	}
	return &Refusal{Undecided: true, Offset: -1}
}

// accepts tells that the warehouse takes a form of the query as it is.
func (s *subject) accepts(f *analyze.Form) bool {
	return s.bound && f.Query != nil && s.verdicts[f] == nil
}

// undecided tells that only the warehouse itself knows what there is in it.
func (s *subject) undecided(f *analyze.Form) bool {
	v := s.verdicts[f]
	return !s.bound || v != nil && v.Undecided
}

// unreadable tells that the warehouse cannot read a form of the query.
func (s *subject) unreadable(f *analyze.Form) bool {
	v := s.verdicts[f]
	return v != nil && v.Syntax
}

// refuse reports what the warehouse says of a form.
func (s *subject) refuse(f *analyze.Form, code diag.Code, v *Refusal) {
	at, ok := wordAt(f.File.Text, v.Offset)
	if !ok {
		_ = s.warn(diag.Error, code, v.Message, v.Hint)
		return
	}
	_ = s.add(f, diag.Error, code, at, v.Message, v.Hint)
}

// word matches a name, a number or a single other character.
var word = regexp.MustCompile(`^(?:\w+|.)`)

// wordAt is the word that begins at an offset of a text, or the last one if the text ends there; false without an offset.
func wordAt(text string, offset int) (sql.Span, bool) {
	if offset < 0 || strings.TrimSpace(text) == "" {
		return sql.Span{}, false
	}
	end := len(strings.TrimRight(text, " \t\r\n;"))
	if offset >= end {
		offset = strings.LastIndexAny(text[:end], " \t\r\n") + 1
	}
	return sql.Span{Start: int32(offset), End: int32(offset + max(1, len(word.FindString(text[offset:]))))}, true
}

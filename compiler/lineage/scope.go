package lineage

import (
	"strings"

	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// rel is what a FROM item or a query gives: columns, and what decides about its rows.
type rel struct {
	columns []*column
	rows    uses
	open    *opening // nil if the columns are all known
	own     bool     // nobody else holds its columns: whoever has the relation may change them
}

// opening says whose further columns a relation may have. The table is "" if nothing is known of where they come from.
type opening struct {
	table  string
	padded bool // by an outer join
}

// column is a column that names can mean.
type column struct {
	name  string // as the warehouse stores it
	typ   types.Type
	uses  uses
	at    sql.Span
	parts []part     // as of a value
	src   *source    // of the FROM it stands in; nil for the output of a query
	cte   *CTEColumn // of the CTE that it was read from; nil for others
	// loose is the type of a literal that is the column of a SELECT, before it settles: in a set operation the other side decides.
	loose types.Type
}

// newColumn is room for a column. It is handed out from chunks: a query makes columns by the hundred.
func (b *binder) newColumn() *column {
	const chunk = 32
	if len(b.room) == 0 {
		b.room = make([]column, chunk)
	}
	c := &b.room[0]
	b.room = b.room[1:]
	return c
}

// read notes that something uses the column, if it is one of a CTE.
func (c *column) read() {
	if c.cte != nil {
		c.cte.Used = true
	}
}

// offered is the type with which a column goes into a set operation.
func (c *column) offered() types.Type {
	if c.loose.IsUnknown() {
		return c.typ
	}
	return c.loose
}

// source is a named item of a FROM.
type source struct {
	names   [][]string // keys of the qualified names it goes by, longest first: {db, schema, t}; one name for an alias; nil without a name
	columns []*column
	open    *opening
	at      sql.Span
}

// scope is what names mean in one SELECT.
type scope struct {
	parent  *scope    // of a subquery or a lateral item: what it can see around it
	visible []*column // what a name without a table can mean, in the order of a star
	sources []*source
	ctes    *ctes
	items   *items // the select list's names, where they may be used; nil elsewhere
	locals  map[string]types.Type
	windows []sql.NamedWindow
	picked  *column // what COLUMNS(…) stands for at the moment

	index map[string][]*column // of visible, made for large scopes
}

// inside is a scope for a subquery.
func (s *scope) inside() *scope { return &scope{parent: s, ctes: s.ctes} }

// indexed is the number of columns from which on a scope finds them by a map.
const indexed = 12

// find returns the columns of that key, of this scope alone.
func (s *scope) find(key string, b *binder) []*column {
	if len(s.visible) < indexed {
		var out []*column
		for _, c := range s.visible {
			if b.key(c.name) == key {
				out = append(out, c)
			}
		}
		return out
	}
	if s.index == nil {
		s.index = make(map[string][]*column, len(s.visible))
		for _, c := range s.visible {
			k := b.key(c.name)
			s.index[k] = append(s.index[k], c)
		}
	}
	return s.index[key]
}

// opened returns the sources that may have columns which are not known.
func (s *scope) opened() []*source {
	var out []*source
	for _, src := range s.sources {
		if src.open != nil {
			out = append(out, src)
		}
	}
	return out
}

// qualified returns the sources that the qualifier names.
func (s *scope) qualified(qualifier []string) []*source {
	var out []*source
	for _, src := range s.sources {
		if src.named(qualifier) {
			out = append(out, src)
		}
	}
	return out
}

func (src *source) named(qualifier []string) bool {
	for _, name := range src.names {
		if len(qualifier) <= len(name) && equal(name[len(name)-len(qualifier):], qualifier) {
			return true
		}
	}
	return false
}

func equal(a, b []string) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// find returns the source's column of that key, or nil.
func (src *source) find(key string, b *binder) *column {
	for _, c := range src.columns {
		if b.key(c.name) == key {
			return c
		}
	}
	return nil
}

// key is the form in which a stored name is compared.
func (b *binder) key(stored string) string {
	if b.exact {
		return stored
	}
	return lower(stored)
}

// stored is the name as the warehouse would store it.
func (b *binder) stored(i sql.Ident) string {
	if i.Quoted || b.keeps {
		return i.Name
	}
	return b.dialect.Fold(i.Name)
}

// keyOf is the key of a name as it is written.
func (b *binder) keyOf(i sql.Ident) string { return b.key(b.stored(i)) }

func (b *binder) keysOf(list []sql.Ident) []string {
	out := make([]string, len(list))
	for i, name := range list {
		out[i] = b.keyOf(name)
	}
	return out
}

// lower is strings.ToLower without its cost for names that are in lower case.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= 'A' && c <= 'Z' || c >= 0x80 {
			return strings.ToLower(s)
		}
	}
	return s
}

// written is a dotted name as it is written.
func written(parts []sql.Ident) string {
	if len(parts) == 1 {
		return parts[0].Name
	}
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = p.Name
	}
	return strings.Join(names, ".")
}

// Package relation names what a warehouse holds: relations, their columns and types.
package relation

import (
	"strings"
	"sync"
)

// Relation is the three-part name of a table or view, unquoted, spelled as the warehouse stores it. An empty part is left out
// when the name is written.
type Relation struct{ Database, Schema, Name string }

// String is the dotted name, for messages; SQL is spelled by a dialect.
func (r Relation) String() string {
	var parts []string
	for _, p := range []string{r.Database, r.Schema, r.Name} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ".")
}

// Kind says what sort of relation it is, in dbt's words. The zero value means that it is not known.
type Kind string

// The kinds a catalog can hold.
const (
	Unknown          Kind = ""
	BaseTable        Kind = "table"
	View             Kind = "view"
	MaterializedView Kind = "materialized_view"
	External         Kind = "external"
	CTE              Kind = "cte"
	Function         Kind = "function"
	DynamicTable     Kind = "dynamic_table"
)

// Column is a column of a relation. Type is the warehouse's own spelling ("integer", "VARCHAR", "numeric(10,2)").
type Column struct {
	Name     string
	Type     string
	Nullable bool
	Comment  string
}

// Table is a relation that exists, or is about to, with what is known of it.
type Table struct {
	Relation
	Kind    Kind
	Columns []Column // in order; nil if they were not asked for
	Owner   string
	Comment string
}

// Catalog is what is known to exist in a warehouse. Names are looked up without regard to letter case, which is how the supported
// warehouses resolve all but deliberately quoted twins. It is safe for concurrent use.
type Catalog struct {
	mu     sync.RWMutex
	tables map[Relation]*Table
	order  []Relation
}

// NewCatalog returns a catalog of those tables.
func NewCatalog(tables ...*Table) *Catalog {
	c := &Catalog{tables: map[Relation]*Table{}}
	for _, t := range tables {
		c.Put(t)
	}
	return c
}

// Get returns the table of that name, or nil. The table must not be changed.
func (c *Catalog) Get(r Relation) *Table {
	if c == nil {
		return nil
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.tables[fold(r)]
}

// Put adds the table or replaces the one of its name.
func (c *Catalog) Put(t *Table) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := fold(t.Relation)
	if _, ok := c.tables[key]; !ok {
		c.order = append(c.order, key)
	}
	c.tables[key] = t
}

// Delete forgets the table of that name.
func (c *Catalog) Delete(r Relation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.tables, fold(r))
}

// Rename moves the table of one name to another; a table that had that name is forgotten.
func (c *Catalog) Rename(from, to Relation) {
	t := c.Get(from)
	if t == nil {
		return
	}
	c.Delete(from)
	moved := *t
	moved.Relation = to
	c.Put(&moved)
}

// All returns the tables in the order in which they became known.
func (c *Catalog) All() []*Table {
	if c == nil {
		return nil
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	var out []*Table
	seen := map[Relation]bool{}
	for _, key := range c.order {
		if t := c.tables[key]; t != nil && !seen[key] {
			seen[key] = true
			out = append(out, t)
		}
	}
	return out
}

func fold(r Relation) Relation {
	return Relation{strings.ToLower(r.Database), strings.ToLower(r.Schema), strings.ToLower(r.Name)}
}

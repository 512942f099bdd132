package artifact

import (
	"io"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/relation"
)

// CatalogSchema is the version of catalog.json that is written.
// https://schemas.getdbt.com/dbt/catalog/v1.json
const CatalogSchema = "https://schemas.getdbt.com/dbt/catalog/v1.json"

// Catalog is what catalog.json is written from: what the warehouse holds of a project.
type Catalog struct {
	Metadata RunMetadata
	Graph    *compiler.Graph
	Tables   *relation.Catalog    // nil writes an empty catalog
	Keep     func(id string) bool // which nodes are wanted; nil keeps all
}

// Write writes catalog.json, version 1, in the form in which dbt does. Nodes that do not exist in the warehouse, and relations that
// have no columns, are not in it.
func (c *Catalog) Write(w io.Writer) error {
	nodes, sources := c.entries()
	e := newEncoder(w)
	e.object(func() {
		e.key("metadata")
		e.value(c.Metadata.dict(CatalogSchema))
		e.key("nodes")
		e.value(nodes)
		e.key("sources")
		e.value(sources)
		e.key("errors")
		e.value(nil)
	})
	return e.flush()
}

// entries are the tables of the nodes and of the sources, in the order in which the warehouse lists them.
func (c *Catalog) entries() (nodes, sources *jinja.Dict) {
	nodes, sources = jinja.NewDict(), jinja.NewDict()
	owners := map[*relation.Table][]*compiler.Node{}
	for _, n := range c.Graph.Order {
		if t := c.Tables.Get(n.Relation); t != nil && Catalogued(n) && (c.Keep == nil || c.Keep(n.ID)) {
			owners[t] = append(owners[t], n)
		}
	}
	for _, t := range c.Tables.All() {
		if len(t.Columns) == 0 {
			continue
		}
		for _, n := range owners[t] {
			into := nodes
			if n.Type == compiler.Source {
				into = sources
			}
			into.Put(n.ID, catalogEntry(n.ID, t))
		}
	}
	return nodes, sources
}

// Catalogued tells whether a node is one that the catalog describes: what is stored, and sources.
func Catalogued(n *compiler.Node) bool {
	return n.Type == compiler.Source || n.Stored() && n.Type != compiler.Test
}

func catalogEntry(id string, t *relation.Table) *jinja.Dict {
	columns := jinja.NewDict()
	for i, column := range t.Columns {
		columns.Put(column.Name, jinja.DictOf("type", column.Type, "index", i+1, "name", column.Name, "comment", optional(column.Comment)))
	}
	return jinja.DictOf(
		"metadata", jinja.DictOf("type", catalogType(t.Kind), "schema", t.Schema, "name", t.Name, "database", optional(t.Database),
			"comment", optional(t.Comment), "owner", optional(t.Owner)),
		"columns", columns, "stats", jinja.DictOf("has_stats", noStats()), "unique_id", id,
	)
}

// catalogType is how a catalog spells the kind of a relation.
func catalogType(k relation.Kind) string {
	switch k {
	case relation.View:
		return "VIEW"
	case relation.MaterializedView:
		return "MATERIALIZED VIEW"
	default:
		return "BASE TABLE"
	}
}

// noStats is the entry that every relation has, which says that there are no others.
func noStats() *jinja.Dict {
	return jinja.DictOf("id", "has_stats", "label", "Has Stats?", "value", false, "include", false,
		"description", "Indicates whether there are statistics for this table")
}

func optional(s string) jinja.Value {
	if s == "" {
		return nil
	}
	return s
}

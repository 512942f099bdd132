package analyze

import (
	"cmp"
	"context"

	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/sql"
	"github.com/modsql/mod/compiler/types"
)

// imagined is the warehouse as it will be once everything is built: templates that ask which columns a relation has are answered
// from the analysis itself. What only rows can answer needs the real one.
type imagined struct {
	*Analysis
	catalog *relation.Catalog
	reader  *Node // whose template asks
}

var _ macros.Warehouse = imagined{}

// Run implements macros.Warehouse. Of a query that asks for no rows the columns are known.
func (w imagined) Run(_ context.Context, text string, _ bool) (macros.Response, *macros.Result, error) {
	q := sql.Parse(text, w.at(w.reader).graph.Dialect).Query()
	if q == nil || !returnsNothing(q) {
		return macros.Response{}, nil, macros.Offline("a query")
	}
	known := lineage.Resolve(q, w.resolving(w.reader, text))
	result := &macros.Result{}
	for _, c := range known.Columns {
		name := w.at(w.reader).types.Print(c.Type)
		if name == "" {
			return macros.Response{}, nil, macros.Offline("the types of a query")
		}
		result.Columns = append(result.Columns, relation.Column{Name: c.Name, Type: name})
	}
	if known.Open {
		return macros.Response{}, nil, macros.Offline("the columns of a query")
	}
	return macros.Response{Message: "OK"}, result, nil
}

// returnsNothing tells whether a query ends with "limit 0".
func returnsNothing(q *sql.Query) bool {
	if q.Limit == nil {
		return false
	}
	l, ok := q.Limit.Count.(*sql.Literal)
	return ok && l.Value == "0"
}

// Relation implements macros.Warehouse.
func (w imagined) Relation(_ context.Context, r relation.Relation) (*relation.Table, error) {
	if n := w.built(r); n != nil {
		return &relation.Table{Relation: n.Relation, Kind: kindOf(n)}, nil
	}
	return w.catalog.Get(r), nil
}

// built is the node that is stored in that relation, and known already; nil if there is none.
func (w imagined) built(r relation.Relation) *Node {
	n := w.nodes[w.at(w.reader).names.relations[folded(r)]]
	if n == nil {
		return nil
	}
	select {
	case <-n.done:
		return n
	default:
		return nil
	}
}

func kindOf(n *Node) relation.Kind {
	if n.Config != nil && n.Config.Materialized() == "view" {
		return relation.View
	}
	return relation.BaseTable
}

// Relations implements macros.Warehouse.
func (w imagined) Relations(context.Context, string, string) ([]*relation.Table, error) {
	return nil, macros.Offline("the relations of a schema")
}

// Columns implements macros.Warehouse.
func (w imagined) Columns(_ context.Context, r relation.Relation) ([]relation.Column, error) {
	n := w.built(r)
	if n == nil {
		if t := w.catalog.Get(r); t != nil {
			return t.Columns, nil
		}
		return nil, macros.Offline("the columns of " + r.String())
	}
	if n.Open {
		return nil, macros.Offline("the columns of " + r.String())
	}
	out := make([]relation.Column, len(n.Columns))
	for i, c := range w.across(n, w.reader) {
		out[i] = relation.Column{Name: c.Name, Type: cmp.Or(w.at(w.reader).types.Print(c.Type), types.Untold), Nullable: true}
	}
	return out, nil
}

// Created, Dropped and Renamed implement macros.Warehouse: nothing is changed by looking.
func (imagined) Created(relation.Table) {}

// Dropped is described at Created.
func (imagined) Dropped(relation.Relation) {}

// Renamed is described at Created.
func (imagined) Renamed(_, _ relation.Relation) {}

// Begin implements macros.Warehouse.
func (imagined) Begin(context.Context) error { return nil }

// Commit implements macros.Warehouse.
func (imagined) Commit(context.Context) error { return nil }

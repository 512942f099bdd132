package macros

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
	"github.com/modsql/mod/compiler/relation"
)

// relationMethods find and change relations.
var relationMethods = map[string]method{
	"get_relation":        {params: "database schema identifier", call: adapter.getRelation, parsing: none},
	"already_exists":      {params: "schema name", call: adapter.alreadyExists, parsing: no},
	"list_relations":      {params: "database schema", call: adapter.listRelations, parsing: emptyList},
	"check_schema_exists": {params: "database schema", call: adapter.schemaExists, parsing: no},
	"list_schemas":        {params: "database", call: adapter.listSchemas, parsing: emptyList},

	"create_schema":     {params: "relation", call: adapter.createSchema, parsing: none},
	"drop_schema":       {params: "relation", call: adapter.dropSchema, parsing: none},
	"drop_relation":     {params: "relation", call: adapter.dropRelation, parsing: none},
	"truncate_relation": {params: "relation", call: adapter.truncateRelation, parsing: none},
	"rename_relation":   {params: "from_relation to_relation", call: adapter.renameRelation, parsing: none},

	"cache_added":   {params: "relation", call: adapter.cacheAdded, offline: true},
	"cache_dropped": {params: "relation", call: adapter.cacheDropped, offline: true},
	"cache_renamed": {params: "from_relation to_relation", call: adapter.cacheRenamed, offline: true},
}

// relationArgument is an argument that must be a relation.
func relationArgument(args bind.Args, name string) (*Relation, error) {
	switch v := args.Value(name).(type) {
	case *Relation:
		if v != nil {
			return v, nil
		}
	case *jinja.Undefined:
		return nil, fmt.Errorf("'%s' is undefined, and the adapter needs it as %s", v.Name, name)
	}
	return nil, fmt.Errorf("%s must be a relation, not %s", name, jinja.TypeName(args.Value(name)))
}

// known answers for `this` without the warehouse, so that a model that calls is_incremental() can be compiled offline.
func (a adapter) known(r relation.Relation) (t *relation.Table, ok bool) {
	this, isRelation := a.This.(*Relation)
	if !isRelation || this == nil || !strings.EqualFold(this.Relation.String(), r.String()) {
		return nil, false
	}
	return a.Existing, a.Existing != nil || a.Warehouse == nil
}

func (a adapter) getRelation(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	r, err := named(args)
	if err != nil {
		return nil, err
	}
	return a.find(c, r)
}

func named(args bind.Args) (r relation.Relation, err error) {
	for _, part := range []struct {
		name string
		into *string
	}{{"database", &r.Database}, {"schema", &r.Schema}, {"identifier", &r.Name}} {
		if !args.Given(part.name) {
			continue
		}
		if *part.into, err = args.Text(part.name, ""); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (a adapter) find(c *jinja.Call, r relation.Relation) (jinja.Value, error) {
	t, err := a.lookUp(c, r)
	if err != nil || t == nil {
		return nil, err
	}
	return a.relation(t), nil
}

// lookUp is what has that name, nil if nothing has: what the project's own macro lists, if it has one, else what the warehouse has.
func (a adapter) lookUp(c *jinja.Call, r relation.Relation) (*relation.Table, error) {
	if !a.Library.Overrides(relationsMacro) {
		return a.Warehouse.Relation(c.State.Context(), r)
	}
	listed, err := a.relationsIn(c, relation.Relation{Database: r.Database, Schema: r.Schema})
	if err != nil {
		return nil, err
	}
	for _, t := range listed {
		if strings.EqualFold(t.Name, r.Name) {
			return t, nil
		}
	}
	return nil, nil
}

func (a adapter) alreadyExists(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	schema, err := args.Text("schema", "")
	if err != nil {
		return nil, err
	}
	name, err := args.Text("name", "")
	if err != nil {
		return nil, err
	}
	t, err := a.lookUp(c, relation.Relation{Database: a.Project.Target.Database, Schema: schema, Name: name})
	return t != nil, err
}

func (a adapter) listRelations(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	r, err := named(args)
	if err != nil {
		return nil, err
	}
	found, err := a.relationsIn(c, r)
	if err != nil {
		return nil, err
	}
	return listOf(found, func(v any) jinja.Value { return a.relation(v.(*relation.Table)) }), nil
}

// relationsMacro is what a project defines to list relations in its own way; the pack's own is passed over, as with [columnsMacro].
const relationsMacro = "list_relations_without_caching"

// relationsIn are the relations of a schema. A macro tells of each its database, name, schema and kind.
func (a adapter) relationsIn(c *jinja.Call, schema relation.Relation) ([]*relation.Table, error) {
	if !a.Library.Overrides(relationsMacro) {
		return a.Warehouse.Relations(c.State.Context(), schema.Database, schema.Schema)
	}
	v, err := a.invoke(c, relationsMacro, a.relation(&relation.Table{Relation: schema}).schemaOnly())
	if err != nil {
		return nil, err
	}
	t := asTable(v)
	if t == nil || len(t.Names()) < 4 {
		return nil, fmt.Errorf("%s must return a table of database, name, schema and type", relationsMacro)
	}
	var found []*relation.Table
	for _, row := range t.Rows() {
		found = append(found, &relation.Table{
			Relation: relation.Relation{Database: jinja.Str(row[0]), Name: jinja.Str(row[1]), Schema: jinja.Str(row[2])},
			Kind:     relation.Kind(jinja.Str(row[3])),
		})
	}
	return found, nil
}

// listSchemas asks the macro of that name.
func (a adapter) listSchemas(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	v, err := a.invoke(c, "list_schemas", args.Value("database"))
	if err != nil {
		return nil, err
	}
	out := jinja.NewList()
	if t := asTable(v); t != nil {
		for _, row := range t.Rows() {
			out.Items = append(out.Items, row[0])
		}
	}
	return out, nil
}

func (a adapter) schemaExists(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	found, err := a.listSchemas(c, args)
	if err != nil {
		return nil, err
	}
	want := jinja.Str(args.Value("schema"))
	for _, v := range found.(*jinja.List).Items {
		if strings.EqualFold(jinja.Str(v), want) {
			return true, nil
		}
	}
	return false, nil
}

func (a adapter) createSchema(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	r, err := relationArgument(args, "relation")
	if err != nil {
		return nil, err
	}
	_, err = a.invoke(c, "create_schema", r.schemaOnly())
	return nil, err
}

func (a adapter) dropSchema(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	r, err := relationArgument(args, "relation")
	if err != nil {
		return nil, err
	}
	known, err := a.Warehouse.Relations(c.State.Context(), r.Database, r.Schema)
	if err != nil {
		return nil, err
	}
	if _, err := a.invoke(c, "drop_schema", r.schemaOnly()); err != nil {
		return nil, err
	}
	for _, t := range known {
		a.Warehouse.Dropped(t.Relation)
	}
	return nil, nil
}

func (a adapter) dropRelation(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	r, err := relationArgument(args, "relation")
	if err != nil {
		return nil, err
	}
	if _, err := a.invoke(c, "drop_relation", r); err != nil {
		return nil, err
	}
	a.Warehouse.Dropped(r.Relation)
	return nil, nil
}

func (a adapter) truncateRelation(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	r, err := relationArgument(args, "relation")
	if err != nil {
		return nil, err
	}
	_, err = a.invoke(c, "truncate_relation", r)
	return nil, err
}

func (a adapter) renameRelation(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	from, to, err := fromTo(args)
	if err != nil {
		return nil, err
	}
	if _, err := a.invoke(c, "rename_relation", from, to); err != nil {
		return nil, err
	}
	a.Warehouse.Renamed(from.Relation, to.Relation)
	return nil, nil
}

func fromTo(args bind.Args) (from, to *Relation, err error) {
	if from, err = relationArgument(args, "from_relation"); err != nil {
		return nil, nil, err
	}
	to, err = relationArgument(args, "to_relation")
	return from, to, err
}

// The cache_ methods tell what a template did by a statement of its own.

func (a adapter) cacheAdded(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	r, err := relationArgument(args, "relation")
	if err == nil && a.Execute && a.Warehouse != nil {
		a.Warehouse.Created(relation.Table{Relation: r.Relation, Kind: r.Kind})
	}
	return "", err
}

func (a adapter) cacheDropped(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	r, err := relationArgument(args, "relation")
	if err == nil && a.Execute && a.Warehouse != nil {
		a.Warehouse.Dropped(r.Relation)
	}
	return "", err
}

func (a adapter) cacheRenamed(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	from, to, err := fromTo(args)
	if err == nil && a.Execute && a.Warehouse != nil {
		a.Warehouse.Renamed(from.Relation, to.Relation)
	}
	return "", err
}

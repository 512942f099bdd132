package macros

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
	"github.com/modsql/mod/compiler/relation"
)

// postgresMethods are what macros for Postgres ask the adapter besides.
var postgresMethods = map[string]method{
	"parse_index":     {params: "raw_index", call: adapter.parseIndex, offline: true},
	"verify_database": {params: "database", call: adapter.verifyDatabase, offline: true},
}

func (a adapter) thisRelation() relation.Relation {
	if this, ok := a.This.(*Relation); ok && this != nil {
		return this.Relation
	}
	return relation.Relation{Database: a.Project.Target.Database, Schema: a.Project.Target.Schema}
}

func (a adapter) verifyDatabase(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	name := strings.Trim(jinja.Str(args.Value("database")), `"`)
	if !strings.EqualFold(name, a.Project.Target.Database) {
		return nil, fmt.Errorf("cross-db references are not allowed in %s (%s vs %s)", a.Dialect.Name, name, a.Project.Target.Database)
	}
	return "", nil
}

func (a adapter) parseIndex(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	if args.Value("raw_index") == nil {
		return nil, nil
	}
	d, ok := args.Value("raw_index").(*jinja.Dict)
	if !ok {
		return nil, fmt.Errorf("an index must be a dict with columns, not %s", jinja.TypeName(args.Value("raw_index")))
	}
	columns, ok := d.Get("columns")
	list, isList := columns.(*jinja.List)
	if !ok || !isList || len(list.Items) == 0 {
		return nil, fmt.Errorf("an index needs a list of columns: %s", jinja.Repr(d))
	}
	unique, _ := d.Get("unique")
	kind, _ := d.Get("type")
	return &indexConfig{columns: list, unique: unique == true, kind: kind}, nil
}

// indexConfig is an index as the config asks for it.
type indexConfig struct {
	columns *jinja.List
	unique  bool
	kind    jinja.Value // a string, or None
}

// Attr implements jinja.Attributer.
func (i *indexConfig) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "columns":
		return i.columns, true
	case "unique":
		return i.unique, true
	case "type":
		return i.kind, true
	case "render":
		return bind.Func(name, "relation", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			r, err := relationArgument(a, "relation")
			if err != nil {
				return nil, err
			}
			return i.name(r), nil
		}), true
	}
	return nil, false
}

// name is the index's name: the same for the same index of a relation, unlike any of another relation's.
func (i *indexConfig) name(r *Relation) string {
	var inputs []string
	for _, c := range i.columns.Items {
		inputs = append(inputs, jinja.Str(c))
	}
	inputs = append(inputs, r.Render(), jinja.Str(i.unique), jinja.Str(i.kind))
	sum := md5.Sum([]byte(strings.Join(inputs, "_")))
	return hex.EncodeToString(sum[:])
}

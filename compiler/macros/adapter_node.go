package macros

import (
	"errors"
	"fmt"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// nodeMethods are about what a node's config and properties ask for.
var nodeMethods = map[string]method{
	"standardize_grants_dict":        {params: "grants_table", call: adapter.grants, offline: true},
	"get_hard_deletes_behavior":      {params: "config", call: adapter.hardDeletes, offline: true},
	"render_raw_columns_constraints": {params: "raw_columns", call: adapter.columnConstraints, offline: true},
	"render_raw_model_constraints":   {params: "raw_constraints", call: adapter.modelConstraints, offline: true},
}

// grants turns rows of (grantee, privilege_type) into a dict of grantees by privilege, as in the config.
func (a adapter) grants(_ *jinja.Call, args bind.Args) (jinja.Value, error) {
	t := asTable(args.Value("grants_table"))
	if t == nil {
		return nil, fmt.Errorf("standardize_grants_dict() needs a table")
	}
	out := jinja.NewDict()
	grantee, privilege := t.Find("grantee"), t.Find("privilege_type")
	if grantee < 0 || privilege < 0 {
		return nil, fmt.Errorf("the table of grants needs the columns grantee and privilege_type")
	}
	for _, row := range t.Rows() {
		name := jinja.Str(row[privilege])
		list, ok := out.Get(name)
		if !ok {
			list = jinja.NewList()
			out.Put(name, list)
		}
		l := list.(*jinja.List)
		l.Items = append(l.Items, row[grantee])
	}
	return out, nil
}

// hardDeletes is what a snapshot does with rows that are gone, from the config or its older spelling.
func (a adapter) hardDeletes(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	get := func(name string) (jinja.Value, error) { return member(c, args.Value("config"), name) }
	old, err := get("invalidate_hard_deletes")
	if err != nil {
		return nil, err
	}
	now, err := get("hard_deletes")
	if err != nil {
		return nil, err
	}
	switch {
	case old != nil && now != nil:
		return nil, errors.New("a snapshot can have hard_deletes or invalidate_hard_deletes, not both")
	case jinja.Truth(old) || now == "invalidate":
		return "invalidate", nil
	case now == "new_record":
		return "new_record", nil
	case now == nil || now == "ignore":
		return "ignore", nil
	}
	return nil, fmt.Errorf("hard_deletes must be ignore, invalidate or new_record, not %q", jinja.Str(now))
}

// member is object.get(name): of a dict, or of an object with that method such as config.
func member(c *jinja.Call, object jinja.Value, name string) (jinja.Value, error) {
	if d, ok := object.(*jinja.Dict); ok {
		v, _ := d.Get(name)
		return v, nil
	}
	if o, ok := object.(jinja.Attributer); ok {
		if get, ok := o.Attr("get"); ok {
			return c.State.Call(get, []jinja.Value{name}, nil)
		}
	}
	return nil, nil
}

// Constraints are spelled by macros of the pack.

func (a adapter) columnConstraints(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	return a.invoke(c, "render_columns_with_constraints", args.Value("raw_columns"))
}

func (a adapter) modelConstraints(c *jinja.Call, args bind.Args) (jinja.Value, error) {
	return a.invoke(c, "render_model_constraints", args.Value("raw_constraints"))
}

package macros

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros/bind"
)

// exceptions is the object `exceptions`: by it a template warns and gives up.
type exceptions struct{ context *Context }

// raisers are the functions that end a rendering: their parameters and what they say.
var raisers = map[string]struct {
	params string
	text   func(a bind.Args) string
}{
	"raise_compiler_error":               {"msg node?", message},
	"raise_database_error":               {"msg node?", message},
	"raise_dependency_error":             {"msg", message},
	"raise_not_implemented":              {"msg", message},
	"raise_fail_fast_error":              {"msg node?", message},
	"raise_cache_inconsistent":           {"message", worded("the relations that are known do not agree with the warehouse: %s", "message")},
	"raise_dataclass_not_dict":           {"obj", worded("%s is no dict, although it is like one", "obj")},
	"raise_dep_not_found":                {"node node_description required_pkg", worded("the package %s is required by %s and not installed", "required_pkg", "node_description")},
	"raise_ambiguous_alias":              {"node_1 node_2 duped_name?", worded("two resources have the name %s", "duped_name")},
	"raise_ambiguous_catalog_match":      {"unique_id match_1 match_2", worded("the warehouse has two relations that match %s", "unique_id")},
	"raise_duplicate_patch_name":         {"patch_1 existing_patch_path", worded("there are properties for %s in %s already", "patch_1", "existing_patch_path")},
	"raise_duplicate_resource_name":      {"node_1 node_2", worded("two resources have the same name: %s and %s", "node_1", "node_2")},
	"raise_invalid_property_yml_version": {"path issue", worded("the file %s is not a properties file that can be read: %s", "path", "issue")},
	"missing_config":                     {"model name", worded("the required config %s is missing", "name")},
	"missing_materialization":            {"model adapter_type", worded("no materialization of that name is available for %s", "adapter_type")},
	"missing_relation":                   {"relation model?", worded("the relation %s is not in the warehouse", "relation")},
	"relation_wrong_type":                {"relation expected_type model?", worded("%s is a relation that is not the expected %s", "relation", "expected_type")},
	"raise_contract_error":               {"yaml_columns sql_columns", contractMismatch},
	"column_type_missing":                {"column_names", missingTypes},
}

func message(a bind.Args) string { return jinja.Str(a.Value("msg")) }

func worded(format string, names ...string) func(bind.Args) string {
	return func(a bind.Args) string {
		var values []any
		for _, name := range names {
			values = append(values, jinja.Str(a.Value(name)))
		}
		return fmt.Sprintf(format, values...)
	}
}

func missingTypes(a bind.Args) string {
	names := []string{}
	if l, ok := a.Value("column_names").(*jinja.List); ok {
		for _, v := range l.Items {
			names = append(names, jinja.Str(v))
		}
	}
	return "contracted models need a data_type for each column; it is missing for " + strings.Join(names, ", ")
}

// Attr implements jinja.Attributer.
func (e exceptions) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "warn":
		return bind.Func(name, "msg node?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			return "", e.warn(message(a))
		}), true
	case "warn_snapshot_timestamp_data_types":
		return bind.Func(name, "snapshot_time_data_type updated_at_data_type", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			return "", e.warn(worded("data type of snapshot table timestamp columns (%s) doesn't match derived column 'updated_at' (%s)",
				"snapshot_time_data_type", "updated_at_data_type")(a))
		}), true
	}
	r, ok := raisers[name]
	if !ok {
		return nil, false
	}
	return bind.Func(name, r.params, func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
		return nil, &diag.Diagnostic{Code: Raised, Message: r.text(a)}
	}), true
}

// Index implements jinja.Indexer.
func (e exceptions) Index(key jinja.Value) (jinja.Value, bool, error) {
	name, _ := key.(string)
	v, ok := e.Attr(name)
	return v, ok, nil
}

func (e exceptions) warn(text string) error {
	if run := e.context.Invocation; run != nil && run.Warn != nil {
		return run.Warn(text)
	}
	return nil
}

// contractMismatch tells which columns of a contract and of its query, dbt's "definition", differ, with dbt's reasons.
func contractMismatch(a bind.Args) string {
	want, got := contractColumns(a.Value("yaml_columns")), contractColumns(a.Value("sql_columns"))
	lines := []string{"the query does not give the columns that the model's contract promises"}
	for _, c := range want {
		switch other := findColumn(got, c.name); {
		case other == nil:
			lines = append(lines, fmt.Sprintf("  %s: %s in the contract, missing in definition", c.name, c.typ))
		case other.typ != c.typ:
			lines = append(lines, fmt.Sprintf("  %s: %s in the contract, %s in the definition: data type mismatch", c.name, c.typ, other.typ))
		}
	}
	for _, c := range got {
		if findColumn(want, c.name) == nil {
			lines = append(lines, fmt.Sprintf("  %s: %s in the definition, missing in contract", c.name, c.typ))
		}
	}
	return strings.Join(lines, "\n")
}

type contractColumn struct{ name, typ string }

// contractColumns reads the dicts with name, data_type or formatted that dbt's macros pass.
func contractColumns(v jinja.Value) []contractColumn {
	l, ok := v.(*jinja.List)
	if !ok {
		return nil
	}
	var out []contractColumn
	for _, item := range l.Items {
		d, ok := item.(*jinja.Dict)
		if !ok {
			continue
		}
		name, _ := d.Get("name")
		typ, _ := d.Get("data_type")
		out = append(out, contractColumn{jinja.Str(name), jinja.Str(typ)})
	}
	return out
}

func findColumn(columns []contractColumn, name string) *contractColumn {
	for i := range columns {
		if strings.EqualFold(columns[i].name, name) {
			return &columns[i]
		}
	}
	return nil
}

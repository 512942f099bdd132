package macros_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
)

// lacking are macros of dbt's that mod does not have, by the reason why: none of them is for projects or packages to call.
var lacking = map[string][]string{
	"the flow of a built-in materialization is in Go": {
		"materialization_clone_default", "materialization_function_default", "materialization_incremental_default",
		"materialization_materialized_view_default", "materialization_seed_default", "materialization_snapshot_default",
		"materialization_table_default", "materialization_unit_default", "materialization_view_default",
		"materialization_external_duckdb", "materialization_incremental_duckdb", "materialization_table_duckdb", "function_execute_build_sql",
	},
	"functions of rows, in JavaScript or in Python, are for warehouses that mod does not speak to": {
		"formatted_scalar_function_args_javascript", "scalar_function_volatility_javascript", "get_aggregate_function_create_replace_signature",
		"get_aggregate_function_volatility_specifier", "get_formatted_aggregate_function_args", "get_function_language_specifier",
		"get_function_python_options",
	},
	"a part of dbt-duckdb's own materializations, which mod has in Go": {
		"drop_foreign_key_dependents", "drop_indexes_on_relation", "drop_relation_for_rebuild", "enforced_constraint_types",
		"existing_constraint_types", "has_foreign_key_constraints", "may_be_foreign_key_target", "restore_foreign_key_dependents",
		"duckdb__dispatch_temporary_relation", "py_write_table",
	},
	"a check of a config, which mod makes in Go": {
		"merge_clause_defaults", "normalize_incremental_predicates", "normalize_string_or_list", "validate_dict_field",
		"validate_ducklake_restrictions", "validate_merge_clause_list", "validate_merge_clauses", "validate_merge_config",
		"validate_string_field", "validate_string_list_field", "duckdb__merge_join_clause",
	},
	"DuckLake and MotherDuck are not offered": {
		"flight_name", "duckdb__flight_name", "duckdb__alter_table_set_partitioned_by", "duckdb__alter_table_set_sorted_by", "duckdb__get_sorted_by",
	},
	"mod reads the catalog with the statement of get_catalog_relations": {
		"duckdb__get_catalog_columns_sql", "duckdb__get_catalog_relations_where_clause_sql", "duckdb__get_catalog_results_sql",
		"duckdb__get_catalog_schemas_where_clause_sql", "duckdb__get_catalog_tables_sql",
	},
}

// TestThePackHasTheNamesOfDbt holds the pack to the names of dbt's macros: each is there, or serves through dispatch, or has a reason.
func TestThePackHasTheNamesOfDbt(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("testdata", "names.txt"))
	if err != nil {
		t.Fatal(err)
	}
	libraries := []*macros.Library{
		at(t, load(t, shop), nil).Library,
		at(t, load(t, strings.Replace(shop, "{type: duckdb, path: shop.duckdb, schema: main, database: shop}",
			"{type: postgres, host: h, user: u, password: p, port: 1, schema: main, dbname: shop}", 1)), nil).Library,
	}
	has := func(name string) bool {
		return slices.ContainsFunc(libraries, func(l *macros.Library) bool {
			if l.Find("shop", "", name) != nil {
				return true
			}
			_, of, _ := strings.Cut(name, "__")
			m, _ := l.Dispatch("shop", "", of)
			return of != "" && m != nil && l.Find("shop", "", of) != nil
		})
	}
	reasons := map[string]string{}
	for reason, names := range lacking {
		for _, name := range names {
			if reasons[name] = reason; has(name) {
				t.Errorf("%s is there, and listed as lacking: %s", name, reason)
			}
		}
	}
	for _, name := range strings.Fields(strings.SplitN(string(text), "\n", 2)[1]) {
		if has(name) || reasons[name] != "" || strings.HasPrefix(name, "default__") && reasons[strings.TrimPrefix(name, "default__")] != "" {
			continue
		}
		t.Errorf("the pack has no %s", name)
	}
}

// TestWarehousesThatRunPythonGetItsNames renders what follows the code of a Python model.
func TestWarehousesThatRunPythonGetItsNames(t *testing.T) {
	t.Parallel()
	c := at(t, load(t, shop), newMemory())
	c.Model = func() *jinja.Dict {
		return jinja.DictOf("name", "orders",
			"refs", jinja.NewList(
				jinja.DictOf("name", "teas", "package", nil, "version", nil), jinja.DictOf("name", "teas", "package", "kit", "version", 2)),
			"sources", jinja.NewList(jinja.NewList("raw", "cups")),
			"config", jinja.DictOf("materialized", "table", "steep", 3,
				"config_keys_used", jinja.NewList("steep", "milk"), "config_keys_defaults", jinja.NewList(nil, "none"),
				"meta", jinja.DictOf("owner", "us"), "meta_keys_used", jinja.NewList("owner"), "meta_keys_defaults", jinja.NewList(nil)))
	}
	got, err := render(t, c, "{{ py_script_postfix(model) }}")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`names = {"kit.teas.v2": "\"shop\".\"kit\".\"teas_v2\"", "teas": "\"shop\".\"main\".\"teas\""}`,
		`names = {"raw.cups": "\"raw\".\"cups\""}`,
		"config_dict = {'steep': 3, 'milk': 'none'}", "meta_dict = {'owner': 'us'}",
		`identifier = "orders"`, "self.is_incremental = False",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in:\n%s", want, got)
		}
	}
}

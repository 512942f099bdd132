package macros_test

import (
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/jinja"
)

// members are what dbt's documents and code name for templates: an object, and what it has. With "" it is the context itself.
// Left out is what no template can use or should: aggregates of agate, which are classes; tables written to files; and lorem ipsum.
var members = map[string]string{
	"": `dbt_version var env_var return fromjson tojson fromyaml toyaml set set_strict zip zip_strict log run_started_at invocation_id
		thread_id modules flags print diff_of_two_dicts local_md5 builtins target project_name context context_macro_stack dbt
		ref source metric function config execute exceptions database schema adapter api column env graph model this
		selected_resources dbt_metadata_envs invocation_args_dict load_result store_result store_raw_result load_agate_table
		validation write render try_or_compiler_error submit_python_job adapter_macro connection_name
		is_incremental run_query statement noop_statement should_full_refresh load_relation load_cached_relation make_temp_relation
		partition_range dates_in_range convert_datetime should_store_failures hash type_string range namespace dict cycler joiner`,
	"var":              "has_var",
	"builtins":         "ref source config",
	"validation":       "any",
	"api":              "Relation Column",
	"graph":            "nodes",
	"modules":          "pytz datetime re itertools",
	"modules.datetime": "date datetime time timedelta tzinfo",
	"modules.re": `A ASCII DOTALL I IGNORECASE M MULTILINE S VERBOSE X compile error escape findall finditer fullmatch match purge search split
		sub subn`,
	"modules.pytz": "UTC utc timezone FixedOffset all_timezones all_timezones_set common_timezones common_timezones_set UnknownTimeZoneError",
	"modules.itertools": `count cycle repeat accumulate chain compress islice starmap tee zip_longest product permutations combinations
		combinations_with_replacement`,
	"exceptions": `warn missing_config missing_materialization missing_relation raise_ambiguous_alias raise_ambiguous_catalog_match
		raise_cache_inconsistent raise_dataclass_not_dict raise_compiler_error raise_database_error raise_dep_not_found
		raise_dependency_error raise_duplicate_patch_name raise_duplicate_resource_name raise_invalid_property_yml_version
		raise_not_implemented relation_wrong_type raise_contract_error column_type_missing raise_fail_fast_error
		warn_snapshot_timestamp_data_types`,
	"adapter": `dispatch type execute get_relation get_columns_in_relation get_columns_in_table get_missing_columns already_exists
		create_schema drop_schema check_schema_exists drop_relation rename_relation truncate_relation expand_target_column_types quote
		quote_as_configured quote_seed_column cache_added cache_dropped cache_renamed get_partitions_metadata valid_snapshot_target
		assert_valid_snapshot_target_given_strategy get_hard_deletes_behavior get_incremental_strategy_macro
		render_raw_columns_constraints render_raw_model_constraints standardize_grants_dict get_column_schema_from_query
		get_pseudocolumns_for_relation get_catalog_integration build_catalog_relation behavior commit config list_schemas
		location_exists external_read_location external_write_options external_root is_motherduck is_ducklake disable_transactions
		get_temp_relation_path get_seed_file_path parse_index verify_database`,
	"this": `database schema identifier name type is_table is_view is_cte include quote render incorporate without_identifier
		information_schema replace_path path is_materialized_view MaterializedView`,
	"api.Relation": "create create_from View Table CTE",
	"api.Column('a', 'character varying', 256, none, none)": `name quoted dtype data_type is_string is_number is_float is_integer is_numeric
		string_size can_expand_to char_size column numeric_precision numeric_scale`,
	"run_query('select 1 as a')": "columns rows column_names column_types row_names distinct group_by join limit print_table rename select " +
		"exclude order_by where find to_json print_csv print_json",
	"run_query('select 1 as a').columns[0]": "name index data_type values values_distinct values_sorted values_without_nulls values_without_nulls_sorted",
	"run_query('select 1 as a').rows[0]":    "keys values items get dict",
	"''":                                    "capitalize casefold center count encode endswith expandtabs find format format_map index isalnum isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill",
	"[]":                                    "append clear copy count extend index insert pop remove reverse sort",
	"{}":                                    "clear copy fromkeys get items keys pop popitem setdefault update values",
	"()":                                    "count index",
	"1":                                     "bit_length",
	"dict":                                  "fromkeys",
}

// TestEveryMemberIsThere asks for each.
func TestEveryMemberIsThere(t *testing.T) {
	t.Parallel()
	w := newMemory()
	answers(w, int64(1), "")
	c := at(t, load(t, shop), w)
	c.Extra = map[string]jinja.Value{}
	for object, names := range members {
		for _, name := range strings.Fields(names) {
			member := name
			if object != "" {
				member = object + "." + name
			}
			got, err := render(t, c, "{{ ("+member+") is defined }}")
			if err != nil || got != "True" {
				t.Errorf("%s is not there: %s %v", member, got, err)
			}
		}
	}
}

// TestEveryFilterIsThere has Jinja's filters, and those that dbt adds.
func TestEveryFilterIsThere(t *testing.T) {
	t.Parallel()
	c := at(t, load(t, shop), nil)
	for _, name := range strings.Fields(`as_bool as_native as_number as_text abs attr batch capitalize center count d default dictsort e escape
		filesizeformat first float forceescape format groupby indent int items join last length list lower map max min pprint random reject
		rejectattr replace reverse round safe select selectattr slice sort string striptags sum title tojson trim truncate unique upper
		urlencode urlize wordcount wordwrap xmlattr`) {
		if got, err := render(t, c, "{{ '"+name+"' is filter }}"); err != nil || got != "True" {
			t.Errorf("there is no filter %s: %s %v", name, got, err)
		}
	}
}

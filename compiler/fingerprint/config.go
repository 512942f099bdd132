package fingerprint

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Effect says what it means for what a node builds that something it is made of changed.
type Effect uint8

// The effects, the weakest first.
const (
	None     Effect = iota // nothing is to be done
	Cause                  // nothing by itself: it shows in a part that counts, or it makes no difference
	Metadata               // something beside the rows is to be set: a description, a grant
	Storage                // the same rows are to be kept in another way
	Data                   // there may be other rows or columns
)

var effectNames = [...]string{"none", "cause", "metadata", "storage", "data"}

// String is the effect in lower case.
func (e Effect) String() string {
	if int(e) >= len(effectNames) {
		return fmt.Sprintf("Effect(%d)", int(e))
	}
	return effectNames[e]
}

// Rule says what a config has an effect on.
type Rule struct {
	Config string
	Effect Effect
	Why    string // as a clause: "it is …"
}

// Rules are the configs that are known, by their names. One that is not among them is taken to change data: a macro of the project may
// read it.
func Rules() []Rule { return slices.Clone(rules) }

// EffectOf is what a config has an effect on. Hyphens are underscores in names.
func EffectOf(config string) Effect {
	i, ok := slices.BinarySearchFunc(rules, strings.ReplaceAll(config, "-", "_"), func(r Rule, name string) int { return strings.Compare(r.Config, name) })
	if !ok {
		return Data
	}
	return rules[i].Effect
}

// rules are sorted by name.
var rules = []Rule{
	{"access", Metadata, "who may refer to the node is checked when the project is compiled"},
	{"alias", None, "where a relation is shows in the plan, and not in what is in it"},
	{"auto_refresh", Storage, "the warehouse is told when to refresh what is the same query"},
	{"batch_size", None, "batches of another size load the same rows"},
	{"begin", None, "which times are missing is the plan's"},
	{"check_cols", Data, "a snapshot keeps another version of a row when other columns change"},
	{"cluster_by", Storage, "rows are kept in another order"},
	{"column_types", Data, "the columns of a seed get other types"},
	{"concurrent_batches", None, "batches side by side load the same rows"},
	{"contract", Data, "columns are cast to the types of the contract, and constraints refuse rows"},
	{"copy_grants", Metadata, "grants are taken along"},
	{"cron", None, "when times are due is the plan's"},
	{"cron_tz", None, "when times are due is the plan's"},
	{"database", None, "where a relation is shows in the plan, and not in what is in it"},
	{"dbt_valid_to_current", Data, "the current rows of a snapshot get another end"},
	{"delimiter", Data, "the file of a seed is read in another way"},
	{"description", Metadata, "it is about the node, and comments are set without building"},
	{"docs", Metadata, "it is about how the node is shown"},
	{"enabled", None, "what is not enabled is no node"},
	{"event_time", Data, "other rows go into a batch"},
	{"format", Storage, "the same rows are in files of another format"},
	{"freshness", Metadata, "it is about when the node is late, not what is in it"},
	{"full_refresh", None, "it says when to build anew, not what"},
	{"grants", Metadata, "grants are set without building"},
	{"group", Metadata, "who may refer to the node is checked when the project is compiled"},
	{"hard_deletes", Data, "a snapshot treats rows that are gone in another way"},
	{"incremental_predicates", Data, "other rows of the table are replaced"},
	{"incremental_strategy", Data, "rows get into the table in another way"},
	{"indexes", Storage, "rows are found in another way"},
	{"invalidate_hard_deletes", Data, "a snapshot treats rows that are gone in another way"},
	{"keep_previous", None, "it is about what was built before"},
	{"late_rows", None, "it is about what is told of the rows, not what is in them"},
	{"location", Storage, "the same rows are kept elsewhere"},
	{"lookback", None, "how much is loaded again is the plan's"},
	{"materialized", Data, "a table remembers the rows that a view looks up"},
	{"merge_exclude_columns", Data, "other columns of a row that is there are kept"},
	{"merge_update_columns", Data, "other columns of a row that is there are kept"},
	{"meta", Metadata, "it is for people and tools, though templates may read it: then the text differs"},
	{"on_configuration_change", None, "it says what to do with a change, and is none"},
	{"on_error", None, "it is about how a run goes on"},
	{"on_schema_change", None, "it says what to do with a change, and is none"},
	{"owner", Metadata, "it is about the node"},
	{"packages", Data, "a Python model runs with other packages"},
	{"partial_batches", None, "which times are missing is the plan's"},
	{"partition_by", Storage, "rows are kept in other files"},
	{"partitioned_by", Storage, "rows are kept in other files"},
	{"persist_docs", Metadata, "comments are set without building"},
	{"properties", Storage, "the warehouse keeps the same rows in another way"},
	{"publish", None, "it says when what is built is shown, not what"},
	{"query_tag", None, "it is for the warehouse's log"},
	{"quote_columns", Data, "the columns of a seed get other names"},
	{"quoting", None, "where a relation is shows in the plan, and not in what is in it"},
	{"schema", None, "where a relation is shows in the plan, and not in what is in it"},
	{"secure", Storage, "the same rows are shown by another kind of view"},
	{"snapshot_meta_column_names", Data, "columns of a snapshot get other names"},
	{"snowflake_warehouse", None, "another machine makes the same rows"},
	{"sort", Storage, "rows are kept in another order"},
	{"sql_header", Data, "statements before the query may change what it means"},
	{"store_failures", None, "it is about what tests keep"},
	{"store_failures_as", None, "it is about what tests keep"},
	{"strategy", Data, "a snapshot tells in another way which rows changed"},
	{"tags", Metadata, "they are for selecting"},
	{"target", None, "where a relation is shows in the plan, and not in what is in it"},
	{"target_database", None, "where a relation is shows in the plan, and not in what is in it"},
	{"target_lag", Storage, "the warehouse is told when to refresh what is the same query"},
	{"target_schema", None, "where a relation is shows in the plan, and not in what is in it"},
	{"transient", Storage, "the same rows are kept without a history"},
	{"unique_key", Data, "other rows of the table are replaced"},
	{"unlogged", Storage, "the same rows are kept without a log"},
	{"updated_at", Data, "a snapshot tells in another way which rows changed"},
	{"view_security", Storage, "the same rows are shown by another kind of view"},
}

// valueText is a config's value in a normal form: keys in order, as in JSON.
func valueText(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprintf("%T %#v", value, value)
	}
	return string(text)
}

package materialize

import (
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// strategy is the incremental strategy by name: one of dbt's, or one that the project has a macro for.
func (r Request) strategy() (string, error) {
	name := r.text("incremental_strategy")
	macro := strategyMacro(name)
	if r.overrides(macro) {
		return name, nil
	}
	switch name {
	case "", "default", "append", "delete+insert", "microbatch":
		return name, nil
	case "merge":
		if r.has(dialect.Merge) {
			return name, nil
		}
		return "", invalidStrategy(name)
	case "insert_overwrite":
		if r.has(dialect.InsertOverwrite) {
			return name, nil
		}
		return "", invalidStrategy(name)
	}
	return "", fmt.Errorf("dbt could not find an incremental strategy macro with the name %q", macro) // dbt's words, which tools look for
}

func invalidStrategy(name string) error {
	return fmt.Errorf("the incremental strategy '%s' is not valid for this adapter", name)
}

// strategyMacro is the macro that spells a strategy: https://docs.getdbt.com/docs/build/incremental-strategy#custom-strategies.
func strategyMacro(name string) string {
	if name == "" {
		name = "default"
	}
	return "get_incremental_" + strings.ReplaceAll(name, "+", "_") + "_sql"
}

// strategyArgs is the one argument of a strategy's macro.
func (r Request) strategyArgs(from relation.Table, columns []relation.Column) map[string]any {
	predicates := r.Config.Get("predicates")
	if predicates == nil {
		predicates = r.Config.Get("incremental_predicates")
	}
	return map[string]any{
		"target_relation":        r.Target,
		"temp_relation":          from,
		"unique_key":             r.Config.Get("unique_key"),
		"dest_columns":           columns,
		"incremental_predicates": predicates,
		"atomic_merge":           r.has(dialect.AtomicMerge),
	}
}

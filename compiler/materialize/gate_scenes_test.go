package materialize_test

import (
	"maps"

	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

// gatedScenes are nodes whose tests run before anybody else sees what was built.
func gatedScenes() []scene {
	id := col("id", "integer")
	table := named("orders", relation.BaseTable, id)
	view := named("orders", relation.View, id)
	granted := settings{"grants": map[string]any{"select": []any{"reporter"}}}
	held := func(kind, name string, s scene) scene {
		s.kind, s.name, s.gated, s.columns = kind, "tested first: "+name, true, twice(id)
		s.rows = materialize.Rows{Names: []string{"grantee", "privilege_type"}, Values: [][]any{{"reporter", "SELECT"}}}
		return s
	}
	kept := maps.Clone(granted)
	kept["copy_grants"] = true
	seed := &materialize.Seed{Columns: []relation.Column{id}, Rows: 3}
	return []scene{
		held("view", "nothing exists", scene{}),
		held("view", "a view exists", scene{existing: view, config: granted}),
		held("table", "nothing exists", scene{config: granted, docs: true, model: described()}),
		held("table", "a table exists", scene{existing: table, config: granted, docs: true, model: described(), post: hooks}),
		held("table", "a view exists", scene{existing: view}),
		held("table", "rights stay", scene{existing: table, config: kept}),
		held("table", "dropped before", scene{existing: table, config: settings{"on_table_exists": "drop"}}),
		held("incremental", "a table exists", scene{existing: table, config: settings{"unique_key": "id"}}),
		held("incremental", "a full refresh", scene{existing: table, full: true}),
		held("seed", "nothing exists", scene{seed: seed}),
		held("seed", "a table exists", scene{seed: seed, existing: table, config: granted}),
		held("snapshot", "nothing exists", scene{config: byTime, own: answered}),
	}
}

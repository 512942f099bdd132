package materialize_test

import (
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

// promoteScenes are tables of an environment that take the places of those of the target.
func promoteScenes() []scene {
	id := col("id", "integer")
	there := orders
	there.Schema = "main__pr_1"
	granted := settings{"grants": map[string]any{"select": []any{"reporter"}}, "indexes": []any{map[string]any{"columns": []any{"id"}}}}
	taken := func(name string, s scene) scene {
		s.kind, s.name, s.gated, s.columns, s.from = "promote", name, true, twice(id), there
		s.sql = `select * from "shop"."main__pr_1"."orders"`
		s.rows = materialize.Rows{Names: []string{"grantee", "privilege_type"}, Values: [][]any{{"reporter", "SELECT"}}}
		return s
	}
	return []scene{
		taken("nothing exists", scene{}),
		taken("a table exists", scene{existing: named("orders", relation.BaseTable, id), config: granted, docs: true, model: described(), post: hooks}),
		taken("a view exists", scene{existing: named("orders", relation.View, id)}),
	}
}

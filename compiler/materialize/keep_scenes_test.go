package materialize_test

import (
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

// keepScenes are builds that keep the table which they replace, and what puts that back.
func keepScenes() []scene {
	id := col("id", "integer")
	before := orders
	before.Name = "orders__mod_previous"
	held := materialize.Rows{Names: []string{"statement"}, Values: [][]any{{"drop what holds on to it"}}}
	keeping := func(kind, name string, s scene) scene {
		s.kind, s.name, s.previous, s.rows, s.columns = kind, name, before, held, twice(id)
		return s
	}
	table, kept := named("orders", relation.BaseTable, id), []*relation.Table{named(before.Name, relation.BaseTable, id)}
	there := orders
	there.Schema = "main__pr_1"
	return []scene{
		keeping("table", "what it replaces is kept", scene{existing: table}),
		keeping("table", "what it replaces is kept, another one goes", scene{existing: table, others: kept}),
		keeping("table", "what it replaces is kept once it is tested", scene{existing: table, others: kept, gated: true}),
		keeping("table", "a view that it replaces is not kept", scene{existing: named("orders", relation.View, id)}),
		keeping("table", "what it replaces is kept, and a clone takes its place", scene{existing: table, only: dialect.Snowflake, config: settings{"copy_grants": true}}),
		keeping("incremental", "what it replaces is kept", scene{existing: table, full: true}),
		keeping("incremental", "what is added to is not kept", scene{existing: table, config: settings{"incremental_strategy": "append"}}),
		keeping("promote", "what it replaces is kept", scene{existing: table, others: kept, gated: true, from: there, sql: `select * from "shop"."main__pr_1"."orders"`}),
		keeping("restore", "a table exists", scene{existing: table, others: kept, config: settings{"indexes": []any{map[string]any{"columns": []any{"id"}}}}, docs: true, model: described()}),
		keeping("restore", "nothing exists", scene{others: kept}),
	}
}

// TestWhatIsKeptHasANameOfItsOwn looks at names that are too long for what comes behind them.
func TestWhatIsKeptHasANameOfItsOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, name := range []string{"o", strings.Repeat("o", 49), strings.Repeat("o", 50), strings.Repeat("o", 60) + "a", strings.Repeat("o", 60) + "b", strings.Repeat("ü", 31)} {
		got := materialize.Previous(relation.Relation{Schema: "main", Name: name}, 63).Name
		if len(got) > 63 || seen[got] || got == name || strings.ToValidUTF8(got, "?") != got {
			t.Errorf("what is kept of %s has the name %s", name, got)
		}
		seen[got] = true
	}
	if got := materialize.Previous(orders, 0).Name; got != "orders__mod_previous" {
		t.Errorf("what is kept of orders has the name %s", got)
	}
}

package materialize_test

import (
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

// unitScenes are unit tests by what they expect.
func unitScenes() []scene {
	columns := map[string][]relation.Column{"": {col("id", "integer"), col("Name", "character varying(3)"), col("GROUP", "numeric(10,2)")}}
	model := jinja.DictOf("unique_id", "unit_test.shop.orders.test", "name", "test", "resource_type", "unit_test")
	rows := func(all ...jinja.Value) *materialize.Expected {
		return &materialize.Expected{Rows: jinja.NewList(all...)}
	}
	s := func(name string, expected *materialize.Expected) scene {
		return scene{name: name, kind: "unit", model: model, columns: columns, expected: expected}
	}
	return []scene{
		s("rows", rows(jinja.DictOf("ID", 1, "name", "it's long"), jinja.DictOf("id", nil, "group", 1.5))),
		s("no rows", rows()),
		s("a query", &materialize.Expected{Rows: jinja.NewList(), SQL: "select 1 as id, 'a' as name, 2 as \"GROUP\""}),
		s("an unknown column", rows(jinja.DictOf("nope", 1))),
	}
}

// microbatchScenes are what a batch does to a table that exists.
func microbatchScenes() []scene {
	model := func(batch jinja.Value) *jinja.Dict {
		return jinja.DictOf("unique_id", "model.shop.orders", "description", "", "columns", jinja.NewDict(), "batch", batch)
	}
	batch := jinja.DictOf("id", "20240101", "event_time_start", "2024-01-01 00:00:00+00:00", "event_time_end", "2024-01-02 00:00:00+00:00")
	existing := named("orders", relation.BaseTable, col("id", "integer"), col("at", "date"))
	s := func(name string, batch jinja.Value, config settings) scene {
		all := settings{"incremental_strategy": "microbatch", "event_time": "at"}
		for k, v := range config {
			all[k] = v
		}
		return scene{name: "microbatch: " + name, kind: "incremental", existing: existing, model: model(batch), config: all,
			columns: twice(col("id", "integer"), col("at", "date"))}
	}
	return []scene{
		s("a batch", batch, nil),
		s("with a key", batch, settings{"unique_key": "id"}),
		s("with predicates", batch, settings{"incremental_predicates": []any{"id > 0"}}),
		s("without a batch", nil, nil),
	}
}

package materialize_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

func TestNamesBesideTheTargetFitTheWarehouse(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"orders", strings.Repeat("x", 63), strings.Repeat("ü", 31), strings.Repeat("語", 21)} {
		target := relation.Table{Relation: relation.Relation{Schema: "main", Name: name}}
		existing := target
		existing.Kind = relation.BaseTable
		ops, err := materialize.Named("table").Ops(materialize.Request{
			Target: target, Existing: &existing, Config: settings{}, Dialect: dialect.Postgres,
		})
		if err != nil {
			t.Fatal(err)
		}
		made := ops[0].Does[0].Create.Name
		if len(made) > 63 || !utf8.ValidString(made) || !strings.HasSuffix(made, "__dbt_tmp") || made == name {
			t.Errorf("a table %q is built as %q", name, made)
		}
	}
}

func TestNamesThatCannotBeToldApartAreRefused(t *testing.T) {
	t.Parallel()
	table := func(name string) *relation.Table {
		return &relation.Table{Relation: relation.Relation{Schema: "main", Name: name}, Kind: relation.BaseTable}
	}
	for _, c := range []struct {
		name, existing string
		dialect        *dialect.Dialect
		refused        bool
	}{
		{"Orders", "orders", dialect.Postgres, true},
		{"Orders", "Orders", dialect.Postgres, false},
		{"Orders", "orders", dialect.DuckDB, false},
		{strings.Repeat("x", 64), "", dialect.Postgres, true},
		{strings.Repeat("x", 64), "", dialect.DuckDB, false},
	} {
		r := materialize.Request{Target: *table(c.name), Config: settings{}, Dialect: c.dialect}
		if c.existing != "" {
			r.Existing = table(c.existing)
		}
		for _, kind := range []string{"view", "table", "incremental"} {
			if _, err := materialize.Named(kind).Ops(r); (err != nil) != c.refused {
				t.Errorf("%s %s over %q in %s: %v", kind, c.name, c.existing, c.dialect.Name, err)
			}
		}
	}
}

func TestALeftoverOfAnotherLetterCaseIsSomebodyElses(t *testing.T) {
	t.Parallel()
	twin := named("ORDERS__dbt_tmp", relation.BaseTable)
	for d, want := range map[*dialect.Dialect]int{dialect.Postgres: 1, dialect.DuckDB: 2} {
		ops, err := materialize.Named("table").Ops(materialize.Request{
			Target: relation.Table{Relation: orders}, Config: settings{}, Dialect: d, Find: relation.NewCatalog(twin).Get,
		})
		if err != nil || len(ops) != want {
			t.Errorf("%s: %d ops, %v", d.Name, len(ops), err)
		}
	}
}

func TestEveryMaterializationIsFoundByName(t *testing.T) {
	t.Parallel()
	for _, k := range materialize.Kinds() {
		if materialize.Named(k.Name).Name != k.Name || k.Doc == "" {
			t.Errorf("%q is not found, or has no documentation", k.Name)
		}
	}
	if got := materialize.Named("pivot_table"); got != nil {
		t.Errorf("a materialization of nobody's was found: %v", got)
	}
}

func TestASchemaIsCreatedByTheProjectsOwnMacroIfItHasOne(t *testing.T) {
	t.Parallel()
	r := relation.Relation{Database: "shop", Schema: "main", Name: "orders"}
	for _, own := range []bool{false, true} {
		op := materialize.CreateSchema(r, func(macro string) bool { return own && macro == "create_schema" })
		want := map[bool]string{false: "get_create_schema_sql", true: "create_schema"}[own]
		if op.Call.Macro != want || op.Call.Args[0].(relation.Table).Name != "" {
			t.Errorf("own %v: %s %v", own, op.Call.Macro, op.Call.Args)
		}
	}
}

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

func TestEveryMaterializationIsFoundByName(t *testing.T) {
	t.Parallel()
	for _, k := range materialize.Kinds() {
		if materialize.Named(k.Name).Name != k.Name || k.Doc == "" {
			t.Errorf("%q is not found, or has no documentation", k.Name)
		}
	}
	if got := materialize.Named("dynamic_table"); got != nil {
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

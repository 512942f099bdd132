package artifact

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/relation"
)

const small = `{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "project_name": "shop", "adapter_type": "duckdb"},
"nodes": {"model.shop.orders": {"unique_id": "model.shop.orders", "name": "orders", "resource_type": "model", "database": "db", "schema": "main",
  "alias": "sales", "relation_name": "\"db\".\"main\".\"sales\"", "config": {"materialized": "table"}},
 "model.shop.inline": {"unique_id": "model.shop.inline", "resource_type": "model", "config": {"materialized": "ephemeral"}}},
"sources": {"source.shop.raw.orders": {"unique_id": "source.shop.raw.orders", "resource_type": "source", "schema": "raw", "identifier": "Orders"}},
"macros": {"macro.shop.cents": {"macro_sql": "{% macro cents() %}{% endmacro %}", "depends_on": {"macros": ["macro.dbt.round"]}}},
"exposures": {}, "unit_tests": {}, "a_key_of_tomorrow": [1, 2]}`

func TestManifestIsReadAsFarAsItIsKnown(t *testing.T) {
	t.Parallel()
	s, err := ReadManifest(strings.NewReader(small))
	if err != nil {
		t.Fatal(err)
	}
	orders := s.Nodes["model.shop.orders"]
	if orders.Type != compiler.Model || orders.RelationName != `"db"."main"."sales"` || orders.Ephemeral() {
		t.Errorf("orders = %+v", orders)
	}
	if diff := cmp.Diff(relation.Relation{Database: "db", Schema: "main", Name: "sales"}, orders.Relation); diff != "" {
		t.Error(diff)
	}
	if !s.Nodes["model.shop.inline"].Ephemeral() {
		t.Error("inline is ephemeral")
	}
	if got := s.Nodes["source.shop.raw.orders"].Relation.Name; got != "Orders" {
		t.Errorf("the source's relation is called %q", got)
	}
	if diff := cmp.Diff([]string{"macro.dbt.round"}, s.Macros["macro.shop.cents"].Macros); diff != "" {
		t.Error(diff)
	}
}

func TestWhatCannotBeReadSaysWhy(t *testing.T) {
	t.Parallel()
	schema := func(s string) string { return `{"metadata": {"dbt_schema_version": "` + s + `"}}` }
	manifest := func(text string) error { _, err := ReadManifest(strings.NewReader(text)); return err }
	sources := func(text string) error { _, err := ReadSources(strings.NewReader(text)); return err }
	for name, c := range map[string]struct {
		read       func(string) error
		text, want string
	}{
		"an older manifest":   {manifest, schema("https://schemas.getdbt.com/dbt/manifest/v11.json"), "it is of version 11, and only version 12 can be read"},
		"a newer manifest":    {manifest, schema("https://schemas.getdbt.com/dbt/manifest/v20.json"), "it is of version 20"},
		"another artifact":    {manifest, schema("https://schemas.getdbt.com/dbt/catalog/v1.json"), "it is no manifest"},
		"no schema":           {manifest, `{}`, `it is no manifest: metadata.dbt_schema_version is ""`},
		"a schema of letters": {manifest, schema("dbt/manifest/vx.json"), "has no version"},
		"half a file":         {manifest, "{\n\"metadata\": {\n", "not JSON: line 3"},
		"nothing":             {manifest, "", "not JSON: line 1"},
		"a list":              {manifest, "[]", "the file is a list"},
		"nodes of text":       {manifest, `{"nodes": {"a": "b"}}`, ""},
		"older sources":       {sources, schema("https://schemas.getdbt.com/dbt/sources/v2.json"), "it is of version 2, and only version 3 can be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.read(c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error = %v, want %q", err, c.want)
			}
		})
	}
}

func TestSourcesAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	count, period, message := 2, "hour", "Catalog Error"
	want := &Sources{
		Metadata: RunMetadata{Schema: SourcesSchema, Version: "1.12.3", InvocationID: "7b0a", Env: map[string]string{}},
		Results: []SourceResult{
			{UniqueID: "source.shop.raw.a", Status: "warn", Age: 7200.5, Criteria: Criteria{WarnAfter: &Limit{&count, &period}, ErrorAfter: &Limit{}}, ThreadID: "Thread-1 (worker)", Response: Response{Message: "OK"}},
			{UniqueID: "source.shop.raw.b", Status: RuntimeError, Error: &message},
		},
		ElapsedTime: 1,
	}
	var b strings.Builder
	if err := want.Write(&b); err != nil {
		t.Fatal(err)
	}
	const row = `{"unique_id": "source.shop.raw.b", "error": "Catalog Error", "status": "runtime error"}`
	if !strings.Contains(b.String(), row) {
		t.Errorf("%s\n is not in\n%s", row, b.String())
	}
	got, err := ReadSources(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	got.Results[0].Timing = nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch after reading (-want +got):\n%s", diff)
	}
}

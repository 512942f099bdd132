package compiler_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// identities is a project with snapshots in all places where they may be; what is wanted of them is what dbt 1.12 makes of it.
const identities = `
-- dbt_project.yml --
name: shop
snapshots:
  shop:
    deep:
      two:
        a: {+tags: [by_block]}
    sub: {+tags: [by_folder]}
-- macros/schema.sql --
{% macro generate_schema_name(custom_schema_name, node) %}{{ node.resource_type }}_{{ custom_schema_name }}{% endmacro %}
-- models/orders.sql --
select 1 as id
-- models/sub/snaps.yml --
snapshots:
  - name: y
    relation: ref('orders')
    description: hello
    config: {strategy: check, check_cols: all, unique_key: id, alias: y_history}
  - name: a
    description: described
    config: {hard_deletes: ignore, snapshot_meta_column_names: {dbt_valid_to: until}}
-- snapshots/deep/two.sql --
{% snapshot a %}
  {{ config(strategy='timestamp', updated_at='at', unique_key='id', schema='snaps') }}
  select * from {{ ref('orders') }}
{% endsnapshot %}

{%- snapshot b -%}
  {{ config(strategy='check', check_cols=['name'], unique_key=['id'], target_schema='elsewhere', target_database='other') }}
  select * from {{ ref('a') }}
{%- endsnapshot -%}
`

func TestSnapshotsHaveTheIdentityThatDBTGivesThem(t *testing.T) {
	t.Parallel()
	g := compiledSnapshots(t, identities)
	var got []string
	for _, id := range []string{"snapshot.shop.a", "snapshot.shop.b", "snapshot.shop.y"} {
		n := g.Nodes[id]
		got = append(got, fmt.Sprintf("%s %s %s %s %s tags=%s %q %q", strings.Join(n.FQN, "."), n.Path, n.File.Path, n.CompiledPath(), n.Relation,
			strings.Join(n.Tags, ","), n.Description, n.Raw))
	}
	want := []string{
		`shop.deep.two.a deep/two.sql snapshots/deep/two.sql shop/snapshots/deep/two.sql/a.sql shop.snapshot_snaps.a tags=by_block "described" ` +
			`"\n  {{ config(strategy='timestamp', updated_at='at', unique_key='id', schema='snaps') }}\n  select * from {{ ref('orders') }}\n"`,
		`shop.deep.two.b deep/two.sql snapshots/deep/two.sql shop/snapshots/deep/two.sql/b.sql other.elsewhere.b tags= "" ` +
			`"\n  {{ config(strategy='check', check_cols=['name'], unique_key=['id'], target_schema='elsewhere', target_database='other') }}\n  select * from {{ ref('a') }}\n"`,
		`shop.sub.y y.sql models/sub/snaps.yml shop/models/sub/snaps.yml/y.sql shop.snapshot_None.y_history tags=by_folder "hello" ` +
			`"select * from {{ ref('orders') }}"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("snapshots mismatch (-want +got):\n%s", diff)
	}
}

func TestTheConfigOfASnapshotNamesItsColumns(t *testing.T) {
	t.Parallel()
	g := compiledSnapshots(t, identities+`
-- analyses/names.sql --
{{ config.get('snapshot_table_column_names', 'none') }}
-- macros/strategy.sql --
{% macro snapshot_said_strategy() %}{% endmacro %}
-- snapshots/said.sql --
{% snapshot said %}
{{ config(strategy='said', unique_key='id', snapshot_meta_column_names={'dbt_scd_id': 'version', 'dbt_valid_to': none}) }}
{%- for name, column in (config.get('snapshot_table_column_names') or {}).items() %}{{ name }}={{ column }} {% endfor -%}
{% endsnapshot %}
`)
	for id, want := range map[string]string{
		"snapshot.shop.said":  "dbt_valid_to=dbt_valid_to dbt_valid_from=dbt_valid_from dbt_scd_id=version dbt_updated_at=dbt_updated_at dbt_is_deleted=dbt_is_deleted",
		"analysis.shop.names": "none",
	} {
		r, err := g.Render(t.Context(), g.Nodes[id], compiler.Sight{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(r.SQL); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	described, _ := g.Describe(g.Nodes["snapshot.shop.a"]).GetString("config")
	names, _ := described.(*jinja.Dict).GetString("snapshot_meta_column_names")
	if got, want := jinja.Repr(names), "{'dbt_valid_to': 'until', 'dbt_valid_from': None, 'dbt_scd_id': None, 'dbt_updated_at': None, 'dbt_is_deleted': None}"; got != want {
		t.Errorf("the manifest has the names %s, want %s", got, want)
	}
}

func compiledSnapshots(t *testing.T, archive string) *compiler.Graph {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, problems := project.Load(project.Options{Dir: dir, Env: map[string]string{"HOME": dir}})
	if problems.HasErrors() {
		t.Fatal(problems.Err())
	}
	g, problems := compiler.Compile(p, compiler.Options{Dialect: dialect.DuckDB})
	if problems.HasErrors() {
		t.Fatal(problems.Err())
	}
	return g
}

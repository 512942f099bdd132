package project

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// yamlDict reads a dict from YAML.
func yamlDict(t *testing.T, text string) *jinja.Dict {
	t.Helper()
	d, l := ParseVars(text)
	if err := l.Err(); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestMergeFollowsTheRuleOfEachConfig(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, config, layer, want string }{
		{"most are replaced", `{materialized: view, unique_key: [a, b]}`, `{materialized: table, unique_key: c}`, `{materialized: table, unique_key: c}`},
		{"dicts are replaced", `{persist_docs: {relation: true}}`, `{persist_docs: {columns: true}}`, `{persist_docs: {columns: true}}`},
		{"tags are appended", `{tags: a}`, `{tags: [b, c]}`, `{tags: [a, b, c]}`},
		{"a single tag becomes a list", `{}`, `{tags: a}`, `{tags: [a]}`},
		{"no tags are no tags", `{tags: [a]}`, `{tags: null}`, `{tags: [a]}`},
		{"packages are appended", `{packages: [a]}`, `{packages: [b]}`, `{packages: [a, b]}`},
		{"hooks are appended, in one spelling", `{pre_hook: a}`, `{pre-hook: [b, {sql: c}]}`, `{pre_hook: [a, b, {sql: c}]}`},
		{"post-hooks too", `{post_hook: [a]}`, `{+post-hook: b}`, `{post_hook: [a, b]}`},
		{"meta is merged", `{meta: {a: 1, b: 1}}`, `{meta: {b: 2, c: 3}}`, `{meta: {a: 1, b: 2, c: 3}}`},
		{"meta is not merged deep", `{meta: {a: {x: 1}}}`, `{meta: {a: {y: 1}}}`, `{meta: {a: {y: 1}}}`},
		{"docs, quoting, types, contract", `{docs: {show: true}, quoting: {a: true}, column_types: {a: int}, contract: {enforced: true}}`,
			`{docs: {node_color: x}, quoting: {b: true}, column_types: {b: int}, contract: {alias_types: false}}`,
			`{docs: {show: true, node_color: x}, quoting: {a: true, b: true}, column_types: {a: int, b: int}, contract: {enforced: true, alias_types: false}}`},
		{"grants replace by privilege", `{grants: {select: [a], insert: b}}`, `{grants: {select: c}}`, `{grants: {select: [c], insert: [b]}}`},
		{"grants with plus are appended", `{grants: {select: a}}`, `{grants: {+select: [b], +delete: c}}`, `{grants: {select: [a, b], delete: [c]}}`},
		{"a first grant becomes lists", `{}`, `{grants: {+select: a}}`, `{grants: {select: [a]}}`},
		{"null replaces", `{unique_key: a}`, `{unique_key: null}`, `{unique_key: null}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			config, layer := yamlDict(t, test.config), yamlDict(t, test.layer)
			before := jinja.Repr(layer)
			Merge(config, layer)
			if d := cmp.Diff(jinja.Repr(yamlDict(t, test.want)), jinja.Repr(config)); d != "" {
				t.Errorf("Merge mismatch (-want +got):\n%s", d)
			}
			if after := jinja.Repr(layer); after != before {
				t.Errorf("Merge changed the layer to %s", after)
			}
		})
	}
}

func TestMergeLeavesEarlierLayersAlone(t *testing.T) {
	t.Parallel()
	first, second := yamlDict(t, `{tags: [a], meta: {a: 1}, grants: {select: [x]}}`), yamlDict(t, `{tags: [b], meta: {b: 1}, grants: {+select: [y]}}`)
	config := jinja.NewDict()
	Merge(config, first)
	Merge(config, second)
	if got, want := jinja.Repr(first), "{'tags': ['a'], 'meta': {'a': 1}, 'grants': {'select': ['x']}}"; got != want {
		t.Errorf("the first layer is now %s", got)
	}
}

func TestLayersWalkTheFullyQualifiedName(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "dbt_project.yml", `
name: shop
models:
  +n: root
  shop:
    +n: package
    staging:
      deep:
        +n: folder
        orders:
          +n: model
    quoted.name: {+n: odd}
`)
	p, l := Load(Options{Dir: dir})
	if err := l.Err(); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		fqn  []string
		want []string
	}{
		{nil, []string{"root"}},
		{[]string{"other", "x"}, []string{"root"}},
		{[]string{"shop", "x"}, []string{"root", "package"}},
		{[]string{"shop", "staging", "x"}, []string{"root", "package"}},
		{[]string{"shop", "staging", "deep", "x"}, []string{"root", "package", "folder"}},
		{[]string{"shop", "staging", "deep", "orders"}, []string{"root", "package", "folder", "model"}},
		{[]string{"shop", "staging", "deep", "orders", "v1"}, []string{"root", "package", "folder", "model"}},
		{[]string{"staging", "deep"}, []string{"root"}},
	}
	for _, test := range tests {
		var got []string
		for _, layer := range p.Root.Configs["models"].Layers(test.fqn) {
			n, _ := layer.Values.Get("n")
			got = append(got, jinja.Str(n))
		}
		if d := cmp.Diff(test.want, got); d != "" {
			t.Errorf("Layers(%q) mismatch (-want +got):\n%s", test.fqn, d)
		}
	}
	if layers := (*Tree)(nil).Layers([]string{"shop"}); layers != nil {
		t.Errorf("a missing tree has the layers %v", layers)
	}
}

func TestHooksAreTextDictOrList(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, in string
		want     []Text
	}{
		{"text", `{h: vacuum}`, []Text{{Text: "vacuum", Transaction: true}}},
		{"list", `{h: [a, {sql: b, transaction: false}, {sql: c}]}`, []Text{{Text: "a", Transaction: true}, {Text: "b"}, {Text: "c", Transaction: true}}},
		{"json", `{h: '{"sql": "a", "transaction": false}'}`, []Text{{Text: "a"}}},
		{"template", `{h: '{{ vacuum() }}'}`, []Text{{Text: "{{ vacuum() }}", Transaction: true}}},
		{"nothing", `{h: null}`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			v, _ := yamlDict(t, test.in).Get("h")
			if d := cmp.Diff(test.want, Hooks(v, diag.Span{})); d != "" {
				t.Errorf("Hooks mismatch (-want +got):\n%s", d)
			}
		})
	}
}

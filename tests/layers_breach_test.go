package tests

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

// TestBrokenLayersAreFound injects one violation of each kind: a check that finds nothing wrong in the tree proves little.
func TestBrokenLayersAreFound(t *testing.T) {
	t.Parallel()
	const imports = "package p\nimport _ \"" + module + "/"
	tests := []struct {
		name, file, text string
		want             []string
	}{
		{
			"upward import", "compiler/jinja/x.go", imports + "adapters\"",
			[]string{`compiler/jinja/x.go:2: package compiler/jinja may not import adapters; its rule is "compiler/jinja: compiler/diag"`},
		},
		{
			"sideways import", "adapters/snowflake/x.go", imports + "adapters/trino\"",
			[]string{`adapters/snowflake/x.go:2: package adapters/snowflake may not import adapters/trino; its rule is "adapters/*: adapters adapters/*/copytext adapters/*/quiet compiler/relation compiler/dialect"`},
		},
		{
			"the list of adapters is for cmd", "docs/site/x.go", imports + "adapters/all\"",
			[]string{`docs/site/x.go:2: package docs/site may not import adapters/all; its rule is "docs/site: compiler compiler/* docs/site/layout"`},
		},
		{
			"a package without a layer", "compiler/util/x.go", "package util",
			[]string{`compiler/util/x.go:1: package compiler/util has no layer: give it a line in the lattice of tests/layers_test.go`},
		},
		{
			"a test that reaches too far", "compiler/dag/x_test.go", imports + "adapters\"",
			[]string{`compiler/dag/x_test.go:2: package compiler/dag may not import adapters; its rule is "compiler/dag:"`},
		},
		{
			"network in the compiler", "compiler/project/x.go", "package project\nimport _ \"net/http\"",
			[]string{`compiler/project/x.go:2: package compiler/project may not use net/http: the compiler is pure: no network, no warehouse, no processes, no clock`},
		},
		{
			"clock in the compiler, under another name", "compiler/plan/x.go", "package plan\nimport clock \"time\"\nvar _ = clock.Now",
			[]string{`compiler/plan/x.go:3: package compiler/plan may not use time.Now: the compiler is pure: no network, no warehouse, no processes, no clock`},
		},
		{
			"printing outside cmd", "runner/x.go", "package runner\nimport \"fmt\"\nfunc f() { fmt.Println() }",
			[]string{`runner/x.go:3: package runner may not use fmt.Println: only cmd prints and exits`},
		},
		{
			"init", "cmd/x.go", "package cmd\nfunc init() {}",
			[]string{`cmd/x.go:2: package cmd has a func init: call it by name from where it is needed`},
		},
		{
			"a warehouse's name", "runner/x.go", "package runner\nvar _ = \"trino\"\nvar _ = `snowflake__swap`",
			[]string{
				`runner/x.go:2: "trino" names a warehouse: ask for a feature of its dialect, or move this to compiler/dialect/trino.go`,
				`runner/x.go:3: "snowflake__swap" names a warehouse: ask for a feature of its dialect, or move this to compiler/dialect/snowflake.go`,
			},
		},
		{
			"a warehouse's dialect and its driver", "cmd/x.go", "package cmd\nvar _ = dialect.Trino\nvar _ = snowflake.Driver\nvar _ = dialect.Named(x)",
			[]string{
				"cmd/x.go:2: Trino is one warehouse: go through the list of all, or ask for a feature of its dialect",
				"cmd/x.go:3: snowflake is one warehouse: go through the list of all, or ask for a feature of its dialect",
			},
		},
		{"the one list of warehouses", "adapters/all/all.go", "package all\nvar _ = trino.Driver", nil},
		{"what is allowed", "adapters/trino/x.go", imports + "adapters\"\nvar _ = \"trino\"", nil},
		{"a test's extra", "adapters/trino/x_test.go", imports + "adapters/adaptertest\"", nil},
		{"cmd may import anything", "cmd/x.go", imports + "adapters/all\"", nil},
		{"testdata is not ours", "compiler/sql/testdata/x.go", "package util", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := brokenLayers(fstest.MapFS{
				"adapters/snowflake/s.go": {Data: []byte("package snowflake")},
				"adapters/trino/t.go":     {Data: []byte("package trino")},
				test.file:                 {Data: []byte(test.text)},
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("brokenLayers mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

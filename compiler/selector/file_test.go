package selector_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/selector"
)

const selectors = `selectors:
  - name: text
    definition: "tag:staging"
  - name: pair
    definition: {tag: nightly}
  - name: with_parents
    definition:
      method: fqn
      value: orders
      parents: true
      parents_depth: 1
  - name: all_but
    default: true
    definition:
      union:
        - method: path
          value: models/staging
        - orders
        - exclude:
            - tag:nightly
  - name: both
    definition:
      intersection:
        - tag:staging
        - {method: config.materialized, value: view}
        - "+orders"
  - name: other
    definition:
      method: selector
      value: pair
  - name: circle
    definition:
      union:
        - {method: selector, value: circle}
  - name: no_tests
    definition: {method: fqn, value: stg_items, indirect_selection: empty}
`

func parsed(t *testing.T, text string) *selector.File {
	t.Helper()
	f, problems := selector.ParseFile(diag.NewSource("selectors.yml", text), nil)
	if problems.Len() > 0 {
		t.Fatalf("problems: %v", problems.Sorted())
	}
	return f
}

func TestSelectByName(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"text":         "stg_items stg_orders",
		"pair":         "stg_orders",
		"with_parents": "orders stg_items stg_orders",
		"all_but":      "orders stg_items",
		"":             "orders stg_items", // the default
		"both":         "stg_items stg_orders",
		"other":        "stg_orders",
		"no_tests":     "stg_items",
	}
	g, f := example(), parsed(t, selectors)
	for name, want := range tests {
		got, problems := selector.Select(g, selector.Request{Selector: name, File: f, Types: models()})
		if problems.Len() > 0 {
			t.Errorf("%s: problems: %v", name, problems.Sorted())
		}
		if d := cmp.Diff(want, names(got)); d != "" {
			t.Errorf("selector %q mismatch (-want +got):\n%s", name, d)
		}
	}
}

func TestSelectorMethodOnTheCommandLine(t *testing.T) {
	t.Parallel()
	got, problems := selector.Select(example(), selector.Request{Select: []string{"selector:pair+1"}, File: parsed(t, selectors), Types: models()})
	if problems.Len() > 0 || names(got) != "orders stg_orders" {
		t.Errorf("got %q, problems %v", names(got), problems.Sorted())
	}
}

func TestSelectorsThatContainThemselves(t *testing.T) {
	t.Parallel()
	_, problems := selector.Select(example(), selector.Request{Selector: "circle", File: parsed(t, selectors)})
	want := `selectors.yml:34:37: error: the selector "circle" contains itself [invalid-selector]
   34 |         - {method: selector, value: circle}
      |                                     ^^^^^^
  hint: selectors refer to each other in a circle: circle -> circle
`
	if d := cmp.Diff(want, printed(t, problems)); d != "" {
		t.Errorf("mismatch (-want +got):\n%s", d)
	}
}

func TestMistakesInSelectorsFile(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"an unknown method": {
			"selectors:\n  - name: a\n    definition: {method: tags, value: x}\n",
			`selectors.yml:3:26: error: there is no selection method "tags" [invalid-selector]
    3 |     definition: {method: tags, value: x}
      |                          ^^^^
  hint: did you mean "tag"?
`},
		"an unknown method in text": {
			"selectors:\n  - name: a\n    definition: tags:x\n",
			`selectors.yml:3:17: error: there is no selection method "tags" [invalid-selector]
    3 |     definition: tags:x
      |                 ^^^^^^
  hint: did you mean "tag"?
`},
		"no list": {"a: 1\n", `selectors.yml:1:1: error: the file has no list of selectors [invalid-selector]
    1 | a: 1
      | ^
  hint: begin it with "selectors:" and a list of entries with name: and definition:
`},
		"no definition": {"selectors:\n  - name: a\n", `selectors.yml:2:5: error: a selector needs a name and a definition [invalid-selector]
    2 |   - name: a
      |     ^
`},
		"two defaults": {
			"selectors:\n  - {name: a, default: true, definition: x}\n  - {name: b, default: true, definition: x}\n",
			`selectors.yml:3:12: error: a second selector has default: true [invalid-selector]
    3 |   - {name: b, default: true, definition: x}
      |            ^
`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := selector.ParseFile(diag.NewSource("selectors.yml", test.in), nil)
			if d := cmp.Diff(test.want, printed(t, problems)); d != "" {
				t.Errorf("mismatch (-want +got):\n%s", d)
			}
		})
	}
}

func TestNamesOfSelectors(t *testing.T) {
	t.Parallel()
	if got := parsed(t, selectors).Names(); !slices.Contains(got, "all_but") || len(got) != 8 {
		t.Errorf("got %v", got)
	}
}

package site

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/compiler/artifact"
)

// TestTheCriticalPathEnds has a test of a parent that reads the child too: either might have waited for the other, as far as clocks can tell.
func TestTheCriticalPathEnds(t *testing.T) {
	told := told(t, `
-- project.yml --
name: shop
targets:
  dev: {type: duckdb, path: ":memory:"}
-- models/parent.sql --
select 1 as id
-- models/child.sql --
select id from {{ ref('parent') }}
-- models/properties.yml --
models:
  - name: parent
    columns:
      - name: id
        data_tests:
          - relationships: {to: ref('child'), field: id}
`)
	var test string
	for _, n := range told.tests["model.shop.parent"] {
		test = n.ID
	}
	run := &artifact.Run{Results: []artifact.Outcome{
		{Node: "model.shop.parent", Start: 1, Seconds: 0.5},
		{Node: "model.shop.child", Start: 1.5, Seconds: 0.002},
		{Node: test, Start: 1.502, Seconds: 0.001},
	}}
	if d := cmp.Diff([]int{0, 1, 2}, told.critical(run)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

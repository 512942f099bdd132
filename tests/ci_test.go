package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestTheReportOfManyModelsFitsAComment builds 300 models that change, whose report would be longer than a comment may be.
func TestTheReportOfManyModelsFitsAComment(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	put := func(name, text string) { writeFile(t, filepath.Join(dir, name), text) }
	put("project.yml", "name: shop\nmodels: {+materialized: table}\n")
	put("models/base.sql", "select i as id, i as amount from range(20) as t (i)")
	const many = 300
	for i := range many {
		put(fmt.Sprintf("models/a_model_whose_name_is_rather_long_%03d.sql", i), "select id, amount, "+fmt.Sprint(i)+" as other from {{ ref('base') }}")
	}
	modIn(t, dir, 0, "apply", "--yes", "--quiet")
	put("models/base.sql", "select i as id, i * 2 as amount from range(20) as t (i)")
	short, _ := modIn(t, dir, 0, "ci", "--env", "pr-1", "--quiet")
	whole, err := os.ReadFile(filepath.Join(dir, "target", "ci", "report.md"))
	if err != nil {
		t.Fatal(err)
	}
	if n := utf8.RuneCountInString(short); n > 60_000 {
		t.Errorf("the report has %d characters", n)
	}
	if n := strings.Count(string(whole), "<details>"); n != many+1 || utf8.RuneCount(whole) < 60_000 {
		t.Errorf("the whole report has %d comparisons in %d characters", n, utf8.RuneCount(whole))
	}
	shown := strings.Count(short, "<details>")
	if left := regexp.MustCompile(`(?m)^(\d+) more comparisons in target/ci/report\.md$`).FindStringSubmatch(short); left == nil || left[1] != fmt.Sprint(many+1-shown) {
		t.Errorf("%d of the comparisons are shown, and this is said of the rest: %q", shown, left)
	}
	rows := strings.Count(short, "\n| `")
	if left := regexp.MustCompile(`(?m)^(\d+) more models in target/ci/report\.md$`).FindStringSubmatch(short); left == nil || left[1] != fmt.Sprint(many+1-rows) {
		t.Errorf("%d of the models are shown, and this is said of the rest: %q", rows, left)
	}
}

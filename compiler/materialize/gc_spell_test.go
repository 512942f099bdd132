package materialize_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/relation"
)

// TestWhatIsLeftOverIsSpelledForEachDialect looks at the statements that set relations aside, bring them back and drop them.
func TestWhatIsLeftOverIsSpelledForEachDialect(t *testing.T) {
	t.Parallel()
	here, there := *named("orders", relation.BaseTable), *named("orders", relation.BaseTable)
	there.Schema = "mod_gone_0a1b2c3d"
	view, schema := *named("latest", relation.View), there
	schema.Name = ""
	got := &txtar.Archive{}
	for _, d := range dialect.All() {
		c := speller(t, d, settings{}, jinja.DictOf("unique_id", "model.shop.orders"), "")
		var out strings.Builder
		for _, call := range []struct {
			macro string
			args  []any
		}{
			{"get_create_schema_sql", []any{schema}}, {"gc_move", []any{here, there}}, {"gc_move", []any{there, here}}, {"gc_view", []any{view}},
			{"gc_drop", []any{there}}, {"gc_drop", []any{view}}, {"gc_drop_schema", []any{schema}},
		} {
			sql, err := c.Spell(context.Background(), call.macro, call.args...)
			if err != nil {
				t.Errorf("%s of %s: %v", call.macro, d.Name, err)
			}
			if sql = strings.TrimSpace(sql); sql == "" {
				sql = "nothing"
			}
			out.WriteString(call.macro + ": " + strings.ReplaceAll(sql, "\n", "\n    ") + "\n")
		}
		got.Files = append(got.Files, txtar.File{Name: d.Name, Data: []byte(out.String())})
	}
	golden(t, filepath.Join("testdata", "gc", "statements.txtar"), txtar.Format(got))
}

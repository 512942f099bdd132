package reference

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/relation"
)

func TestEveryWarehouseIsDocumented(t *testing.T) {
	t.Parallel()
	current(t, "warehouses.md", warehousesPage(t))
}

// everyTarget are the settings that targets of all types have.
var everyTarget = [][2]string{
	{"type", "the warehouse: the name in the title below"},
	{"schema", "the schema that is built in"},
	{"threads", "how many nodes are built at the same time"},
}

// settingRead is a setting that an adapter reads.
var settingRead = regexp.MustCompile(`\b(?:c\.\w+\(|c\[|section\(c, )"(\w+)"`)

// TestEverySettingOfATargetIsDocumented finds the settings that the adapters read in their source.
func TestEverySettingOfATargetIsDocumented(t *testing.T) {
	t.Parallel()
	for _, d := range dialect.All() {
		files, err := filepath.Glob("../../adapters/" + d.Name + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("adapters/%s has no files, %v", d.Name, err)
		}
		known := settingsTable(t, d)
		for _, s := range everyTarget {
			known += fmt.Sprintf("| `%s` |", s[0])
		}
		found := 0
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, m := range settingRead.FindAllStringSubmatch(string(text), -1) {
				found++
				if !strings.Contains(known, "| `"+m[1]+"` |") && !strings.Contains(known, "also `"+m[1]+"`") {
					t.Errorf("%s reads the setting %q, of which settings.md beside it does not tell", file, m[1])
				}
			}
		}
		if found < 5 {
			t.Errorf("only %d settings were found in adapters/%s", found, d.Name)
		}
	}
}

// settingsTable tells what the settings of a target of that type mean, beside those of all. It stands with the adapter that reads them.
func settingsTable(t *testing.T, d *dialect.Dialect) string {
	t.Helper()
	text, err := os.ReadFile("../../adapters/" + d.Name + "/settings.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func warehousesPage(t *testing.T) string {
	t.Helper()
	all := dialect.All()
	var b strings.Builder
	b.WriteString("# Warehouses\n\n" + generated("compiler/dialect, compiler/materialize and the settings.md of each adapter"))
	b.WriteString("What differs between warehouses and cannot be left to a macro is a feature bit (`compiler/dialect/dialect.go`). " +
		"How to choose a warehouse is told in [targets](../guides/targets.md).\n\n")
	b.WriteString("## What each can do\n\n" + head("feature", all, "what it means"))
	for _, f := range features(t) {
		row(&b, all, "`"+f.name+"`", func(d *dialect.Dialect) string { return yes(d.Has(f.bit)) }, f.doc)
	}
	b.WriteString("\n## Incremental strategies\n\n" + head("`incremental_strategy`", all, ""))
	for _, s := range []string{"append", "delete+insert", "merge", "insert_overwrite", "microbatch"} {
		row(&b, all, "`"+s+"`", func(d *dialect.Dialect) string { return yes(takes(d, s)) }, "")
	}
	b.WriteString("\nA project adds one by a macro `get_incremental_<name>_sql`. What each does is told in [incremental models](../guides/incremental.md).\n")
	b.WriteString("\n## Names and types\n\n" + head("", all, ""))
	for _, n := range named {
		row(&b, all, n.name, n.of, "")
	}
	b.WriteString("\nThe types are those of seeds and of macros such as `dbt.type_string()`.\n")
	b.WriteString("\n## The settings of a target\n\n| setting | means |\n|---|---|\n")
	for _, s := range everyTarget {
		fmt.Fprintf(&b, "| `%s` | %s |\n", s[0], s[1])
	}
	for _, d := range all {
		fmt.Fprintf(&b, "\n### `%s`: %s\n\n", d.Name, d.Title)
		b.WriteString(settingsTable(t, d))
		if shown := d.Settings.Shown; len(shown) > 0 {
			var names []string
			for _, s := range shown {
				if s.Name != "schema" {
					names = append(names, "`"+s.Name+"`")
				}
			}
			fmt.Fprintf(&b, "\nTemplates see as `target.…`, besides `name`, `type`, `schema` and `threads`: %s.\n", strings.Join(names, ", "))
		}
	}
	return b.String()
}

// named are the facts of a dialect that are names or numbers.
var named = []struct {
	name string
	of   func(*dialect.Dialect) string
}{
	{"quote", func(d *dialect.Dialect) string { return "`" + string(d.Quote) + "`" }},
	{"`Name` without quotes is stored as", func(d *dialect.Dialect) string { return "`" + d.Stored("Name") + "`" }},
	{"bytes in a name", func(d *dialect.Dialect) string {
		if d.MaxName == 0 {
			return "no limit"
		}
		return fmt.Sprint(d.MaxName)
	}},
	{"schema, if the target names none", func(d *dialect.Dialect) string { return inCode(d.DefaultSchema) }},
	{"text", func(d *dialect.Dialect) string { return inCode(d.Types.Text) }},
	{"integer", func(d *dialect.Dialect) string { return inCode(d.Types.Integer) }},
	{"bigint", func(d *dialect.Dialect) string { return inCode(d.Types.Bigint) }},
	{"float", func(d *dialect.Dialect) string { return inCode(d.Types.Float) }},
	{"numeric", func(d *dialect.Dialect) string { return inCode(d.Types.Numeric) }},
	{"boolean", func(d *dialect.Dialect) string { return inCode(d.Types.Boolean) }},
	{"timestamp", func(d *dialect.Dialect) string { return inCode(d.Types.Timestamp) }},
}

func inCode(text string) string {
	if text == "" {
		return "–"
	}
	return "`" + text + "`"
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "–"
}

// head is the head of a table with a column for each dialect, and a last one unless that is "".
func head(first string, all []*dialect.Dialect, last string) string {
	cells := []string{first}
	for _, d := range all {
		cells = append(cells, d.Title)
	}
	if last != "" {
		cells = append(cells, last)
	}
	return "| " + strings.Join(cells, " | ") + " |\n" + strings.Repeat("|---", len(cells)) + "|\n"
}

func row(b *strings.Builder, all []*dialect.Dialect, first string, of func(*dialect.Dialect) string, last string) {
	cells := []string{first}
	for _, d := range all {
		cells = append(cells, of(d))
	}
	if last != "" {
		cells = append(cells, last)
	}
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

type feature struct {
	name, doc string
	bit       dialect.Feature
}

// features are the constants of type Feature with their comments, in the order of their bits.
func features(t *testing.T) []feature {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../compiler/dialect/dialect.go", nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []feature
	for _, d := range file.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST {
			continue
		}
		if first, ok := decl.Specs[0].(*ast.ValueSpec).Type.(*ast.Ident); !ok || first.Name != "Feature" {
			continue
		}
		for i, s := range decl.Specs {
			spec := s.(*ast.ValueSpec)
			doc := strings.TrimSpace(cmp.Or(spec.Comment, spec.Doc).Text())
			out = append(out, feature{spec.Names[0].Name, strings.ReplaceAll(doc, "|", `\|`), 1 << i})
		}
	}
	if len(out) < 10 || out[0].bit != dialect.TransactionalDDL || out[0].name != "TransactionalDDL" {
		t.Fatalf("the features were not found in the source: %v", out)
	}
	return out
}

// takes tells whether an incremental model with that strategy can be built.
func takes(d *dialect.Dialect, strategy string) bool {
	name := relation.Relation{Database: "db", Schema: "s", Name: "t"}
	table := relation.Table{Relation: name, Kind: relation.BaseTable, Columns: []relation.Column{{Name: "id"}}}
	_, err := materialize.Named("incremental").Ops(materialize.Request{
		Target: table, Existing: &table, SQL: "select 1 as id", Dialect: d, Find: func(relation.Relation) *relation.Table { return nil },
		Config: strategyConfig{"incremental_strategy": strategy, "unique_key": "id"},
	})
	return err == nil
}

type strategyConfig map[string]any

func (c strategyConfig) Get(name string) any { return c[name] }

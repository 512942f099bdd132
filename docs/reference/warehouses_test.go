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
	"slices"
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

// targetSettings are the settings of the targets of a type, beside those of all, with what they mean.
var targetSettings = map[string][][2]string{
	"duckdb": {
		{"path", "the database's file, from the project's folder; `:memory:` for one that is gone after the run. Without a target it is `<project>.duckdb`"},
		{"database", "the database that is built in, if it is one of `attach`"},
		{"attach", "more databases: a list of `{path, alias, type, secret, read_only, options}`"},
		{"extensions", "extensions to install and load: names, or `{name, repo}`"},
		{"settings", "`SET name = value` in each session"},
		{"config_options", "settings that must be there when the file is opened"},
		{"secrets", "DuckDB's secrets, for object stores: a list of `{type, name, …}`"},
	},
	"postgres": {
		{"host", "the server, or the folder of its socket; required"},
		{"port", "5432 unless given"},
		{"user", "required"},
		{"password", "also `pass`; without it what libpq would find: `PGPASSWORD`, the password file"},
		{"dbname", "the database, also `database`; required"},
		{"role", "`SET ROLE` in each session"},
		{"search_path", "of each session"},
		{"sslmode", "`disable`, `prefer`, `require`, `verify-ca`, `verify-full` …"},
		{"sslcert", "the client's certificate"},
		{"sslkey", "its key"},
		{"sslrootcert", "the certificates that are trusted"},
		{"connect_timeout", "seconds to wait for a connection, 10 unless given"},
		{"keepalives_idle", "seconds without traffic after which the connection is probed"},
		{"retries", "how often a connection is tried again, 1 unless given"},
		{"application_name", "what the server shows, `mod` unless given"},
	},
	"trino": {
		{"host", "the coordinator; required"},
		{"port", "8080 unless given"},
		{"database", "the catalog that is built in, also `catalog`; required"},
		{"method", "how to log in: `none` (unless given), `ldap`, `jwt`, `certificate`, `oauth`, `kerberos`, `gssapi`. All but `none` use HTTPS"},
		{"http_scheme", "`http` or `https` for the method `none`"},
		{"user", "required but for `jwt`, `certificate` and `oauth`"},
		{"password", "of the method `ldap`"},
		{"impersonation_user", "whom statements run as, if the user who logs in may do that"},
		{"jwt_token", "of the method `jwt`"},
		{"client_certificate", "a PEM file, of the method `certificate`"},
		{"client_private_key", "its key"},
		{"krb5_config", "`/etc/krb5.conf` unless given, of the method `kerberos`"},
		{"keytab", "without it the tickets of `kinit` are used"},
		{"principal", "with its realm: `loader@EXAMPLE.COM`"},
		{"service_name", "`trino` unless given"},
		{"hostname_override", "the coordinator's name for Kerberos"},
		{"cert", "a file of certificates that are trusted, or false to trust all"},
		{"session_properties", "names and values, for each statement"},
		{"roles", "a role for each catalog: `{lake: analyst}`"},
		{"client_tags", "for resource groups"},
		{"extra_credentials", "names and values that go to connectors"},
		{"http_headers", "names and values, for each request"},
		{"timezone", "of each session, UTC unless given"},
		{"source", "what the cluster shows, `mod` unless given"},
		{"retries", "how often a server that is not there is tried when a run begins, 3 unless given"},
		{"retry_timeout", "seconds for which a request in the middle of a statement is repeated, 60 unless given"},
	},
}

// settingRead is a setting that an adapter reads.
var settingRead = regexp.MustCompile(`\b(?:c\.\w+\(|c\[|section\(c, )"(\w+)"`)

// TestEverySettingOfATargetIsDocumented finds the settings that the adapters read in their source.
func TestEverySettingOfATargetIsDocumented(t *testing.T) {
	t.Parallel()
	for name, known := range targetSettings {
		files, err := filepath.Glob("../../adapters/" + name + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("adapters/%s has no files, %v", name, err)
		}
		found := 0
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range settingRead.FindAllStringSubmatch(string(text), -1) {
				found++
				told := func(s [2]string) bool { return s[0] == m[1] || strings.Contains(s[1], "also `"+m[1]+"`") }
				if !strings.HasSuffix(file, "_test.go") && !slices.ContainsFunc(slices.Concat(everyTarget, known), told) {
					t.Errorf("%s reads the setting %q, of which targetSettings does not tell", file, m[1])
				}
			}
		}
		if found < 5 {
			t.Errorf("only %d settings were found in adapters/%s", found, name)
		}
	}
}

func warehousesPage(t *testing.T) string {
	t.Helper()
	all := dialect.All()
	var b strings.Builder
	b.WriteString("# Warehouses\n\n" + generated("compiler/dialect, compiler/materialize and docs/reference/warehouses_test.go"))
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
	settingRows(&b, everyTarget)
	for _, d := range all {
		fmt.Fprintf(&b, "\n### `%s`: %s\n\n", d.Name, d.Title)
		if known := targetSettings[d.Name]; known != nil {
			b.WriteString("| setting | means |\n|---|---|\n")
			settingRows(&b, known)
		}
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

func settingRows(b *strings.Builder, settings [][2]string) {
	for _, s := range settings {
		fmt.Fprintf(b, "| `%s` | %s |\n", s[0], s[1])
	}
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

package duckdb

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
)

// memory is the path of a database that lives as long as its warehouse.
const memory = ":memory:"

// settings are a profile's, checked, with the statements that they ask for.
type settings struct {
	path    string
	options []option // set before the database is opened
	setup   []string // run once for the instance
	session []string // run in each session
}

type option struct{ name, value string }

// attachment is a database beside the main one.
type attachment struct {
	path, alias string
	options     []string // as ATTACH spells them
}

// parseSettings reads a profile as dbt-duckdb does: https://github.com/duckdb/dbt-duckdb#configuring-your-profile.
func parseSettings(c adapters.Config) (settings, error) {
	s := settings{path: c.String("path", memory)}
	if s.path == "" {
		s.path = memory
	}
	if scheme, _, ok := strings.Cut(s.path, ":"); ok && (scheme == "md" || scheme == "motherduck") {
		return s, badConfig("path: MotherDuck is not supported: %q", s.path)
	}
	attached, err := parseAttachments(c["attach"])
	if err != nil {
		return s, err
	}
	if err := checkDatabase(c, s.path, attached); err != nil {
		return s, err
	}
	config, err := section(c, "config_options")
	if err != nil {
		return s, err
	}
	for _, name := range slices.Sorted(maps.Keys(config)) {
		s.options = append(s.options, option{name, text(config[name])})
	}
	if err := s.addSetup(c, attached); err != nil {
		return s, err
	}
	return s, s.addSession(c, attached)
}

func (s *settings) addSetup(c adapters.Config, attached []attachment) error {
	extensions, err := parseExtensions(c["extensions"])
	if err != nil {
		return err
	}
	s.setup = append(s.setup, extensions...)
	secrets, err := parseSecrets(c["secrets"])
	if err != nil {
		return err
	}
	s.setup = append(s.setup, secrets...)
	for _, a := range attached {
		s.setup = append(s.setup, a.sql())
	}
	return nil
}

func (s *settings) addSession(c adapters.Config, attached []attachment) error {
	set, err := section(c, "settings")
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		if !isWord(name) {
			return badConfig("settings: %q is not the name of a setting", name)
		}
		s.session = append(s.session, fmt.Sprintf("set %s = %s", name, literal(text(set[name]))))
	}
	// A target may live in an attached database: what its models leave unqualified is resolved there.
	if database := c.String("database", ""); slices.ContainsFunc(attached, func(a attachment) bool { return a.alias == database }) {
		s.session = append(s.session, "use "+dialect.DuckDB.Ident(database))
	}
	return nil
}

// databaseName is the name DuckDB gives to the database of that path.
func databaseName(path string) string { return dialect.DuckDB.Settings.Database(path) }

func checkDatabase(c adapters.Config, path string, attached []attachment) error {
	want := databaseName(path)
	got := c.String("database", want)
	if got == want || slices.ContainsFunc(attached, func(a attachment) bool { return a.alias == got }) {
		return nil
	}
	e := badConfig("database is %q, but path %q makes it %q", got, path, want)
	e.Hint = fmt.Sprintf("leave `database` out or set it to %q", want)
	return e
}

func section(c adapters.Config, name string) (map[string]any, error) {
	switch v := c[name].(type) {
	case nil:
		return nil, nil
	case map[string]any:
		return v, nil
	default:
		return nil, badConfig("%s is %v, not a mapping of names to values", name, v)
	}
}

func parseExtensions(v any) ([]string, error) {
	var statements []string
	list, ok := v.([]any)
	if !ok && v != nil {
		return nil, badConfig("extensions is %v, not a list", v)
	}
	for _, item := range list {
		name, from := "", ""
		switch e := item.(type) {
		case string:
			name = e
		case map[string]any:
			name = text(e["name"])
			if repo := text(e["repo"]); isWord(repo) {
				from = " from " + repo // core, community: words of DuckDB's own
			} else if repo != "" {
				from = " from " + literal(repo)
			}
		}
		if name == "" {
			return nil, badConfig("extensions: %v is neither a name nor a mapping with a name", item)
		}
		if isBuiltIn(name) {
			continue
		}
		quoted := dialect.DuckDB.Ident(name)
		statements = append(statements, "install "+quoted+from, "load "+quoted)
	}
	return statements, nil
}

// isBuiltIn tells whether an extension is linked into the library, so that there is nothing to download.
func isBuiltIn(extension string) bool {
	return slices.Contains([]string{"autocomplete", "core_functions", "icu", "json", "parquet"}, strings.ToLower(extension))
}

func parseAttachments(v any) ([]attachment, error) {
	list, ok := v.([]any)
	if !ok && v != nil {
		return nil, badConfig("attach is %v, not a list", v)
	}
	var out []attachment
	for i, item := range list {
		m, ok := item.(map[string]any)
		if !ok || text(m["path"]) == "" {
			return nil, badConfig("attach: entry %d has no path", i+1)
		}
		a := attachment{path: text(m["path"]), alias: text(m["alias"])}
		if a.alias == "" {
			a.alias = databaseName(a.path)
		}
		options, _ := m["options"].(map[string]any)
		for _, name := range []string{"type", "secret", "read_only"} {
			if m[name] == nil {
				continue
			}
			if options[name] != nil {
				return nil, badConfig("attach: %s of %q is given twice, also under options", name, a.path)
			}
			if err := a.add(name, m[name]); err != nil {
				return nil, err
			}
		}
		for _, name := range slices.Sorted(maps.Keys(options)) {
			if err := a.add(name, options[name]); err != nil {
				return nil, err
			}
		}
		out = append(out, a)
	}
	return out, nil
}

func (a *attachment) add(name string, value any) error {
	if !isWord(name) {
		return badConfig("attach: %q is not the name of an option", name)
	}
	switch v := value.(type) {
	case bool:
		if v {
			a.options = append(a.options, name)
		}
	case string:
		if name == "secret" {
			a.options = append(a.options, name+" "+dialect.DuckDB.Ident(v))
			break
		}
		a.options = append(a.options, name+" "+literal(strings.Trim(v, `'"`)))
	case nil:
	default:
		a.options = append(a.options, name+" "+text(v))
	}
	return nil
}

func (a *attachment) sql() string {
	sql := fmt.Sprintf("attach if not exists %s as %s", literal(a.path), dialect.DuckDB.Ident(a.alias))
	if len(a.options) > 0 {
		sql += " (" + strings.Join(a.options, ", ") + ")"
	}
	return sql
}

func parseSecrets(v any) ([]string, error) {
	list, ok := v.([]any)
	if !ok && v != nil {
		return nil, badConfig("secrets is not a list")
	}
	var statements []string
	for i, item := range list {
		m, ok := item.(map[string]any)
		if !ok || text(m["type"]) == "" {
			return nil, badConfig("secrets: entry %d has no type", i+1)
		}
		name := text(m["name"])
		if name == "" {
			name = fmt.Sprintf("_mod_secret_%d", i+1)
		}
		var options []string
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if key == "name" || key == "persistent" || m[key] == nil {
				continue
			}
			if !isWord(key) {
				return nil, badConfig("secrets: %q is not the name of an option", key)
			}
			options = append(options, key+" "+secretValue(m[key]))
		}
		kind := ""
		if m["persistent"] == true {
			kind = "persistent "
		}
		statements = append(statements, fmt.Sprintf("create or replace %ssecret %s (%s)", kind, dialect.DuckDB.Ident(name), strings.Join(options, ", ")))
	}
	return statements, nil
}

func secretValue(v any) string {
	switch v := v.(type) {
	case []any:
		var parts []string
		for _, item := range v {
			parts = append(parts, secretValue(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, literal(key)+": "+secretValue(v[key]))
		}
		return "map {" + strings.Join(parts, ", ") + "}"
	default:
		return literal(text(v))
	}
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func isWord(s string) bool {
	for _, r := range s {
		if r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return s != ""
}

package project

import (
	"path"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// Target is a connection: what a profile says of the chosen output.
type Target struct {
	ProfileName string
	Name        string // "dev"
	Type        string // "duckdb"
	Database    string
	Schema      string
	Threads     int            // 0 if not given
	Config      map[string]any // every setting, for the adapter: string, bool, int, float64, []any, map[string]any
	Dict        *jinja.Dict    // what templates see as target: without secrets
	At          diag.Span      // where it is defined, zero for the default
	Default     bool           // there is no profile: DuckDB in a file
}

// shownSettings are what dbt's adapters show in target, in order, with the values they have if not given. Adapters that are
// not listed show every setting that is no secret.
var shownSettings = map[string][]setting{
	"duckdb": {
		{"database", nil}, {"schema", "main"}, {"path", ":memory:"}, {"config_options", nil}, {"extensions", nil}, {"settings", emptyDict},
		{"external_root", "."}, {"use_credential_provider", nil}, {"attach", nil}, {"filesystems", nil}, {"remote", nil}, {"plugins", nil},
		{"disable_transactions", false},
	},
	"postgres": {
		{"host", nil}, {"port", nil}, {"user", nil}, {"database", nil}, {"schema", nil}, {"connect_timeout", 10}, {"role", nil},
		{"search_path", nil}, {"keepalives_idle", 0}, {"sslmode", nil}, {"sslcert", nil}, {"sslkey", nil}, {"sslrootcert", nil},
		{"application_name", "dbt"}, {"autocommit", false}, {"retries", 1},
	},
}

type setting struct {
	name     string
	fallback any
}

type emptyDictType struct{}

// emptyDict stands for a dict that each target has of its own.
var emptyDict emptyDictType

// newTarget makes a target of an output's settings.
func newTarget(profile, name string, settings *jinja.Dict, at diag.Span) *Target {
	t := &Target{ProfileName: profile, Name: name, At: at, Config: map[string]any{}, Dict: jinja.NewDict()}
	settings = settings.Clone()
	rename(settings, "pass", "password")
	t.Type = textOf(settings, "type")
	switch t.Type {
	case "postgres", "redshift":
		rename(settings, "dbname", "database")
	case "bigquery":
		rename(settings, "project", "database")
		rename(settings, "dataset", "schema")
	case "trino":
		rename(settings, "catalog", "database")
	case "duckdb":
		if p, ok := settings.Get("path"); !ok || p == nil {
			settings.Put("path", ":memory:")
		}
		if textOf(settings, "database") == "" {
			settings.Put("database", duckdbName(textOf(settings, "path")))
		}
		if textOf(settings, "schema") == "" {
			settings.Put("schema", "main")
		}
	}
	t.Database, t.Schema = textOf(settings, "database"), textOf(settings, "schema")
	if n, ok := settings.Get("threads"); ok {
		t.Threads, _ = n.(int)
	}
	for k, v := range settings.All() {
		if key, ok := k.(string); ok {
			t.Config[key] = plain(v)
		}
	}
	t.show(settings)
	return t
}

// show fills Dict.
func (t *Target) show(settings *jinja.Dict) {
	if shown, ok := shownSettings[t.Type]; ok {
		for _, s := range shown {
			v, given := settings.Get(s.name)
			if !given {
				if v = s.fallback; v == emptyDict {
					v = jinja.NewDict()
				}
			}
			t.Dict.Put(s.name, v)
		}
	} else {
		for k, v := range settings.All() {
			if key, ok := k.(string); ok && !isSecretKey(key) && key != "threads" && key != "type" {
				t.Dict.Put(key, v)
			}
		}
	}
	switch t.Type {
	case "postgres", "redshift":
		t.alias("dbname", "database")
	case "bigquery":
		t.alias("project", "database")
		t.alias("dataset", "schema")
	}
	t.Dict.Put("type", t.Type)
	t.Dict.Put("threads", max(t.Threads, 1))
	t.Dict.Put("name", t.Name)
	t.Dict.Put("target_name", t.Name)
	t.Dict.Put("profile_name", t.ProfileName)
}

func (t *Target) alias(name, of string) {
	if v, ok := t.Dict.Get(of); ok {
		t.Dict.Put(name, v)
	}
}

// rename moves a setting to the name it stands for, unless that is given too.
func rename(settings *jinja.Dict, from, to string) {
	v, ok := settings.Get(from)
	if !ok {
		return
	}
	settings.Delete(from)
	if _, given := settings.Get(to); !given {
		settings.Put(to, v)
	}
}

func textOf(d *jinja.Dict, key string) string {
	if v, ok := d.Get(key); ok && v != nil {
		return jinja.Str(v)
	}
	return ""
}

// duckdbName is the name DuckDB gives the database in that file: the file's name up to the first dot.
func duckdbName(file string) string {
	if file == "" || file == ":memory:" {
		return "memory"
	}
	scheme, rest, found := strings.Cut(file, ":")
	if !found || len(scheme) == 1 { // C:\data.duckdb
		scheme, rest = "", file
	}
	rest, _, _ = strings.Cut(rest, "?")
	base := path.Base(strings.ReplaceAll(rest, `\`, "/"))
	switch strings.ToLower(scheme) {
	case "md", "motherduck":
		if rest == "" {
			return "my_db"
		}
		return strings.TrimSuffix(base, path.Ext(base))
	case "ducklake":
		base = base[strings.LastIndexByte(base, ':')+1:]
		return strings.TrimSuffix(base, path.Ext(base))
	}
	name, _, _ := strings.Cut(strings.TrimLeft(base, "."), ".")
	return name
}

// plain is v as Go's own types, for the adapters.
func plain(v jinja.Value) any {
	switch v := v.(type) {
	case *jinja.Dict:
		m := make(map[string]any, v.Len())
		for k, item := range v.All() {
			m[jinja.Str(k)] = plain(item)
		}
		return m
	case *jinja.List:
		return plainList(v.Items)
	case *jinja.Tuple:
		return plainList(v.Items)
	case nil, bool, int, float64, string:
		return v
	}
	return jinja.Str(v)
}

func plainList(items []jinja.Value) []any {
	out := make([]any, len(items))
	for i, item := range items {
		out[i] = plain(item)
	}
	return out
}

package project

import (
	"slices"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
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
	Beside      []string       // the names of the other targets that there are
}

// newTarget makes a target of an output's settings.
func newTarget(profile, name string, settings *jinja.Dict, at diag.Span) *Target {
	t := &Target{ProfileName: profile, Name: name, At: at, Config: map[string]any{}, Dict: jinja.NewDict()}
	settings = settings.Clone()
	rename(settings, "pass", "password")
	t.Type = textOf(settings, "type")
	known := dialect.SettingsOf(t.Type)
	for _, alias := range known.Aliases {
		rename(settings, alias[0], alias[1])
	}
	if known.File != "" {
		fill(settings, known.File, known.Memory)
		fill(settings, "database", known.Database(textOf(settings, known.File)))
		fill(settings, "schema", dialect.Named(t.Type).DefaultSchema)
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
	t.show(settings, known)
	return t
}

// HasBeside tells whether the profile has another target of that name.
func (t *Target) HasBeside(name string) bool { return slices.Contains(t.Beside, name) }

// show fills Dict.
func (t *Target) show(settings *jinja.Dict, known dialect.Settings) {
	for _, s := range known.Shown {
		v, given := settings.Get(s.Name)
		if !given {
			if v = s.Fallback; isMapping(v) {
				v = jinja.NewDict() // each target has its own
			}
		}
		t.Dict.Put(s.Name, withoutSecrets(v))
	}
	if known.Shown == nil {
		for k, v := range settings.All() {
			if key, ok := k.(string); ok && !isSecretKey(key) && key != "threads" && key != "type" {
				t.Dict.Put(key, withoutSecrets(v))
			}
		}
	}
	for _, alias := range known.Aliases {
		t.alias(alias[0], alias[1])
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

// withoutSecrets is a setting without the secrets in it, such as a token among the settings of a database.
func withoutSecrets(v jinja.Value) jinja.Value {
	switch v := v.(type) {
	case *jinja.Dict:
		d := jinja.NewDict()
		for k, item := range v.All() {
			if !isSecretKey(jinja.Str(k)) {
				_ = d.Set(k, withoutSecrets(item)) // the key is one of a dict
			}
		}
		return d
	case *jinja.List:
		l := jinja.NewList()
		for _, item := range v.Items {
			l.Items = append(l.Items, withoutSecrets(item))
		}
		return l
	}
	return v
}

func isMapping(v any) bool {
	_, ok := v.(map[string]any)
	return ok
}

// fill gives a setting that is empty or missing a value.
func fill(settings *jinja.Dict, key, value string) {
	if textOf(settings, key) == "" {
		settings.Put(key, value)
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

package artifact

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/relation"
)

// State is a manifest.json that was read: the project as it was when somebody wrote it, by mod or by dbt. It is not changed
// after it is read and safe for concurrent use.
type State struct {
	Metadata StateMetadata
	Nodes    map[string]*Entry // nodes, sources, exposures and unit tests, by unique_id
	Macros   map[string]*MacroEntry
}

// StateMetadata says who wrote a manifest, and of what.
type StateMetadata struct {
	Schema      string `json:"dbt_schema_version"`
	Version     string `json:"dbt_version"`
	ProjectName string `json:"project_name"`
	AdapterType string `json:"adapter_type"`
	GeneratedAt string `json:"generated_at"` // RFC 3339
}

// Entry is a node of a manifest. Values are all of it; the fields are what is asked for most.
type Entry struct {
	ID, Name     string
	Type         compiler.Type
	Relation     relation.Relation // the zero Relation for what is stored nowhere
	RelationName string            // the relation as it is written in SQL; "" for what is stored nowhere
	Attached     string            // the ID of the node at which a test stands; "" for everything else
	text         []byte            // decoded, it would take ten times as much room
}

// Values are all of the entry, as encoding/json decodes it. They are decoded at each call, and the caller's.
func (e *Entry) Values() map[string]any {
	var out map[string]any
	_ = json.Unmarshal(e.text, &out) // it was read before
	return out
}

// Config is a value of the entry's config, nil if it is not set.
func (e *Entry) Config(name string) any {
	config, _ := e.Values()["config"].(map[string]any)
	return config[name]
}

// Ephemeral tells whether the entry is a model that is part of the queries that read it.
func (e *Entry) Ephemeral() bool { return e.Config("materialized") == "ephemeral" }

// Table tells whether the entry is stored as a table. Of what a project's own materialization makes that is not known.
func (e *Entry) Table() bool {
	switch e.Type {
	case compiler.Seed, compiler.Snapshot:
		return true
	case compiler.Model:
		made := e.Config("materialized")
		return made == "table" || made == "incremental"
	}
	return false
}

// MacroEntry is a macro of a manifest.
type MacroEntry struct {
	SQL    string
	Macros []string // the IDs of the macros that it calls
}

// UnmarshalJSON implements json.Unmarshaler.
func (e *Entry) UnmarshalJSON(b []byte) error {
	var raw struct {
		ID           words `json:"unique_id"`
		Name         words `json:"name"`
		Type         words `json:"resource_type"`
		RelationName words `json:"relation_name"`
		Attached     words `json:"attached_node"`
		Database     words `json:"database"`
		Schema       words `json:"schema"`
		Alias        words `json:"alias"`
		Identifier   words `json:"identifier"`
	}
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	*e = Entry{
		ID: string(raw.ID), Name: string(raw.Name), Type: compiler.Type(raw.Type), RelationName: string(raw.RelationName), Attached: string(raw.Attached),
		Relation: relation.Relation{Database: string(raw.Database), Schema: string(raw.Schema), Name: string(raw.Alias)}, text: bytes.Clone(b),
	}
	if e.Type == compiler.Source {
		e.Relation.Name = string(raw.Identifier)
	}
	return nil
}

// words are a text of JSON, "" for any other value.
type words string

// UnmarshalJSON implements json.Unmarshaler.
func (w *words) UnmarshalJSON(b []byte) error {
	if b[0] != '"' {
		*w = ""
		return nil
	}
	return json.Unmarshal(b, (*string)(w))
}

// UnmarshalJSON implements json.Unmarshaler.
func (m *MacroEntry) UnmarshalJSON(b []byte) error {
	var raw struct {
		SQL       string `json:"macro_sql"`
		DependsOn struct {
			Macros []string `json:"macros"`
		} `json:"depends_on"`
	}
	err := json.Unmarshal(b, &raw)
	m.SQL, m.Macros = raw.SQL, raw.DependsOn.Macros
	return err
}

// ReadManifest reads manifest.json, version 12, of mod or of dbt.
func ReadManifest(r io.Reader) (*State, error) {
	var raw struct {
		Metadata  StateMetadata          `json:"metadata"`
		Nodes     map[string]*Entry      `json:"nodes"`
		Sources   map[string]*Entry      `json:"sources"`
		Exposures map[string]*Entry      `json:"exposures"`
		UnitTests map[string]*Entry      `json:"unit_tests"`
		Macros    map[string]*MacroEntry `json:"macros"`
	}
	if err := decode(r, &raw); err != nil {
		return nil, err
	}
	if err := checkSchema(raw.Metadata.Schema, "manifest", 12, 12); err != nil {
		return nil, err
	}
	s := &State{Metadata: raw.Metadata, Nodes: map[string]*Entry{}, Macros: raw.Macros}
	for _, section := range []map[string]*Entry{raw.Nodes, raw.Sources, raw.Exposures, raw.UnitTests} {
		for id, e := range section {
			if e != nil {
				s.Nodes[id] = e
			}
		}
	}
	return s, nil
}

// decode reads a file of JSON whole, and says where it is broken.
func decode(r io.Reader, into any) error {
	data, err := whole(r)
	if err != nil {
		return err
	}
	err = json.Unmarshal(data, into)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		line := 1 + strings.Count(string(data[:syntax.Offset]), "\n")
		return fmt.Errorf("not JSON: line %d: %w", line, err)
	case errors.As(err, &kind):
		what := map[string]string{"array": "list"}[kind.Value]
		return fmt.Errorf("%s is a %s", cmp.Or(kind.Field, "the file"), cmp.Or(what, kind.Value))
	}
	return err
}

// whole reads to the end; of a file the length is known before.
func whole(r io.Reader) ([]byte, error) {
	var b bytes.Buffer
	if f, ok := r.(fs.File); ok {
		if info, err := f.Stat(); err == nil {
			b.Grow(int(info.Size()) + bytes.MinRead)
		}
	}
	_, err := b.ReadFrom(r)
	return b.Bytes(), err
}

// checkSchema tells whether an artifact is of a kind and version that can be read: "https://schemas.getdbt.com/dbt/manifest/v12.json".
func checkSchema(schema, kind string, first, last int) error {
	folder, name := path.Split(strings.TrimSuffix(schema, ".json"))
	if path.Base(folder) != kind {
		return fmt.Errorf("it is no %s: metadata.dbt_schema_version is %q", strings.ReplaceAll(kind, "-", " "), schema)
	}
	version, err := strconv.Atoi(strings.TrimPrefix(name, "v"))
	switch {
	case err != nil:
		return fmt.Errorf("its schema %q has no version", schema)
	case first == last && version != first:
		return fmt.Errorf("it is of version %d, and only version %d can be read", version, first)
	case version < first || version > last:
		return fmt.Errorf("it is of version %d, and only versions %d to %d can be read", version, first, last)
	}
	return nil
}

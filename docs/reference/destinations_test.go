package reference

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/syncs"
	"github.com/modsql/mod/syncs/all"
)

func TestEveryDestinationIsDocumented(t *testing.T) {
	t.Parallel()
	current(t, "destinations.md", destinationsPage())
}

func TestTheSchemaOfSyncsIsCurrent(t *testing.T) {
	t.Parallel()
	text, err := json.MarshalIndent(syncsSchema(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	current(t, "syncs.schema.json", string(text)+"\n")
}

// syncKeys are the keys of a sync, with what they mean and the shape they have.
var syncKeys = []struct {
	name, doc string
	schema    map[string]any
}{
	{"name", "letters, digits and underscores", map[string]any{"type": "string", "pattern": `^[A-Za-z_]\w*$`}},
	{"description", "what it is for", text},
	{"model", "the model whose rows are sent: a name, or a call of `ref` or `source`", text},
	{"query", "instead of a model: a template of a query", text},
	{"where", "which rows are sent: a condition", text},
	{"destination", "one of the project file's `destinations`", text},
	{"object", "the table, topic, path or kind of record there", text},
	{"key", "the fields that tell rows apart", texts},
	{"map", "fields and the expressions they are made of; a list of columns that keep their names", map[string]any{
		"oneOf": []any{map[string]any{"type": "object", "additionalProperties": map[string]any{"type": []string{"string", "number", "boolean", "null"}}}, texts},
	}},
	{"mode", "what is kept in step, `upsert` unless given", map[string]any{"enum": syncs.Modes()}},
	{"on_delete", "what happens to records whose rows are gone", map[string]any{"enum": []string{"ignore", "delete", "clear", "archive"}}},
	{"tests", "the data tests that must pass before anything is sent; those of the models it reads unless given", texts},
	{"limits", "`batch` (rows), `bytes`, `concurrency` (batches at once), `rate` (batches a second), `max_delete` and `max_change` (rows, or a percentage)", map[string]any{
		"type": "object", "additionalProperties": false, "properties": map[string]any{
			"batch": number, "bytes": number, "concurrency": number, "rate": map[string]any{"type": []string{"number", "string"}},
			"max_delete": share, "max_change": share,
		},
	}},
	{"alerts", "who hears of failures: `to` (destinations), `object` there, `command`, `on` (`failure`, `recovery`), `rejected` (rows, or a percentage)", map[string]any{
		"type": "object", "additionalProperties": false, "properties": map[string]any{
			"to": texts, "object": text, "command": text, "on": texts, "rejected": share,
		},
	}},
	{"pii", "true: personal data may be sent", map[string]any{"type": "boolean"}},
	{"schedule", "when it is meant to run, for whoever runs it: mod has no clock of its own", text},
	{"owner", "who answers for it", map[string]any{"type": []string{"string", "object"}}},
	{"tags", "as everywhere", texts},
	{"meta", "as everywhere", map[string]any{"type": "object"}},
	{"config", "`enabled`, `tags`, `meta`", map[string]any{"type": "object"}},
}

var (
	text   = map[string]any{"type": "string"}
	number = map[string]any{"type": "number", "exclusiveMinimum": 0}
	share  = map[string]any{"type": []string{"string", "integer"}, "pattern": `^\d+(\.\d+)?%?$`}
	texts  = map[string]any{"oneOf": []any{text, map[string]any{"type": "array", "items": text}}}
)

// TestEveryKeyOfASyncIsRead: what the page and the schema tell of is what the project loader knows.
func TestEveryKeyOfASyncIsRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var entry strings.Builder
	for i, k := range syncKeys {
		fmt.Fprintf(&entry, "%s%s: x\n", map[bool]string{true: "  - ", false: "    "}[i == 0], k.name)
	}
	for name, content := range map[string]string{"project.yml": "name: shop\ndestinations: {crm: {type: http}}\n", "syncs.yml": "syncs:\n" + entry.String() + "    nonsense: 1\n"} {
		path := filepath.Join(dir, map[bool]string{true: "syncs", false: ""}[name == "syncs.yml"], name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, problems := project.Load(project.Options{Dir: dir, Env: map[string]string{}})
	var unknown []string
	for _, d := range problems.Sorted() {
		if strings.Contains(d.Message, "is not a property of a sync") {
			unknown = append(unknown, d.Message)
		}
	}
	if len(unknown) != 1 || !strings.Contains(unknown[0], "nonsense") {
		t.Errorf("not known to the loader: %q\n%v", unknown, problems.Err())
	}
}

func syncsSchema() map[string]any {
	properties := map[string]any{}
	for _, k := range syncKeys {
		p := maps.Clone(k.schema)
		p["description"] = strings.ReplaceAll(k.doc, "`", "")
		properties[k.name] = p
	}
	return map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Syncs of a mod project", "type": "object",
		"required": []string{"syncs"}, "properties": map[string]any{
			"version": map[string]any{"const": 2},
			"syncs": map[string]any{"type": "array", "items": map[string]any{
				"type": "object", "required": []string{"name", "destination", "key", "map"}, "properties": properties, "additionalProperties": false,
				"oneOf": []any{map[string]any{"required": []string{"model"}}, map[string]any{"required": []string{"query"}}},
			}},
		},
	}
}

func destinationsPage() string {
	var b strings.Builder
	b.WriteString("# Syncs and destinations\n\n" + generated("the destinations"))
	b.WriteString("What a sync is and does is told in the [guide](../guides/syncs.md).\n\n## The keys of a sync\n\n| key | what it says |\n|---|---|\n")
	for _, k := range syncKeys {
		fmt.Fprintf(&b, "| `%s` | %s |\n", k.name, k.doc)
	}
	b.WriteString("\n## What each destination can do\n\n| type | modes | rows that are gone | rows a batch | guarantee |\n|---|---|---|--:|---|\n")
	for _, k := range all.Kinds() {
		batch := "any"
		if k.Limits.Batch > 0 {
			batch = fmt.Sprint(k.Limits.Batch)
		}
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s | %s | %s |\n", k.Name, k.Name, words(k.Modes), words(k.Removals), batch, guarantees(k))
	}
	for _, k := range all.Kinds() {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| setting | |\n|---|---|\n", k.Name, k.Doc)
		for _, s := range k.Settings {
			note := ""
			if s.Required {
				note = " Required."
			}
			fmt.Fprintf(&b, "| `%s` | %s%s |\n", s.Name, strings.ReplaceAll(s.Doc, "|", `\|`), note)
		}
	}
	return b.String()
}

func words[T ~string](in []T) string {
	var out []string
	for _, w := range in {
		out = append(out, string(w))
	}
	if len(out) == 0 {
		return "stay"
	}
	return strings.Join(out, ", ")
}

// guarantees are those of a destination without settings, by mode where they differ.
func guarantees(k syncs.Kind) string {
	by := map[syncs.Guarantee][]syncs.Mode{}
	for _, m := range k.Modes {
		g := k.Guarantee(syncs.Config{}, m)
		by[g] = append(by[g], m)
	}
	if len(by) == 1 {
		return string(slices.Collect(maps.Keys(by))[0])
	}
	var out []string
	for _, g := range []syncs.Guarantee{syncs.EffectivelyOnce, syncs.Idempotent, syncs.Duplicates} {
		if by[g] != nil {
			out = append(out, fmt.Sprintf("%s (%s)", g, words(by[g])))
		}
	}
	return strings.Join(out, "; ")
}

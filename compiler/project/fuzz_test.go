package project

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// FuzzLoad feeds any text as the project file, the profiles and the properties: nothing may panic or run away.
func FuzzLoad(f *testing.F) {
	f.Add("name: shop\nprofile: shop\n", "shop: {target: d, outputs: {d: {type: duckdb}}}\n", "models: [{name: a}]\n")
	goldens, _ := filepath.Glob("testdata/*.txtar")
	for _, golden := range goldens {
		archive, err := txtar.ParseFile(golden)
		if err != nil {
			f.Fatal(err)
		}
		texts := [3]string{"name: shop\n"}
		for _, file := range archive.Files {
			switch {
			case strings.HasSuffix(file.Name, "project.yml"):
				texts[0] = string(file.Data)
			case strings.HasSuffix(file.Name, "profiles.yml"):
				texts[1] = string(file.Data)
			case strings.HasSuffix(file.Name, ".yml"):
				f.Add(texts[0], texts[1], string(file.Data))
			}
		}
		f.Add(texts[0], texts[1], texts[2])
	}
	f.Fuzz(func(t *testing.T, project, profiles, properties string) {
		dir := t.TempDir()
		write(t, dir, "dbt_project.yml", project)
		write(t, dir, "profiles.yml", profiles)
		write(t, dir, "models/schema.yml", properties)
		write(t, dir, "models/a.sql", "/*---\n"+properties+"\n---*/\nselect 1\n")
		p, l := Load(Options{Dir: dir, ProfilesDir: dir, NeedTarget: true, Env: map[string]string{}})
		if p == nil && !l.HasErrors() {
			t.Error("no project and no error")
		}
		for _, d := range l.Sorted() {
			if s := d.Span; s.Source != nil && (s.Start < 0 || s.End < s.Start || s.End > len(s.Source.Text)) {
				t.Errorf("%s is at %d to %d of %d bytes", d.Error(), s.Start, s.End, len(s.Source.Text))
			}
		}
	})
}

// BenchmarkLoad loads 10,000 models with 13 columns each.
func BenchmarkLoad(b *testing.B) {
	dir := b.TempDir()
	files := map[string]string{"dbt_project.yml": "name: shop\n"}
	for file := range 100 {
		var s strings.Builder
		s.WriteString("version: 2\nmodels:\n")
		for model := range 100 {
			fmt.Fprintf(&s, "  - name: model_%d_%d\n    description: \"A model, number %d\"\n    config: {tags: [a, b]}\n    columns:\n", file, model, model)
			for column := range 13 {
				fmt.Fprintf(&s, "      - name: column_%d\n        description: The column with number %d\n        data_type: varchar\n", column, column)
				switch column {
				case 0:
					s.WriteString("        data_tests: [not_null, unique]\n")
				case 1:
					s.WriteString("        data_tests:\n          - accepted_values:\n              arguments: {values: [a, b]}\n")
				}
			}
		}
		files[fmt.Sprintf("models/schema_%d.yml", file)] = s.String()
	}
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		p, l := Load(Options{Dir: dir, Env: map[string]string{}})
		if l.HasErrors() || len(p.Root.Props.Models) != 10_000 {
			b.Fatal(l.Err())
		}
	}
}

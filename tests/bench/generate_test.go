package bench

import (
	"embed"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
)

//go:embed testdata/*.sql testdata/*.yml
var files embed.FS

// templates have delimiters of their own: what they make are templates too.
var templates = template.Must(template.New("").Delims("<<", ">>").ParseFS(files, "testdata/*"))

var into = flag.String("into", "", "a folder for TestGenerate to write the project to")

// TestGenerate writes the project of BenchmarkPeers to the folder that -into names, for who wants to look at it or to use it.
func TestGenerate(t *testing.T) {
	dir := t.TempDir()
	if *into != "" {
		dir = *into
	}
	generate(t, dir, *size, map[string]string{"duckdb": duckdbOutput})
	if _, err := os.Stat(filepath.Join(dir, "dbt_project.yml")); err != nil {
		t.Error(err)
	}
}

// deepest is the last level of the generated graph.
const deepest = 19

// model is a generated model.
type model struct {
	Name, Kind, Materialized string // Kind: "staging", "intermediate", "mart"
	Level                    int    // how far it is from the seeds
	Folder                   string // below models: a hundred models are in one
	Refs                     []string
	Source                   bool // the first of Refs is the table of a source
}

// models are n models, always the same for the same n: 30 % staging views, 50 % that join two earlier ones, 20 % marts, one in four of
// which is incremental. Every other staging view reads a source: the table of a seed. Of those between, every fourth level is tables, one in forty is ephemeral, and the rest are views. The graph is
// nineteen levels deep, and each model stands after those it refers to. n is at least ten.
func models(n int) []model {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	var out []model
	var sources []model // what the others refer to
	for i := range n {
		m := model{Name: fmt.Sprintf("m%05d", i), Materialized: "view"}
		switch {
		case i < n*3/10:
			m.Kind, m.Level, m.Refs = "staging", 1, []string{seedName(i % seedCount(n))}
		case i < n*8/10:
			m.Kind = "intermediate"
		default:
			m.Kind, m.Materialized = "mart", "table"
			if i%4 == 0 {
				m.Materialized = "incremental"
			}
		}
		m.Folder = fmt.Sprintf("%ss/g%03d", m.Kind, i/100)
		m.Source = m.Kind == "staging" && i%2 == 1
		if m.Kind != "staging" {
			// One of the last models that are not too deep, and a staging view: queries on views stay of one size.
			deep := sources[len(sources)-1-r.IntN(min(len(sources), 30))]
			if deep.Level >= deepest-1 {
				deep = sources[r.IntN(n*3/10)]
			}
			m.Refs = []string{deep.Name, sources[r.IntN(n*3/10)].Name}
			m.Level = deep.Level + 1
		}
		if m.Kind == "intermediate" {
			switch {
			case i%40 == 7:
				m.Materialized = "ephemeral"
			case m.Level%4 == 0:
				m.Materialized = "table" // a query goes through three views at most
			}
		}
		out = append(out, m)
		if m.Kind != "mart" {
			sources = append(sources, m)
		}
	}
	return out
}

func seedCount(n int) int { return max(n/20, 1) }

func seedName(i int) string { return fmt.Sprintf("s%04d", i) }

// generate writes a project of n models and returns them. The profile has the targets duckdb and, if dsn settings are given, postgres.
func generate(b testing.TB, dir string, n int, outputs map[string]string) []model {
	b.Helper()
	generated := models(n)
	byFolder := map[string][]model{}
	for _, m := range generated {
		write(b, filepath.Join(dir, "models", m.Folder, m.Name+".sql"), execute(b, m.Kind+".sql", m))
		byFolder[m.Folder] = append(byFolder[m.Folder], m)
	}
	for folder, of := range byFolder {
		write(b, filepath.Join(dir, "models", folder, "properties.yml"), execute(b, "properties.yml", of))
	}
	var tables []string
	for i := range seedCount(n) {
		tables = append(tables, seedName(i))
	}
	write(b, filepath.Join(dir, "models", "sources.yml"), execute(b, "sources.yml", tables))
	for i := range seedCount(n) {
		write(b, filepath.Join(dir, "seeds", seedName(i)+".csv"), seedText(50, uint64(i)))
	}
	write(b, filepath.Join(dir, "macros", "dollars.sql"), execute(b, "dollars.sql", nil))
	write(b, filepath.Join(dir, "dbt_project.yml"), execute(b, "project.yml", nil))
	profile := "generated:\n  target: duckdb\n  outputs:\n"
	for name, output := range outputs {
		profile += "    " + name + ": " + output + "\n"
	}
	write(b, filepath.Join(dir, "profiles.yml"), profile)
	return generated
}

func seedText(rows int, salt uint64) string {
	r := rand.New(rand.NewPCG(2, salt))
	var s strings.Builder
	s.WriteString("id,name,amount,day\n")
	for i := range rows {
		fmt.Fprintf(&s, "%d,Name %d,%d,2025-%02d-%02d\n", i, r.IntN(40), r.IntN(9000), 1+r.IntN(12), 1+r.IntN(28))
	}
	return s.String()
}

func execute(b testing.TB, name string, data any) string {
	b.Helper()
	var s strings.Builder
	if err := templates.ExecuteTemplate(&s, name, data); err != nil {
		b.Fatal(err)
	}
	return s.String()
}

func write(b testing.TB, file, text string) {
	b.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		b.Fatal(err)
	}
}

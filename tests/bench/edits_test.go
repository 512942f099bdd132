package bench

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/duckdb"
)

// edit is a change of the files of a project.
type edit struct {
	name, about string
	files       map[string]string
}

// edits are the project of testdata/edits.txtar, and what becomes of it.
func edits(b *testing.B) (project map[string]string, list []*edit) {
	b.Helper()
	archive, err := txtar.ParseFile(filepath.Join("testdata", "edits.txtar"))
	if err != nil {
		b.Fatal(err)
	}
	project = map[string]string{}
	for _, f := range archive.Files {
		rest, edited := strings.CutPrefix(f.Name, "edits/")
		name, file, _ := strings.Cut(rest, "/")
		switch {
		case !edited:
			project[f.Name] = string(f.Data)
			continue
		case len(list) == 0 || list[len(list)-1].name != name:
			list = append(list, &edit{name: name, files: map[string]string{}})
		}
		last := list[len(list)-1]
		if file == "about" {
			last.about = strings.TrimSpace(string(f.Data))
		} else {
			last.files[file] = string(f.Data)
		}
	}
	return project, list
}

// editor is a tool that keeps up with a project that is edited.
type editor struct {
	name    string
	missing error
	schema  string // in which its models are
	// files are the project's in the words of the tool.
	files func(project map[string]string) map[string]string
	// build builds the whole project, and update what an edit asks for, of which it tells how many models it built.
	build, update func(dir string) (sample, int, error)
}

// BenchmarkEdits makes ten edits to one project, and lets mod, dbt and SQLMesh each bring its tables up to date. It prints how many of the models each
// builds for that, and the processor time. What they make has to be what a build of the whole edited project makes.
//
//	make bench B=Edits
func BenchmarkEdits(b *testing.B) {
	project, list := edits(b)
	editors := []*editor{modEditor(b), dbtEditor(dbt1), dbtEditor(dbt2), sqlmeshEditor()}
	for b.Loop() {
		before := load()
		rows := map[string][]string{}
		for _, e := range editors {
			start := b.TempDir()
			if e.missing == nil {
				put(b, start, e.files(project))
				raw(b, filepath.Join(start, "warehouse.duckdb"))
				_, _, e.missing = e.build(start)
			}
			for _, edit := range list {
				rows[edit.name] = append(rows[edit.name], e.cell(b, start, project, edit))
			}
		}
		fmt.Printf("\n15 models; machine load %s before, %s after\n\n| edit |", before, load())
		for _, e := range editors {
			fmt.Printf(" %s |", e.name)
		}
		fmt.Println("\n|---|" + strings.Repeat("--:|", len(editors)))
		for _, edit := range list {
			fmt.Printf("| %s | %s |\n", edit.about, strings.Join(rows[edit.name], " | "))
		}
		for _, e := range editors {
			if e.missing != nil {
				fmt.Printf("\n%s: %v\n", e.name, e.missing)
			}
		}
	}
	b.ReportMetric(0, "ns/op")
}

// cell is what a tool did for an edit: how many models it built, and in how many seconds of the processor.
func (e *editor) cell(b *testing.B, start string, project map[string]string, edit *edit) string {
	b.Helper()
	if e.missing != nil {
		return "–"
	}
	dir := b.TempDir()
	if err := os.CopyFS(dir, os.DirFS(start)); err != nil {
		b.Fatal(err)
	}
	edited := map[string]string{}
	for _, files := range []map[string]string{project, edit.files} {
		for name, text := range files {
			edited[name] = text
		}
	}
	put(b, dir, e.files(edited))
	s, built, err := e.update(dir)
	if err != nil {
		b.Logf("%s, %s: %v", e.name, edit.name, err)
		return "failed"
	}
	text := fmt.Sprintf("%d (%.1f s)", built, s.cpu.Seconds())
	if wrong := e.differs(b, dir, edited); len(wrong) > 0 {
		text += ", wrong: " + strings.Join(wrong, ", ")
	}
	return text
}

func put(b *testing.B, dir string, files map[string]string) {
	b.Helper()
	for name, text := range files {
		write(b, filepath.Join(dir, filepath.FromSlash(name)), text)
	}
}

// modelsOf are the names of the models of a project.
func modelsOf(project map[string]string) []string {
	var out []string
	for name := range project {
		if model, ok := strings.CutSuffix(path.Base(name), ".sql"); ok && path.Dir(name) == "models" {
			out = append(out, model)
		}
	}
	slices.Sort(out)
	return out
}

// differs are the models that are not what a build of the whole project makes of them.
func (e *editor) differs(b *testing.B, dir string, edited map[string]string) []string {
	b.Helper()
	whole := b.TempDir()
	reference := modEditor(b)
	put(b, whole, reference.files(edited))
	raw(b, filepath.Join(whole, "warehouse.duckdb"))
	if _, _, err := reference.build(whole); err != nil {
		b.Fatal(err)
	}
	var wrong []string
	is := contents(b, filepath.Join(dir, "warehouse.duckdb"), e.schema, modelsOf(edited))
	for model, want := range contents(b, filepath.Join(whole, "warehouse.duckdb"), reference.schema, modelsOf(edited)) {
		if is[model] != want {
			wrong = append(wrong, model)
		}
	}
	slices.Sort(wrong)
	return wrong
}

// contents are sums over the rows of relations.
func contents(b *testing.B, file, schema string, models []string) map[string]string {
	b.Helper()
	out := map[string]string{}
	asked(b, file, func(conn adapters.Adapter) error {
		for _, model := range models {
			rows, err := conn.Query(context.Background(), fmt.Sprintf("select count(*)::text || ' rows ' || sum(hash(t::text))::text from %s.%s as t", schema, model))
			if err != nil {
				return err
			}
			for row, err := range rows.All {
				if err != nil {
					return err
				}
				out[model] = fmt.Sprint(row[0])
			}
		}
		return nil
	})
	return out
}

// asked opens a database for a moment.
func asked(b *testing.B, file string, ask func(adapters.Adapter) error) {
	b.Helper()
	w, err := duckdb.Driver.Open(context.Background(), adapters.Config{"type": "duckdb", "path": file, "schema": "main"})
	if err != nil {
		b.Fatal(err)
	}
	conn, err := w.Connect(context.Background())
	if err == nil {
		err = errors.Join(ask(conn), conn.Close())
	}
	if err = errors.Join(err, w.Close()); err != nil {
		b.Fatal(err)
	}
}

// raw makes what the sources are.
func raw(b *testing.B, file string) {
	b.Helper()
	asked(b, file, func(conn adapters.Adapter) error {
		for _, sql := range []string{
			"create schema raw",
			`create table raw.orders as select i as id, i % 50 as customer_id, ['placed', 'shipped', 'Returned', 'fraud', 'test'][i % 5 + 1] as status,
				timestamp '2024-01-01' + i * interval 1 hour as ordered_at from range(1000) as t (i)`,
			"create table raw.payments as select i as id, i as order_id, ['Card', 'cash'][i % 2 + 1] as method, (i * 37) % 5000 as cents from range(1000) as t (i)",
			"create table raw.customers as select i as id, 'name ' || i as name, ['DE', 'FR'][i % 2 + 1] as country from range(50) as t (i)",
			"create table raw.items as select i as id, i % 1000 as order_id, i % 20 as product_id, i % 3 + 1 as quantity from range(3000) as t (i)",
			"create table raw.products as select i as id, 'product ' || i as name, ['tea', 'cup'][i % 2 + 1] as category, i * 100 as cents from range(20) as t (i)",
		} {
			if _, err := conn.Exec(context.Background(), sql); err != nil {
				return err
			}
		}
		return nil
	})
}

const editsProfile = "shop: {target: duckdb, outputs: {duckdb: {type: duckdb, path: warehouse.duckdb, schema: main}}}\n"

// builtModels is how many models the results of the last command tell of; there are none where it ran nothing.
func builtModels(dir string) int {
	var r struct {
		Results []struct {
			ID     string `json:"unique_id"`
			Status string `json:"status"`
		} `json:"results"`
	}
	if text, err := os.ReadFile(filepath.Join(dir, "target", "run_results.json")); err != nil || json.Unmarshal(text, &r) != nil {
		return 0
	}
	n := 0
	for _, result := range r.Results {
		if strings.HasPrefix(result.ID, "model.") && result.Status == "success" {
			n++
		}
	}
	return n
}

func modEditor(b *testing.B) *editor {
	t := mod(b)
	call := func(dir string) (sample, int, error) {
		err := os.RemoveAll(filepath.Join(dir, "target", "run_results.json"))
		if err != nil {
			return sample{}, 0, err
		}
		s, err := t.run(dir, adapters.Config{"type": "duckdb"}, "apply", "--yes")
		return s, builtModels(dir), err
	}
	return &editor{
		name: "mod", schema: "main", build: call, update: call,
		files: func(project map[string]string) map[string]string {
			out := map[string]string{"profiles.yml": editsProfile}
			for name, text := range project {
				out[name] = text
			}
			return out
		},
	}
}

// dbtEditor is dbt, which builds what was modified and all that is below it (state:modified+).
func dbtEditor(of func() (tool, error)) *editor {
	t, missing := of()
	call := func(dir string, args ...string) (sample, int, error) {
		if err := os.RemoveAll(filepath.Join(dir, "target", "run_results.json")); err != nil {
			return sample{}, 0, err
		}
		s, err := t.run(dir, adapters.Config{"type": "duckdb"}, args...)
		return s, builtModels(dir), err
	}
	return &editor{
		name: t.name, missing: missing, schema: "main",
		build: func(dir string) (sample, int, error) {
			s, n, err := call(dir, "run")
			if err == nil {
				err = os.CopyFS(filepath.Join(dir, "before"), os.DirFS(filepath.Join(dir, "target")))
			}
			return s, n, err
		},
		update: func(dir string) (sample, int, error) {
			return call(dir, "run", "--select", "state:modified+", "--state", "before")
		},
		files: func(project map[string]string) map[string]string {
			out := map[string]string{"profiles.yml": editsProfile}
			for name, text := range project {
				out[cmp.Or(map[string]string{"project.yml": "dbt_project.yml"}[name], name)] = text
			}
			return out
		},
	}
}

// sqlmeshEditor is SQLMesh with models in its own words, which finds out itself what an edit changes (its defaults for that).
func sqlmeshEditor() *editor {
	folder, missing := environment("sqlmesh")
	program := filepath.Join(folder, "bin", "sqlmesh")
	refreshed := regexp.MustCompile(`(?m)^\[1/1\]\s+shop\.`)
	call := func(dir string) (sample, int, error) {
		command := exec.Command(program, "plan", "--no-prompts", "--auto-apply")
		command.Dir = dir
		command.Env = append(os.Environ(), "COLUMNS=200")
		var out strings.Builder
		s, err := ranTo(command, &out)
		return s, len(refreshed.FindAllString(out.String(), -1)), err
	}
	return &editor{name: "SQLMesh " + pinned("sqlmesh", "sqlmesh"), missing: missing, schema: "shop", files: inSQLMesh, build: call, update: call}
}

// inSQLMesh is a project in the words of SQLMesh.
func inSQLMesh(project map[string]string) map[string]string {
	out := map[string]string{"config.yaml": `gateways: {duckdb: {connection: {type: duckdb, database: warehouse.duckdb}}}
default_gateway: duckdb
disable_anonymized_analytics: true
model_defaults: {dialect: duckdb, start: 2024-01-01}
`}
	ref, source := regexp.MustCompile(`\{\{ ref\('(\w+)'\) \}\}`), regexp.MustCompile(`\{\{ source\('raw', '(\w+)'\) \}\}`)
	for name, text := range project {
		switch path.Dir(name) {
		case "macros":
			out[name] = text
		case "models":
			model, ok := strings.CutSuffix(path.Base(name), ".sql")
			if !ok {
				continue
			}
			text = source.ReplaceAllString(ref.ReplaceAllString(text, "shop.$1"), "raw.$1")
			if strings.Contains(text, "{{") {
				text = "JINJA_QUERY_BEGIN;\n" + text + "JINJA_END;\n"
			}
			out[name] = "MODEL (name shop." + model + ", kind FULL);\n" + text
		}
	}
	return out
}

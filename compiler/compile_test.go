package compiler_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

var update = flag.Bool("update", false, "rewrite the want sections")

// TestCompile compiles the project of each txtar file and compares a dump of its graph, with every node's code rendered
// offline, and the diagnostics. A comment ERROR "regexp" or WARNING "regexp" at the end of a line wants a diagnostic of that
// line; every diagnostic must be wanted.
func TestCompile(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no test files", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := section(archive, "want")
			got := compileArchive(t, archive)
			if *update && want != nil {
				want.Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if want != nil {
				if diff := cmp.Diff(string(want.Data), got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", file, diff)
				}
			}
		})
	}
}

func section(a *txtar.Archive, name string) *txtar.File {
	for i := range a.Files {
		if a.Files[i].Name == name {
			return &a.Files[i]
		}
	}
	return nil
}

// compileArchive writes the archive's files to a folder, compiles it, checks the diagnostics against the comments and returns
// the dump.
func compileArchive(t *testing.T, a *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range a.Files {
		if f.Name == "want" {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p, problems := project.Load(project.Options{Dir: dir, Env: map[string]string{"HOME": dir}})
	if p == nil {
		t.Fatalf("no project: %v", problems.Err())
	}
	d := dialect.Named(p.Target.Type)
	g, more := compiler.Compile(p, compiler.Options{Dialect: d, Invocation: &macros.Invocation{Version: "1.12.0"}})
	problems.Append(more)
	var rendered diag.List
	dump := dumpGraph(g, &rendered)
	problems.Append(&rendered)
	checkComments(t, a, problems)
	checkWriting(t, g)
	return dump
}

// checkWriting checks that each node is written as JSON as it is described to templates.
func checkWriting(t *testing.T, g *compiler.Graph) {
	t.Helper()
	if g == nil {
		return
	}
	writer := jinja.JSON{Default: func(v jinja.Value) (any, bool) { return jinja.Str(v), true }}
	for _, n := range slices.Concat(g.Order, g.Disabled, g.LeftOut) {
		want, err := writer.Dump(g.Describe(n))
		if err != nil {
			t.Fatal(err)
		}
		got, err := g.AppendJSON(nil, n, nil, writer)
		if d := cmp.Diff(want, string(got)); d != "" || err != nil {
			t.Errorf("%s (-described +written): %v\n%s", n.ID, err, d)
		}
		checkCompiled(t, g, n, want)
	}
}

// checkCompiled checks that a node's compiled code changes nothing in its description but what tells of the code.
func checkCompiled(t *testing.T, g *compiler.Graph, n *compiler.Node, described string) {
	t.Helper()
	code := &compiler.Compiled{Code: "select 1", Path: "a.sql", Build: "b.sql", CTEs: []compiler.CTE{{ID: "model.shop.e", Name: "e", SQL: "select 2"}}}
	text, err := g.AppendJSON(nil, n, code, jinja.JSON{Default: func(v jinja.Value) (any, bool) { return jinja.Str(v), true }})
	var before, after map[string]any
	if err := errors.Join(err, json.Unmarshal([]byte(described), &before), json.Unmarshal(text, &after)); err != nil {
		t.Fatal(n.ID, err)
	}
	if _, builds := before["build_path"]; builds && n.Type != compiler.Exposure && n.Type != compiler.UnitTest {
		before["build_path"] = "b.sql"
	}
	if _, compiles := before["refs"]; compiles && n.Type.Section() == "nodes" || n.Type == compiler.Function {
		before["compiled_path"], before["compiled"], before["compiled_code"], before["extra_ctes_injected"] = "a.sql", true, "select 1", true
		before["extra_ctes"] = []any{map[string]any{"id": "model.shop.e", "sql": " e as (\nselect 2\n)"}}
	}
	if index, hook := before["index"].(float64); hook {
		before["index"] = index + 1
	}
	if d := cmp.Diff(before, after); d != "" {
		t.Errorf("%s (-expected +written):\n%s", n.ID, d)
	}
}

func dumpGraph(g *compiler.Graph, problems *diag.List) string {
	var b strings.Builder
	if g == nil {
		return "no graph\n"
	}
	for _, n := range g.Order {
		fmt.Fprintf(&b, "%s", n.ID)
		if n.Type == compiler.Model || n.Type == compiler.Seed || n.Type == compiler.Source {
			fmt.Fprintf(&b, "  %s %s", n.Config.Materialized(), n.Relation)
		}
		b.WriteString("\n")
		if len(n.DependsOn) > 0 {
			fmt.Fprintf(&b, "  after %s\n", strings.Join(n.DependsOn, ", "))
		}
		if n.Type != compiler.Model && n.Type != compiler.Test {
			continue
		}
		r, err := g.Render(context.Background(), n, compiler.Sight{})
		var d *diag.Diagnostic
		if errors.As(err, &d) {
			problems.Add(d)
			continue
		}
		if err != nil {
			fmt.Fprintf(&b, "  error: %v\n", err)
			continue
		}
		for line := range strings.Lines(strings.TrimSpace(r.SQL)) {
			fmt.Fprintf(&b, "  | %s\n", strings.TrimRight(line, "\r\n"))
		}
	}
	for _, n := range g.Disabled {
		fmt.Fprintf(&b, "disabled %s\n", n.ID)
	}
	return b.String()
}

var comment = regexp.MustCompile(`(ERROR|WARNING) "((?:[^"\\]|\\.)*)"`)

// checkComments matches diagnostics with the comments of their lines.
func checkComments(t *testing.T, a *txtar.Archive, problems *diag.List) {
	t.Helper()
	type wanted struct {
		severity, text string
		met            bool
	}
	wants := map[string][]*wanted{}
	for _, f := range a.Files {
		for i, line := range strings.Split(string(f.Data), "\n") {
			for _, m := range comment.FindAllStringSubmatch(line, -1) {
				key := fmt.Sprintf("%s:%d", f.Name, i+1)
				wants[key] = append(wants[key], &wanted{severity: strings.ToLower(m[1]), text: strings.ReplaceAll(m[2], `\"`, `"`)})
			}
		}
	}
	for _, d := range problems.Sorted() {
		text := fmt.Sprintf("%s [%s] %s", d.Message, d.Code, d.Hint)
		key := ""
		if !d.Span.IsZero() {
			key = fmt.Sprintf("%s:%d", d.Span.Source.Path, d.Span.Position().Line)
		}
		found := false
		for _, w := range wants[key] {
			if ok, err := regexp.MatchString(w.text, text); err != nil {
				t.Fatalf("%s: %v", key, err)
			} else if ok && w.severity == d.Severity.String() {
				w.met, found = true, true
			}
		}
		if !found {
			t.Errorf("unexpected: %v (hint: %s)", d, d.Hint)
		}
	}
	for key, list := range wants {
		for _, w := range list {
			if !w.met {
				t.Errorf("%s: no %s matches %q", key, w.severity, w.text)
			}
		}
	}
}

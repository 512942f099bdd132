package project

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modsql/mod/compiler/diag"
	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// TestLoadGoldens loads each project in testdata. The archive's comment may hold lines "$ Option value"; "$ Show x y" says which
// parts of the project stand in want, below the diagnostics.
func TestLoadGoldens(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c := newCase(t, archive)
			got := c.run()
			if *update {
				c.setWant(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s mismatch (-want +got):\n%s", file, d)
			}
		})
	}
}

// testCase is a project in a txtar archive.
type testCase struct {
	archive *txtar.Archive
	options Options
	show    []string
	want    string
	base    string // the folder it is laid out in
}

func newCase(t *testing.T, archive *txtar.Archive) *testCase {
	t.Helper()
	c := &testCase{archive: archive, base: t.TempDir()}
	c.options = Options{Dir: c.base, Env: map[string]string{"HOME": filepath.Join(c.base, "home")}}
	for _, f := range archive.Files {
		if f.Name == "want" {
			c.want = string(f.Data)
			continue
		}
		data := string(f.Data)
		if strings.HasSuffix(f.Name, ".quoted") { // text that txtar cannot hold
			data = unquote(t, data)
			f.Name = strings.TrimSuffix(f.Name, ".quoted")
		}
		path := filepath.Join(c.base, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range strings.Split(string(archive.Comment), "\n") {
		if option, ok := strings.CutPrefix(line, "$ "); ok {
			c.option(t, option)
		}
	}
	return c
}

func (c *testCase) option(t *testing.T, option string) {
	t.Helper()
	name, value, _ := strings.Cut(option, " ")
	switch name {
	case "NeedTarget":
		c.options.NeedTarget = true
	case "Strict":
		c.options.Strict = true
	case "Target":
		c.options.Target = value
	case "Profile":
		c.options.Profile = value
	case "ProfilesDir":
		c.options.ProfilesDir = filepath.Join(c.base, value)
	case "Dir":
		c.options.Dir = filepath.Join(c.base, value)
	case "Vars":
		vars, l := ParseVars(value)
		if err := l.Err(); err != nil {
			t.Fatal(err)
		}
		c.options.Vars = vars
	case "Env":
		name, value, _ := strings.Cut(value, "=")
		c.options.Env[name] = value
	case "Link":
		from, to, _ := strings.Cut(value, " ")
		if err := os.Symlink(to, filepath.Join(c.base, from)); err != nil {
			t.Fatal(err)
		}
	case "Show":
		c.show = strings.Fields(value)
	default:
		t.Fatalf("unknown option %q", option)
	}
}

// unquote reads lines of Go strings.
func unquote(t *testing.T, text string) string {
	t.Helper()
	var out string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		var s string
		if _, err := fmt.Sscanf(line, "%q", &s); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		out += s
	}
	return out
}

func (c *testCase) run() string {
	p, l := Load(c.options)
	var b strings.Builder
	b.WriteString(diagnostics(l))
	if p != nil && len(c.show) > 0 {
		if b.Len() > 0 {
			b.WriteString("\n")
		}
		b.WriteString(dump(p, c.show))
	}
	out := strings.ReplaceAll(b.String(), c.base, "BASE")
	if cwd, err := os.Getwd(); err == nil {
		out = strings.ReplaceAll(out, cwd, "CWD")
	}
	if out == "" {
		out = "nothing to report\n"
	}
	return out
}

func (c *testCase) setWant(text string) {
	for i := range c.archive.Files {
		if c.archive.Files[i].Name == "want" {
			c.archive.Files[i].Data = []byte(text)
			return
		}
	}
	c.archive.Files = append(c.archive.Files, txtar.File{Name: "want", Data: []byte(text)})
}

func diagnostics(l *diag.List) string {
	var b strings.Builder
	for _, d := range l.Sorted() {
		b.WriteString(d.Error() + "\n")
		if d.Hint != "" {
			b.WriteString("  hint: " + d.Hint + "\n")
		}
		for _, note := range d.Related {
			b.WriteString("  note: " + note.Span.String() + ": " + note.Message + "\n")
		}
	}
	return b.String()
}

var errorComment = regexp.MustCompile(`# ERROR "((?:[^"\\]|\\.)*)"`)

// TestErrorComments checks that each line of testdata/errors that ends in # ERROR "regexp" is reported so, and no other is.
func TestErrorComments(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/errors/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			name := "models/schema.yml"
			if strings.HasPrefix(filepath.Base(file), "project") {
				name = "dbt_project.yml"
			} else {
				write(t, dir, "dbt_project.yml", "name: shop\nvars: {days: 3}\n")
			}
			write(t, dir, name, string(text))
			_, l := Load(Options{Dir: dir})
			compareErrorComments(t, file, name, string(text), l)
		})
	}
}

func compareErrorComments(t *testing.T, file, name, text string, l *diag.List) {
	t.Helper()
	reported := map[int][]string{}
	for _, d := range l.Sorted() {
		if d.Span.Source == nil || d.Span.Source.Path != name {
			t.Errorf("%s: unexpected %s", file, d.Error())
			continue
		}
		line := d.Span.Position().Line
		reported[line] = append(reported[line], d.Message+" ["+string(d.Code)+"]")
	}
	for i, line := range strings.Split(text, "\n") {
		for _, m := range errorComment.FindAllStringSubmatch(line, -1) {
			re, err := regexp.Compile(strings.ReplaceAll(m[1], `\"`, `"`))
			if err != nil {
				t.Fatalf("%s:%d: %v", file, i+1, err)
			}
			found := false
			for j, message := range reported[i+1] {
				if re.MatchString(message) {
					reported[i+1] = append(reported[i+1][:j:j], reported[i+1][j+1:]...)
					found = true
					break
				}
			}
			if !found {
				t.Errorf("%s:%d: nothing matches %q among %q", file, i+1, m[1], reported[i+1])
			}
		}
		for _, message := range reported[i+1] {
			t.Errorf("%s:%d: unexpected %s", file, i+1, message)
		}
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestCases loads the projects below MOD_CASES, each a folder with project/ and profiles.yml.
func TestCases(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("MOD_CASES")
	if dir == "" {
		t.Skip("MOD_CASES names no folder of projects")
	}
	profiles, _ := filepath.Glob(filepath.Join(dir, "*", "profiles.yml"))
	for _, file := range profiles {
		base := filepath.Dir(file)
		t.Run(filepath.Base(base), func(t *testing.T) {
			t.Parallel()
			project := filepath.Join(base, "project")
			if _, err := os.Stat(filepath.Join(project, "integration_tests")); err == nil {
				project = filepath.Join(project, "integration_tests")
			}
			for _, target := range []string{"duckdb", "postgres"} {
				p, l := Load(Options{Dir: project, ProfilesDir: base, Target: target, NeedTarget: true, Env: map[string]string{}})
				for _, d := range l.Sorted() {
					if d.Severity == diag.Error {
						t.Error(d.Error())
					} else {
						t.Log(d.Error(), "|", d.Hint)
					}
				}
				if p == nil {
					t.Fatal("no project")
				}
				models := 0
				for _, pkg := range p.Packages {
					models += len(pkg.Models)
				}
				if p.Target.Type != target || models == 0 {
					t.Errorf("target %q, %d models", p.Target.Type, models)
				}
			}
		})
	}
}

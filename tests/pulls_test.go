package tests

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"gopkg.in/yaml.v3"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
	"github.com/modsql/mod/cmd"
)

// TestTwentyPullRequests makes a repository with a branch for each file of testdata/pulls but the base, and asserts of each on each warehouse what
// mod ci writes, which models it builds, and which ones dbt's state:modified+ names. A file begins with what the pull request does, and after
// it lines "rm file"; what it writes is below pull/. On Postgres the comment is that of DuckDB where the file has no other.
func TestTwentyPullRequests(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	pulls := readPulls(t)
	repository := pullRepository(t, pulls)
	sites := []*pullSite{newPullSite(t, repository, "comment", adapters.Config{"type": "duckdb", "path": "shop.duckdb"})}
	if hasPostgres() {
		sites = append(sites, newPullSite(t, repository, "postgres", postgrestest.Config(t)))
	}
	t.Run("each", func(t *testing.T) {
		for i, p := range pulls {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				for _, s := range sites {
					p.review(t, s, fmt.Sprintf("pr-%d", i+1))
				}
			})
		}
	})
	pullTable(t, pulls)
}

// pull is a pull request.
type pull struct {
	name, file string
	archive    *txtar.Archive
	built, dbt []string // the models and seeds that mod ci sets out to build, and those that dbt's selector names
}

func readPulls(t *testing.T) (list []*pull) {
	t.Helper()
	files, err := filepath.Glob("testdata/pulls/[0-9]*.txtar")
	if err != nil || len(files) != 20 {
		t.Fatalf("there are %d pull requests, %v", len(files), err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, &pull{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), file: file, archive: archive})
	}
	return list
}

// title is what the pull request does.
func (p *pull) title() string {
	line, _, _ := strings.Cut(string(p.archive.Comment), "\n")
	return line
}

// section is the text of a golden, and where it is in the archive; -1 if it is not there.
func (p *pull) section(name string) (string, int) {
	i := slices.IndexFunc(p.archive.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		return "", i
	}
	return string(p.archive.Files[i].Data), i
}

// pullRepository is a git repository whose branch main has the base, and which has a branch for each pull request.
func pullRepository(t *testing.T, pulls []*pull) string {
	t.Helper()
	dir := t.TempDir()
	git(t, dir, "init", "-q", "-b", "main")
	base, err := txtar.ParseFile("testdata/pulls/base.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range base.Files {
		writeFile(t, filepath.Join(dir, f.Name), string(f.Data))
	}
	writeFile(t, filepath.Join(dir, ".gitignore"), "target/\nlogs/\nprofiles.yml\n*.duckdb\n")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "-q", "-m", "The shop")
	for _, p := range pulls {
		git(t, dir, "checkout", "-q", "-b", p.name, "main")
		for _, f := range p.archive.Files {
			if name, ok := strings.CutPrefix(f.Name, "pull/"); ok {
				writeFile(t, filepath.Join(dir, name), string(f.Data))
			}
		}
		for line := range strings.Lines(string(p.archive.Comment)) {
			if name, ok := strings.CutPrefix(strings.TrimSpace(line), "rm "); ok {
				git(t, dir, "rm", "-q", name)
			}
		}
		git(t, dir, "add", ".")
		git(t, dir, "commit", "-q", "-m", p.title())
	}
	git(t, dir, "checkout", "-q", "main")
	return dir
}

func git(t *testing.T, dir string, args ...string) {
	t.Helper()
	c := exec.CommandContext(t.Context(), "git", args...)
	c.Dir, c.Env = dir, gitEnv()
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// gitEnv are the variables with which git knows nothing of who runs the test.
func gitEnv() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=Ada", "GIT_AUTHOR_EMAIL=ada@example.com",
		"GIT_COMMITTER_NAME=Ada", "GIT_COMMITTER_EMAIL=ada@example.com", "GIT_AUTHOR_DATE=2024-03-05T00:00:00Z", "GIT_COMMITTER_DATE=2024-03-05T00:00:00Z",
	}
}

// pullSite is a warehouse where the base is built.
type pullSite struct {
	golden     string // the section of the comments
	repository string
	base       string // the folder of the base
	config     adapters.Config
}

// outsideTables are what the source has.
const outsideTables = `create schema outside;
create table outside.payments as select * from (values (1, 5000), (2, 2500), (2, 2500), (3, 1000), (4, 7000), (5, 9000), (6, 100), (7, 3000)) as t (order_id, cents);
create table outside.payments_2024 as select * from (values (1, 5000), (2, 5000), (3, 1000), (4, 7000), (5, 9000), (7, 6000)) as t (order_id, cents)`

func newPullSite(t *testing.T, repository, golden string, c adapters.Config) *pullSite {
	t.Helper()
	s := &pullSite{golden: golden, repository: repository, config: c}
	s.base = s.checkOut(t, "main")
	execute(t, s.in(s.base), outsideTables)
	modIn(t, s.base, 0, "build", "--quiet")
	modIn(t, s.base, 0, "sync", "run", "--quiet")
	return s
}

// in is the warehouse as a project in a folder has it: a file is the project's own.
func (s *pullSite) in(dir string) adapters.Config {
	c := maps.Clone(s.config)
	if file := c.String("path", ""); file != "" {
		c["path"] = filepath.Join(dir, file)
	}
	return c
}

// execute runs statements at a warehouse.
func execute(t *testing.T, c adapters.Config, statements string) {
	t.Helper()
	w, err := all.Named(c.String("type", "")).Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }() // what was wrong was told before
	session, err := w.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = session.Close() }()
	for statement := range strings.SplitSeq(statements, ";") {
		if _, err := session.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// checkOut clones a branch, as a CI does.
func (s *pullSite) checkOut(t *testing.T, branch string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shop")
	git(t, s.repository, "clone", "-q", "--branch", branch, s.repository, dir)
	profile, err := yaml.Marshal(map[string]any{"shop": map[string]any{"target": "prod", "outputs": map[string]any{"prod": map[string]any(s.in(dir))}}})
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "profiles.yml"), string(profile))
	return dir
}

// review reviews a pull request, and compares what comes of it with what is wanted.
func (p *pull) review(t *testing.T, s *pullSite, name string) {
	dir := s.checkOut(t, p.name)
	if file := s.config.String("path", ""); file != "" {
		whole, err := os.ReadFile(filepath.Join(s.base, file))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, file), string(whole))
	}
	var selected, out, progress bytes.Buffer
	run := func(out, progress *bytes.Buffer, args ...string) int {
		return cmd.Run(t.Context(), cmd.System{Out: out, Err: progress, Env: map[string]string{"PATH": os.Getenv("PATH")}, Dir: dir, Now: time.Now}, args...)
	}
	run(&selected, &progress, "ls", "--quiet", "-s", "state:modified+", "--state", filepath.Join(s.base, "target"), "--resource-type", "model", "--resource-type", "seed", "--output", "name")
	p.dbt = strings.Fields(selected.String())
	slices.Sort(p.dbt)
	progress.Reset()
	status := run(&out, &progress, "ci", "--quiet", "--env", name)
	p.built = builtModels(t, dir)
	comment := out.String()
	if comment == "" {
		comment = progress.String()
	}
	verdict := fmt.Sprintf("status %d\nmod: %s\ndbt: %s\n", status, strings.Join(p.built, ", "), strings.Join(p.dbt, ", "))
	p.assert(t, s.golden, commentTimes.ReplaceAllString(comment, "NOW UTC"))
	p.assert(t, "built", verdict)
}

var commentTimes = regexp.MustCompile(`\b\d{4}-\d\d-\d\d \d\d:\d\d UTC\b`)

// assert compares with a golden, or with -update writes it.
func (p *pull) assert(t *testing.T, golden, got string) {
	t.Helper()
	want, at := p.section(golden)
	if at < 0 && golden == "postgres" {
		want, _ = p.section("comment")
	}
	if got == want {
		return
	}
	if !*update {
		t.Errorf("%s (-want +got):\n%s", golden, cmp.Diff(want, got))
		return
	}
	if at < 0 {
		p.archive.Files = append(p.archive.Files, txtar.File{Name: golden, Data: []byte(got)})
	} else {
		p.archive.Files[at].Data = []byte(got)
	}
	if err := os.WriteFile(p.file, txtar.Format(p.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

// builtModels are the models and seeds that the last run in a folder set out to build: what failed, and what was skipped for it, is among them.
func builtModels(t *testing.T, dir string) (list []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "target", "run_results.json"))
	if os.IsNotExist(err) {
		return nil // nothing was run
	} else if err != nil {
		t.Fatal(err)
	}
	var results struct {
		Results []struct {
			ID string `json:"unique_id"`
		} `json:"results"`
	}
	if err := json.Unmarshal(text, &results); err != nil {
		t.Fatal(err)
	}
	for _, r := range results.Results {
		if kind, rest, _ := strings.Cut(r.ID, "."); kind == "model" || kind == "seed" {
			list = append(list, rest[strings.LastIndex(rest, ".")+1:])
		}
	}
	slices.Sort(list)
	return list
}

// pullTable asserts the table of the guide that says what is built of each pull request.
func pullTable(t *testing.T, pulls []*pull) {
	const guide, begin, end = "../docs/guides/ci.md", "<!-- twenty pull requests -->\n", "<!-- end -->\n"
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	was, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", guide)
	}
	var b strings.Builder
	b.WriteString("| the pull request | `mod ci` | `state:modified+` |\n|---|---|---|\n")
	ours, theirs := 0, 0
	cell := func(names []string) string {
		if len(names) == 0 {
			return "–"
		}
		return fmt.Sprintf("%d: %s", len(names), strings.Join(names, ", "))
	}
	for _, p := range pulls {
		ours, theirs = ours+len(p.built), theirs+len(p.dbt)
		fmt.Fprintf(&b, "| %s | %s | %s |\n", p.title(), cell(p.built), cell(p.dbt))
	}
	fmt.Fprintf(&b, "| **all twenty** | **%d** | **%d** |\n", ours, theirs)
	if b.String() == was {
		return
	}
	if !*update {
		t.Errorf("%s has another table (-want +got); run this test with -update:\n%s", guide, cmp.Diff(b.String(), was))
		return
	}
	writeFile(t, guide, before+begin+b.String()+end+after)
}

package deps

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modsql/mod/compiler/project"
)

// testHub is a hub with packages made by the test. It counts what is asked of it.
type testHub struct {
	*httptest.Server
	mu       sync.Mutex
	packages map[string]map[string]any // versions by owner/name
	archives map[string][]byte         // by path
	answers  map[string][]int          // statuses to give first, by path
	asked    []string
	during   func(*http.Request) // an answer, if it is set
}

func newTestHub(t *testing.T) *testHub {
	t.Helper()
	h := &testHub{packages: map[string]map[string]any{}, archives: map[string][]byte{}, answers: map[string][]int{}}
	h.Server = httptest.NewServer(h)
	t.Cleanup(h.Close)
	return h
}

func (h *testHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.asked = append(h.asked, r.URL.Path)
	if h.during != nil {
		h.during(r)
	}
	if first := h.answers[r.URL.Path]; len(first) > 0 {
		h.answers[r.URL.Path] = first[1:]
		w.WriteHeader(first[0])
		return
	}
	if archive, ok := h.archives[r.URL.Path]; ok {
		_, _ = w.Write(archive)
		return
	}
	name, _ := strings.CutPrefix(strings.TrimSuffix(r.URL.Path, ".json"), "/api/v1/")
	versions, ok := h.packages[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	owner, short, _ := strings.Cut(name, "/")
	_ = json.NewEncoder(w).Encode(map[string]any{"namespace": owner, "name": short, "versions": versions})
}

// add puts a version of a package on the hub that needs others: "owner/name: range".
func (h *testHub) add(name, version string, needs ...string) map[string]any {
	short := filepath.Base(name)
	path := "/archives/" + name + "/" + version + ".tar.gz"
	archive := packed(map[string]string{short + "-" + version + "/dbt_project.yml": "name: " + short + "\nversion: " + version + "\n", short + "-" + version + "/macros/a.sql": "-- " + version})
	sum := sha256.Sum256(archive)
	packages := []any{}
	for _, need := range needs {
		of, versions, _ := strings.Cut(need, ": ")
		packages = append(packages, map[string]any{"package": of, "version": strings.Split(versions, ",")})
	}
	v := map[string]any{"name": short, "version": version, "packages": packages,
		"downloads": map[string]any{"tarball": h.URL + path, "format": "tgz", "sha256": hex.EncodeToString(sum[:])}}
	h.archives[path] = archive
	if h.packages[name] == nil {
		h.packages[name] = map[string]any{}
	}
	h.packages[name][version] = v
	return v
}

// packed is a .tar.gz of files.
func packed(files map[string]string) []byte {
	var headers []*tar.Header
	for _, name := range slices.Sorted(maps.Keys(files)) {
		headers = append(headers, &tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(files[name]))})
	}
	return archiveOf(headers, files)
}

func archiveOf(headers []*tar.Header, files map[string]string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, h := range headers {
		_ = w.WriteHeader(h) // into memory
		_, _ = w.Write([]byte(files[h.Name]))
	}
	_, _ = w.Close(), z.Close()
	return b.Bytes()
}

// shop is a project in a folder of its own.
type shop struct {
	t   *testing.T
	dir string
	hub *testHub
}

func newShop(t *testing.T, packages string) *shop {
	t.Helper()
	s := &shop{t: t, dir: filepath.Join(realPath(t, t.TempDir()), "shop"), hub: newTestHub(t)}
	s.write("dbt_project.yml", "name: shop\n")
	s.write("packages.yml", packages)
	return s
}

func realPath(t *testing.T, dir string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func (s *shop) write(name, text string) {
	s.t.Helper()
	path := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// read is the text of a file, "" if there is none.
func (s *shop) read(name string) string {
	text, _ := os.ReadFile(filepath.Join(s.dir, filepath.FromSlash(name)))
	return string(text)
}

func (s *shop) load() *project.Project {
	s.t.Helper()
	p, found := project.Load(project.Options{Dir: s.dir, RootOnly: true})
	if p == nil {
		s.t.Fatal(found.Err())
	}
	return p
}

// try installs the packages.
func (s *shop) try(with ...func(*Options)) (*Result, error) {
	s.t.Helper()
	o := Options{Project: s.load(), Hub: s.hub.URL, Env: append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1"),
		Wait: func(context.Context, time.Duration) error { return nil }}
	for _, f := range with {
		f(&o)
	}
	r, err := Install(s.t.Context(), o)
	if left, _ := filepath.Glob(filepath.Join(s.dir, "dbt_packages", incoming+"*")); len(left) > 0 {
		s.t.Errorf("what was not complete is still there: %v", left)
	}
	return r, err
}

// install is try that must succeed, as lines.
func (s *shop) install(with ...func(*Options)) []string {
	s.t.Helper()
	r, err := s.try(with...)
	if err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for _, p := range r.Packages {
		line := p.Name + " " + p.Version
		if p.Latest != "" {
			line += " latest " + p.Latest
		}
		if p.Kept {
			line += " kept"
		}
		out = append(out, line)
	}
	for _, name := range r.Removed {
		out = append(out, "removed "+name)
	}
	for _, d := range r.Warnings.Sorted() {
		out = append(out, d.Error())
	}
	return out
}

// fails wants an error that says all of that.
func (s *shop) fails(err error, parts ...string) {
	s.t.Helper()
	if err == nil {
		s.t.Fatalf("no error, want one with %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			s.t.Errorf("%v\ndoes not say %q", err, part)
		}
	}
}

// repository makes a git repository with a commit for each set of files; the n-th has the tag vn.
func (s *shop) repository(name string, commits ...map[string]string) string {
	s.t.Helper()
	dir := filepath.Join(filepath.Dir(s.dir), name)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		s.t.Fatal(err)
	}
	s.git(dir, "init", "--quiet", "--initial-branch", "main")
	for i, files := range commits {
		for file, text := range files {
			(&shop{t: s.t, dir: dir}).write(file, text)
		}
		s.git(dir, "add", ".")
		s.git(dir, "commit", "--quiet", "-m", "a commit")
		s.git(dir, "tag", "v"+string(rune('1'+i)))
	}
	return "file://" + filepath.ToSlash(dir)
}

func (s *shop) git(dir string, args ...string) string {
	s.t.Helper()
	c := exec.CommandContext(s.t.Context(), "git", args...)
	c.Dir = dir
	c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@b.c",
		"GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@b.c")
	out, err := c.CombinedOutput()
	if err != nil {
		s.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

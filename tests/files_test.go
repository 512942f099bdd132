package tests

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/cmd"
)

// TestFilesAsTheyCome runs projects whose files no txtar can hold: other encodings and line ends, odd names, great size.
func TestFilesAsTheyCome(t *testing.T) {
	t.Parallel()
	const name = "name: shop\n"
	tests := []struct {
		name   string
		folder string // of the project, in a new one
		files  map[string]string
		status int
		want   string // stderr, with T for times
	}{
		{
			name: "carriage returns",
			files: map[string]string{
				"project.yml":  "name: shop\r\n",
				"models/a.sql": "select 1 as id,\r\n  2 as b\r\n",
				"models/a.yml": "models:\r\n  - name: a\r\n    columns:\r\n      - name: id\r\n        data_tests: [not_null]\r\n",
				"models/b.sql": "select id,\r\n  nope\r\nfrom {{ ref('a') }}\r\n",
				"seeds/s.csv":  "a,b\r\n1,\"x\r\ny\"\r\n",
			},
			status: 1,
			want: `✓ a              view  T
✓ not_null_a_id  test  T
✓ s              seed  1 row  T
✗ b              view  error  T

models/b.sql:2:3: error: Binder Error: Referenced column "nope" not found in FROM clause! [warehouse-error]
  Candidate bindings: "b"
    2 |   nope
      |   ^^^^
  compiled: target/compiled/shop/models/b.sql

Failed in T: 1 model, 1 seed, 1 test passed, 1 error
`,
		},
		{
			name: "byte order marks",
			files: map[string]string{
				"project.yml": "\ufeff" + name, "models/a.sql": "\ufeffselect id from {{ ref('s') }}",
				"models/a.yml": "\ufeffmodels:\n  - name: a\n", "seeds/s.csv": "\ufeffid,b\n1,2\n",
			},
			want: "✓ s  seed  1 row  T\n✓ a  view  T\nDone in T: 1 model, 1 seed\n",
		},
		{
			name: "not UTF-8",
			files: map[string]string{
				"project.yml": name, "models/a.sql": "select\n  'caf\xe9' as b", "models/a.yml": "models:\n  - name: a\n    description: caf\xe9\n",
			},
			status: 2,
			want: `models/a.sql:2:7: error: the file is not UTF-8: byte 0xe9 [not-utf8]
    2 |   'caf` + "\ufffd" + `' as b
      |       ^
  hint: save it as UTF-8

models/a.yml:3:21: error: the file is not UTF-8: byte 0xe9 [not-utf8]
    3 |     description: caf` + "\ufffd" + `
      |                     ^
  hint: save it as UTF-8
`,
		},
		{
			name: "blanks and letters of all kinds", folder: "mein Laden – 店/süß",
			files: map[string]string{
				"project.yml": name, "models/für alle/größe ä.sql": "select 1 as \"größe\"",
				"models/b.sql": "select \"größe\", nope from {{ ref('größe ä') }}",
			},
			status: 1,
			want: `✓ größe ä  view  T
✗ b        view  error  T

models/b.sql:1:17: error: Binder Error: Referenced column "nope" not found in FROM clause! [warehouse-error]
  Candidate bindings: "größe"
    1 | select "größe", nope from {{ ref('größe ä') }}
      |                 ^^^^
  compiled: target/compiled/shop/models/b.sql

Failed in T: 1 model, 1 error
`,
		},
		{
			name: "ten megabytes",
			files: map[string]string{
				"project.yml": name, "models/a.sql": "select 1 as id\n" + strings.Repeat("-- more than anybody would write by hand ..............\n", 190_000) + ", 2 as b",
			},
			want: "✓ a  view  T\nDone in T: 1 model\n",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), filepath.FromSlash(test.folder))
			for file, text := range test.files {
				writeFile(t, filepath.Join(dir, filepath.FromSlash(file)), text)
			}
			_, progress := modIn(t, dir, test.status, "build", "--threads", "1")
			if diff := cmp.Diff(test.want, durations.ReplaceAllString(progress, "T")); diff != "" {
				t.Errorf("stderr mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFullAndReadOnlyDisksLoseNothing fills the disk that the database is on, makes room, and then takes the right to write away.
func TestFullAndReadOnlyDisksLoseNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("a file system that is small cannot be made here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	writeFile(t, filepath.Join(dir, "project.yml"), "name: shop\n")
	writeFile(t, filepath.Join(dir, "models", "small.sql"), "{{ config(materialized='table') }} select 1 as id")
	writeFile(t, filepath.Join(dir, "models", "big.sql"), "{{ config(materialized='table') }} select i, md5(i::varchar) as t from range(200000) as r(i)")

	modIn(t, dir, 0, "run", "--select", "small")
	_, progress := modIn(t, dir, 1, "run", "--threads", "1")
	for _, want := range []string{"✗ big", "models/big.sql:1:1: error: ", "No space left on device"} {
		if !strings.Contains(progress, want) {
			t.Errorf("with a full disk stderr has no %q:\n%s", want, progress)
		}
	}
	if out, err := exec.Command("mount", "-o", "remount,size=32m", dir).CombinedOutput(); err != nil {
		t.Fatalf("make room: %v: %s", err, out)
	}
	modIn(t, dir, 0, "run", "--select", "small")
	modIn(t, dir, 0, "run", "--select", "big")

	if out, err := exec.Command("mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
		t.Fatalf("mount read-only: %v: %s", err, out)
	}
	_, progress = modIn(t, dir, 3, "run")
	if !strings.Contains(progress, `error: connect to duckdb (target "dev"): open `) || !strings.Contains(progress, "Read-only file system") {
		t.Errorf("on a read-only disk stderr is:\n%s", progress)
	}
	shown, _ := modIn(t, dir, 0, "ls")
	if shown != "shop.big\nshop.small\n" {
		t.Errorf("mod ls on a read-only disk prints %q", shown)
	}
}

func writeFile(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// modWith runs mod in a folder with those variables, however it ends.
func modWith(t *testing.T, dir string, env map[string]string, args ...string) {
	t.Helper()
	var out bytes.Buffer
	cmd.Run(t.Context(), cmd.System{Out: &out, Err: &out, Env: env, Dir: dir, Now: time.Now}, args...)
}

// modIn runs mod in a folder and returns what it wrote to stdout and stderr.
func modIn(t *testing.T, dir string, status int, args ...string) (result, progress string) {
	t.Helper()
	var out, err bytes.Buffer
	got := cmd.Run(t.Context(), cmd.System{Out: &out, Err: &err, Env: map[string]string{}, Dir: dir, Now: time.Now}, args...)
	if got != status {
		t.Fatalf("mod %s: exit status %d, want %d\n%s%s", strings.Join(args, " "), got, status, &err, &out)
	}
	return out.String(), err.String()
}

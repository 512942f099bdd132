package tests

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	diff "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
)

// mark is the byte order mark that some editors put before a text.
const mark = "\ufeff"

// fixed are projects in which something has one right answer: texts with other letters before it, several fixes in a file, and whole lines that go.
const fixed = `
-- project.yml --
name: shop
source-paths: [models]
-- models/schema.yml --
models:
  # Größe, 売上, 🧾
  - name: orders
    descripton: Ünïcode, before and after. 🧾
    tests:
      - unique: {column_name: id}
    columns:
      - name: id
        "tests": [not_null]
-- models/stg_orders.sql --
select 1 as id, 'größe 🧾' as size, 10 as amount
-- models/orders.sql --
with old as (
    select 1 as id
),

new as (
    select id, '売上' as label, amount as unread,
        size
    from {{ ref('stg_ordres') }}
)

select id, size, '🧾' as receipt, /* ü */ lable from new -- mod: allow fan-out
-- models/sales.sql --
select '🧾' as receipt, ammount from main.stg_orders  -- mod: allow unused-cte, unknown-clumn
`

// TestFixChangesNothingButWhatItSays carries out the fixes that the SARIF log tells, byte by byte and on its own, and compares with what
// check --fix makes of the files: with line ends and marks of every kind, which stay.
func TestFixChangesNothingButWhatItSays(t *testing.T) {
	t.Parallel()
	variants := []struct {
		name string
		vary func(string) string
	}{
		{"as they are", func(text string) string { return text }},
		{"with CRLF and a mark", func(text string) string { return mark + strings.ReplaceAll(text, "\n", "\r\n") }},
	}
	for name, files := range fixable(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mended := mend(t, files)
			for _, v := range variants {
				varied := map[string]string{}
				for path, text := range files {
					varied[path] = v.vary(text)
				}
				got := mend(t, varied)
				if d := diff.Diff(applied(t, varied), got); d != "" {
					t.Errorf("%s: other changes than it told (-told +got):\n%s", v.name, d)
				}
				want := map[string]string{}
				for path, text := range mended {
					want[path] = v.vary(text)
				}
				if d := diff.Diff(want, got); d != "" {
					t.Errorf("%s: other changes than without (-want +got):\n%s", v.name, d)
				}
			}
		})
	}
}

// fixable are the projects among the examples in which there is something to mend, by name: their files by path.
func fixable(t *testing.T) map[string]map[string]string {
	t.Helper()
	out := map[string]map[string]string{"letters": filesOf(txtar.Parse([]byte(strings.TrimPrefix(fixed, "\n"))))}
	scripts, err := filepath.Glob("testdata/script/check_fix*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	examples, err := filepath.Glob("testdata/diagnostics/*.txtar")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, path := range slices.Concat(scripts, examples) {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files := filesOf(archive)
		if len(fixes(t, laidOut(t, files))) > 0 {
			out[filepath.Base(path)] = files
		}
	}
	if len(out) < 5 {
		t.Fatalf("only %d projects with something to mend", len(out))
	}
	return out
}

// filesOf are the files of a project in an archive: what it is compared with is none.
func filesOf(archive *txtar.Archive) map[string]string {
	out := map[string]string{}
	for _, f := range archive.Files {
		if !strings.HasPrefix(f.Name, "want") {
			out[f.Name] = string(f.Data)
		}
	}
	return out
}

func laidOut(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// mend is the files after check --fix, and those that it added.
func mend(t *testing.T, files map[string]string) map[string]string {
	t.Helper()
	dir := laidOut(t, files)
	_ = checked(t, dir, "--dated", "--fix")
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// replacement is a change of a file as a SARIF log tells it: lines and columns count from 1, columns in code points.
type replacement struct {
	Region struct {
		StartLine, StartColumn, EndLine, EndColumn int
	} `json:"deletedRegion"`
	Text struct {
		Text string
	} `json:"insertedContent"`
}

// fix is the replacements in a file that mend one problem.
type fix struct {
	path    string
	changes []replacement
}

// fixes are those of a check's SARIF log, in its order.
func fixes(t *testing.T, dir string) []fix {
	t.Helper()
	var log struct {
		Runs []struct {
			Results []struct {
				Fixes []struct {
					ArtifactChanges []struct {
						ArtifactLocation struct{ URI string }
						Replacements     []replacement
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(checked(t, dir, "--dated", "--format", "sarif")), &log); err != nil {
		t.Fatal(err)
	}
	var out []fix
	for _, r := range log.Runs[0].Results {
		for _, f := range r.Fixes {
			for _, c := range f.ArtifactChanges {
				if !strings.HasPrefix(c.ArtifactLocation.URI, "local/") { // a package's, which is not the project's to mend
					out = append(out, fix{c.ArtifactLocation.URI, c.Replacements})
				}
			}
		}
	}
	return out
}

// applied is the files after the fixes that the log tells, round by round, until it tells of none.
func applied(t *testing.T, files map[string]string) map[string]string {
	t.Helper()
	for range 20 {
		byPath := map[string][]fix{}
		for _, f := range fixes(t, laidOut(t, files)) {
			byPath[f.path] = append(byPath[f.path], f)
		}
		if len(byPath) == 0 {
			break
		}
		next := map[string]string{}
		for path, text := range files {
			next[path] = replaced(text, byPath[path])
		}
		files = next
	}
	return files
}

// piece is a piece of a text, in bytes, and what is to stand there.
type piece struct {
	start, end int
	text       string
}

// replaced is a text after fixes, of which one that is in the way of an earlier one is left out whole.
func replaced(text string, list []fix) string {
	var taken []piece
	for _, f := range list {
		var own []piece
		clear := true
		for _, c := range f.changes {
			p := piece{offset(text, c.Region.StartLine, c.Region.StartColumn), offset(text, c.Region.EndLine, c.Region.EndColumn), c.Text.Text}
			clear = clear && !slices.ContainsFunc(taken, func(o piece) bool { return p.start < o.end && o.start < p.end || p.start == o.start })
			own = append(own, p)
		}
		if clear {
			taken = append(taken, own...)
		}
	}
	slices.SortFunc(taken, func(a, b piece) int { return cmp.Compare(b.start, a.start) })
	for _, p := range taken {
		text = text[:p.start] + p.text + text[p.end:]
	}
	return text
}

// offset is where a line and a column of it are in a text, whose mark is no part of the first line.
func offset(text string, line, column int) int {
	at := len(text) - len(strings.TrimPrefix(text, mark))
	for ; line > 1; line-- {
		at += strings.IndexByte(text[at:], '\n') + 1
	}
	for i := range text[at:] {
		if column--; column == 0 {
			return at + i
		}
	}
	return len(text)
}

package tests

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGuides does what the README and the guides tell a reader to do, from the top of each page to its end, in an empty folder: files are written, commands
// of consoles are run, and what they print is compared with what the page shows. With -update the page shows what they print.
//
//	```console                          "$ " begins a command, "> " goes on with it; then comes what it prints. A line "…" stands for
//	                                    any lines, "…" in a line for any text. Durations and clocks are not compared
//	```sql, yaml, csv …                 a file, if its first line is a comment that is a path, or the line before the block ends with
//	                                    "`path`:". After "Add to `path`:" the block is added to the file
//	```text                             is there to be read only
//	<!-- $ command -->                  is run, and readers do not see it
//	<!-- in the demo -->                the folder is a copy of the demo project
//	<!-- not run: reason -->            the next block is only to be read
func TestGuides(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("sh"); err != nil || runtime.GOOS == "windows" {
		t.Skip("the commands are those of a shell of Unix")
	}
	pages, err := filepath.Glob("../docs/guides/*.md")
	if err != nil || len(pages) < 5 {
		t.Fatalf("the guides are %q, %v", pages, err)
	}
	for _, page := range append(pages, "../README.md") {
		t.Run(strings.TrimSuffix(filepath.Base(page), ".md"), func(t *testing.T) {
			t.Parallel()
			followGuide(t, page)
		})
	}
}

func followGuide(t *testing.T, page string) {
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	r := &reader{dir: t.TempDir(), home: t.TempDir()}
	if slices.Contains(lines, "<!-- in the demo -->") {
		r.dir = demo(t, "")
	}
	var out []string
	for at := 0; at < len(lines); at++ {
		out = append(out, lines[at])
		if command, ok := hidden(lines[at]); ok {
			if printed, err := r.run(command); err != nil {
				t.Fatalf("%s:%d: %v\n%s", page, at+1, err, printed)
			}
		}
		info, ok := strings.CutPrefix(lines[at], "```")
		if !ok {
			continue
		}
		end := at + 1 + slices.Index(lines[at+1:], "```")
		if end == at {
			t.Fatalf("%s:%d: this block has no end", page, at+1)
		}
		block, before := lines[at+1:end], lines[max(at-1, 0)]
		block, err := r.block(info, before, block)
		if err != nil && !(*update && info == "console") {
			t.Errorf("%s:%d: %v", page, at+1, err)
		}
		out = append(append(out, block...), "```")
		at = end
	}
	if got := strings.Join(out, "\n") + "\n"; *update && got != string(text) {
		if err := os.WriteFile(page, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// hidden is the command of a comment that readers do not see.
func hidden(line string) (string, bool) {
	rest, ok := strings.CutPrefix(line, "<!-- $ ")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(rest, " -->")
}

// reader is who follows a guide: where he is, and where he is at home.
type reader struct{ dir, home string }

var (
	commentPath  = regexp.MustCompile(`^(?:--|#) ([\w./-]+\.\w+)$`)
	sentencePath = regexp.MustCompile("`([\\w./-]+)`:$")
)

// block does what a block asks for, and returns it with what it should show. The error says in what that differs.
func (r *reader) block(info, before string, lines []string) ([]string, error) {
	switch {
	case info == "text" || strings.HasPrefix(before, "<!-- not run: "):
		return lines, nil
	case info == "console":
		return r.console(lines)
	case len(lines) == 0:
		return lines, fmt.Errorf("this block is empty")
	}
	text, name := strings.Join(lines, "\n")+"\n", commentPath.FindStringSubmatch(lines[0])
	if name == nil {
		name = sentencePath.FindStringSubmatch(before)
	}
	if name == nil {
		return lines, fmt.Errorf("this block has no file and is not run: see TestGuides")
	}
	path := filepath.Join(r.dir, filepath.FromSlash(name[1]))
	if strings.Contains(before, "dd to `"+name[1]) {
		old, err := os.ReadFile(path)
		if err != nil {
			return lines, err
		}
		text = string(old) + text
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return lines, err
	}
	return lines, os.WriteFile(path, []byte(text), 0o644)
}

// console runs the commands of a console. Where one prints what it should, its lines stay as they are.
func (r *reader) console(lines []string) ([]string, error) {
	var out []string
	var problem error
	for at := 0; at < len(lines); {
		command, ok := strings.CutPrefix(lines[at], "$ ")
		if !ok {
			return lines, fmt.Errorf("a console begins with a command, not with %q", lines[at])
		}
		next := at + 1
		for ; next < len(lines) && strings.HasPrefix(lines[next], "> "); next++ {
			command += "\n" + lines[next][2:]
		}
		out = append(out, lines[at:next]...)
		at = next
		for next < len(lines) && !strings.HasPrefix(lines[next], "$ ") {
			next++
		}
		printed, _ := r.run(command) // what it prints tells whether it failed
		want := strings.TrimRight(strings.Join(lines[at:next], "\n"), "\n")
		show := lines[at:next]
		if diff := shows(want, printed); diff != "" {
			problem = fmt.Errorf("%s (-page +printed):\n%s", command, diff)
			show = nil
			if printed != "" {
				show = strings.Split(printed, "\n")
			}
		}
		out = append(out, show...)
		at = next
	}
	return out, problem
}

// run runs a command where the reader is, who is then where it leaves him, and returns what is printed, to stdout and stderr.
func (r *reader) run(command string) (string, error) {
	where := filepath.Join(r.home, "where")
	command = strings.ReplaceAll(command, "go run ./cmd/mod ", "mod ")
	c := exec.Command("sh", "-c", "trap 'pwd >\"$HOME/where\"' EXIT\n"+command)
	c.Dir = r.dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "DBT_") && !strings.HasPrefix(v, "PG") && !strings.HasPrefix(v, "NO_COLOR") {
			c.Env = append(c.Env, v)
		}
	}
	c.Env = append(c.Env, "HOME="+r.home, "TERM=dumb")
	var printed bytes.Buffer
	c.Stdout, c.Stderr = &printed, &printed
	err := c.Run()
	if dir, e := os.ReadFile(where); e == nil {
		r.dir = strings.TrimSpace(string(dir))
	}
	text := strings.ReplaceAll(printed.String(), r.dir, "/home/you/"+filepath.Base(r.dir))
	return strings.TrimRight(text, "\n"), err
}

// shows compares what a page shows with what was printed, and returns the difference.
func shows(page, printed string) string {
	page, printed = steady(page), steady(printed)
	if form(page).MatchString(printed + "\n") {
		return ""
	}
	want, got := anyOrder(strings.Split(page, "\n"), strings.Split(printed, "\n"))
	if form(strings.Join(want, "\n")).MatchString(strings.Join(got, "\n") + "\n") {
		return ""
	}
	return cmp.Diff(want, got)
}

// form is what a text must be like that a page shows.
func form(page string) *regexp.Regexp {
	var b strings.Builder
	for _, line := range strings.Split(page, "\n") {
		if strings.TrimSpace(line) == "…" {
			b.WriteString(`(?:[^\n]*\n)*?`)
			continue
		}
		b.WriteString(strings.ReplaceAll(regexp.QuoteMeta(line), "…", ".*") + `\n`)
	}
	return regexp.MustCompile(`^(?:` + b.String() + `)$`)
}

// steady is text without times.
func steady(text string) string {
	return clocks.ReplaceAllString(durations.ReplaceAllString(text, "T"), "CLOCK")
}

// anyOrder makes lines about nodes comparable, which end in any order where they run side by side: they are sorted, and where the page
// leaves some out ("…" next to one) they are left out of what was printed.
func anyOrder(page, printed []string) (want, got []string) {
	for i, line := range page {
		next := page[min(i+1, len(page)-1)]
		if strings.TrimSpace(line) != "…" || !(progress.MatchString(page[max(i-1, 0)]) || progress.MatchString(next)) {
			want = append(want, line)
		}
	}
	for _, line := range printed {
		if len(want) == len(page) || !progress.MatchString(line) || slices.Contains(want, line) {
			got = append(got, line)
		}
	}
	return sortProgress(want), sortProgress(got)
}

// sortProgress sorts lines about nodes that follow each other.
func sortProgress(lines []string) []string {
	for at := 0; at < len(lines); at++ {
		end := at
		for end < len(lines) && progress.MatchString(lines[end]) {
			end++
		}
		slices.Sort(lines[at:end])
		at = end
	}
	return lines
}

// progress is what begins a line about a node that was done.
var progress = regexp.MustCompile(`^[✓✗!·-] \S`)

func TestPagesShowWhatWasPrinted(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, page, printed string
		want                bool
	}{
		{"the same", "a\nb", "a\nb", true},
		{"another duration", "Done in 0.3s", "Done in 12ms", true},
		{"nothing", "", "", true},
		{"something where nothing is shown", "", "a", false},
		{"another word", "a 1\nb", "a 2\nb", false},
		{"a line more", "a", "a\nb", false},
		{"a line less", "a\nb", "a", false},
		{"nodes in another order", "✓ a  0.1s\n- b  skipped\nDone", "- b  skipped\n✓ a  0.2s\nDone", true},
		{"a node that ended otherwise", "✓ a\n✓ b\nDone", "✓ b\n✗ a\nDone", false},
		{"other lines in another order", "a\nb", "b\na", false},
		{"lines left out", "a\n…\nd", "a\nb\nc\nd", true},
		{"lines left out at the end", "a\n…", "a\nb", true},
		{"lines left out, and another end", "a\n…\nd", "a\nb\nc", false},
		{"text left out", "version …, linux", "version 1.2, linux", true},
		{"text left out is of one line", "a…d", "a\nd", false},
		{"nodes left out, in another order", "✓ a\n…\n✓ c\nDone", "✓ c\n✓ b\n✓ a\nDone", true},
		{"nodes left out, and one that is not there", "✓ a\n…\n✓ d\nDone", "✓ c\n✓ b\n✓ a\nDone", false},
		{"what is special in a regular expression", "a.c (1+1)", "abc (1+1)", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := shows(test.page, test.printed); (diff == "") != test.want {
				t.Errorf("the page shows it: %v, want %v\n%s", diff == "", test.want, diff)
			}
		})
	}
}

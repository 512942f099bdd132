package python_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/python"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// TestCallsAreReadWithoutRunning compares what is read of each program in testdata/models.txtar with the file behind it.
func TestCallsAreReadWithoutRunning(t *testing.T) {
	t.Parallel()
	const path = "testdata/models.txtar"
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	got := &txtar.Archive{Comment: archive.Comment}
	for _, f := range archive.Files {
		if !strings.HasSuffix(f.Name, ".py") {
			continue
		}
		read := txtar.File{Name: strings.TrimSuffix(f.Name, ".py") + ".read", Data: []byte(shown(diag.NewSource(f.Name, string(f.Data))))}
		got.Files = append(got.Files, f, read)
	}
	if *update {
		if err := os.WriteFile(path, txtar.Format(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(txtar.Format(archive)), string(txtar.Format(got))); diff != "" {
		t.Errorf("%s is not what it was; rewrite it with -update if that is right (-was +is):\n%s", path, diff)
	}
}

// shown is what is read of a program, line by line.
func shown(src *diag.Source) string {
	m, problems := python.Read(src)
	var out strings.Builder
	for _, c := range m.Calls {
		var args []string
		for _, a := range c.Args {
			args = append(args, jinja.Repr(a))
		}
		for k, v := range c.Kwargs.All() {
			args = append(args, jinja.Str(k)+"="+jinja.Repr(v))
		}
		fmt.Fprintf(&out, "%d: %s(%s)\n", c.At.Position().Line, c.Name, strings.Join(args, ", "))
	}
	if m.This {
		out.WriteString("this\n")
	}
	for _, d := range problems.Sorted() {
		fmt.Fprintf(&out, "%v\n", d)
	}
	return out.String()
}

func FuzzReadEnds(f *testing.F) {
	for _, s := range []string{"def model(dbt, session):\n    return dbt.ref('a')", `f"{dbt.ref('a')}"`, "dbt.config(a=[1, (2,), {'b': -3e4}])", "'''"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		src := diag.NewSource("model.py", text)
		m, _ := python.Read(src)
		for _, c := range m.Calls {
			if !strings.HasPrefix(c.At.Text(), "dbt") {
				t.Errorf("a call is at %q", c.At.Text())
			}
		}
	})
}

package python_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/modsql/mod/runner/python"
)

// program is the Python that the tests use; without one that has duckdb t is skipped.
func program(t *testing.T) string {
	t.Helper()
	path := os.Getenv("MOD_PYTHON")
	if path == "" || exec.Command(path, "-c", "import duckdb").Run() != nil {
		t.Skip("MOD_PYTHON names no Python with the module duckdb: make test sets it up")
	}
	return path
}

// job is the job of a model that is the body of a function.
func job(t *testing.T, code string) (folder string, j python.Job) {
	t.Helper()
	folder = t.TempDir()
	return folder, python.Job{
		Path: "models/m.py", Code: code, Result: filepath.Join(folder, "result.parquet"), Inputs: []python.Input{}, Paths: []string{},
		This: python.Input{Name: [3]string{"shop", "main", "m"}, Text: `"shop"."main"."m"`},
	}
}

func TestRowsComeBackAsParquet(t *testing.T) {
	t.Parallel()
	folder, j := job(t, "def model(dbt, session):\n    print('hello')\n    return session.sql('select 1 as n')\n")
	var out strings.Builder
	if err := python.Run(t.Context(), program(t), folder, j, &out); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(j.Result)
	if err != nil || !strings.HasPrefix(string(text), "PAR1") {
		t.Errorf("the result is no Parquet file: %.8q, %v", text, err)
	}
	if diff := cmp.Diff("hello\n", out.String()); diff != "" {
		t.Errorf("printed (-want +got):\n%s", diff)
	}
}

func TestExceptionsTellTheirWay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code string
		want python.Error
	}{
		"in the model": {
			"def model(dbt, session):\n    return {}['a']\n",
			python.Error{Type: "KeyError", Message: "'a'", Frames: []python.Frame{{File: "models/m.py", Line: 2, Function: "model"}}},
		},
		"an exit": {
			"import sys\nsys.exit(3)\n",
			python.Error{Type: "SystemExit", Message: "3", Frames: []python.Frame{{File: "models/m.py", Line: 2, Function: "<module>"}}},
		},
		"a module that is missing": {
			"import no_such.thing\n",
			python.Error{
				Type: "ModuleNotFoundError", Message: "No module named 'no_such'", Module: "no_such",
				Frames: []python.Frame{{File: "models/m.py", Line: 1, Function: "<module>"}},
			},
		},
		"something that is no rows": {
			"def model(dbt, session):\n    return 3\n",
			python.Error{Type: "TypeError", Message: "model() returned builtins.int: return a relation of duckdb, or a data frame of pandas, polars or pyarrow"},
		},
		"a call that was not seen": {
			"def model(dbt, session):\n    return dbt.ref('a', 'b', v=2)\n",
			python.Error{
				Type: "LookupError", Message: "dbt.ref() of 'a.b.v2' was not seen before the model ran: call it by the name dbt, with literal arguments",
				Frames: []python.Frame{{File: "models/m.py", Line: 2, Function: "model"}},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, j := job(t, c.code)
			var got *python.Error
			if err := python.Run(t.Context(), program(t), folder, j, io.Discard); !errors.As(err, &got) {
				t.Fatalf("%v is no exception", err)
			}
			if !strings.HasPrefix(got.Traceback, "Traceback") {
				t.Errorf("the traceback is %q", got.Traceback)
			}
			got.Traceback = ""
			if diff := cmp.Diff(&c.want, got); diff != "" {
				t.Errorf("mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoPythonIsSaid(t *testing.T) {
	t.Parallel()
	folder, j := job(t, "")
	var got *python.Missing
	if err := python.Run(t.Context(), "no-such-python", folder, j, io.Discard); !errors.As(err, &got) || got.Program != "no-such-python" {
		t.Errorf("got %v", err)
	}
}

func TestModulesAreInstalledByTheirNames(t *testing.T) {
	t.Parallel()
	for module, want := range map[string]string{"pandas": "py -m pip install pandas", "sklearn.linear_model": "py -m pip install scikit-learn"} {
		if got := python.Install("py", module); got != want {
			t.Errorf("%s: %q, want %q", module, got, want)
		}
	}
}

// cancelOn cancels when something is printed.
type cancelOn struct{ cancel context.CancelCauseFunc }

var errEnough = errors.New("enough")

// Write implements io.Writer.
func (c cancelOn) Write(text []byte) (int, error) {
	c.cancel(errEnough)
	return len(text), nil
}

package bench

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// dbt1 is dbt 1.x, dbt2 the engine that dbt 2.x is; each in an environment of its own in the user's cache, which stays there. The names
// and versions are those of testdata/*/requirements.txt: what pip would choose can be another one tomorrow.
func dbt1() (tool, error) {
	folder, err := environment("dbt1")
	return tool{name: "dbt " + pinned("dbt1", "dbt-core"), path: filepath.Join(folder, "bin", "dbt")}, err
}

func dbt2() (tool, error) {
	folder, err := environment("dbt2")
	if err == nil {
		err = sharedDuckDB(folder)
	}
	off := []string{"--static-analysis", "off"} // it needs a login
	return tool{
		name: "dbt " + pinned("dbt2", "dbt"), path: filepath.Join(folder, "bin", "dbt"),
		after: map[string][]string{"compile": off, "run": off, "test": off},
		env:   []string{"LD_LIBRARY_PATH=" + folder},
	}, err
}

// python is what dbt 1.x runs on: a distribution's own is built with optimizations that others can lack.
func python() string { return cmp.Or(os.Getenv("BENCH_PYTHON"), "python3") }

// environment installs the requirements of a name, unless they are there, and returns their folder.
func environment(name string) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, "mod", "bench", name)
	requirements := filepath.Join("testdata", name, "requirements.txt")
	wanted, err := os.ReadFile(requirements)
	if err != nil {
		return "", err
	}
	mark := filepath.Join(folder, "installed")
	wanted = append(wanted, python()...)
	if installed, err := os.ReadFile(mark); err == nil && string(installed) == string(wanted) {
		return folder, nil
	}
	if err := os.RemoveAll(folder); err != nil {
		return "", err
	}
	if err := quiet(python(), "-m", "venv", folder); err != nil {
		return "", err
	}
	pip := filepath.Join(folder, "bin", "pip")
	if err := quiet(pip, "install", "-q", "--disable-pip-version-check", "--no-deps", "-r", requirements); err != nil {
		return "", err
	}
	return folder, os.WriteFile(mark, wanted, 0o644)
}

// sharedDuckDB links the DuckDB that mod is linked with as a shared library: dbt 2.x looks for one, and would download another version.
func sharedDuckDB(folder string) error {
	library := filepath.Join(folder, "libduckdb.so")
	if _, err := os.Stat(library); err == nil {
		return nil
	}
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/duckdb/duckdb-go-bindings/lib/linux-amd64").Output()
	if err != nil {
		return fmt.Errorf("find DuckDB's libraries: %w", err)
	}
	static := strings.TrimSpace(string(dir))
	archives, err := filepath.Glob(filepath.Join(static, "*.a"))
	if err != nil {
		return err
	}
	words := []string{"-shared", "-o", library, "-Wl,--whole-archive", filepath.Join(static, "libduckdb_static.a"), "-Wl,--no-whole-archive", "-Wl,--start-group"}
	return quiet("g++", append(append(words, archives...), "-Wl,--end-group", "-lpthread", "-ldl", "-lm")...)
}

// pinned is the version of a package in the requirements of a name.
func pinned(name, pkg string) string {
	text, err := os.ReadFile(filepath.Join("testdata", name, "requirements.txt"))
	if err != nil {
		return name
	}
	for line := range strings.Lines(string(text)) {
		if version, ok := strings.CutPrefix(strings.TrimSpace(line), pkg+"=="); ok {
			return version
		}
	}
	return name
}

// quiet runs a command; what it wrote is part of the error.
func quiet(name string, words ...string) error {
	if out, err := exec.Command(name, words...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(name), err, strings.TrimSpace(string(out)))
	}
	return nil
}

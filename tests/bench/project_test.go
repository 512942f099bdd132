package bench

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/modsql/mod/adapters"
)

var alone = flag.Bool("alone", false, "BenchmarkProject without dbt")

// reading is one way to come to a project: what is done before, and what is called then.
type reading struct {
	name    string
	prepare func(b *testing.B, dir string, round int)
	args    []string
	// again is what dbt 2.x needs so as to use what it has kept.
	again []string
}

var readings = []reading{
	{"start", nil, []string{"--version"}, nil},
	{"parse, cold", emptyTarget, []string{"parse"}, nil},
	{"parse, to keep", emptyTarget, []string{"parse"}, []string{"--partial-parse"}},
	{"parse, nothing changed", nil, []string{"parse"}, []string{"--partial-parse"}},
	{"ls, nothing changed", nil, []string{"ls"}, []string{"--partial-parse"}},
	{"ls, one model changed", changeModel, []string{"ls"}, []string{"--partial-parse"}},
	{"compile, cold", emptyTarget, []string{"compile"}, nil},
}

// emptyTarget puts target/ out of the way. It is not deleted before the end: for half a minute ext4 passes over the inodes of what was,
// one by one, whenever it makes a file (5 s for the 57,500 files of 10,000 models).
func emptyTarget(b *testing.B, dir string, _ int) {
	b.Helper()
	err := os.Rename(filepath.Join(dir, "target"), filepath.Join(b.TempDir(), "target"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		b.Fatal(err)
	}
}

// changeModel adds a line to a model that others read.
func changeModel(b *testing.B, dir string, round int) {
	b.Helper()
	m := models(*size)[*size/2]
	file := filepath.Join(dir, "models", m.Folder, m.Name+".sql")
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	write(b, file, string(text)+fmt.Sprintf("-- change %d\n", round))
}

// BenchmarkProject lets mod and dbt 2.x take turns at reading one generated project, and prints a table. Nothing is run.
func BenchmarkProject(b *testing.B) {
	peers := []*peer{{tool: mod(b)}}
	if !*alone {
		t, err := dbt2()
		peers = append(peers, &peer{tool: t, missing: err})
	}
	for _, p := range peers {
		p.dir, p.failed, p.samples, p.nodes = b.TempDir(), map[string]error{}, map[string][]sample{}, map[string]int{}
		p.config = adapters.Config{"type": "duckdb", "path": filepath.Join(p.dir, "bench.duckdb"), "schema": "main"}
		generate(b, p.dir, *size, map[string]string{"duckdb": duckdbOutput})
	}
	for b.Loop() {
		before := load()
		for round := range *rounds {
			for _, r := range readings {
				for i, p := range peers {
					p.read(b, r, i > 0, round)
				}
			}
		}
		fmt.Printf("\n%s; machine load %s before, %s after\n\n", conditions(peers[0].dir), before, load())
		table(os.Stdout, names(readings), peers)
	}
	b.ReportMetric(0, "ns/op")
}

func names(of []reading) []string {
	var out []string
	for _, r := range of {
		out = append(out, r.name)
	}
	return out
}

// read is one turn. A tool that has failed at a reading does not try it again.
func (p *peer) read(b *testing.B, r reading, isDBT bool, round int) {
	b.Helper()
	if p.missing != nil || p.failed[r.name] != nil {
		return
	}
	if r.prepare != nil {
		r.prepare(b, p.dir, round)
	}
	t := p.tool
	if isDBT {
		t.after = map[string][]string{r.args[0]: slices.Concat(p.after[r.args[0]], r.again)}
	}
	s, err := t.run(p.dir, p.config, r.args...)
	if err != nil {
		p.failed[r.name] = err
		b.Log(err)
		return
	}
	p.samples[r.name] = append(p.samples[r.name], s)
}

package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/modsql/mod/adapters"
)

// works are what the tools do in turn. Each begins without what earlier ones have left in target/, and with a warehouse that has only the
// seeds; but `test` follows upon `run`.
var works = []string{"parse", "compile", "run", "test"}

// peer is a tool in its own copy of the project.
type peer struct {
	tool
	dir     string
	missing error               // why it cannot run
	failed  map[string]error    // by work
	samples map[string][]sample // by work
	nodes   map[string]int      // by work: how many results it wrote
	config  adapters.Config
}

// BenchmarkPeers lets mod, dbt 1.x and dbt 2.x take turns on one generated project, on DuckDB with four threads, and prints a table.
func BenchmarkPeers(b *testing.B) {
	peers := contenders(b)
	seeded := peers[0].seed(b)
	for b.Loop() {
		before := load()
		for range *rounds {
			for _, work := range works {
				for _, p := range peers {
					p.take(b, work, seeded)
				}
			}
		}
		fmt.Printf("\n%s; machine load %s before, %s after\n\n", conditions(peers[0].dir), before, load())
		table(os.Stdout, works, peers)
	}
	b.ReportMetric(0, "ns/op")
}

// contenders are the tools, mod first, each with a project of its own.
func contenders(b *testing.B) []*peer {
	b.Helper()
	peers := []*peer{{tool: mod(b)}}
	for _, install := range []func() (tool, error){dbt1, dbt2} {
		t, err := install()
		peers = append(peers, &peer{tool: t, missing: err})
	}
	for _, p := range peers {
		p.dir = b.TempDir()
		p.failed, p.samples, p.nodes = map[string]error{}, map[string][]sample{}, map[string]int{}
		p.config = adapters.Config{"type": "duckdb", "path": filepath.Join(p.dir, "bench.duckdb"), "schema": "main"}
		generate(b, p.dir, *size, map[string]string{"duckdb": duckdbOutput})
	}
	return peers
}

// seed loads the seeds and returns the database file.
func (p *peer) seed(b *testing.B) []byte {
	b.Helper()
	p.mustRun(b, p.dir, p.config, "seed")
	file, err := os.ReadFile(p.config.String("path", ""))
	if err != nil {
		b.Fatal(err)
	}
	return file
}

// take is one turn. A tool that has failed at a work does not try it again.
func (p *peer) take(b *testing.B, work string, seeded []byte) {
	b.Helper()
	if p.missing != nil || p.failed[work] != nil {
		return
	}
	if work != "test" {
		remove(b, filepath.Join(p.dir, "target"))
		path := p.config.String("path", "")
		remove(b, path+".wal")
		write(b, path, string(seeded))
	}
	s, err := p.run(p.dir, p.config, work)
	if err != nil {
		p.failed[work] = err
		b.Log(err)
		return
	}
	p.samples[work] = append(p.samples[work], s)
	p.nodes[work] = results(p.dir)
}

// results is how many nodes the last command wrote the result of.
func results(dir string) int {
	var r struct{ Results []struct{} }
	if text, err := os.ReadFile(filepath.Join(dir, "target", "run_results.json")); err != nil || json.Unmarshal(text, &r) != nil {
		return 0
	}
	return len(r.Results)
}

// table prints the medians, and the processor time and memory as multiples of mod's: other work on the machine disturbs these less than
// the time that passes.
func table(w io.Writer, works []string, peers []*peer) {
	fmt.Fprintln(w, "| work | tool | nodes | CPU s | × mod | peak MB | × mod | wall s |\n|---|---|--:|--:|--:|--:|--:|--:|")
	for _, work := range works {
		for _, p := range peers {
			fmt.Fprintf(w, "| %s | %s | %s |\n", work, p.name, p.cells(work, peers[0].samples[work]))
		}
	}
}

func (p *peer) cells(work string, ours []sample) string {
	if err := errors.Join(p.missing, p.failed[work]); err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return first + " | | | | |"
	}
	cpu := func(s sample) float64 { return s.cpu.Seconds() }
	memory := func(s sample) float64 { return s.megabytes }
	wall := func(s sample) float64 { return s.wall.Seconds() }
	times := func(of func(sample) float64) string {
		if len(ours) == 0 {
			return "–"
		}
		return fmt.Sprintf("%.1f", median(p.samples[work], of)/median(ours, of))
	}
	s := p.samples[work]
	return fmt.Sprintf("%d | %.2f | %s | %.0f | %s | %.2f", p.nodes[work], median(s, cpu), times(cpu), median(s, memory), times(memory), median(s, wall))
}

// conditions says what was measured and on what.
func conditions(dir string) string {
	kinds, levels := map[string]int{}, 0
	for _, m := range models(*size) {
		kinds[m.Materialized]++
		levels = max(levels, m.Level)
	}
	files := 0
	_ = filepath.WalkDir(filepath.Join(dir, "models"), func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files++
		}
		return nil
	})
	version, err := exec.Command(python(), "--version").Output()
	if err != nil {
		version = []byte("no Python")
	}
	return fmt.Sprintf("%d models (%d views, %d tables, %d incremental, %d ephemeral; %d levels), %d seeds, %d files of models; median of %d; %d processors, %s",
		*size, kinds["view"], kinds["table"], kinds["incremental"], kinds["ephemeral"], levels, seedCount(*size), files, *rounds,
		runtime.NumCPU(), strings.TrimSpace(string(version)))
}

// load is the machine's load over the last minute, where the system tells it.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

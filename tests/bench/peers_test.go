package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/postgres/postgrestest"
)

// bed is a warehouse on which tools take turns, and what they do there. Each work begins without what earlier ones have left in target/,
// and with a warehouse that has only the seeds; but `test` follows upon `run`.
type bed struct {
	name  string
	works []string
	empty func(b *testing.B, dir string) adapters.Config
	// fresh is a warehouse with what is in the seeded one.
	fresh func(b *testing.B, seeded adapters.Config) adapters.Config
}

var (
	onDuckDB = bed{"duckdb", []string{"parse", "compile", "run", "test"}, func(_ *testing.B, dir string) adapters.Config {
		return adapters.Config{"type": "duckdb", "path": filepath.Join(dir, "seeded.duckdb"), "schema": "main"}
	}, copyFile}
	// What a tool parses does not depend on the warehouse.
	onPostgres = bed{"postgres", []string{"compile", "run", "test"}, func(b *testing.B, _ string) adapters.Config { return postgresConfig(b) },
		func(b *testing.B, seeded adapters.Config) adapters.Config { return postgrestest.Copy(b, seeded) }}
)

func copyFile(b *testing.B, seeded adapters.Config) adapters.Config {
	b.Helper()
	from := seeded.String("path", "")
	text, err := os.ReadFile(from)
	if err != nil {
		b.Fatal(err)
	}
	c := maps.Clone(seeded)
	to := filepath.Join(filepath.Dir(from), "bench.duckdb")
	remove(b, to+".wal")
	write(b, to, string(text))
	c["path"] = to
	return c
}

// peer is a tool in its own copy of the project.
type peer struct {
	tool
	dir     string
	missing error               // why it cannot run
	failed  map[string]error    // by work
	samples map[string][]sample // by work
	nodes   map[string]int      // by work: how many results it wrote
	seeded  adapters.Config     // the warehouse that has the seeds
	config  adapters.Config     // the warehouse it works on
}

// BenchmarkPeers lets mod, dbt 1.x and dbt 2.x take turns on one generated project, on DuckDB and on Postgres with four threads, and
// prints a table of each.
func BenchmarkPeers(b *testing.B) {
	for _, on := range []bed{onDuckDB, onPostgres} {
		b.Run(on.name, func(b *testing.B) {
			peers := contenders(b, on)
			for b.Loop() {
				before := load()
				for range *rounds {
					for _, work := range on.works {
						for _, p := range peers {
							p.take(b, on, work)
						}
					}
				}
				fmt.Printf("\n%s: %s; machine load %s before, %s after\n\n", on.name, conditions(peers[0].dir), before, load())
				table(os.Stdout, on.works, peers)
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// contenders are the tools, mod first, each with a project of its own and a warehouse that has its seeds.
func contenders(b *testing.B, on bed) []*peer {
	b.Helper()
	ours := mod(b)
	peers := []*peer{{tool: ours}}
	for _, install := range []func() (tool, error){dbt1, dbt2} {
		t, err := install()
		peers = append(peers, &peer{tool: t, missing: err})
	}
	for _, p := range peers {
		p.dir = b.TempDir()
		p.failed, p.samples, p.nodes = map[string]error{}, map[string][]sample{}, map[string]int{}
		generate(b, p.dir, *size, map[string]string{"duckdb": duckdbOutput, "postgres": postgresOutput})
		p.seeded = on.empty(b, p.dir)
		ours.mustRun(b, p.dir, p.seeded, "seed")
	}
	return peers
}

// take is one turn. A tool that has failed at a work does not try it again.
func (p *peer) take(b *testing.B, on bed, work string) {
	b.Helper()
	if p.missing != nil || p.failed[work] != nil {
		return
	}
	if work != "test" {
		remove(b, filepath.Join(p.dir, "target"))
		p.config = on.fresh(b, p.seeded)
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
	for _, p := range peers {
		for _, work := range works {
			if err := errors.Join(p.missing, p.failed[work]); err != nil {
				said := err.Error()
				fmt.Fprintf(w, "\n%s did not %s: %s\n", p.name, work, said[:min(len(said), 600)])
				break // what stops the others is the same, mostly
			}
		}
	}
}

func (p *peer) cells(work string, ours []sample) string {
	if err := errors.Join(p.missing, p.failed[work]); err != nil {
		return "– | | | | |"
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

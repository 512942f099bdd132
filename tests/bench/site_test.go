package bench

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/modsql/mod/adapters"
)

// measured is what a browser tells of a site: milliseconds, bytes and megabytes of the script's heap.
type measured struct {
	FirstLoadBytes float64
	Interactive    float64
	OpenModel      float64
	Search         float64
	HeapMB         float64
}

// shown is a site that was made and looked at.
type shown struct {
	name string
	made sample
	size int64 // in bytes, of all its files
	measured
}

// The model that is opened, and what dbt docs 1.x is asked for.
const (
	lookedFor = "m00042"
	askedFor  = "amount"
)

// BenchmarkSite writes the documentation of a project with mod, and with dbt 1.x, dbt 2.x and dbt-colibri, and looks at each in Chromium:
//
//	make bench B=Site N=10000
//
// It wants what .ci/setup fetches for the tests of the site. The pages of dbt 1.x and dbt-colibri are made from the manifest and the catalog
// that mod wrote, that of dbt 2.x from a copy of the project.
func BenchmarkSite(b *testing.B) {
	if os.Getenv("MOD_SITE_TOOLS") == "" {
		b.Skip("no playwright-core: MOD_SITE_TOOLS, see .ci/setup")
	}
	dir := b.TempDir()
	generate(b, dir, *size, map[string]string{"duckdb": duckdbOutput})
	for b.Loop() {
		before := load()
		var sites []shown
		look := func(name string, site func(*testing.B, string) (shown, error)) {
			s, err := site(b, dir)
			if err != nil {
				fmt.Printf("%s: %v\n", name, err)
				return
			}
			sites = append(sites, s)
		}
		look("mod", modSite)
		look("mod, one file", modFile)
		if !*alone {
			look("dbt 1.x", dbt1Site)
			look("dbt 2.x", dbt2Site)
			look("dbt-colibri", colibriSite)
		}
		fmt.Printf("\n%s; machine load %s before, %s after\n\n", conditions(dir), before, load())
		siteTable(sites)
	}
	b.ReportMetric(0, "ns/op")
}

// siteTable prints what sites cost, and how many times what the first does.
func siteTable(sites []shown) {
	fmt.Println("| site | made, CPU s | size, MB | first load, kB | usable, ms | a model, ms | a search, ms | heap, MB |\n|---|--:|--:|--:|--:|--:|--:|--:|")
	for i, s := range sites {
		fmt.Printf("| %s |", s.name)
		for k, v := range s.figures() {
			if v == 0 { // it is made by the browser, or could not be measured
				fmt.Print(" – |")
				continue
			}
			fmt.Printf(" %.*f", map[bool]int{true: 1}[v < 10], v)
			if first := sites[0].figures()[k]; i > 0 && first > 0 {
				fmt.Printf(" (×%.*f)", map[bool]int{true: 1}[v < 10*first], v/first)
			}
			fmt.Print(" |")
		}
		fmt.Println()
	}
}

func (s shown) figures() []float64 {
	return []float64{s.made.cpu.Seconds(), float64(s.size) / 1e6, s.FirstLoadBytes / 1000, s.Interactive, s.OpenModel, s.Search, s.HeapMB}
}

func inFile(dir string) adapters.Config {
	return adapters.Config{"type": "duckdb", "path": filepath.Join(dir, "bench.duckdb"), "schema": "main"}
}

// modSite is made with the code of all nodes; how long that takes without a site is told beside it.
func modSite(b *testing.B, dir string) (shown, error) {
	tool, config := mod(b), inFile(dir)
	emptyTarget(b, dir, 0)
	compiled := tool.mustRun(b, dir, config, "compile")
	emptyTarget(b, dir, 0)
	made := tool.mustRun(b, dir, config, "docs", "generate", "--empty-catalog")
	again := tool.mustRun(b, dir, config, "docs", "generate", "--empty-catalog")
	fast := tool.mustRun(b, dir, config, "docs", "generate", "--empty-catalog", "--no-check")
	fmt.Printf("mod compile took %.1f s (%.1f of the processor), docs generate %.1f s (%.1f), once more %.1f s (%.1f), with --no-check %.1f s (%.1f)\n",
		compiled.wall.Seconds(), compiled.cpu.Seconds(), made.wall.Seconds(), made.cpu.Seconds(),
		again.wall.Seconds(), again.cpu.Seconds(), fast.wall.Seconds(), fast.cpu.Seconds())
	folder := filepath.Join(dir, "target", "docs")
	m, err := looked("measure.mjs", fileAt(folder, "index.html"), "model.generated.m00007", "model.generated."+lookedFor, "model.generated.m00099")
	return shown{"mod", made, bytesOf(folder), m}, err
}

func modFile(b *testing.B, dir string) (shown, error) {
	made := mod(b).mustRun(b, dir, inFile(dir), "docs", "generate", "--empty-catalog", "--single-file")
	file := filepath.Join(dir, "target", "static_index.html")
	m, err := looked("measure.mjs", fileAt(file), "model.generated.m00007", "model.generated."+lookedFor, "model.generated.m00099")
	return shown{"mod, one file", made, bytesOf(file), m}, err
}

// dbt1Site is the page that comes with dbt 1.x, which reads the manifest and the catalog.
func dbt1Site(b *testing.B, dir string) (shown, error) {
	dbt, err := dbt1()
	if err != nil {
		return shown{}, err
	}
	folder, err := environment("dbt1")
	if err != nil {
		return shown{}, err
	}
	pages, err := filepath.Glob(filepath.Join(folder, "lib", "python3*", "site-packages", "dbt", "task", "docs", "index.html"))
	if err != nil || len(pages) == 0 {
		return shown{}, fmt.Errorf("its page is not where it was: %w", err)
	}
	target := filepath.Join(dir, "target")
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(target)))
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, pages[0]) })
	server := httptest.NewServer(mux)
	defer server.Close()
	m, err := looked("peer.mjs", "dbt1", server.URL+"/", "generated", lookedFor, askedFor)
	all := bytesOf(pages[0]) + bytesOf(filepath.Join(target, "manifest.json")) + bytesOf(filepath.Join(target, "catalog.json"))
	return shown{dbt.name, sample{}, all, m}, err
}

// colibriSite is the one file that dbt-colibri makes of the manifest and the catalog.
func colibriSite(b *testing.B, dir string) (shown, error) {
	folder, err := environment("colibri")
	if err != nil {
		return shown{}, err
	}
	out := b.TempDir()
	made, err := ran(exec.Command(filepath.Join(folder, "bin", "colibri"), "generate", "--output-dir", out, "--disable-telemetry",
		"--manifest", filepath.Join(dir, "target", "manifest.json"), "--catalog", filepath.Join(dir, "target", "catalog.json")))
	if err != nil {
		return shown{}, err
	}
	m, err := looked("peer.mjs", "colibri", fileAt(out, "index.html"), "generated", lookedFor, askedFor)
	return shown{"dbt-colibri " + pinned("colibri", "dbt-colibri"), made, bytesOf(filepath.Join(out, "index.html")), m}, err
}

func fileAt(path ...string) string { return "file://" + filepath.ToSlash(filepath.Join(path...)) }

// bytesOf is how many bytes a file has, or all files of a folder.
func bytesOf(path string) int64 {
	var sum int64
	_ = filepath.WalkDir(path, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			sum += info.Size()
		}
		return err
	})
	return sum
}

// looked runs a script of tests/site and gives what it tells.
func looked(script string, args ...string) (measured, error) {
	c := exec.Command("node", append([]string{filepath.Join("..", "site", script)}, args...)...)
	c.Env = os.Environ()
	if os.Getenv("MOD_CHROMIUM") == "" {
		path, err := exec.LookPath("chromium")
		if err != nil {
			return measured{}, err
		}
		c.Env = append(c.Env, "MOD_CHROMIUM="+path)
	}
	c.Stderr = os.Stderr
	text, err := c.Output()
	var m measured
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	return m, err
}

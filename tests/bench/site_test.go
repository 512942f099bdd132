package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// BenchmarkSite writes the documentation of a project and looks at it in Chromium, beside the site of dbt 1.x with the same manifest:
//
//	make bench B=Site N=10000
//
// It wants what .ci/setup fetches for the tests of the site. How long mod takes to write the site is told beside how long it takes to read
// the project, since that is in it.
func BenchmarkSite(b *testing.B) {
	if os.Getenv("MOD_SITE_TOOLS") == "" {
		b.Skip("no playwright-core: MOD_SITE_TOOLS, see .ci/setup")
	}
	mod, dir := mod(b), b.TempDir()
	generate(b, dir, *size, map[string]string{"duckdb": duckdbOutput})
	config := adapters.Config{"type": "duckdb", "path": filepath.Join(dir, "bench.duckdb"), "schema": "main"}
	for b.Loop() {
		before := load()
		var read, written sample
		for range *rounds {
			remove(b, filepath.Join(dir, "target"))
			read = faster(read, mod.mustRun(b, dir, config, "parse"))
			written = faster(written, mod.mustRun(b, dir, config, "docs", "generate", "--no-compile", "--empty-catalog"))
		}
		fmt.Printf("\n%s; machine load %s before, %s after\n\n", conditions(dir), before, load())
		fmt.Printf("mod parse %.2f s, %.2f s of the processor; mod docs generate --no-compile --empty-catalog %.2f s, %.2f s\n\n",
			read.wall.Seconds(), read.cpu.Seconds(), written.wall.Seconds(), written.cpu.Seconds())
		fmt.Println("| site | first load, kB | usable, ms | a model, ms | a search, ms | heap, MB |\n|---|---|---|---|---|---|")
		models := []string{"model.generated.m00007", "model.generated.m00042", "model.generated.m00099"}
		looked(b, "mod", "measure.mjs", append([]string{"file://" + filepath.ToSlash(filepath.Join(dir, "target", "docs", "index.html"))}, models...))
		if !*alone {
			dbtSite(b, filepath.Join(dir, "target"))
		}
	}
	b.ReportMetric(0, "ns/op")
}

func faster(a, b sample) sample {
	if a.wall == 0 || b.wall < a.wall {
		return b
	}
	return a
}

// dbtSite looks at the page that comes with dbt 1.x, beside the manifest and the catalog that mod wrote.
func dbtSite(b *testing.B, target string) {
	if _, err := dbt1(); err != nil {
		fmt.Println("dbt 1.x:", err)
		return
	}
	folder, err := environment("dbt1")
	if err != nil {
		b.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(folder, "lib", "python3*", "site-packages", "dbt", "task", "docs", "index.html"))
	if err != nil || len(pages) == 0 {
		fmt.Println("dbt 1.x: its page is not where it was")
		return
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(target)))
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, pages[0]) })
	server := httptest.NewServer(mux)
	defer server.Close()
	looked(b, "dbt "+pinned("dbt1", "dbt-core"), "peer.mjs", []string{server.URL + "/", "generated", "m00042", "amount"})
}

// looked runs a script of tests/site and prints what it tells.
func looked(b *testing.B, name, script string, args []string) {
	b.Helper()
	c, err := browsed(append([]string{script}, args...)...)
	if err != nil {
		b.Skip("no Chromium")
	}
	c.Stderr = os.Stderr
	text, err := c.Output()
	var m measured
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		fmt.Printf("| %s | %v |\n", name, err)
		return
	}
	fmt.Printf("| %s | %.0f | %.0f | %.0f | %.0f | %.0f |\n", name, m.FirstLoadBytes/1000, m.Interactive, m.OpenModel, m.Search, m.HeapMB)
}

// TestTheSiteOfALargeProject looks in Chromium at the site of the generated project with ten thousand models: what it loads at first, clicks, search, lineage,
// keys. It takes a minute and is one of `make conformance`, which sets MOD_SITE_LARGE.
func TestTheSiteOfALargeProject(t *testing.T) {
	if os.Getenv("MOD_SITE_LARGE") == "" || os.Getenv("MOD_SITE_TOOLS") == "" {
		t.Skip("MOD_SITE_LARGE is not set, or no playwright-core: MOD_SITE_TOOLS, see .ci/setup")
	}
	mod, dir := mod(t), t.TempDir()
	generate(t, dir, 10_000, map[string]string{"duckdb": duckdbOutput})
	config := adapters.Config{"type": "duckdb", "path": filepath.Join(dir, "bench.duckdb"), "schema": "main"}
	if _, err := mod.run(dir, config, "docs", "generate", "--no-compile", "--empty-catalog"); err != nil {
		t.Fatal(err)
	}
	c, err := browsed("check.mjs", "large", "file://"+filepath.ToSlash(filepath.Join(dir, "target", "docs", "index.html")))
	if err != nil {
		t.Skip(err)
	}
	text, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	t.Log(string(text))
}

// browsed is a script of tests/site that has a browser. The error is that there is none.
func browsed(args ...string) (*exec.Cmd, error) {
	c := exec.Command("node", append([]string{filepath.Join("..", "site", args[0])}, args[1:]...)...)
	c.Env = slices.Clone(os.Environ())
	if os.Getenv("MOD_CHROMIUM") == "" {
		path, err := exec.LookPath("chromium")
		if err != nil {
			return nil, err
		}
		c.Env = append(c.Env, "MOD_CHROMIUM="+path)
	}
	return c, nil
}

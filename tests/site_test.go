package tests

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// browsing is a browser and what drives it: .ci/setup fetches both.
type browsing struct{ chromium, node, tools string }

// newBrowsing skips the test where there is no browser.
func newBrowsing(t *testing.T) browsing {
	t.Helper()
	b := browsing{tools: os.Getenv("MOD_SITE_TOOLS")}
	if _, err := os.Stat(filepath.Join(b.tools, "node_modules", "playwright-core")); b.tools == "" || err != nil {
		t.Skip("no playwright-core: MOD_SITE_TOOLS, see .ci/setup")
	}
	var err error
	if b.node, err = exec.LookPath("node"); err != nil {
		t.Skip("no node")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			b.chromium = path
			return b
		}
	}
	t.Skip("no Chromium")
	return b
}

// check runs a case of tests/site/check.mjs.
func (b browsing) check(t *testing.T, name, base, out string) {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	c := exec.CommandContext(ctx, b.node, filepath.Join("site", "check.mjs"), name, base, out)
	c.Env = append(os.Environ(), "MOD_SITE_TOOLS="+b.tools, "MOD_CHROMIUM="+b.chromium)
	text, err := c.CombinedOutput()
	switch {
	case err != nil:
		t.Errorf("%s: %v\n%s", name, err, text)
	case len(text) > 0:
		t.Logf("%s: %s", name, text)
	}
}

func fileURL(path ...string) string { return "file://" + filepath.ToSlash(filepath.Join(path...)) }

// builtDemo is a folder with the demo, built and with its site.
func builtDemo(t *testing.T) string {
	t.Helper()
	dir := demo(t, "")
	modIn(t, dir, 0, "build")
	modIn(t, dir, 0, "docs", "generate", "--single-file")
	return dir
}

// TestTheSiteInABrowser looks at the demo's site in Chromium: from the folder, as one file, and under a path of a server.
func TestTheSiteInABrowser(t *testing.T) {
	t.Parallel()
	b := newBrowsing(t)
	dir := builtDemo(t)
	modIn(t, dir, 0, "docs", "generate", "--single-file", "--profile")
	folder := fileURL(dir, "target", "docs", "index.html")
	for _, name := range []string{"pages", "run", "model", "search", "keys", "state", "fits"} {
		t.Run(name, func(t *testing.T) { b.check(t, name, folder, "") })
	}
	t.Run("one file", func(t *testing.T) {
		alone := filepath.Join(t.TempDir(), "alone.html")
		copyFile(t, filepath.Join(dir, "target", "static_index.html"), alone, "")
		b.check(t, "opens", fileURL(alone), "")
		b.check(t, "search", fileURL(alone), "")
	})
	t.Run("under a path", func(t *testing.T) {
		server := httptest.NewServer(http.StripPrefix("/some/where", http.FileServer(http.Dir(filepath.Join(dir, "target", "docs")))))
		defer server.Close()
		b.check(t, "opens", server.URL+"/some/where/", "")
	})
}

// TestNothingInAProjectIsMarkup looks at the site of a project whose names, descriptions, tags, owners, columns and code try to be HTML.
func TestNothingInAProjectIsMarkup(t *testing.T) {
	t.Parallel()
	b := newBrowsing(t)
	dir := t.TempDir()
	files := map[string]string{
		"project.yml": "name: shop\n",
		"models/hostile.sql": "-- </script><script>window.hacked = 1</script> {{ \"<img src=x onerror=alert(1)>\" }}\n" +
			"select 1 as \"</td><script>alert(1)</script>\", '<b>' as \"\"\"'`\", '\u2028\u2029' as fine from {{ ref('other') }}\n",
		"models/other.sql": "select 1 as id\n",
		"models/schema.yml": `
models:
  - name: hostile
    description: |
      <script>alert(1)</script> "><img src=x onerror=alert(1)> [go](javascript:alert(1)) [x](data:text/html,<script>alert(1)</script>)
      ![](https://example.com/track.png) ![](javascript:alert(1)) <a href="javascript:alert(1)">javascript:alert(1)</a>

      | <script>alert(1)</script> | b |
      |---|---|
      | "><img src=x onerror=alert(1)> | ` + "`<svg onload=alert(1)>`" + ` |

      ` + strings.Repeat("**a*_`[ ![](x ", 700) + `
    config:
      tags: ['"><script>alert(1)</script>']
      meta: {owner: '<img src=x onerror=alert(1)>', '__proto__': '</script>', constructor: x}
      grants: {select: ['</script><script>alert(1)</script>']}
    columns:
      - name: '</td><script>alert(1)</script>'
        description: '<iframe src="javascript:alert(1)"></iframe>'
        data_tests: [not_null]
exposures:
  - name: board
    label: '<script>alert(1)</script>'
    type: dashboard
    url: javascript:alert(1)
    owner: {name: '"><svg onload=alert(1)>', email: a@example.com}
    depends_on: [ref('hostile')]
`,
		"models/docs.md": "{% docs __overview__ %}<script>alert(1)</script>{% enddocs %}{% docs evil %}<img src=x onerror=alert(1)>{% enddocs %}",
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	modIn(t, dir, 0, "run")
	modIn(t, dir, 0, "docs", "generate", "--single-file", "--profile")
	b.check(t, "hostile", fileURL(dir, "target", "docs", "index.html"), "")
	b.check(t, "hostile", fileURL(dir, "target", "static_index.html"), "")
	b.check(t, "drawn", fileURL(dir, "target", "docs", "index.html"), "")
}

// TestPicturesOfTheSite compares pictures of the demo's pages with those in testdata/site. They may differ by what fonts of another machine
// do; times and durations are covered.
func TestPicturesOfTheSite(t *testing.T) {
	t.Parallel()
	b := newBrowsing(t)
	dir, out := builtDemo(t), t.TempDir()
	b.check(t, "pictures", fileURL(dir, "target", "docs", "index.html"), out)
	modIn(t, dir, 0, "docs", "generate", "--profile")
	b.check(t, "profilePictures", fileURL(dir, "target", "docs", "index.html"), out)
	comparePictures(t, out)
}

// comparePictures compares those in a folder with those of the same names in testdata/site.
func comparePictures(t *testing.T, out string) {
	t.Helper()
	made, err := filepath.Glob(filepath.Join(out, "*.png"))
	if err != nil || len(made) == 0 {
		t.Fatal("no pictures", err)
	}
	for _, path := range made {
		golden := filepath.Join("testdata", "site", filepath.Base(path))
		if *update {
			copyFile(t, path, golden, "")
			continue
		}
		if different := differs(t, golden, path); different > 0.03 {
			t.Errorf("%s: %.1f%% of it differs; if it is meant, look at it and run with -update", filepath.Base(path), 100*different)
		}
	}
}

// differs is the share of the blocks of two pictures that do not have about the same brightness.
func differs(t *testing.T, golden, path string) float64 {
	t.Helper()
	a, b := picture(t, golden), picture(t, path)
	if a.Bounds() != b.Bounds() {
		return 1
	}
	const block, tolerance = 12, 28
	all, other := 0, 0
	for y := 0; y+block <= a.Bounds().Dy(); y += block {
		for x := 0; x+block <= a.Bounds().Dx(); x += block {
			all++
			if d := brightness(a, x, y, block) - brightness(b, x, y, block); d > tolerance || d < -tolerance {
				other++
			}
		}
	}
	return float64(other) / float64(all)
}

func brightness(m image.Image, x0, y0, block int) int {
	sum := 0
	for y := y0; y < y0+block; y++ {
		for x := x0; x < x0+block; x++ {
			r, g, b, _ := m.At(x, y).RGBA()
			sum += int(r+g+b) / 3 >> 8
		}
	}
	return sum / (block * block)
}

func picture(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(fmt.Errorf("%w: run with -update", err))
	}
	defer f.Close() //nolint:errcheck // nothing was written
	m, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

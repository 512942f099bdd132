package cmd

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// served starts mod docs serve on a project and returns its address; what it says is read on.
func served(t *testing.T, dir string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	said, saying := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, System{Out: io.Discard, Err: saying, Env: map[string]string{}, Dir: dir, Now: time.Now}, "docs", "serve", "--port", "0")
		_ = saying.Close()
	}()
	t.Cleanup(func() {
		stop()
		if status := <-ended; status != 0 {
			t.Errorf("mod docs serve ended with status %d", status)
		}
	})
	lines := bufio.NewScanner(said)
	address := regexp.MustCompile(`http://\S+/`)
	for lines.Scan() {
		if url := address.FindString(lines.Text()); url != "" {
			go func() { _, _ = io.Copy(io.Discard, said) }() // until it ends
			return url
		}
	}
	t.Fatal("it did not tell its address")
	return ""
}

func fetched(t *testing.T, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAServedSiteFollowsTheProject(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("project.yml", "name: shop\n")
	write("models/orders.sql", "select 1 as id\n")
	url := served(t, dir)
	if page := fetched(t, url); !strings.Contains(page, `content="live"`) || !strings.Contains(page, "connect-src 'self'") {
		t.Errorf("the page does not listen:\n%s", page)
	}

	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"_news", nil)
	if err != nil {
		t.Fatal(err)
	}
	news, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer news.Body.Close() //nolint:errcheck // it was only read
	heard := bufio.NewScanner(news.Body)
	if !heard.Scan() { // it listens
		t.Fatal(heard.Err())
	}
	files := filepath.Join(dir, "target", "docs")
	script, data := stated(t, filepath.Join(files, "site.js")), stated(t, filepath.Join(files, "data", "nodes", "0.js"))
	write("models/orders.sql", "select 1 as id, 2 as told\n")
	for heard.Scan() && heard.Text() != "event: changed" {
	}
	if heard.Text() != "event: changed" {
		t.Fatal("nothing was heard of the change")
	}
	if data := fetched(t, url+"data/nodes/0.js"); !strings.Contains(data, `"name":"told"`) {
		t.Errorf("the new column is not in the site:\n%s", data)
	}
	if !os.SameFile(script, stated(t, filepath.Join(files, "site.js"))) {
		t.Error("the script was written again, though it is the same")
	}
	if os.SameFile(data, stated(t, filepath.Join(files, "data", "nodes", "0.js"))) {
		t.Error("a file that changed was written in its place: who reads it sees a half")
	}
}

func stated(t *testing.T, path string) os.FileInfo {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func TestAServedSiteIsCompressed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := strings.Repeat("const same = 1;\n", 1000)
	if err := os.WriteFile(filepath.Join(dir, "site.js"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(newDocsHandler(dir, newNews()))
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/site.js", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r) // which asks for gzip, and unpacks it
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close() //nolint:errcheck // it was only read
	if !answer.Uncompressed || answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("it came uncompressed, or may be kept: %v", answer.Header)
	}
	if got, err := io.ReadAll(answer.Body); err != nil || string(got) != text {
		t.Errorf("it is not what was written: %d bytes, %v", len(got), err)
	}
}

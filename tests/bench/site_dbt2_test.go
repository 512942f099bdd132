package bench

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"
)

// dbt2Site is what the server of dbt 2.x shows of a copy of the project. It reads files that dbt compile writes.
func dbt2Site(b *testing.B, _ string) (shown, error) {
	tool, err := dbt2()
	if err != nil {
		return shown{}, err
	}
	fmt.Println("dbt 2.x: without a login it knows no columns but those of the catalog and no lineage of columns (--static-analysis off)")
	dir := b.TempDir()
	generate(b, dir, *size, map[string]string{"duckdb": duckdbOutput})
	made, err := tool.run(dir, inFile(dir), "compile", "--write-catalog", "--write-index")
	if err != nil {
		return shown{}, err
	}
	url, stop, err := tool.serve(dir)
	if err != nil {
		return shown{}, err
	}
	m, err := looked("peer.mjs", "dbt2", url, "generated", lookedFor, askedFor)
	return shown{tool.name, made, bytesOf(filepath.Join(dir, "target", "index")), m}, errors.Join(err, stop())
}

// serve starts the tool's server of documentation and waits until it answers.
func (t tool) serve(dir string) (url string, stop func() error, err error) {
	port, err := freePort()
	if err != nil {
		return "", nil, err
	}
	server := exec.Command(t.path, "docs", "serve", "--profiles-dir", ".", "--port", strconv.Itoa(port))
	server.Dir = dir
	server.Env = slices.Concat(os.Environ(), []string{"DBT_SEND_ANONYMOUS_USAGE_STATS=false"}, t.env, env(inFile(dir)))
	if err := server.Start(); err != nil {
		return "", nil, err
	}
	stop = func() error {
		err := server.Process.Kill()
		_ = server.Wait() // it says that it was killed
		return err
	}
	url = fmt.Sprintf("http://127.0.0.1:%d/", port)
	for range 600 {
		answer, err := http.Get(url) //nolint:noctx // it ends with the server
		if err == nil {
			return url, stop, answer.Body.Close()
		}
		time.Sleep(100 * time.Millisecond)
	}
	return "", nil, errors.Join(errors.New("its server does not answer"), stop())
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed at once
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

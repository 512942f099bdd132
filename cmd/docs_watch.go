package cmd

import (
	"fmt"
	"hash"
	"hash/fnv"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/modsql/mod/compiler/project"
)

// watchEvery is how long a change may go unnoticed. Looking costs a stat of each file.
const watchEvery = 500 * time.Millisecond

// watch notices that files of a project, or what runs leave of it, are not as they were.
type watch struct {
	dir, target string
	files       bool // and nothing of what runs leave of it
	last        uint64
}

func newWatch(p *project.Project, target string) *watch {
	w := &watch{dir: p.Dir, target: target}
	w.last = w.look()
	return w
}

// changed tells whether something changed since it was last asked.
func (w *watch) changed() bool {
	now := w.look()
	was := w.last
	w.last = now
	return now != was
}

// look is a sum over the names, sizes and times of all files that matter.
func (w *watch) look() uint64 {
	h := fnv.New64a()
	_ = filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil //nolint:nilerr // it was removed while we looked: the next look sees that
		}
		if d.IsDir() && path != w.dir && (path == w.target || strings.HasPrefix(d.Name(), ".") || d.Name() == "logs") {
			return filepath.SkipDir
		}
		if !d.IsDir() && watched(d.Name()) {
			note(h, path)
		}
		return nil
	})
	if w.files {
		return h.Sum64()
	}
	for _, name := range []string{"run_results.json", "catalog.json", "sources.json", profileFile} {
		note(h, filepath.Join(w.target, name))
	}
	return h.Sum64()
}

// note adds a file to a sum; one that is not there adds nothing.
func note(h hash.Hash64, path string) {
	if info, err := os.Stat(path); err == nil {
		fmt.Fprintln(h, path, info.Size(), info.ModTime().UnixNano()) //nolint:errcheck // a hash never fails
	}
}

// watched tells whether a file is one that a project is read from.
func watched(name string) bool {
	switch filepath.Ext(name) {
	case ".sql", ".py", ".yml", ".yaml", ".md", ".csv":
		return true
	}
	return false
}

// news tells pages that are open that there is something new. https://html.spec.whatwg.org/multipage/server-sent-events.html
type news struct {
	lock sync.Mutex
	next chan struct{} // closed when there is something new
	done chan struct{} // closed at the end
}

func newNews() *news { return &news{next: make(chan struct{}), done: make(chan struct{})} }

// tell tells all who listen.
func (n *news) tell() {
	n.lock.Lock()
	defer n.lock.Unlock()
	close(n.next)
	n.next = make(chan struct{})
}

func (n *news) close() { close(n.done) }

func (n *news) coming() <-chan struct{} {
	n.lock.Lock()
	defer n.lock.Unlock()
	return n.next
}

// ServeHTTP implements http.Handler.
func (n *news) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	send := func(text string) bool {
		_, err := fmt.Fprint(w, text)
		return err == nil && http.NewResponseController(w).Flush() == nil
	}
	for next := n.coming(); send(": listening\n\n"); next = n.coming() {
		select {
		case <-next:
			if !send("event: changed\ndata: site\n\n") {
				return
			}
		case <-n.done:
			return
		case <-r.Context().Done():
			return
		}
	}
}

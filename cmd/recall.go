package cmd

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/cache"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// cacheFile is the file in the target folder that keeps what is known of the project for the next call. docs/adr/0005-cache.md says what is in it, and
// when it counts.
const cacheFile = "graph.cache"

// heard is what templates asked for, while the project was compiled, that another call of mod may answer differently. It is safe for
// concurrent use.
type heard struct {
	mu    sync.Mutex
	names map[string]bool
}

func (h *heard) note(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.names == nil {
		h.names = map[string]bool{}
	}
	h.names[what] = true
}

// flags are the flags that were asked for; ok is false if something else was, or something was said that each call has to say.
func (h *heard) flags(values map[string]jinja.Value) (flags map[string]string, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	flags = map[string]string{}
	for what := range h.names {
		name, isFlag := strings.CutPrefix(what, "flags.")
		if !isFlag {
			return nil, false
		}
		flags[name] = flagText(values, name)
	}
	return flags, true
}

func flagText(values map[string]jinja.Value, name string) string {
	v, ok := values[name]
	if !ok {
		return ""
	}
	return jinja.Repr(v)
}

// remember gathers what is to be kept of the session's graph; began is when its files began to be read. Nothing is if the next call could
// find other things, or other words, without any input having changed.
func (s *session) remember(began time.Time, problems ...*diag.List) {
	flags, ok := s.heard.flags(s.invocation.Flags)
	if !ok || !s.flags.partialParse || !s.flags.writeJSON || s.graph == nil || len(s.graph.Others()) > 0 || s.graph.Dated() || slices.ContainsFunc(problems, (*diag.List).HasErrors) {
		return
	}
	inputs, ok := s.project.Inputs(began)
	if !ok {
		return
	}
	s.saved = cache.New(s.graph, problems...)
	s.saved.Simple, s.saved.Faces = s.graph.Simple() && silent(problems), s.graph.Faces()
	s.saved.Lines = linesOf(s.graph)
	s.saved.Key, s.saved.Flags, s.saved.Inputs = s.cacheKey(s.project), flags, inputs
	s.saved.Env = s.project.Env.Asked()
	s.saved.EnvSum = envDigest(s.project.Env, s.saved.Env)
}

// silent tells whether there is nothing to report.
func silent(problems []*diag.List) bool {
	return !slices.ContainsFunc(problems, func(l *diag.List) bool { return l.Len() > 0 })
}

// keep writes what is to be kept. It is no failure if it cannot be written: the next call will compile the project again.
func (s *session) keep() {
	if s.saved == nil {
		return
	}
	_ = writeWhole(s.cachePath(), func(w io.Writer) error {
		_, err := w.Write(s.saved.Bytes())
		return err
	})
}

func (s *session) cachePath() string { return filepath.Join(s.targetDir(), cacheFile) }

// need is what a command needs of a project that it recalls.
type need int

const (
	needsOutline  need = iota
	needsManifest      // with the outline
	needsLines         // of ls; the outline only where they are not what they were
)

// recall is the session of a project that is as it was when it was last compiled: its graph is an outline, or nil if it is not needed. The session is nil
// if the project has to be compiled, which it also has if its manifest is needed and not there. What is nil has said nothing.
func (a *app) recall(o compileOptions, needs need) (*session, error) {
	if !a.flags.partialParse || a.flags.debug {
		return nil, nil
	}
	p, found := a.read(project.Options{RootOnly: true})
	if p == nil || found.HasErrors() || hasSelectors(p.Dir) {
		return nil, nil
	}
	d := dialect.Named(p.Target.Type)
	if d == nil {
		return nil, nil
	}
	s := &session{app: a, project: p, invocation: a.invocation(p, o), compiled: map[string]*artifact.Compiled{}}
	saved := s.readCache()
	if saved == nil {
		return nil, nil
	}
	if !s.stillCalled(saved) {
		return nil, nil
	}
	changed, renewed := checkInputs(saved.Inputs, s.Now())
	s.saved = saved
	if len(changed) > mostPatched || needs == needsManifest && (len(changed) > 0 || !s.hasManifest()) {
		return nil, nil
	}
	if needs != needsLines || len(changed) > 0 || len(saved.Lines) == 0 {
		s.collector.recalling()
		g, ok := saved.Outline(p, d)
		if !ok {
			return nil, nil
		}
		s.graph = g
	}
	if len(changed) > 0 && !s.patch(changed) {
		return nil, nil
	}
	if needs == needsLines {
		s.lines = s.saved.Lines
	}
	if err := a.enter(p); err != nil {
		return nil, err
	}
	for _, l := range saved.Problems {
		if err := a.accept(l); err != nil {
			return nil, err
		}
	}
	if renewed && len(changed) == 0 {
		s.keep()
	}
	return s, nil
}

// hasSelectors tells whether there is a selectors.yml, which may say what is selected by what no outline has.
func hasSelectors(dir string) bool {
	file, found, err := readSelectors(dir, nil)
	return file != nil || found.Len() > 0 || err != nil
}

func (s *session) readCache() *cache.Saved {
	text, err := os.ReadFile(s.cachePath())
	if err != nil {
		return nil
	}
	saved, ok := cache.Read(unsafe.String(unsafe.SliceData(text), len(text))) // nobody changes the text
	if !ok {
		return nil
	}
	return saved
}

// stillCalled tells whether mod is called as it was when the graph was made.
func (s *session) stillCalled(saved *cache.Saved) bool {
	if saved.Key != s.cacheKey(s.project) || saved.EnvSum != envDigest(s.project.Env, saved.Env) {
		return false
	}
	for name, value := range saved.Flags {
		if flagText(s.invocation.Flags, name) != value {
			return false
		}
	}
	return true
}

// checkInputs checks files and folders, several at a time, and returns the places of those that are not as they were, until they are too many; renewed says
// that stamps of others were put down anew.
func checkInputs(inputs []project.Input, now time.Time) (changed []int, renewed bool) {
	var mu sync.Mutex
	var next, different atomic.Int64
	var stamped atomic.Bool
	var wait sync.WaitGroup
	const portion = 256
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for different.Load() <= mostPatched {
				from := int(next.Add(portion)) - portion
				if from >= len(inputs) {
					return
				}
				for i := range inputs[from:min(from+portion, len(inputs))] {
					switch same, renewed := inputs[from+i].Check(now); {
					case !same:
						different.Add(1)
						mu.Lock()
						changed = append(changed, from+i)
						mu.Unlock()
					case renewed:
						stamped.Store(true)
					}
				}
			}
		})
	}
	wait.Wait()
	slices.Sort(changed)
	return changed, stamped.Load()
}

// cacheKey is a digest of what the command line, the project file and the profile say, and of the program.
func (s *session) cacheKey(p *project.Project) string {
	program, _ := os.Executable()
	t := p.Target
	sum := sha256.Sum256(fmt.Appendf(nil, "%v\n%s\n%s\n%s\n%q %q %q %q %v %d\n%v\n%s\n%v %v %q", project.StampOf(program), p.Dir, p.Root.Source.Path, p.Root.Source.Text,
		t.Name, t.Type, t.Database, t.Schema, t.Default, t.Threads, t.Config, jinja.Repr(p.CLIVars), s.flags.strict, s.flags.versionCheck, s.flags.environment))
	return hex.EncodeToString(sum[:])
}

// envDigest is a digest of the values of variables.
func envDigest(env *project.Env, names []string) string {
	h := sha256.New()
	for _, name := range names {
		value, ok := env.Lookup(name)
		fmt.Fprintf(h, "%q %q %v\n", name, value, ok)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// hasManifest tells whether the manifest that was written of the recalled graph is still there.
func (s *session) hasManifest() bool {
	return s.saved.Manifest != project.Stamp{} && s.saved.Manifest == project.StampOf(s.manifestPath())
}

// keepWithManifest is keep after the manifest of the graph was written.
func (s *session) keepWithManifest() {
	if s.saved != nil {
		s.saved.Manifest = project.StampOf(s.manifestPath())
		s.keep()
	}
}

func (s *session) manifestPath() string { return filepath.Join(s.targetDir(), "manifest.json") }

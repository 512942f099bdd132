package cmd

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/lineage"
	"github.com/modsql/mod/tui"
)

// scene is a project as it was read for the terminal interface, with what is found out about it when somebody asks.
type scene struct {
	*session
	use     sync.Mutex                      // held by what changes the session: selections, rendering
	whole   bool                            // it is compiled, and no outline
	outline bool                            // it is an outline, and stays one
	runs    atomic.Pointer[[]*artifact.Run] // earlier ones, the newest first; nil until they were read
	columns func() *analyze.Analysis
}

// manyNodes are so many that a project is shown by its outline alone: compiled as a whole, it would take hundreds of megabytes all the time.
const manyNodes = 5000

// load reads the project: what is known of it from the last call at once, then all of it. Of a large one the outline is enough. What earlier runs
// tell comes last.
func (h *hands) load(ctx context.Context, send func(tui.Msg)) {
	defer h.works()()
	sc := h.outlined(send)
	if sc == nil {
		var failed *tui.Failed
		if sc, failed = h.compiled(ctx); failed != nil {
			send(*failed)
			return
		}
		if len(sc.graph.Order) >= manyNodes {
			if brief := h.recalled(); brief != nil {
				sc = brief
			}
		}
		send(tui.Loaded{Project: h.enter(sc)})
	}
	h.app.collector.resting() // the project is there: what is read of runs is mostly garbage
	runs := sc.pastRuns()
	sc.share(runs)
	sc.runs.Store(&runs)
	send(tui.Remembered{Last: outcomes(runs)})
}

// share lets runs have the IDs of the graph instead of copies of their own.
func (sc *scene) share(runs []*artifact.Run) {
	for _, r := range runs {
		for i := range r.Results {
			if n := sc.graph.Nodes[r.Results[i].Node]; n != nil {
				r.Results[i].Node = n.ID
			}
		}
	}
}

// works lets the memory grow as it may in a plain command, until the function that it returns says that it is over.
func (h *hands) works() (over func()) {
	h.app.collector.reading()
	return func() {
		h.app.collector.resting()
		debug.FreeOSMemory()
	}
}

// outlined shows the project by its outline, and returns it if that is enough of it; nil otherwise.
func (h *hands) outlined(send func(tui.Msg)) *scene {
	if before := h.current(); before != nil && before.whole {
		return nil
	}
	sc := h.recalled()
	if sc == nil {
		return nil
	}
	p := h.enter(sc)
	p.Partial = !sc.outline
	send(tui.Loaded{Project: p})
	if !sc.outline {
		return nil
	}
	return sc
}

// recalled is the project by its outline; nil if it is not as it was when it was last compiled.
func (h *hands) recalled() *scene {
	b, _, err := h.prepared("ls")
	if err != nil {
		return nil
	}
	s, err := b.recall(compileOptions{which: "list"}, needsOutline)
	if err != nil || s == nil || s.graph == nil {
		return nil
	}
	s.saved = nil // it is as large as the outline that was made of it
	sc := newScene(s, false)
	sc.outline = len(s.graph.Order) >= manyNodes
	return sc
}

func (h *hands) compiled(ctx context.Context) (*scene, *tui.Failed) {
	b, _, err := h.prepared("ls")
	if err != nil {
		f := h.failure("the project", err)
		return nil, &f
	}
	defer h.learn(b)
	s, err := b.compile(compileOptions{which: "list"})
	if err != nil {
		f := h.failure("the project", err)
		return nil, &f
	}
	return newScene(s, true), nil
}

func newScene(s *session, whole bool) *scene {
	sc := &scene{session: s, whole: whole}
	sc.columns = sync.OnceValue(func() *analyze.Analysis {
		known, err := s.analyze(context.Background(), nil)
		if err != nil {
			return nil
		}
		return known.Columned()
	})
	return sc
}

// current is the project as it was last read; nil before it was.
func (h *hands) current() *scene {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.scene
}

// wait is current, once there is one; nil if ctx ends before.
func (h *hands) wait(ctx context.Context) *scene {
	t := time.NewTicker(10 * time.Millisecond)
	defer t.Stop()
	for {
		if sc := h.current(); sc != nil {
			return sc
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// enter makes a scene the current one, and describes it.
func (h *hands) enter(sc *scene) *tui.Project {
	h.mu.Lock()
	h.scene = sc
	h.mu.Unlock()
	p := &tui.Project{Name: sc.project.Root.Name, Target: sc.project.Target.Name, Warehouse: sc.project.Target.Type}
	if e := sc.project.Environment; e != nil {
		p.Environment = e.Name
	}
	for _, n := range sc.graph.Order {
		if n.Type == compiler.Copy || n.Type == compiler.Operation {
			continue
		}
		p.Nodes = append(p.Nodes, sc.nodeOf(n))
	}
	p.Warm()
	return p
}

// outcomes are how nodes ended when they last ran.
func outcomes(runs []*artifact.Run) map[string]tui.Outcome {
	out := map[string]tui.Outcome{}
	for _, r := range runs { // the newest first
		for i := range r.Results {
			o := &r.Results[i]
			if _, ok := out[o.Node]; !ok && o.Status != "skipped" {
				out[o.Node] = outcomeOf(r, o)
			}
		}
	}
	return out
}

func outcomeOf(r *artifact.Run, o *artifact.Outcome) tui.Outcome {
	seconds := func(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
	out := tui.Outcome{Status: o.Status, At: r.Started.Add(seconds(o.Start)), Took: seconds(o.Seconds), Rows: -1}
	if o.Rows != nil {
		out.Rows = *o.Rows
	}
	return out
}

// nodeOf is a node in a few words.
func (sc *scene) nodeOf(n *compiler.Node) *tui.Node {
	out := &tui.Node{
		ID: n.ID, Name: n.Label(), Type: string(n.Type), Kind: typeWord(n.Type), Path: filePath(n), Selector: briefSelector(sc.graph, n), Tags: n.Tags, Code: n.Checksum,
		Reads: n.DependsOn,
	}
	if n.Type == compiler.Model && sc.whole && n.Config != nil {
		out.Kind = kind(n)
	}
	if n.Type == compiler.Model && !sc.whole && !sc.outline {
		out.Kind = ""
	}
	if n.Test != nil {
		out.Tests = n.Test.Attached
	}
	if n.At.Source != nil && n.At.Source.Path == out.Path {
		out.Line = n.At.Position().Line
	}
	return out
}

// briefSelector is what selects a node: its name where that is enough, as most people write it.
func briefSelector(g *compiler.Graph, n *compiler.Node) string {
	switch n.Type {
	case compiler.Source:
		return "source:" + n.Label()
	case compiler.Model, compiler.Seed, compiler.Snapshot, compiler.Test:
		if n.Package == g.Project.Root {
			return n.Name
		}
	}
	return selectorOf(n)
}

// describe tells of a node: at once what is at hand, then its columns too. Those of an outline are the ones that its properties tell of.
func (h *hands) describe(ctx context.Context, id string, send func(tui.Msg)) {
	sc := h.current()
	if sc == nil {
		return
	}
	n := sc.graph.Nodes[id]
	if n == nil {
		return
	}
	d := sc.details(ctx, n)
	d.Columns = declared(n)
	send(tui.Described{Details: d})
	if !sc.whole {
		return
	}
	if known := sc.columns(); known != nil && ctx.Err() == nil {
		whole := *d
		whole.Columns = sc.columnsOf(known, n)
		send(tui.Described{Details: &whole})
	}
}

// details are what is at hand of a node.
func (sc *scene) details(ctx context.Context, n *compiler.Node) *tui.Details {
	d := &tui.Details{ID: n.ID, Description: n.Description, SQL: sc.fileOf(n), Compiled: sc.codeOf(ctx, n)}
	var runs []*artifact.Run
	if known := sc.runs.Load(); known != nil {
		runs = *known
	}
	for _, r := range runs {
		for i := range r.Results {
			if o := &r.Results[i]; o.Node == n.ID {
				d.Runs = append(d.Runs, tui.RunOf{Command: r.Command, Outcome: outcomeOf(r, o), Message: firstLine(o.Message)})
			}
		}
	}
	for _, t := range sc.graph.Order {
		if t.Test != nil && t.Test.Attached == n.ID {
			d.Tests = append(d.Tests, tui.TestOf{ID: t.ID, Name: t.Name, Column: t.Test.Column})
		}
	}
	if r := n.Relation; r.Name != "" {
		d.Facts = append(d.Facts, [2]string{"relation", r.String()})
	}
	return d
}

func firstLine(text string) string {
	text, _, _ = strings.Cut(strings.TrimSpace(text), "\n")
	return text
}

// fileOf is the text of a node's file: as much of a seed's as anybody looks at.
func (sc *scene) fileOf(n *compiler.Node) string {
	path := filePath(n)
	if path == "" {
		return ""
	}
	f, err := os.Open(filepath.Join(sc.project.Dir, filepath.FromSlash(path)))
	if err != nil {
		return n.Raw
	}
	defer f.Close() //nolint:errcheck // it is only read
	text, err := io.ReadAll(io.LimitReader(f, 256<<10))
	if err != nil {
		return n.Raw
	}
	return string(text)
}

// codeOf is the compiled code of a node: rendered now, or as it was last written if it asks the warehouse.
func (sc *scene) codeOf(ctx context.Context, n *compiler.Node) string {
	if !sc.whole || !slices.Contains(compilable, n.Type) {
		return sc.lastCompiled(n)
	}
	sc.use.Lock()
	defer sc.use.Unlock()
	code, errs := sc.renderOffline(ctx, []*compiler.Node{n})
	if errs[0] != nil || code[0] == nil {
		return sc.lastCompiled(n)
	}
	return code[0].SQL
}

// declared are the columns that properties tell of.
func declared(n *compiler.Node) []tui.Column {
	var out []tui.Column
	for _, c := range n.Columns {
		out = append(out, tui.Column{Name: c.Name, Description: c.Description})
	}
	return out
}

// columnsOf are the columns of a node, with what they are made of and what is made of them.
func (sc *scene) columnsOf(known *analyze.Analysis, n *compiler.Node) []tui.Column {
	a := known.Node(n.ID)
	if a == nil || len(a.Columns) == 0 {
		return declared(n)
	}
	tests := map[string][]string{}
	for _, t := range sc.graph.Order {
		if t.Test != nil && t.Test.Attached == n.ID && t.Test.Column != "" {
			key := strings.ToLower(t.Test.Column)
			tests[key] = append(tests[key], t.Test.Name)
		}
	}
	var out []tui.Column
	for _, c := range a.Columns {
		in := lineage.Input{Table: n.ID, Column: c.Name}
		col := tui.Column{Name: c.Name, Type: known.TypeOf(in), Tests: tests[strings.ToLower(c.Name)]}
		if said := known.Said(in).Description; said != nil {
			col.Description = said.Text
		} else if said := known.Inherited(in).Description; said != nil {
			col.Description = said.Text
		}
		for _, e := range known.Up(in, 1) {
			if e.Kind.Derives() {
				col.From = append(col.From, sc.columnName(e.From))
			}
		}
		for _, e := range known.Down(in, 1) {
			if e.Kind.Derives() {
				col.To = append(col.To, sc.columnName(e.To))
			}
		}
		out = append(out, col)
	}
	return out
}

func (sc *scene) columnName(in lineage.Input) string {
	name := in.Table
	if n := sc.graph.Nodes[in.Table]; n != nil {
		name = n.Label()
	}
	return name + "." + in.Column
}

// absolutePath is a path of the project, absolute.
func (h *hands) absolutePath(path string) string {
	if sc := h.current(); sc != nil && !filepath.IsAbs(path) {
		return filepath.Join(sc.project.Dir, filepath.FromSlash(path))
	}
	return h.app.absolute(path)
}

// openDocs opens the page of a node in a browser.
func (h *hands) openDocs(ctx context.Context, e tui.OpenDocs) tui.Msg {
	sc := h.current()
	if sc == nil {
		return tui.Noted{Text: errNoProject.Error()}
	}
	n := sc.graph.Nodes[e.ID]
	if n == nil {
		return tui.Noted{Text: "it is not in the project any more"}
	}
	page := filepath.Join(sc.targetDir(), siteFolder, "index.html")
	if e.Make {
		if f := h.makeDocs(ctx); f != nil {
			return *f
		}
	}
	if _, err := os.Stat(page); err != nil && !e.Make {
		return tui.DocsMissing{ID: e.ID}
	}
	sc.openBrowser(ctx, "file://"+filepath.ToSlash(page)+"#/"+string(n.Type)+"/"+url.PathEscape(e.ID))
	return tui.Noted{Text: fmt.Sprintf("opened the page of %s", n.Label())}
}

// makeDocs makes the documentation as mod docs generate does, and is why it cannot.
func (h *hands) makeDocs(ctx context.Context) *tui.Failed {
	h.warehouse.Lock()
	defer h.warehouse.Unlock()
	defer h.works()()
	v := &heardView{}
	if err := h.runs(ctx, v, io.Discard, nil, "docs", "generate"); err == nil {
		return nil
	}
	f := v.failure()
	if f == nil {
		f = &tui.Failed{Text: "it could not be made"}
	}
	f.What = "the documentation"
	return f
}

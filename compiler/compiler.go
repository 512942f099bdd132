// Package compiler turns a project into a graph: it resolves configs, refs, sources and tests, and renders the code of nodes. It is pure:
// files in, a graph out; what a template asks of the warehouse goes through an interface that the runner supplies.
package compiler

import (
	"runtime"
	"sync"

	"github.com/modsql/mod/compiler/dag"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
)

// Compile builds the graph of a project. Every problem found is in the list. The graph is nil if a problem leaves no telling what
// it would be; otherwise nodes with errors are in it, and nothing should be run.
func Compile(p *project.Project, o Options) (*Graph, *diag.List) {
	library, problems := macros.NewLibrary(p, o.Dialect)
	if library == nil {
		return nil, problems
	}
	b := newBuilder(p, library, problems, o)
	b.build()
	b.seen = macros.NewGraph(b.describeAll)
	return b.Graph, b.problems
}

// newBuilder is the builder of an empty graph.
func newBuilder(p *project.Project, library *macros.Library, problems *diag.List, o Options) *builder {
	if o.Invocation == nil {
		o.Invocation = &macros.Invocation{}
	}
	g := &Graph{
		Project: p, Dialect: o.Dialect, Library: library,
		Nodes: map[string]*Node{}, DAG: &dag.Graph[string]{},
		options: o, given: map[naming]string{}, defaults: allDefaults(), ownWhere: library.Overrides(whereSubquery),
	}
	g.names = &names{project: p, named: map[string][]*Node{}, functions: map[string][]*Node{}, metrics: map[string][]*Node{}, disabled: map[string][]*Node{}, tables: map[SourceCall][]*Node{}, locations: map[*Node]string{},
		isOff: map[string]bool{}, testsOff: map[string][]*Node{}}
	g.seen = macros.NewGraph(g.describeAll) // while the graph is built, nothing is in it
	return &builder{Graph: g, problems: problems, patches: map[*project.File]*patch{}}
}

// builder is a graph being built. Its steps run in the order of build, each on what the ones before it left.
type builder struct {
	*Graph
	problems *diag.List
	drafts   []*draft // models, seeds, snapshots, analyses and singular tests, in order of path
	ids      []string // of the nodes in the order in which they were added
	orphans  []entry  // properties of models, seeds and snapshots that are not there
	patches  map[*project.File]*patch

	testCalls sync.Map // templates of generic tests by their text
	heard     sync.Map // the macros that a test of a testShape calls, as IDs
}

// draft is a node on its way, with what is needed only while the graph is built.
type draft struct {
	*Node
	layers   []*project.Layer // of its properties, weakest first
	calls    *project.Layer   // its config() calls
	foreseen *project.Layer   // of a data test: what it says of itself, before its macro calls config()
	problems diag.List
}

func (b *builder) build() {
	b.readDocs()
	b.addSources()
	b.locateSources()
	b.patchFiles()
	for _, pkg := range b.project.Packages {
		b.draftFiles(pkg)
	}
	b.parallel(b.drafts, b.parse)
	b.absorbOverloads()
	for _, d := range b.drafts {
		b.finish(d)
	}
	b.addDataTests()
	b.addUnitTests()
	b.addExposures()
	b.addSyncs()
	b.addSemantics()
	b.resolve()
	b.gateSyncs()
	b.addHooks()
	b.resolveMetrics()
	b.checkSemanticModels()
	b.checkTimeSpine()
	b.checkGroups()
	b.checkDeprecations()
	b.order()
	b.checkBatchInputs()
}

// parallel calls work for every draft, on all processors, and then joins the problems in the order of the drafts.
func (b *builder) parallel(drafts []*draft, work func(*draft)) {
	var wait sync.WaitGroup
	next := make(chan *draft)
	for range min(runtime.GOMAXPROCS(0), len(drafts)) {
		wait.Go(func() {
			for d := range next {
				work(d)
			}
		})
	}
	for _, d := range drafts {
		next <- d
	}
	close(next)
	wait.Wait()
	for _, d := range drafts {
		b.problems.Append(&d.problems)
	}
}

// finish settles a parsed draft: its config, whether it is enabled, and where it is stored.
func (b *builder) finish(d *draft) {
	n := d.Node
	inherited := n.Tags // of a data test
	n.Config = b.mergeConfig(n.Type, n.Package, n.FQN, d.layers, d.calls)
	n.Tags = unique(n.Config.Strings("tags"))
	if n.Test != nil {
		n.Tags = unique(sorted(append(inherited, n.Tags...)))
	}
	n.Meta = dictOf(n.Config.Values, "meta")
	n.Enabled = n.Config.Bool("enabled", true)
	b.checkConfig(n)
	if n.Enabled {
		n.Description, n.DocBlocks = b.describeText(n.Package, n.Description, n.At)
		for _, c := range n.Columns {
			c.Description, c.DocBlocks = b.describeText(n.Package, c.Description, c.At)
		}
		b.problems.Append(b.nameNode(n))
		b.hearHooks(d)
		b.hearConstraints(d)
		b.checkBatches(n)
		b.checkPublish(n)
		b.checkKeep(n)
		b.checkFreshness(n)
		if n.Type == Function {
			b.checkFunction(d)
		}
	} else {
		b.nameNode(n) // manifests tell where it would be; what goes wrong there is no problem
	}
	if n.Type == Snapshot {
		b.finishSnapshot(d)
	}
	b.add(n)
}

// noteOff notes which node a test that never runs would test.
func (b *builder) noteOff(n *Node) {
	if n.Test != nil {
		b.testsOff[n.Test.Attached] = append(b.testsOff[n.Test.Attached], n)
	}
}

// add puts a node into the graph, under the names by which others find it.
func (b *builder) add(n *Node) {
	if !n.Enabled {
		b.Disabled = append(b.Disabled, n)
		b.off, b.isOff[n.ID] = append(b.off, n), true
		b.noteOff(n)
		if refable(n.Type) {
			b.disabled[n.Name] = append(b.disabled[n.Name], n)
		}
		return
	}
	if other := b.Nodes[n.ID]; other != nil {
		b.duplicate(other, n)
		return
	}
	b.Nodes[n.ID] = n
	b.ids = append(b.ids, n.ID)
	if n.Type == Source {
		b.sources = append(b.sources, n)
		key := SourceCall{Source: n.Table.Source.Name, Table: n.Table.Table.Name}
		b.tables[key] = append(b.tables[key], n)
	}
	if refable(n.Type) {
		b.named[n.Name] = append(b.named[n.Name], n)
	}
	switch n.Type {
	case Function:
		b.functions[n.Name] = append(b.functions[n.Name], n)
	case Metric:
		b.metrics[n.Name] = append(b.metrics[n.Name], n)
	}
}

func (b *builder) duplicate(first, second *Node) {
	d := b.problems.Errorf(second.At, DuplicateNode, "there are two %ss called %q", second.Type, second.Name)
	d.Related = []diag.Note{{Span: first.At, Message: "the other one is here"}}
	d.Hint = "rename one of them, or disable it"
}

// refable tells whether ref() can mean a node of that type.
func refable(t Type) bool { return t == Model || t == Seed || t == Snapshot }

// unique drops repeated texts and keeps the order of the first.
func unique(in []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range in {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// dictOf returns the dict under a key, an empty one if there is none.
func dictOf(d *jinja.Dict, key string) *jinja.Dict {
	if d != nil {
		if v, _ := d.Get(key); v != nil {
			if dict, ok := v.(*jinja.Dict); ok {
				return dict
			}
		}
	}
	return jinja.NewDict()
}

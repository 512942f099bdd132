package site

import (
	"hash/fnv"
	"runtime"
	"strconv"
	"sync"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
)

// telling is a project while it is being told: what several pieces of data need is found once.
type telling struct {
	*Project
	nodes    []*compiler.Node // those that have a page, in the order of the graph
	parts    int              // how many files the nodes are spread over
	tests    map[string][]*compiler.Node
	last     map[string]lastRun // the newest result of a node, by its ID
	past     map[string][]pastRun
	fresh    map[string]*artifact.SourceResult
	owners   compiler.Owners
	uses     uses
	known    map[string]*known // by ID
	now      *Edition
	problems []problem
	noticed  map[string][]problem // the same by the IDs of the nodes that they are about
	how      map[string][]string  // how nodes differ from the edition before, by ID
	// elsewhere is how nodes differ from another environment, and differing the same by ID.
	elsewhere *environmentList
	differing map[string]*pageElsewhere
}

// known is what is found out once about a node, since several pieces tell it.
type known struct {
	columns  []column
	open     bool // it may have more columns than those
	health   health
	owner    string
	relation string // its name as queries have it, "" if it stores nothing
}

// How many nodes a file of data holds: few enough to load in an instant, many enough that there are not too many files. So many tests
// are as much as another node.
const (
	nodesInPart  = 24
	testsLikeOne = 5
)

func newTelling(p *Project) *telling {
	t := &telling{Project: p, tests: map[string][]*compiler.Node{}, fresh: map[string]*artifact.SourceResult{}}
	tests := 0
	for _, n := range p.Graph.Order {
		if n.Type == compiler.Operation {
			continue
		}
		t.nodes = append(t.nodes, n)
		if n.Type == compiler.Test {
			tests++
		}
		for _, of := range tested(n) {
			t.tests[of] = append(t.tests[of], n)
		}
	}
	t.parts = 1 + (len(t.nodes)-tests+tests/testsLikeOne)/nodesInPart
	t.remember()
	t.owners = p.Graph.Owners()
	if p.Sources != nil {
		for i := range p.Sources.Results {
			t.fresh[p.Sources.Results[i].UniqueID] = &p.Sources.Results[i]
		}
	}
	t.learn()
	t.notice()
	t.now, t.how = t.edition(), map[string][]string{}
	for _, c := range t.now.Changes {
		t.how[c.Node[0]] = append([]string{c.What}, c.How...)
	}
	t.compareEnvironments()
	return t
}

// learn finds out about every node, several at once. What columns inherit is found out by each worker for itself, so there are few.
func (t *telling) learn() {
	t.known = make(map[string]*known, len(t.nodes))
	for _, n := range t.nodes {
		t.known[n.ID] = &known{}
	}
	workers := runtime.GOMAXPROCS(0)
	jobs := []func() error{func() error { t.uses = usesOf(t); return nil }}
	for w := range workers {
		jobs = append(jobs, func() error {
			inherited := t.Columns.Inheritance()
			for i := w; i < len(t.nodes); i += workers {
				n := t.nodes[i]
				k := t.known[n.ID]
				k.columns, k.open = t.columnsOf(n, inherited)
				k.health, k.owner, k.relation = t.healthOf(n, k.columns), t.owners.Of(n), t.Graph.RelationName(n)
			}
			return nil
		})
	}
	_ = each(jobs) // none of them fails
}

// tested are the nodes that a test is about: the one it stands at, or all that a singular test reads.
func tested(n *compiler.Node) []string {
	switch {
	case n.Type == compiler.UnitTest && n.Unit != nil && n.Unit.Tested != "":
		return []string{n.Unit.Tested}
	case n.Type != compiler.Test:
		return nil
	case n.Test != nil && n.Test.Attached != "":
		return []string{n.Test.Attached}
	}
	return n.DependsOn
}

// part is the number of the file that holds a node.
func (t *telling) part(id string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // never fails
	return int(h.Sum32() % uint32(t.parts))
}

// pieces makes every piece of data, several at once: put is called by several goroutines.
func (t *telling) pieces(put func(key string, value any) error) error {
	jobs := []func() error{}
	add := func(key string, make func() any) {
		jobs = append(jobs, func() error { return put(key, make()) })
	}
	jobs = append(jobs, func() error { return t.putWords(put) }) // the longest first
	jobs = append(jobs, func() error { return t.putMap(put) })
	for k, nodes := range t.spread() {
		add("nodes/"+strconv.Itoa(k), func() any { return t.nodePart(nodes) })
		add("columns/"+strconv.Itoa(k), func() any { return t.columnPart(nodes) })
	}
	jobs = append(jobs, func() error { return t.putEnvironment(put) })
	add("names", func() any { return t.names() })
	add("tests", func() any { return t.testList() })
	add("runs", func() any { return t.runList() })
	for k, r := range t.Runs {
		add("runs/"+strconv.Itoa(k), func() any { return t.runPart(r) })
	}
	add("changes", func() any { return t.changeList() })
	add("findings", func() any { return t.findings() })
	add("access", func() any { return t.access() })
	add("lists", func() any { return t.lists() })
	add("project", func() any { return t.overview() })
	return each(jobs)
}

// putWords makes the pieces that the search is made from.
func (t *telling) putWords(put func(key string, value any) error) error {
	x := t.words()
	for k := range x.parts() {
		if err := put("words/"+strconv.Itoa(k), x.part(k)); err != nil {
			return err
		}
	}
	return put("words", x.vocabulary())
}

// spread are the nodes of each part.
func (t *telling) spread() [][]*compiler.Node {
	out := make([][]*compiler.Node, t.parts)
	for _, n := range t.nodes {
		k := t.part(n.ID)
		out[k] = append(out[k], n)
	}
	return out
}

// each does jobs, as many at once as there are processors, and returns the first error.
func each(jobs []func() error) error {
	var (
		wait  sync.WaitGroup
		once  sync.Once
		first error
	)
	next := make(chan func() error)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for job := range next {
				if err := job(); err != nil {
					once.Do(func() { first = err })
				}
			}
		})
	}
	for _, job := range jobs {
		next <- job
	}
	close(next)
	wait.Wait()
	return first
}

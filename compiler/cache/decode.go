package cache

import (
	"math"
	"sync"
	"unsafe"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dag"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// reader takes values from the front of a text, of which its own texts are parts. After the first that is not there it gives zero values.
type reader struct {
	s      string
	failed bool
}

// bytesOf is a text as bytes, which must not be changed.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

func (r *reader) fail() {
	r.failed, r.s = true, ""
}

func (r *reader) int() int {
	n, shift := uint64(0), 0
	for i := 0; i < len(r.s) && shift < 64; i++ {
		c := r.s[i]
		n |= uint64(c&0x7f) << shift
		if c < 0x80 {
			if n > math.MaxInt32 {
				break
			}
			r.s = r.s[i+1:]
			return int(n)
		}
		shift += 7
	}
	r.fail()
	return 0
}

// count is an int that says how many values follow: no more than there are bytes.
func (r *reader) count() int {
	n := r.int()
	if n > len(r.s) {
		r.fail()
		return 0
	}
	return n
}

// place is an int below n.
func (r *reader) place(n int) int {
	i := r.int()
	if i >= n {
		r.fail()
		return 0
	}
	return i
}

func (r *reader) fixed() uint64 {
	if len(r.s) < 8 {
		r.fail()
		return 0
	}
	var n uint64
	for i := range 8 {
		n |= uint64(r.s[i]) << (8 * i)
	}
	r.s = r.s[8:]
	return n
}

func (r *reader) text() string {
	n := r.count()
	if r.failed {
		return ""
	}
	s := r.s[:n]
	r.s = r.s[n:]
	return s
}

func (r *reader) texts() []string {
	var out []string
	for range r.count() {
		out = append(out, r.text())
	}
	return out
}

func (r *reader) flags() map[string]string {
	out := map[string]string{}
	for range r.count() {
		name := r.text()
		out[name] = r.text()
	}
	return out
}

func (r *reader) stamp() project.Stamp {
	return project.Stamp{Size: int64(r.fixed()), Modified: int64(r.fixed()), Changed: int64(r.fixed()), Node: r.fixed()}
}

func (r *reader) inputs() []project.Input {
	out := make([]project.Input, r.count())
	for i := range out {
		out[i] = project.Input{Path: r.text(), Folder: r.int() == 1, Fresh: r.int() == 1, Digest: r.text(), Stamp: r.stamp()}
	}
	return out
}

func (r *reader) problems() *diag.List {
	sources := make([]*diag.Source, r.count()+1)
	for i := range sources[1:] {
		path := r.text()
		sources[i+1] = diag.NewSource(path, r.text())
	}
	span := func() diag.Span {
		return diag.Span{Source: sources[r.place(len(sources))], Start: r.int(), End: r.int()}
	}
	l := &diag.List{}
	for range r.count() {
		d := &diag.Diagnostic{Severity: diag.Severity(r.int()), Code: diag.Code(r.text()), Message: r.text(), Hint: r.text(), Span: span()}
		for range r.count() {
			message := r.text()
			d.Related = append(d.Related, diag.Note{Message: message, Span: span()})
		}
		l.Add(d)
	}
	return l
}

func (r *reader) lines() []Lines {
	var out []Lines
	for range r.count() {
		out = append(out, Lines{Type: compiler.Type(r.text()), Text: r.text()})
	}
	return out
}

// outline is a graph being read.
type outline struct {
	*reader
	packages []*project.Package
	files    []*project.File // the first is nil
	types    map[string]compiler.Type
	names    []string            // room for the parts of nodes' names and their tags
	tests    []compiler.DataTest // room for some of the tests
}

func (r *reader) graph(p *project.Project, d *dialect.Dialect) *compiler.Graph {
	o := &outline{reader: r, types: map[string]compiler.Type{}}
	o.readPackages(p)
	p.Packages = o.packages
	o.readFiles()
	n := r.count()
	nodes, keys, parents := make([]compiler.Node, n), make([]string, n), make([][]int, n)
	o.names = make([]string, 0, r.count())
	room := make([]int, 0, r.count())
	g := &compiler.Graph{Project: p, Dialect: d, Nodes: make(map[string]*compiler.Node, n), Order: make([]*compiler.Node, n)}
	for i := range nodes {
		o.node(&nodes[i])
		keys[i] = nodes[i].ID
		from := len(room)
		for range r.count() {
			room = append(room, r.place(n))
		}
		parents[i] = room[from:len(room):len(room)]
	}
	for i := range g.Order {
		g.Order[i] = &nodes[r.place(n)]
	}
	for range r.count() {
		off := &compiler.Node{}
		o.node(off)
		off.Enabled = false
		g.Disabled = append(g.Disabled, off)
	}
	if r.failed {
		return nil
	}
	var named sync.WaitGroup
	named.Go(func() {
		for i := range nodes {
			g.Nodes[keys[i]] = &nodes[i]
		}
	})
	ids := make([]string, 0, len(room))
	for i := range nodes {
		from := len(ids)
		for _, p := range parents[i] {
			ids = append(ids, keys[p])
		}
		nodes[i].DependsOn = ids[from:len(ids):len(ids)]
	}
	g.DAG = dag.Of(keys, parents)
	named.Wait()
	return g
}

func (o *outline) readPackages(p *project.Project) {
	for i := range o.count() {
		name := o.text()
		if i == 0 {
			o.packages = append(o.packages, p.Root)
		} else {
			o.packages = append(o.packages, &project.Package{Name: name})
		}
	}
}

func (o *outline) readFiles() {
	n := o.count()
	files, sources := make([]project.File, n), make([]diag.Source, n)
	o.files = make([]*project.File, n+1)
	for i := range files {
		sources[i].Path = o.text()
		files[i] = project.File{Source: &sources[i], Name: o.text(), Rel: o.text(), Path: o.text()}
		o.files[i+1] = &files[i]
	}
}

func (o *outline) node(n *compiler.Node) {
	kind := o.int()
	n.ID, n.Type, n.Name, n.Enabled = o.text(), o.nodeType(), o.text(), true
	if pkg := o.place(len(o.packages)); !o.failed {
		n.Package = o.packages[pkg]
	}
	n.FQN, n.Tags = o.parts(), o.parts()
	n.File, n.Path = o.file(), o.text()
	if kind&hasProps != 0 {
		n.Props = &project.Node{File: o.file()}
	}
	if kind&hasTest != 0 {
		n.Test = o.test()
	}
	if kind&hasTable != 0 {
		n.Table = &compiler.SourceTable{Source: &project.Source{Name: o.text()}, Table: &project.SourceTable{Name: n.Name}}
	}
	if kind&hasVersion != 0 {
		n.Version, n.LatestVersion = o.scalar(), o.scalar()
	}
}

// test is a test among many: they are allocated together.
func (o *outline) test() *compiler.DataTest {
	if len(o.tests) == 0 {
		o.tests = make([]compiler.DataTest, 512)
	}
	t := &o.tests[0]
	o.tests = o.tests[1:]
	t.Namespace, t.Name, t.Column, t.Attached = o.text(), o.text(), o.text(), o.text()
	return t
}

func (o *outline) nodeType() compiler.Type {
	text := o.text()
	t, known := o.types[text]
	if !known {
		t = compiler.Type(text)
		o.types[text] = t
	}
	return t
}

func (o *outline) file() *project.File { return o.files[o.place(len(o.files))] }

// parts is texts in the room that there is for all of them.
func (o *outline) parts() []string {
	from := len(o.names)
	for range o.count() {
		o.names = append(o.names, o.text())
	}
	return o.names[from:len(o.names):len(o.names)]
}

func (o *outline) scalar() jinja.Value {
	switch o.int() {
	case 0:
		return int(o.fixed())
	case 1:
		return math.Float64frombits(o.fixed())
	case 2:
		return o.text()
	default:
		return nil
	}
}

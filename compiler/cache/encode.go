package cache

import (
	"encoding/binary"
	"maps"
	"math"
	"slices"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// writer appends values to bytes. Each is written as its reader of the same name reads it.
type writer struct {
	b     []byte
	files map[*project.File]int
	pkgs  map[string]int
}

func (w *writer) int(n int) { w.b = binary.AppendUvarint(w.b, uint64(n)) }

func (w *writer) fixed(n uint64) { w.b = binary.LittleEndian.AppendUint64(w.b, n) }

func (w *writer) bool(v bool) {
	if v {
		w.int(1)
	} else {
		w.int(0)
	}
}

func (w *writer) text(s string) {
	w.int(len(s))
	w.b = append(w.b, s...)
}

func (w *writer) texts(list []string) {
	w.int(len(list))
	for _, s := range list {
		w.text(s)
	}
}

func (w *writer) flags(flags map[string]string) {
	w.int(len(flags))
	for _, name := range slices.Sorted(maps.Keys(flags)) {
		w.text(name)
		w.text(flags[name])
	}
}

func (w *writer) stamp(s project.Stamp) {
	w.fixed(uint64(s.Size))
	w.fixed(uint64(s.Modified))
	w.fixed(uint64(s.Changed))
	w.fixed(s.Node)
}

func (w *writer) inputs(inputs []project.Input) {
	w.int(len(inputs))
	for _, in := range inputs {
		w.text(in.Path)
		w.bool(in.Folder)
		w.bool(in.Fresh)
		w.text(in.Digest)
		w.stamp(in.Stamp)
	}
}

// problems writes the diagnostics with the texts that they show.
func (w *writer) problems(l *diag.List) {
	all := l.Sorted()
	places := map[*diag.Source]int{}
	var sources []*diag.Source
	note := func(at diag.Span) {
		if at.Source != nil && places[at.Source] == 0 {
			sources = append(sources, at.Source)
			places[at.Source] = len(sources)
		}
	}
	for _, d := range all {
		note(d.Span)
		for _, n := range d.Related {
			note(n.Span)
		}
	}
	w.int(len(sources))
	for _, s := range sources {
		w.text(s.Path)
		w.text(s.Text)
	}
	span := func(at diag.Span) {
		w.int(places[at.Source])
		w.int(at.Start)
		w.int(at.End)
	}
	w.int(len(all))
	for _, d := range all {
		w.int(int(d.Severity))
		w.text(string(d.Code))
		w.text(d.Message)
		w.text(d.Hint)
		span(d.Span)
		w.int(len(d.Related))
		for _, n := range d.Related {
			w.text(n.Message)
			span(n.Span)
		}
	}
}

func (w *writer) lines(lines []Lines) {
	w.int(len(lines))
	for _, l := range lines {
		w.text(string(l.Type))
		w.text(l.Text)
	}
}

func (w *writer) graph(g *compiler.Graph) {
	w.packages(g)
	w.fileList(g)
	keys, parents := g.DAG.Places()
	at := make(map[string]int, len(keys))
	names, edges := 0, 0
	for i, id := range keys {
		n := g.Nodes[id]
		at[id] = i
		names += len(n.FQN) + len(n.Tags)
		edges += len(parents[i])
	}
	for _, n := range g.Disabled {
		names += len(n.FQN) + len(n.Tags)
	}
	w.int(len(keys))
	w.int(names)
	w.int(edges)
	for i, id := range keys {
		w.node(g.Nodes[id])
		w.int(len(parents[i]))
		for _, p := range parents[i] {
			w.int(p)
		}
	}
	for _, n := range g.Order {
		w.int(at[n.ID])
	}
	w.int(len(g.Disabled))
	for _, n := range g.Disabled {
		w.node(n)
	}
}

func (w *writer) packages(g *compiler.Graph) {
	w.pkgs = map[string]int{}
	w.int(len(g.Project.Packages))
	for i, pkg := range g.Project.Packages {
		w.pkgs[pkg.Name] = i
		w.text(pkg.Name)
	}
}

// fileList writes the files that nodes name; a node names one by its place, plus one.
func (w *writer) fileList(g *compiler.Graph) {
	w.files = map[*project.File]int{}
	var list []*project.File
	add := func(f *project.File) {
		if f != nil && w.files[f] == 0 {
			list = append(list, f)
			w.files[f] = len(list)
		}
	}
	for _, n := range slices.Concat(g.Order, g.Disabled) {
		add(n.File)
		if n.Props != nil {
			add(n.Props.File)
		}
	}
	w.int(len(list))
	for _, f := range list {
		w.text(f.Source.Path)
		w.text(f.Name)
		w.text(f.Rel)
		w.text(f.Path)
	}
}

// What a node has besides what all have.
const (
	hasProps = 1 << iota
	hasTest
	hasTable
	hasVersion
)

func kindOf(n *compiler.Node) (kind int) {
	if n.Props != nil {
		kind |= hasProps
	}
	if n.Test != nil {
		kind |= hasTest
	}
	if n.Table != nil {
		kind |= hasTable
	}
	if n.Version != nil {
		kind |= hasVersion
	}
	return kind
}

func (w *writer) node(n *compiler.Node) {
	w.int(kindOf(n))
	w.text(n.ID)
	w.text(string(n.Type))
	w.text(n.Name)
	w.int(w.pkgs[n.Package.Name])
	w.texts(n.FQN)
	w.texts(n.Tags)
	w.int(w.files[n.File])
	w.text(n.Path)
	if n.Props != nil {
		w.int(w.files[n.Props.File])
	}
	if n.Test != nil {
		w.text(n.Test.Namespace)
		w.text(n.Test.Name)
		w.text(n.Test.Column)
		w.text(n.Test.Attached)
	}
	if n.Table != nil {
		w.text(n.Table.Source.Name)
	}
	if n.Version != nil {
		w.scalar(n.Version)
		w.scalar(n.LatestVersion)
	}
}

// scalar writes a version: an int, a float or a text.
func (w *writer) scalar(v jinja.Value) {
	switch v := v.(type) {
	case int:
		w.int(0)
		w.fixed(uint64(v))
	case float64:
		w.int(1)
		w.fixed(math.Float64bits(v))
	case nil:
		w.int(3)
	default:
		w.int(2)
		w.text(jinja.Str(v))
	}
}

// Package cache keeps what is known of a compiled project from one call of mod to the next: what it was made from, and an outline of its
// graph. It is bytes in, values out, and the other way round: who reads and writes files is the command line.
//
// A cache is a hint. One that is damaged, or that another build of mod has written, is none.
package cache

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/project"
)

// Saved is what is kept of one compilation.
type Saved struct {
	Key    string            // a digest of what the command line, the project file and the profile say
	Env    []string          // the variables of the environment that were asked for
	EnvSum string            // a digest of their values
	Flags  map[string]string // the flags that templates asked for, and what they were
	Inputs []project.Input   // the files and folders that were read
	// Manifest is the stamp of the manifest that was written of this graph; zero if none was.
	Manifest project.Stamp
	// Simple says that the graph can be patched, and Faces are what other nodes see of its models, by their IDs: see compiler.Patch.
	Simple   bool
	Faces    map[string]string
	Problems []*diag.List // without errors: a project that has some is not kept
	Lines    []Lines      // what ls prints of the nodes, in the order in which it does

	graph   *compiler.Graph // to be written
	rest    reader          // what was read, from the problems on; it is written as it is
	outline reader          // what was read, from the graph on
	faces   reader          // what was read, from the faces on
}

// Lines are what ls prints of some nodes of one type.
type Lines struct {
	Type compiler.Type
	Text string // each line has its end
}

// ReadFaces reads Faces, once the outline has been read; ok is false if they cannot be read.
func (s *Saved) ReadFaces() (ok bool) {
	s.Faces = s.faces.flags()
	return !s.faces.failed
}

// New is what is to be kept of a graph.
func New(g *compiler.Graph, problems ...*diag.List) *Saved {
	return &Saved{graph: g, Problems: problems}
}

// magic begins a file of this format; it changes whenever what follows has another meaning.
const magic = "mod graph 2\n"

var table = crc32.MakeTable(crc32.Castagnoli)

// Bytes is the cache as a file.
func (s *Saved) Bytes() []byte {
	w := &writer{b: begun(magic, s.likelySize())}
	w.text(s.Key)
	w.texts(s.Env)
	w.text(s.EnvSum)
	w.flags(s.Flags)
	w.stamp(s.Manifest)
	w.bool(s.Simple)
	w.inputs(s.Inputs)
	if s.graph == nil {
		w.b = append(w.b, s.rest.s...)
	} else {
		w.int(len(s.Problems))
		for _, l := range s.Problems {
			w.problems(l)
		}
		w.lines(s.Lines)
		w.graph(s.graph)
		w.flags(s.Faces)
	}
	return sealed(magic, w.b)
}

// begun is the beginning of a file of some kind, with room for so many bytes.
func begun(magic string, size int) []byte {
	return append(append(make([]byte, 0, size), magic...), 0, 0, 0, 0)
}

// sealed is a file that was begun, with the checksum of what follows.
func sealed(magic string, b []byte) []byte {
	binary.LittleEndian.PutUint32(b[len(magic):], crc32.Checksum(b[len(magic)+4:], table))
	return b
}

// opened reads what follows the beginning of a file that was sealed; ok is false for any other.
func opened(magic, text string) (r reader, ok bool) {
	head := len(magic) + 4
	if len(text) < head || text[:len(magic)] != magic {
		return r, false
	}
	sum := binary.LittleEndian.Uint32(bytesOf(text[len(magic):head]))
	return reader{s: text[head:]}, crc32.Checksum(bytesOf(text[head:]), table) == sum
}

// likelySize is about how long the file will be: growing into it would take longer than writing it.
func (s *Saved) likelySize() int {
	size := 1<<12 + 192*len(s.Inputs) + len(s.rest.s)
	if s.graph != nil {
		size += 320 * len(s.graph.Order)
	}
	for _, l := range s.Lines {
		size += len(l.Text)
	}
	return size
}

// Read reads a file that Bytes has made; ok is false for any other. The text is kept and must not be changed.
func Read(text string) (s *Saved, ok bool) {
	r, ok := opened(magic, text)
	if !ok {
		return nil, false
	}
	s = &Saved{Key: r.text(), Env: r.texts(), EnvSum: r.text(), Flags: r.flags(), Manifest: r.stamp(), Simple: r.int() == 1, Inputs: r.inputs()}
	s.rest = r
	for range r.count() {
		s.Problems = append(s.Problems, r.problems())
	}
	s.Lines = r.lines()
	s.outline = r
	return s, !r.failed
}

// Outline reads the graph. Of each node the graph has what tells it apart, what it depends on, its tags and its files: enough
// to select and to list nodes, and nothing to render one. ok is false if that cannot be read.
func (s *Saved) Outline(p *project.Project, d *dialect.Dialect) (g *compiler.Graph, ok bool) {
	r := s.outline
	g = r.graph(p, d)
	s.faces = r
	return g, !r.failed
}

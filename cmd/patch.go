package cmd

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/cache"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/project"
)

// mostPatched is how many changed files are worth it to look at each: with more, the whole project is compiled.
const mostPatched = 50

// patch compiles the models whose files, or whose properties, have changed, and puts them into the recalled outline. It is false where the
// project has to be compiled: something else has changed, or what has changed concerns other nodes.
func (s *session) patch(changed []int) bool {
	part, renewed := s.changedPart(changed)
	if part == nil || !s.saved.Simple || !s.saved.ReadFaces() {
		return false
	}
	began := s.Now()
	p, loading := s.read(project.Options{Part: part})
	if p == nil || loading.Len() > 0 {
		return false
	}
	outline := s.graph
	if !compiler.Patch(outline, s.saved.Faces, p, renewed, compiler.Options{Dialect: outline.Dialect, Invocation: s.invocation}) {
		return false
	}
	read, ok := p.Inputs(began)
	if !ok {
		return false
	}
	return s.keepPatched(p, read, changed)
}

// changedPart is what is to be read of the project: the changed files, if all are models or their properties, with the models and the properties
// that belong to them. renewed are the paths of the properties among those. It is nil if something else has changed.
func (s *session) changedPart(changed []int) (part *project.Part, renewed map[string]bool) {
	models, described, bare := map[string]*compiler.Node{}, map[string][]*compiler.Node{}, []*compiler.Node{}
	for _, n := range s.graph.Order {
		switch {
		case n.Type != compiler.Model || n.Version != nil:
			continue
		case n.Props == nil:
			bare = append(bare, n)
		default:
			path := s.absoluteFile(n.Props.File)
			described[path] = append(described[path], n)
		}
		models[s.absoluteFile(n.File)] = n
	}
	part, renewed = &project.Part{Wanted: map[string]bool{}}, map[string]bool{}
	want := func(n *compiler.Node) {
		part.Wanted[s.absoluteFile(n.File)] = true
		if n.Props != nil {
			part.Wanted[s.absoluteFile(n.Props.File)] = true
		}
	}
	for _, i := range changed {
		in := &s.saved.Inputs[i]
		switch n, of := models[in.Path], described[in.Path]; {
		case in.Folder || n == nil && of == nil:
			return nil, nil
		case n != nil:
			want(n)
		default:
			renewed[of[0].Props.File.Source.Path] = true
			named, ok := namedIn(in.Path, bare)
			if !ok {
				return nil, nil
			}
			for _, n := range slices.Concat(of, named) {
				want(n)
			}
		}
	}
	for i := range s.saved.Inputs {
		part.Known = append(part.Known, s.saved.Inputs[i].Path)
	}
	return part, renewed
}

// mostNamed is how many models a file may name that it did not describe.
const mostNamed = 100

// namedIn are the models of a list whose names stand somewhere in a file; ok is false if they are too many, or it cannot be read.
func namedIn(file string, models []*compiler.Node) (named []*compiler.Node, ok bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, false
	}
	for _, n := range models {
		if strings.Contains(string(text), n.Name) {
			named = append(named, n)
		}
	}
	return named, len(named) <= mostNamed
}

func (s *session) absoluteFile(f *project.File) string {
	if filepath.IsAbs(f.Source.Path) {
		return filepath.FromSlash(f.Source.Path)
	}
	return filepath.Join(s.project.Dir, filepath.FromSlash(f.Source.Path))
}

// keepPatched keeps the outline as it is now. It is false if the next call could find another one without any input having changed.
func (s *session) keepPatched(p *project.Project, read []project.Input, changed []int) bool {
	flags, ok := s.heard.flags(s.invocation.Flags)
	if !ok {
		return false
	}
	byPath := map[string]project.Input{}
	for _, in := range read {
		byPath[in.Path] = in
	}
	old := s.saved
	for _, i := range changed {
		in, found := byPath[old.Inputs[i].Path]
		if !found {
			return false
		}
		old.Inputs[i] = in
	}
	s.saved = cache.New(s.graph, &diag.List{})
	s.saved.Key, s.saved.Inputs, s.saved.Simple, s.saved.Faces = old.Key, old.Inputs, old.Simple, old.Faces
	s.saved.Lines = linesOf(s.graph)
	s.saved.Flags = old.Flags
	for name, value := range flags {
		s.saved.Flags[name] = value
	}
	s.saved.Env = append(slices.Clone(old.Env), p.Env.Asked()...)
	slices.Sort(s.saved.Env)
	s.saved.Env = slices.Compact(s.saved.Env)
	s.saved.EnvSum = envDigest(p.Env, s.saved.Env)
	s.keep()
	return true
}

package cmd

import (
	"path/filepath"
	"slices"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/cache"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/project"
)

// mostPatched is how many changed files are worth it to look at each: with more, the whole project is compiled.
const mostPatched = 50

// patch compiles the models whose files have changed, and puts them into the recalled outline. It is false where the project has to be
// compiled: something else has changed, or what has changed concerns other nodes.
func (s *session) patch(changed []int) bool {
	part := s.changedPart(changed)
	if part == nil || !s.saved.Simple || !s.saved.ReadFaces() {
		return false
	}
	began := s.Now()
	p, loading := s.read(project.Options{Part: part})
	if p == nil || loading.Len() > 0 {
		return false
	}
	outline := s.graph
	if !compiler.Patch(outline, s.saved.Faces, p, compiler.Options{Dialect: outline.Dialect, Invocation: s.invocation}) {
		return false
	}
	read, ok := p.Inputs(began)
	if !ok {
		return false
	}
	return s.keepPatched(p, read, changed)
}

// changedPart is what is to be read of the project: the changed files, if they are all models, and the files of their properties.
func (s *session) changedPart(changed []int) *project.Part {
	models := map[string]*compiler.Node{}
	for _, n := range s.graph.Order {
		if n.Type == compiler.Model && n.Version == nil {
			models[s.absoluteFile(n.File)] = n
		}
	}
	part := &project.Part{Wanted: map[string]bool{}}
	for _, i := range changed {
		in := &s.saved.Inputs[i]
		n := models[in.Path]
		if n == nil || in.Folder {
			return nil
		}
		part.Wanted[in.Path] = true
		if n.Props != nil {
			part.Wanted[s.absoluteFile(n.Props.File)] = true
		}
	}
	for i := range s.saved.Inputs {
		part.Known = append(part.Known, s.saved.Inputs[i].Path)
	}
	return part
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

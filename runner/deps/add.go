package deps

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/modsql/mod/compiler/project"
)

// Addition is a package to be added to a project's list.
type Addition struct {
	Kind    project.PackageKind // HubPackage, GitPackage or LocalPackage
	Source  string
	Version string // or revision; "" for none
}

// ParseAddition reads "name@version" as --add-package takes it. An @ that belongs to a URL is not one of a version.
func ParseAddition(kind project.PackageKind, text string) Addition {
	a := Addition{Kind: kind, Source: text}
	if i := strings.LastIndexByte(text, '@'); i > 0 && !strings.ContainsAny(text[i+1:], "/:") {
		a.Source, a.Version = text[:i], text[i+1:]
	}
	return a
}

// Add writes a package into the file that lists the project's packages, or into a new packages.yml, in place of an entry of the same
// package. Comments stay. It returns how to take that back.
func Add(p *project.Project, a Addition) (undo func() error, err error) {
	list, found := p.PackagesOf(p.Dir)
	if err := found.Err(); err != nil {
		return nil, err
	}
	file := "packages.yml"
	if list.Path != "" {
		file = path.Base(list.Path)
	}
	full := filepath.Join(p.Dir, file)
	old, err := os.ReadFile(full)
	isNew := errors.Is(err, fs.ErrNotExist)
	if err != nil && !isNew {
		return nil, fmt.Errorf("read %s: %w", file, err)
	}
	text, err := withEntry(old, a)
	if err == nil {
		err = replaceFile(full, text)
	}
	if err != nil {
		return nil, fmt.Errorf("add a package to %s: %w", file, err)
	}
	return func() error {
		if isNew {
			return os.Remove(full)
		}
		return replaceFile(full, old)
	}, nil
}

// withEntry is the text of a packages.yml with one more entry.
func withEntry(text []byte, a Addition) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 {
		doc = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	entries := sequenceAt(doc.Content[0], "packages")
	kept := entries.Content[:0]
	for _, e := range entries.Content {
		if !names(e, a.Source) {
			kept = append(kept, e)
		}
	}
	entries.Content = append(kept, a.node())
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	e.SetIndent(2)
	err := e.Encode(&doc)
	return out.Bytes(), err
}

// sequenceAt is the list at a key of a mapping, which is made if it is not there.
func sequenceAt(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			if v := mapping.Content[i+1]; v.Kind != yaml.SequenceNode || v.Style&yaml.FlowStyle != 0 {
				*v = yaml.Node{Kind: yaml.SequenceNode, Content: v.Content}
			}
			return mapping.Content[i+1]
		}
	}
	list := &yaml.Node{Kind: yaml.SequenceNode}
	mapping.Content = append(mapping.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, list)
	return list
}

// names tells whether an entry is of that package: the last part of what it names is the same, be it written with - or _.
func names(entry *yaml.Node, source string) bool {
	for i := 0; i+1 < len(entry.Content); i += 2 {
		switch project.PackageKind(entry.Content[i].Value) {
		case project.HubPackage, project.GitPackage, project.LocalPackage, project.TarballPackage, project.PrivatePackage:
			return shortName(entry.Content[i+1].Value) == shortName(source)
		}
	}
	return false
}

func shortName(source string) string {
	return strings.ReplaceAll(path.Base(strings.TrimSuffix(strings.TrimSuffix(source, "/"), ".git")), "-", "_")
}

func (a Addition) node() *yaml.Node {
	scalar := func(text string) *yaml.Node {
		n := &yaml.Node{}
		n.SetString(text)
		return n
	}
	n := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{scalar(string(a.Kind)), scalar(a.Source)}}
	if a.Version == "" || a.Kind == project.LocalPackage {
		return n
	}
	if a.Kind == project.GitPackage {
		n.Content = append(n.Content, scalar("revision"), scalar(a.Version))
		return n
	}
	version := scalar(a.Version)
	if parts := strings.Split(a.Version, ","); len(parts) > 1 {
		version = &yaml.Node{Kind: yaml.SequenceNode}
		for _, part := range parts {
			version.Content = append(version.Content, scalar(strings.TrimSpace(part)))
		}
	}
	n.Content = append(n.Content, scalar("version"), version)
	return n
}

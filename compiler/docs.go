package compiler

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// Doc is a docs block.
type Doc struct {
	Package, Name string
	File          *project.File
	Text          string
	At            diag.Span // of its opening tag
}

// ID is the block's unique_id: "doc.shop.orders".
func (d *Doc) ID() string { return "doc." + d.Package + "." + d.Name }

// readDocs collects the {% docs %} blocks of every package, and the one that comes with the program.
func (b *builder) readDocs() {
	defer func() { b.Docs = append(b.Docs, overview()) }()
	for _, pkg := range b.project.Packages {
		for _, f := range pkg.Docs {
			if !strings.Contains(f.Text, "{%") {
				continue
			}
			t, problems := jinja.Parse(f.Source)
			b.problems.Append(problems)
			if t == nil {
				continue
			}
			for _, block := range t.Blocks() {
				if block.Kind == "docs" {
					b.Docs = append(b.Docs, &Doc{Package: pkg.Name, Name: block.Name, File: f, Text: strings.TrimSpace(block.Text), At: block.Head})
				}
			}
		}
	}
}

// describeText renders a description, which may call doc(); blocks are the IDs of the docs blocks that it calls for.
func (b *builder) describeText(pkg *project.Package, text string, at diag.Span) (rendered string, blocks []string) {
	if !strings.Contains(text, "{{") && !strings.Contains(text, "{%") {
		return text, nil
	}
	t, problems := jinja.Parse(diag.NewSource("description", text))
	if t == nil {
		for _, d := range problems.Sorted() {
			d.Span = at
			b.problems.Add(d)
		}
		return text, nil
	}
	globals := docsGlobals{b, pkg, &blocks}
	out, err := t.Render(context.Background(), globals, jinja.Options{})
	if err != nil {
		d := problem(err, at)
		d.Span, d.Related = at, nil
		b.problems.Add(d)
		return text, nil
	}
	return out.Text, blocks
}

// docsGlobals is what a description may say: doc(), and what YAML may.
type docsGlobals struct {
	b    *builder
	pkg  *project.Package
	used *[]string // the IDs of the blocks that were asked for
}

// Lookup implements jinja.Globals.
func (g docsGlobals) Lookup(name string) (jinja.Value, bool) {
	if name == "doc" {
		return jinja.Func{Name: "doc", Fn: g.doc}, true
	}
	return g.b.project.Globals(g.pkg, false).Lookup(name)
}

// doc resolves doc(name) and doc(package, name): the named package, or the description's own, the root project, then any.
func (g docsGlobals) doc(c *jinja.Call) (jinja.Value, error) {
	var search []string
	var name string
	switch len(c.Args) {
	case 1:
		name = jinja.Str(c.Args[0])
		search = append([]string{g.pkg.Name}, g.b.packageNames()...)
	case 2:
		name = jinja.Str(c.Args[1])
		search = []string{jinja.Str(c.Args[0])}
	default:
		return nil, fmt.Errorf("doc() takes the name of a docs block, or a package and the name")
	}
	for _, pkg := range search {
		if i := slices.IndexFunc(g.b.Docs, func(d *Doc) bool { return d.Package == pkg && d.Name == name }); i >= 0 {
			*g.used = append(*g.used, g.b.Docs[i].ID())
			return g.b.Docs[i].Text, nil
		}
	}
	d := &diag.Diagnostic{Code: UnknownDocs, Message: fmt.Sprintf("there is no docs block %q", name)}
	var names []string
	for _, known := range g.b.Docs {
		names = append(names, known.Name)
	}
	d.Hint = diag.DidYouMean(name, sorted(names))
	return nil, d
}

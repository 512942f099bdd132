package compiler

import (
	"context"
	"fmt"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// The occasions of a project's hooks, in dbt's words.
const (
	OnRunStart = "on-run-start"
	OnRunEnd   = "on-run-end"
)

// RunHook is a hook of on-run-start or on-run-end, with the node that stands for it in results and artifacts.
// https://docs.getdbt.com/reference/project-configs/on-run-start-on-run-end
type RunHook struct {
	*Node
	Text     project.Text
	Occasion string
	Index    int // among those of its package and occasion
}

// Title is how results name the hook: "shop.on-run-start.0".
func (h *RunHook) Title() string { return fmt.Sprintf("%s.%s.%d", h.Package.Name, h.Occasion, h.Index) }

// addHooks makes a node of every hook: the root project's first, then those of packages by name.
func (b *builder) addHooks() {
	for _, occasion := range []string{OnRunStart, OnRunEnd} {
		for _, pkg := range b.project.Packages {
			texts := pkg.OnRunStart
			if occasion == OnRunEnd {
				texts = pkg.OnRunEnd
			}
			for i, text := range texts {
				h := &RunHook{Text: text, Occasion: occasion, Index: i}
				h.Node = b.hookNode(pkg, occasion, i, text)
				b.hearRunHook(h)
				b.Hooks = append(b.Hooks, h)
			}
		}
	}
}

func (b *builder) hookNode(pkg *project.Package, occasion string, i int, text project.Text) *Node {
	name := fmt.Sprintf("%s-%s-%d", pkg.Name, occasion, i)
	file := &project.File{Source: pkg.Source, Package: pkg, Name: "dbt_project", Rel: "dbt_project.yml"}
	if pkg.Source != nil {
		file.Rel = pkg.Source.Path[strings.LastIndexByte(pkg.Source.Path, '/')+1:]
		file.Name = strings.TrimSuffix(file.Rel, ".yml")
	}
	file.Path = "./" + file.Rel // dbt's spelling
	n := &Node{
		ID: "operation." + pkg.Name + "." + name, Type: Operation, Name: name, Package: pkg, File: file, At: text.At,
		FQN: []string{pkg.Name, "hooks", name}, Path: "hooks/" + name + ".sql", Raw: text.Text, Tags: []string{occasion}, Enabled: true,
		Relation: relation.Relation{Database: b.project.Target.Database, Schema: b.project.Target.Schema, Name: name},
	}
	if pkg.Source != nil {
		n.Checksum = checksum(strings.Join(strings.Fields(pkg.Source.Text), " "))
	}
	n.Config = b.mergeConfig(Operation, pkg, n.FQN, nil, nil)
	n.Meta = dictOf(n.Config.Values, "meta")
	return n
}

// hearRunHook renders a hook once, to hear what it refers to. What is wrong with it is told when its turn comes.
func (b *builder) hearRunHook(h *RunHook) {
	t, problems := jinja.Parse(diag.NewSource(generatedSource.Path, h.Raw))
	if t == nil || problems.HasErrors() {
		return
	}
	_, _ = t.Render(context.Background(), b.parseContext(&draft{Node: h.Node, calls: newCalls()}), jinja.Options{})
	for _, s := range h.Sources {
		if target, problem := b.findSource(h.Package, s); problem == nil {
			b.connect(target, h.Node)
		}
	}
	for _, r := range h.Refs {
		if target, problem := b.findRef(h.Package, r); problem == nil {
			b.connect(target, h.Node)
		}
	}
}

// Aside are the nodes that manifests list though they are in no order and never picked: the project's hooks, and the tests of what
// is disabled or missing.
func (g *Graph) Aside() []*Node {
	out := make([]*Node, 0, len(g.Hooks)+len(g.LeftOut))
	for _, h := range g.Hooks {
		out = append(out, h.Node)
	}
	return append(out, g.LeftOut...)
}

// hookIndex is a hook's place among those of its package and occasion, nil for other nodes. As soon as hooks are compiled, dbt counts from 1.
func (g *Graph) hookIndex(n *Node, c *Compiled) jinja.Value {
	for _, h := range g.Hooks {
		switch {
		case h.ID != n.ID:
		case c != nil:
			return h.Index + 1
		default:
			return h.Index
		}
	}
	return nil
}

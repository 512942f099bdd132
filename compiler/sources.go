package compiler

import (
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// addSources makes a node of every table of every source.
func (b *builder) addSources() {
	for _, pkg := range b.project.Packages {
		for _, s := range pkg.Props.Sources {
			for _, t := range s.Tables {
				b.addSource(pkg, s, t)
			}
		}
	}
}

func (b *builder) addSource(pkg *project.Package, s *project.Source, t *project.SourceTable) {
	n := &Node{
		ID: "source." + pkg.Name + "." + s.Name + "." + t.Name, Type: Source, Name: t.Name, Package: pkg, File: s.File, At: t.At,
		FQN:   append(append([]string{pkg.Name}, s.File.Folders()...), s.Name, t.Name),
		Table: &SourceTable{Source: s, Table: t},
		Path:  s.File.Path,
	}
	n.Description, n.DocBlocks = b.describeText(pkg, t.Description, t.At)
	for _, c := range t.Columns {
		column := &Column{Column: c}
		column.Description, column.DocBlocks = b.describeText(pkg, c.Description, c.At)
		n.Columns = append(n.Columns, column)
	}
	n.Config = b.mergeConfig(Source, pkg, n.FQN, []*project.Layer{sourceLayer(s, t)}, nil)
	n.Enabled = n.Config.Bool("enabled", true)
	n.Tags = unique(append(append(append([]string(nil), s.Tags...), t.Tags...), n.Config.Strings("tags")...))
	n.Meta = mergeDicts(s.Meta, t.Meta, n.Config.Meta())
	n.Relation = relation.Relation{
		Database: cmpOr(s.Database, b.project.Target.Database),
		Schema:   cmpOr(s.Schema, s.Name),
		Name:     cmpOr(t.Identifier, t.Name),
	}
	b.add(n)
}

// mergeDicts is one dict with the keys of all, later ones winning.
func mergeDicts(dicts ...*jinja.Dict) *jinja.Dict {
	out := jinja.NewDict()
	for _, d := range dicts {
		for k, v := range d.All() {
			out.Put(jinja.Str(k), v)
		}
	}
	return out
}

// quoting tells which parts of a node's name are quoted: what a source's table says counts most, then the source or the config, the project, the dialect.
func (n *Node) quoting(p *project.Project, d *dialect.Dialect) [3]bool {
	quoted := d.Quoting()
	layers := []*jinja.Dict{p.Root.Quoting}
	if n.Table != nil {
		layers = append(layers, n.Table.Source.Quoting, n.Table.Table.Quoting)
	} else {
		layers = append(layers, dictOf(n.Config.Values, "quoting"))
	}
	for _, d := range layers {
		for i, part := range []string{"database", "schema", "identifier"} {
			if v, ok := d.Get(part); ok && v != nil {
				quoted[i] = jinja.Truth(v)
			}
		}
	}
	return quoted
}

// Place is the name under which the warehouse stores a relation of a node, or, without one, of the project: what is written without quotes is folded.
func (g *Graph) Place(n *Node, r relation.Relation) relation.Relation {
	if n == nil {
		n = &Node{Config: &Config{Values: jinja.NewDict()}}
	}
	return g.Dialect.Place(r, n.quoting(g.Project, g.Dialect))
}

// addExposures makes a node of every exposure: something outside that depends on models.
func (b *builder) addExposures() {
	for _, pkg := range b.project.Packages {
		for _, raw := range pkg.Props.Exposures {
			n := &Node{
				ID: "exposure." + pkg.Name + "." + raw.Name, Type: Exposure, Name: raw.Name, Package: pkg, File: raw.File, At: raw.At, Raws: raw,
				FQN: append(append([]string{pkg.Name}, raw.File.Folders()...), raw.Name), Path: raw.File.Rel,
			}
			layer := &project.Layer{Values: dictOf(raw.Values, "config"), Unrendered: dictOf(raw.Values, "config"), At: map[string]diag.Span{}}
			n.Config = b.mergeConfig(Exposure, pkg, n.FQN, []*project.Layer{layer}, nil)
			n.Enabled = n.Config.Bool("enabled", true)
			n.Tags = unique(append(textsAt(raw.Values, "tags"), n.Config.Strings("tags")...))
			n.Meta = mergeDicts(dictOf(raw.Values, "meta"), n.Config.Meta())
			if v, _ := raw.Values.Get("description"); v != nil {
				n.Description, n.DocBlocks = b.describeText(pkg, jinja.Str(v), raw.At)
			}
			b.dependOn(n, textsAt(raw.Values, "depends_on"))
			b.add(n)
		}
	}
}

func textsAt(d *jinja.Dict, key string) []string {
	v, _ := d.Get(key)
	return jinja.Strs(v)
}

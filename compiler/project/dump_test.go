package project

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// dump writes parts of a project for people to read.
func dump(p *Project, parts []string) string {
	d := &dumper{}
	for _, part := range parts {
		for _, pkg := range p.Packages {
			d.part(p, pkg, part)
		}
	}
	return d.b.String()
}

type dumper struct {
	b      strings.Builder
	indent string
}

func (d *dumper) line(format string, args ...any) {
	d.b.WriteString(d.indent + fmt.Sprintf(format, args...) + "\n")
}

// given writes name and value unless the value is empty.
func (d *dumper) given(name string, v any) {
	text := show(v)
	if text != "" && text != "{}" && text != "[]" && text != "0" && text != "False" {
		d.line("%s: %s", name, text)
	}
}

func (d *dumper) block(title string, body func()) {
	d.line("%s", title)
	d.indent += "  "
	body()
	d.indent = strings.TrimSuffix(d.indent, "  ")
}

// show is a value's repr, or the plain form of Go's own types.
func show(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case []string:
		return strings.Join(v, ", ")
	case *jinja.Dict:
		if v == nil {
			return ""
		}
		return jinja.Repr(v)
	case *jinja.List:
		if v == nil {
			return ""
		}
		return jinja.Repr(v)
	case *bool:
		if v == nil {
			return ""
		}
		return fmt.Sprint(*v)
	case map[string]any:
		var parts []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, fmt.Sprintf("%s=%#v", k, v[k]))
		}
		return strings.Join(parts, " ")
	}
	return jinja.Str(v)
}

func at(s diag.Span) string { return s.String() }

func (d *dumper) part(p *Project, pkg *Package, part string) {
	switch part {
	case "target":
		if pkg.IsRoot {
			d.target(p.Target)
		}
	case "own":
		if pkg.IsRoot {
			d.line("environments: %s for %s", p.Environments.Schema, p.Environments.Expires)
			d.given("access", p.Access)
			d.given("retention", p.Retention)
		}
	case "package":
		d.pkg(pkg)
	case "configs":
		for _, resource := range slices.Sorted(maps.Keys(pkg.Configs)) {
			d.block(pkg.Name+" "+resource, func() { d.tree(pkg.Configs[resource]) })
		}
	case "files":
		d.files(pkg)
	case "props":
		d.props(&pkg.Props)
	default:
		d.line("unknown part %s", part)
	}
}

func (d *dumper) target(t *Target) {
	d.block(fmt.Sprintf("target %s.%s (%s) at %q default=%v", t.ProfileName, t.Name, t.Type, at(t.At), t.Default), func() {
		d.line("database=%s schema=%s threads=%d", t.Database, t.Schema, t.Threads)
		d.line("config: %s", show(t.Config))
		d.line("shown: %s", jinja.Repr(t.Dict))
	})
}

func (d *dumper) pkg(pkg *Package) {
	d.block(fmt.Sprintf("package %s %s root=%v from %s", pkg.Name, pkg.Version, pkg.IsRoot, pkg.Source.Path), func() {
		p := pkg.Paths
		for _, path := range []struct {
			name    string
			folders []string
		}{{"models", p.Models}, {"seeds", p.Seeds}, {"snapshots", p.Snapshots}, {"tests", p.Tests}, {"analyses", p.Analyses},
			{"macros", p.Macros}, {"docs", p.Docs}, {"functions", p.Functions}, {"clean", p.Clean}} {
			d.line("%s in %s", path.name, strings.Join(path.folders, ", "))
		}
		d.line("target %s, packages %s, logs %s", p.Target, p.Packages, p.Logs)
		d.given("vars", pkg.Vars)
		d.given("quoting", pkg.Quoting)
		d.given("flags", pkg.Flags)
		d.given("cloud", pkg.Cloud)
		d.given("requires", pkg.RequireVersion)
		d.given("profile", pkg.Profile)
		d.given("restrict access", pkg.RestrictAccess)
		for _, e := range pkg.Dispatch {
			d.line("dispatch %s to %s", e.Namespace, strings.Join(e.Search, ", "))
		}
		for _, h := range pkg.OnRunStart {
			d.line("on start %s: %q", at(h.At), h.Text)
		}
		for _, h := range pkg.OnRunEnd {
			d.line("on end %s: %q", at(h.At), h.Text)
		}
		if c := pkg.QueryComment; c != nil {
			d.line("query comment %q default=%v append=%v job-label=%v", c.Comment, c.Default, c.Append, c.JobLabel)
		}
	})
}

func (d *dumper) tree(t *Tree) {
	d.layer(&t.Layer)
	for _, name := range slices.Sorted(maps.Keys(t.Children)) {
		d.block(fmt.Sprintf("%s (%s)", name, at(t.At[name])), func() { d.tree(t.Children[name]) })
	}
}

func (d *dumper) layer(l *Layer) {
	if l == nil {
		return
	}
	for k, v := range l.Values.All() {
		text := fmt.Sprintf("%s = %s (%s)", k, jinja.Repr(v), at(l.At[jinja.Str(k)]))
		if unrendered, _ := l.Unrendered.Get(k); !jinja.Equal(unrendered, v) {
			text += " from " + jinja.Repr(unrendered)
		}
		d.line("%s", text)
	}
}

func (d *dumper) files(pkg *Package) {
	for _, r := range []struct {
		name  string
		files []*File
	}{{"model", pkg.Models}, {"seed", pkg.Seeds}, {"snapshot", pkg.Snapshots}, {"test", pkg.Tests}, {"generic test", pkg.GenericTests},
		{"fixture", pkg.Fixtures}, {"analysis", pkg.Analyses}, {"macro", pkg.Macros}, {"function", pkg.Functions}, {"doc", pkg.Docs}} {
		for _, f := range r.files {
			d.line("%s %s %s: %s in %s as %s, folders %q, %d bytes", pkg.Name, r.name, f.Name, f.Source.Path, f.Root, f.Rel, f.Folders(), len(f.Text))
		}
	}
}

func (d *dumper) props(p *Properties) {
	for _, list := range []struct {
		name  string
		nodes []*Node
	}{{"model", p.Models}, {"seed", p.Seeds}, {"snapshot", p.Snapshots}, {"analysis", p.Analyses}, {"function", p.Functions}, {"data test", p.DataTests}} {
		for _, n := range list.nodes {
			d.node(list.name, n)
		}
	}
	for _, s := range p.Sources {
		d.source(s)
	}
	for _, m := range p.Macros {
		d.block(fmt.Sprintf("macro %s (%s)", m.Name, at(m.At)), func() {
			d.given("description", m.Description)
			d.layer(m.Config)
			for _, a := range m.Arguments {
				d.line("argument %s %s %s", a.Name, a.Type, a.Description)
			}
		})
	}
	for _, list := range []struct {
		name string
		raws []*Raw
	}{{"unit test", p.UnitTests}, {"exposure", p.Exposures}, {"group", p.Groups}, {"metric", p.Metrics}, {"semantic model", p.SemanticModels},
		{"saved query", p.SavedQueries}} {
		for _, r := range list.raws {
			d.line("%s %s (%s): %s", list.name, r.Name, at(r.At), jinja.Repr(r.Values))
		}
	}
}

func (d *dumper) node(kind string, n *Node) {
	d.block(fmt.Sprintf("%s %s (%s) inline=%v", kind, n.Name, at(n.At), n.Inline), func() {
		d.given("description", fmt.Sprintf("%q", n.Description)[1:len(fmt.Sprintf("%q", n.Description))-1])
		d.given("access", n.Access)
		d.given("group", n.Group)
		d.given("deprecation date", n.DeprecationDate)
		d.given("latest version", n.LatestVersion)
		d.given("constraints", n.Constraints)
		d.given("docs", n.Docs)
		d.given("quote columns", n.QuoteColumns)
		d.given("relation", n.Relation)
		d.layer(n.Config)
		d.columns(n.Columns)
		d.tests(n.Tests)
		for _, v := range n.Versions {
			d.block(fmt.Sprintf("version %s (%s) include=%s exclude=%q has tests=%v", jinja.Repr(v.V), at(v.At), jinja.Repr(v.Include), v.Exclude, v.HasTests), func() {
				d.given("defined in", v.DefinedIn)
				d.given("description", v.Description)
				d.given("access", v.Access)
				d.given("deprecation date", v.DeprecationDate)
				d.given("constraints", v.Constraints)
				d.layer(v.Config)
				d.columns(v.Columns)
				d.tests(v.Tests)
			})
		}
	})
}

func (d *dumper) columns(columns []*Column) {
	for _, c := range columns {
		d.block(fmt.Sprintf("column %s (%s)", c.Name, at(c.At)), func() {
			d.given("description", c.Description)
			d.given("data type", c.DataType)
			d.given("quote", c.Quote)
			d.given("tags", c.Tags)
			d.given("meta", c.Meta)
			d.given("constraints", c.Constraints)
			d.given("config", c.Config)
			d.given("granularity", c.Granularity)
			d.tests(c.Tests)
		})
	}
}

func (d *dumper) tests(tests []*Test) {
	for _, t := range tests {
		title := "test " + strings.TrimPrefix(t.Namespace+"."+t.Name, ".") + " (" + at(t.At) + ")"
		if t.Args.Len() > 0 {
			title += " " + jinja.Repr(t.Args)
		}
		d.block(title, func() {
			d.given("name", t.CustomName)
			d.given("description", t.Description)
			d.layer(t.Config)
		})
	}
}

func (d *dumper) source(s *Source) {
	d.block(fmt.Sprintf("source %s (%s)", s.Name, at(s.At)), func() {
		d.given("description", s.Description)
		d.given("overrides", s.Overrides)
		d.given("database", s.Database)
		d.given("schema", s.Schema)
		d.given("written database", s.UnrenderedDatabase)
		d.given("written schema", s.UnrenderedSchema)
		d.given("loader", s.Loader)
		d.given("quoting", s.Quoting)
		d.given("loaded at field", s.LoadedAtField)
		d.given("loaded at query", s.LoadedAtQuery)
		if s.HasFreshness {
			d.line("freshness: %s", jinja.Repr(s.Freshness))
		}
		d.given("meta", s.Meta)
		d.given("tags", s.Tags)
		d.layer(s.Config)
		for _, t := range s.Tables {
			d.table(t)
		}
	})
}

func (d *dumper) table(t *SourceTable) {
	d.block(fmt.Sprintf("table %s (%s)", t.Name, at(t.At)), func() {
		d.given("identifier", t.Identifier)
		d.given("description", t.Description)
		d.given("loader", t.Loader)
		d.given("quoting", t.Quoting)
		d.given("external", t.External)
		d.given("loaded at field", t.LoadedAtField)
		d.given("loaded at query", t.LoadedAtQuery)
		d.given("has loaded at", t.HasLoadedAt)
		if t.HasFreshness {
			d.line("freshness: %s", jinja.Repr(t.Freshness))
		}
		d.given("meta", t.Meta)
		d.given("tags", t.Tags)
		d.layer(t.Config)
		d.columns(t.Columns)
		d.tests(t.Tests)
	})
}

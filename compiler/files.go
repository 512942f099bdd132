package compiler

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// draftFiles makes a draft of every file of a package that is a node.
func (b *builder) draftFiles(pkg *project.Package) {
	properties, others := sortProperties(pkg)
	models := b.patches(Model, pkg.Models, properties)
	for _, f := range pkg.Models {
		b.draftFile(Model, f, models[f])
	}
	b.draftSnapshots(pkg)
	for _, group := range []struct {
		t     Type
		files []*project.File
		props []*project.Node
	}{
		{Seed, pkg.Seeds, append(others, pkg.Props.Seeds...)},
		{Analysis, pkg.Analyses, pkg.Props.Analyses},
		{Test, pkg.Tests, pkg.Props.DataTests},
	} {
		patches := b.patches(group.t, group.files, group.props)
		for _, f := range group.files {
			b.draftFile(group.t, f, patches[f])
		}
	}
}

// sortProperties takes the properties under models: apart: as in dbt, those of a seed may stand there too.
func sortProperties(pkg *project.Package) (models, seeds []*project.Node) {
	named := func(files []*project.File) map[string]bool {
		names := make(map[string]bool, len(files))
		for _, f := range files {
			names[f.Name] = true
		}
		return names
	}
	areSeeds, areModels := named(pkg.Seeds), named(pkg.Models)
	for _, p := range pkg.Props.Models {
		if len(p.Versions) == 0 && areSeeds[p.Name] && !areModels[p.Name] {
			seeds = append(seeds, p)
		} else {
			models = append(models, p)
		}
	}
	return models, seeds
}

// patch is what properties say of one file: one entry, or for a versioned model one of its versions.
type patch struct {
	*project.Node
	version *project.Version
	latest  jinja.Value
}

// patches finds the file of every entry of the properties, and complains of entries that have none.
func (b *builder) patches(t Type, files []*project.File, props []*project.Node) map[*project.File]*patch {
	byFile := map[string]*project.File{}
	for _, f := range files {
		byFile[f.Name] = f
	}
	out := map[*project.File]*patch{}
	for _, p := range props {
		if len(p.Versions) > 0 {
			b.patchVersions(p, byFile, out)
			continue
		}
		if f := byFile[p.Name]; f != nil {
			out[f] = &patch{Node: p}
			continue
		}
		b.orphan(t, p, p.Name, byFile)
	}
	return out
}

// patchVersions finds the file of each version: the one it names, or name_vN, or for the latest version also name alone.
// https://docs.getdbt.com/reference/resource-properties/versions
func (b *builder) patchVersions(p *project.Node, files map[string]*project.File, out map[*project.File]*patch) {
	latest := p.LatestVersion
	if latest == nil {
		latest = newest(p.Versions)
	}
	for _, v := range p.Versions {
		name := v.DefinedIn
		if name == "" {
			name = p.Name + "_v" + jinja.Str(v.V)
		}
		f := files[name]
		if f == nil && jinja.Str(v.V) == jinja.Str(latest) {
			f = files[p.Name]
		}
		if f == nil {
			b.orphan(Model, p, name, files)
			continue
		}
		out[f] = &patch{Node: p, version: v, latest: latest}
	}
}

// newest is the greatest version: numbers by value and before text, text by its letters.
func newest(versions []*project.Version) jinja.Value {
	var best jinja.Value
	for _, v := range versions {
		if best == nil || newer(v.V, best) {
			best = v.V
		}
	}
	return best
}

func newer(a, b jinja.Value) bool {
	x, xNumber := number(a)
	y, yNumber := number(b)
	if xNumber && yNumber {
		return x > y
	}
	return jinja.Str(a) > jinja.Str(b)
}

func number(v jinja.Value) (float64, bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true
	case float64:
		return v, true
	default:
		return 0, false
	}
}

func (b *builder) orphan(t Type, p *project.Node, name string, files map[string]*project.File) {
	var names []string
	for n := range files {
		names = append(names, n)
	}
	d := b.problems.Warnf(p.At, OrphanProperties, "there is no %s %q", t, name)
	d.Hint = diag.DidYouMean(name, sorted(names))
	if d.Hint == "" {
		d.Hint = "these properties are not used: add the file, or take them out"
	}
}

// draftFile makes the draft of one file.
func (b *builder) draftFile(t Type, f *project.File, p *patch) {
	n := &Node{
		Type: t, Name: f.Name, Package: f.Package, File: f, At: diag.Span{Source: f.Source}, Path: f.Rel, Raw: strings.TrimSpace(f.Text),
		FQN: append(append([]string{f.Package.Name}, f.Folders()...), f.Name),
	}
	d := &draft{Node: n}
	if t == Seed {
		n.Raw = ""
	} else {
		n.Checksum = checksumOf(f)
	}
	n.ID = string(t) + "." + f.Package.Name + "." + n.Name
	if p != nil {
		d.describe(p)
	}
	b.drafts = append(b.drafts, d)
}

// describe puts what properties say of a file into its draft.
func (d *draft) describe(p *patch) {
	n := d.Node
	n.Props = p.Node
	n.At = p.At
	n.Description = p.Description
	if p.Node.Config != nil {
		d.layers = append(d.layers, p.Node.Config)
	}
	columns := p.Node.Columns
	if v := p.version; v != nil {
		n.Name, n.Version, n.LatestVersion = p.Name, v.V, p.latest
		n.ID = string(n.Type) + "." + n.Package.Name + "." + n.Name + ".v" + jinja.Str(v.V)
		n.FQN = append(n.FQN[:len(n.FQN)-1:len(n.FQN)-1], n.Name, "v"+jinja.Str(v.V))
		if v.Description != "" {
			n.Description = v.Description
		}
		if v.Config != nil {
			d.layers = append(d.layers, v.Config)
		}
		columns = versionColumns(p.Node, v)
	}
	for _, c := range columns {
		n.Columns = append(n.Columns, &Column{Column: c, Description: c.Description})
	}
}

// versionColumns are the model's columns that the version includes, and the version's own.
func versionColumns(p *project.Node, v *project.Version) []*project.Column {
	own := map[string]bool{}
	for _, c := range v.Columns {
		own[c.Name] = true
	}
	excluded := map[string]bool{}
	for _, name := range v.Exclude {
		excluded[name] = true
	}
	included := func(string) bool { return true }
	switch include := v.Include.(type) {
	case nil:
	case string:
		included = func(name string) bool { return include == "all" || include == "*" || include == name }
	default:
		names := map[string]bool{}
		for _, name := range texts(include) {
			names[name] = true
		}
		included = func(name string) bool { return names[name] }
	}
	var out []*project.Column
	for _, c := range p.Columns {
		if included(c.Name) && !excluded[c.Name] && !own[c.Name] {
			out = append(out, c)
		}
	}
	return append(out, v.Columns...)
}

// checksumOf is the checksum of a file, which does not mind how much white space stands where there is some.
func checksumOf(f *project.File) string {
	return checksum(strings.Join(strings.Fields(f.Written()), " "))
}

// largestSeed is the size up to which changes of a seed are seen; a larger one is known by its path alone.
const largestSeed = 1 << 20

// seedChecksum is the checksum of a seed's file, "" if it is too large or cannot be read, which is said when it is loaded.
func seedChecksum(f *project.File) string {
	size, err := f.Size()
	if err != nil || size > largestSeed {
		return ""
	}
	text, err := f.Bytes()
	if err != nil {
		return ""
	}
	return checksum(strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")))
}

func checksum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

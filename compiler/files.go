package compiler

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"unsafe"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// patchFiles finds the file of every entry of the properties of models, seeds, analyses, functions and singular tests: in the entry's own
// package or, for a model or a seed that it does not have, in another.
func (b *builder) patchFiles() {
	var foreign []entry
	for _, pkg := range b.project.Packages {
		models, seeds := sortProperties(pkg)
		foreign = append(foreign, b.patch(Model, pkg.Models, models)...)
		foreign = append(foreign, b.patch(Seed, pkg.Seeds, append(seeds, pkg.Props.Seeds...))...)
		b.patch(Analysis, pkg.Analyses, pkg.Props.Analyses)
		b.patch(Function, pkg.Functions, pkg.Props.Functions)
		b.patch(Test, pkg.Tests, pkg.Props.DataTests)
	}
	for _, p := range foreign {
		b.patchForeign(p)
	}
}

// entry is an entry of the properties of a type.
type entry struct {
	*project.Node
	t Type
}

// patchForeign gives properties to the model or seed of another package, if one alone has it and does not describe it itself. Where it
// does, dbt refuses the project even if the entry is of a model that is switched off in its own package; here that one keeps it.
func (b *builder) patchForeign(p entry) {
	found := b.filesNamed(p.Name)
	if len(found) != 1 {
		own := p.File.Package.Models
		if p.t == Seed {
			own = p.File.Package.Seeds
		}
		b.orphan(p.t, p.Node, p.Name, namedFiles(own))
		return
	}
	own := b.patches[found[0]]
	if off := namedFiles(append(slices.Clone(p.File.Package.Models), p.File.Package.Seeds...))[p.Name]; off != nil && own != nil {
		b.patches[off] = &patch{Node: p.Node}
		return
	}
	if own != nil {
		d := b.problems.Errorf(p.At, project.CodeDuplicateProperties, "%s %q of package %q has properties in two places", p.t, p.Name, found[0].Package.Name)
		d.Hint = "keep one of the two"
		d.Related = []diag.Note{{Span: own.At, Message: "the other place"}}
		return
	}
	b.patches[found[0]] = &patch{Node: p.Node}
}

// filesNamed are the models and seeds of all packages that have a name, but for those that project files switch off.
func (b *builder) filesNamed(name string) []*project.File {
	var found []*project.File
	for _, pkg := range b.project.Packages {
		for t, files := range map[Type][]*project.File{Model: pkg.Models, Seed: pkg.Seeds} {
			if f := namedFiles(files)[name]; f != nil && !b.switchedOff(t, f) {
				found = append(found, f)
			}
		}
	}
	return found
}

// switchedOff tells whether the project files disable a file: a project does so with a model of a package that it has its own version
// of, and what the package says of the model is then said of that version, as in dbt.
func (b *builder) switchedOff(t Type, f *project.File) bool {
	fqn := append(append([]string{f.Package.Name}, f.Folders()...), f.Name)
	return !b.mergeConfig(t, f.Package, fqn, nil, nil).Bool("enabled", true)
}

// draftFiles makes a draft of every file of a package that is a node.
func (b *builder) draftFiles(pkg *project.Package) {
	draft := func(t Type, files []*project.File) {
		for _, f := range files {
			b.draftFile(t, f, b.patches[f])
		}
	}
	draft(Model, pkg.Models)
	b.draftSnapshots(pkg)
	draft(Seed, pkg.Seeds)
	draft(Analysis, pkg.Analyses)
	draft(Function, pkg.Functions)
	draft(Test, pkg.Tests)
}

// sortProperties takes the properties under models: apart: as in dbt, those of a seed may stand there too.
func sortProperties(pkg *project.Package) (models, seeds []*project.Node) {
	areSeeds, areModels := namedFiles(pkg.Seeds), namedFiles(pkg.Models)
	for _, p := range pkg.Props.Models {
		if len(p.Versions) == 0 && areSeeds[p.Name] != nil && areModels[p.Name] == nil {
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

// patch finds the file of every entry of the properties among those of a package. It returns the entries of models and seeds that
// have none there, and complains of others.
func (b *builder) patch(t Type, files []*project.File, props []*project.Node) (foreign []entry) {
	byName := namedFiles(files)
	for _, p := range props {
		f := byName[p.Name]
		switch {
		case len(p.Versions) > 0:
			b.patchVersions(p, byName)
		case f != nil && refable(t) && b.switchedOff(t, f) && len(b.filesNamed(p.Name)) == 1:
			foreign = append(foreign, entry{p, t})
		case f != nil:
			b.patches[f] = &patch{Node: p}
		case t == Model || t == Seed:
			foreign = append(foreign, entry{p, t})
		default:
			b.orphan(t, p, p.Name, byName)
		}
	}
	return foreign
}

func namedFiles(files []*project.File) map[string]*project.File {
	byName := make(map[string]*project.File, len(files))
	for _, f := range files {
		byName[f.Name] = f
	}
	return byName
}

// patchVersions finds the file of each version: the one it names, or name_vN, or for the latest version also name alone.
// https://docs.getdbt.com/reference/resource-properties/versions
func (b *builder) patchVersions(p *project.Node, files map[string]*project.File) {
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
		b.patches[f] = &patch{Node: p, version: v, latest: latest}
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
	if refable(t) && len(p.Versions) == 0 {
		b.orphans = append(b.orphans, entry{p, t})
	}
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
	if t == Analysis && !b.analysesByPath() {
		n.Path = analysisFolder + "/" + n.Path
		n.FQN = slices.Insert(n.FQN, 1, analysisFolder)
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

// analysisFolder is what dbt puts in front of the paths of analyses, unless a flag tells it not to.
const analysisFolder = "analysis"

// analysesByPath reads dbt's flag require_corrected_analysis_fqns, which is off unless the project says otherwise.
// https://docs.getdbt.com/reference/global-configs/behavior-changes
func (b *builder) analysesByPath() bool {
	v, _ := b.project.Root.Flags.GetString("require_corrected_analysis_fqns")
	return v != nil && jinja.Truth(v)
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
		for _, name := range jinja.Strs(include) {
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
	sum := sha256.Sum256(unsafe.Slice(unsafe.StringData(text), len(text))) // which is read, and not kept
	return hex.EncodeToString(sum[:])
}

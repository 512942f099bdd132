package project

import (
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// propertyKeys are the top-level keys of a properties file.
var propertyKeys = []string{"version", "models", "seeds", "snapshots", "sources", "macros", "analyses", "exposures", "groups", "metrics",
	"semantic_models", "saved_queries", "unit_tests", "data_tests", "functions", "syncs", "anchors"}

// properties reads the YAML files of a package, and the comments with properties in its models, side by side; the order of
// files, then of places, is kept.
func (l *loader) properties(pkg *Package) {
	files := slices.Clone(pkg.PropertyFiles)
	for _, f := range pkg.Models {
		if f.Ending() == ".sql" && l.findHead(f) {
			files = append(files, f)
		}
	}
	slices.SortStableFunc(files, func(a, b *File) int { return strings.Compare(a.Path, b.Path) })
	plainArguments := false
	if v, ok := l.project.Root.Flags.Get("require_generic_test_arguments_property"); ok {
		plainArguments = !jinja.Truth(v)
	}
	results := make([]propertiesReader, len(files))
	each(len(files), func(i int) {
		r := &results[i]
		r.file, r.plainArguments = files[i], plainArguments
		r.decoder = decoder{list: &diag.List{}, strict: l.options.Strict && pkg.IsRoot, dated: l.options.Dated && pkg.IsRoot}
		r.renderer = &renderer{list: r.list, globals: l.project.Globals(pkg, false)}
		if r.file.Head.IsZero() {
			r.read(parseYAML(r.file.Source, r.list))
		} else {
			r.readHead()
		}
	})
	for i := range results {
		l.list.Append(results[i].list)
		pkg.Props.add(&results[i].out)
	}
	l.checkDuplicates(&pkg.Props)
}

func (p *Properties) add(q *Properties) {
	p.Models = append(p.Models, q.Models...)
	p.Seeds = append(p.Seeds, q.Seeds...)
	p.Snapshots = append(p.Snapshots, q.Snapshots...)
	p.Analyses = append(p.Analyses, q.Analyses...)
	p.Macros = append(p.Macros, q.Macros...)
	p.Sources = append(p.Sources, q.Sources...)
	p.DataTests = append(p.DataTests, q.DataTests...)
	p.UnitTests = append(p.UnitTests, q.UnitTests...)
	p.Exposures = append(p.Exposures, q.Exposures...)
	p.Groups = append(p.Groups, q.Groups...)
	p.Metrics = append(p.Metrics, q.Metrics...)
	p.SemanticModels = append(p.SemanticModels, q.SemanticModels...)
	p.SavedQueries = append(p.SavedQueries, q.SavedQueries...)
	p.Functions = append(p.Functions, q.Functions...)
	p.Syncs = append(p.Syncs, q.Syncs...)
}

// propertiesReader reads one file.
type propertiesReader struct {
	decoder
	file *File
	key  string // "models" …
	out  Properties
	// plainArguments says that arguments: of a test is an argument like others: a flag of dbt's.
	plainArguments bool
}

func (r *propertiesReader) read(root *node) {
	if root.isNull() {
		return
	}
	if root.kind != mapping {
		r.list.Errorf(root.at, CodeInvalidProperty, "a properties file must be a mapping of keys to values, not %s", describe(root)).
			Hint = `begin with "models:" or another kind of thing`
		return
	}
	for i := 0; i+1 < len(root.items); i += 2 {
		k, v := root.items[i], root.items[i+1]
		r.key = k.text
		if k.text == "version" {
			r.version(v)
			continue
		}
		if !slices.Contains(propertyKeys, k.text) {
			if k.text != "tests" {
				r.unknownKey(root, k, "a key of a properties file", propertyKeys)
			}
			continue
		}
		if k.text == "anchors" {
			continue
		}
		for _, entry := range r.itemsOf(v, k.text) {
			r.entry(entry)
		}
	}
}

func (r *propertiesReader) version(n *node) {
	if v := resolveScalar(n); n.kind != scalar || v != 2 && v != "2" && v != 2.0 {
		_ = r.loose(n, CodeInvalidProperty, "version must be 2, not "+n.at.Text(), "")
	}
}

// entry reads one entry of the list under a top-level key.
func (r *propertiesReader) entry(n *node) {
	what := singular[r.key]
	if n.kind != mapping {
		r.list.Errorf(n.at, CodeInvalidProperty, "an entry of %s must be a mapping, not %s", r.key, describe(n)).Hint = `begin it with "- name:"`
		return
	}
	name := n.get("name")
	if name.isNull() && r.key == "models" {
		name = n.get("model")
	}
	if name.isNull() || name.kind != scalar {
		r.list.Errorf(n.at, CodeInvalidProperty, "%s without a name", what).Hint = `add "name:"`
		return
	}
	r.renderer.path = r.renderer.path[:0]
	r.renderer.skip = lateInProperties[r.key]
	if r.renderer.skip == nil {
		r.renderer.skip = lateInNode
	}
	switch r.key {
	case "models":
		r.out.Models = append(r.out.Models, r.node(n, name))
	case "seeds":
		r.out.Seeds = append(r.out.Seeds, r.node(n, name))
	case "snapshots":
		r.out.Snapshots = append(r.out.Snapshots, r.node(n, name))
	case "analyses":
		r.out.Analyses = append(r.out.Analyses, r.node(n, name))
	case "functions":
		r.out.Functions = append(r.out.Functions, r.function(n, name))
	case "data_tests":
		r.out.DataTests = append(r.out.DataTests, r.node(n, name))
	case "sources":
		r.out.Sources = append(r.out.Sources, r.source(n, name))
	case "macros":
		r.out.Macros = append(r.out.Macros, r.macro(n, name))
	default:
		into := r.rawList()
		*into = append(*into, r.rawEntry(n, name))
	}
}

func (r *propertiesReader) rawList() *[]*Raw {
	switch r.key {
	case "unit_tests":
		return &r.out.UnitTests
	case "exposures":
		return &r.out.Exposures
	case "groups":
		return &r.out.Groups
	case "metrics":
		return &r.out.Metrics
	case "semantic_models":
		return &r.out.SemanticModels
	case "syncs":
		return &r.out.Syncs
	default:
		return &r.out.SavedQueries
	}
}

// singular is what an entry under a top-level key is called.
var singular = map[string]string{"models": "a model", "seeds": "a seed", "snapshots": "a snapshot", "analyses": "an analysis",
	"data_tests": "a data test", "sources": "a source", "macros": "a macro", "unit_tests": "a unit test", "exposures": "an exposure",
	"groups": "a group", "metrics": "a metric", "semantic_models": "a semantic model", "saved_queries": "a saved query", "functions": "a function", "syncs": "a sync"}

// noun is what an entry under a top-level key is called, without an article.
func noun(key string) string {
	_, name, _ := strings.Cut(singular[key], " ")
	return name
}

// A file's head: the comment at its top that holds properties begins with headOpen on a line of its own and ends with headClose. Before it
// there may be comments of a line each, such as a licence.
const (
	headOpen  = "/*---"
	headClose = "---*/"
)

// findHead sets the Head of a model with properties at its top and blanks it in what is compiled.
func (l *loader) findHead(f *File) bool {
	text := f.Source.Text
	start := afterLineComments(text)
	if !strings.HasPrefix(text[start:], headOpen) {
		return false
	}
	first, _, _ := strings.Cut(text[start:], "\n")
	if strings.TrimSpace(first) != headOpen {
		return false
	}
	length := strings.Index(text[start:], headClose)
	if length < 0 {
		l.list.Errorf(diag.Span{Source: f.Source, Start: start, End: start + len(headOpen)}, CodeInvalidYAML, "the comment with properties has no end").
			Hint = "close it with a line " + headClose
		return false
	}
	f.Head = diag.Span{Source: f.Source, Start: start, End: start + length + len(headClose)}
	f.Source = diag.NewSource(f.Source.Path, blank(text, f.Head.Start, f.Head.End))
	return true
}

// afterLineComments is where text begins after blanks and comments of a line each.
func afterLineComments(text string) int {
	rest := text
	for {
		rest = strings.TrimLeft(rest, " \t\r\n")
		if !strings.HasPrefix(rest, "--") {
			return len(text) - len(rest)
		}
		_, rest, _ = strings.Cut(rest, "\n")
	}
}

// blank is text with spaces for everything but line breaks between two offsets.
func blank(text string, start, end int) string {
	b := []byte(text)
	for i := start; i < end; i++ {
		if b[i] != '\n' && b[i] != '\r' {
			b[i] = ' '
		}
	}
	return string(b)
}

// readHead reads the properties in a model's own file.
func (r *propertiesReader) readHead() {
	f, src := r.file, r.file.Head.Source
	text := blank(src.Text[:f.Head.End], 0, f.Head.Start+len(headOpen))
	text = blank(text, f.Head.End-len(headClose), f.Head.End)
	n := parseYAMLText(src, text, r.list)
	if n.isNull() {
		return
	}
	r.key = "models"
	if n.kind != mapping {
		r.list.Errorf(n.at, CodeInvalidProperty, "the comment with properties must be a mapping, not %s", describe(n)).Hint = `write "description: …" and so on`
		return
	}
	r.renderer.skip = lateInNode
	name := &node{kind: scalar, text: f.Name, at: diag.Span{Source: src, Start: f.Head.Start, End: f.Head.Start + len(headOpen)}}
	if given := n.get("name"); !given.isNull() {
		if given.text != f.Name {
			r.list.Errorf(given.at, CodeInvalidProperty, "the file is the model %q, not %q", f.Name, given.text).Hint = `remove "name:"`
		}
	}
	m := r.node(n, name)
	m.Inline = true
	r.out.Models = append(r.out.Models, m)
}

// checkDuplicates reports what has properties in two places.
func (l *loader) checkDuplicates(p *Properties) {
	seen := map[[2]string]diag.Span{}
	check := func(key, name string, at diag.Span) {
		id := [2]string{key, name}
		first, twice := seen[id]
		if !twice {
			seen[id] = at
			return
		}
		d := l.list.Errorf(at, CodeDuplicateProperties, "%s %q has properties in two places", noun(key), name)
		d.Hint = "keep one of the two"
		d.Related = []diag.Note{{Span: first, Message: "the other place"}}
	}
	for key, nodes := range map[string][]*Node{"models": p.Models, "seeds": p.Seeds, "snapshots": p.Snapshots, "analyses": p.Analyses, "functions": p.Functions, "data_tests": p.DataTests} {
		for _, n := range nodes {
			check(key, n.Name, n.At)
		}
	}
	for _, m := range p.Macros {
		check("macros", m.Name, m.At)
	}
	for _, s := range p.Sources {
		for _, t := range s.Tables {
			check("sources", strings.TrimPrefix(s.Overrides+"."+s.Name+"."+t.Name, "."), t.At)
		}
	}
	for key, raws := range map[string][]*Raw{"unit_tests": p.UnitTests, "exposures": p.Exposures, "groups": p.Groups, "metrics": p.Metrics,
		"semantic_models": p.SemanticModels, "saved_queries": p.SavedQueries, "syncs": p.Syncs} {
		for _, r := range raws {
			name := r.Name
			if model, ok := r.Values.Get("model"); ok && key == "unit_tests" {
				name = jinja.Str(model) + "." + name
			}
			check(key, name, r.At)
		}
	}
}

package compiler

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

const (
	// InvalidSync is a sync that cannot be read: a part is missing, or is not what it should be.
	InvalidSync diag.Code = "invalid-sync"
	// UnknownDestination is a sync to a destination that the project file does not list.
	UnknownDestination diag.Code = "unknown-destination"
)

// SyncSpec is what makes a node a sync: which rows go where, as what. Its words (mode, on_delete, limits) are as written; what they mean is
// the destination's to say.
type SyncSpec struct {
	Destination *project.Destination // nil in a graph with errors
	Object      string
	Mode        string // "upsert" if not given
	OnDelete    string // "" if not given
	Key         []string
	Fields      []SyncField // those of the key first
	Limits      *jinja.Dict // never nil
	Alerts      *jinja.Dict // never nil
	Owner       string
	Schedule    string
	PII         bool // pii: true: columns that hold personal data may be sent
	// Tests are the IDs of the data tests that must pass before anything is sent.
	Tests []string
	Given *project.Raw

	arguments *jinja.Dict // of the macro that spells the query
	tests     []string    // as written
	anyTests  bool        // tests: is given
}

// SyncField is a field of the records at the destination and what it is made of.
type SyncField struct {
	Name       string
	Expression string // as written
	At         diag.Span
}

// syncArguments is the name under which the query of a sync finds its parts.
const syncArguments = "_mod_sync"

// StateSchema is the schema in which mod keeps what it knows of its own doings: state: {schema: …} in the project file, "mod" if it does
// not say.
func (g *Graph) StateSchema() relation.Relation {
	return relation.Relation{Database: g.Project.Target.Database, Schema: cmp.Or(g.Project.State.Schema, project.DefaultStateSchema)}
}

// addSyncs makes a node of every entry of syncs.
func (b *builder) addSyncs() {
	for _, pkg := range b.project.Packages {
		for _, raw := range pkg.Props.Syncs {
			b.addSync(pkg, raw)
		}
	}
}

func (b *builder) addSync(pkg *project.Package, raw *project.Raw) {
	n := &Node{
		ID: "sync." + pkg.Name + "." + raw.Name, Type: Sync, Name: raw.Name, Package: pkg, File: raw.File, At: raw.At, Raws: raw,
		FQN: append(append([]string{pkg.Name}, raw.File.Folders()...), raw.Name), Path: raw.File.Rel,
		Raw: "{{ sync_query(**" + syncArguments + ") }}",
	}
	n.Relation = b.StateSchema()
	n.Relation.Name = "sync_" + raw.Name
	n.Config = b.mergeConfig(Sync, pkg, n.FQN, []*project.Layer{raw.Config}, nil)
	n.Enabled = n.Config.Bool("enabled", true)
	n.Tags = unique(append(textsAt(raw.Values, "tags"), n.Config.Strings("tags")...))
	n.Meta = mergeDicts(dictOf(raw.Values, "meta"), n.Config.Meta())
	if v := at(raw.Values, "description"); v != nil {
		n.Description, n.DocBlocks = b.describeText(pkg, jinja.Str(v), raw.At)
	}
	r := &syncReader{builder: b, node: n, raw: raw}
	n.Sync = r.read()
	n.template, _ = jinja.Parse(diag.NewSource(generatedSource.Path, n.Raw))
	if n.Enabled {
		r.hear()
	}
	b.add(n)
}

// syncReader reads one entry of syncs.
type syncReader struct {
	*builder
	node *Node
	raw  *project.Raw
}

func (r *syncReader) errorf(at diag.Span, hint, format string, args ...any) {
	r.problems.Errorf(at, InvalidSync, "sync %q %s", r.raw.Name, fmt.Sprintf(format, args...)).Hint = hint
}

func (r *syncReader) text(key string) string { return textAt(r.raw.Values, key) }

// ownerOf is who answers for a sync: a text, or the name or else the address of an owner as exposures have it.
func ownerOf(v jinja.Value) string {
	switch v := v.(type) {
	case nil:
		return ""
	case *jinja.Dict:
		return cmpOr(textAt(v, "name"), textAt(v, "email"))
	default:
		return jinja.Str(v)
	}
}

// textAt is the text under a key, "" if there is none.
func textAt(d *jinja.Dict, key string) string {
	if v := at(d, key); v != nil {
		return jinja.Str(v)
	}
	return ""
}

// column is a column's name as an expression. A plain name stays as it is, so that the warehouse folds it as it does elsewhere.
func (r *syncReader) column(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return r.Dialect.Ident(name)
}

var plainName = regexp.MustCompile(`^[A-Za-z_]\w*$`)

func (r *syncReader) read() *SyncSpec {
	s := &SyncSpec{
		Given: r.raw, Owner: ownerOf(at(r.raw.Values, "owner")), Object: r.text("object"), Mode: cmpOr(r.text("mode"), "upsert"), OnDelete: r.text("on_delete"), Schedule: r.text("schedule"),
		Key: textsAt(r.raw.Values, "key"), Limits: dictOf(r.raw.Values, "limits"), Alerts: dictOf(r.raw.Values, "alerts"), tests: textsAt(r.raw.Values, "tests"),
		PII: at(r.raw.Values, "pii") != nil && jinja.Truth(at(r.raw.Values, "pii")),
	}
	_, s.anyTests = r.raw.Values.Get("tests")
	name := r.text("destination")
	if s.Destination = r.project.Destination(name); s.Destination == nil && name != "" {
		var known []string
		for _, d := range r.project.Destinations {
			known = append(known, d.Name)
		}
		d := r.problems.Errorf(r.raw.Place("destination"), UnknownDestination, "there is no destination %q", name)
		if d.Hint = diag.DidYouMean(name, known); d.Hint == "" {
			d.Hint = `list it under "destinations:" in the project file`
		}
	}
	s.Fields = r.fields(s.Key)
	r.names(s)
	s.arguments = r.arguments(s)
	return s
}

// fields are what map lists, the key's first: names alone, or names with expressions. A part of the key that is not mapped is the
// column of that name.
func (r *syncReader) fields(key []string) []SyncField {
	var out []SyncField
	switch m := at(r.raw.Values, "map").(type) {
	case *jinja.List:
		for _, name := range jinja.Strs(m) {
			out = append(out, SyncField{Name: name, Expression: r.column(name), At: r.raw.Place("map", name)})
		}
	case *jinja.Dict:
		for k, v := range m.All() {
			name := jinja.Str(k)
			f := SyncField{Name: name, Expression: jinja.Str(v), At: r.raw.Place("map", name)}
			if v == nil {
				f.Expression = r.column(name)
			}
			out = append(out, f)
		}
	default:
		r.errorf(r.raw.Place("map"), "list columns, or write field: expression", "has a map that is neither a list nor a mapping")
	}
	for i, k := range key {
		at := slices.IndexFunc(out, func(f SyncField) bool { return f.Name == k })
		f := SyncField{Name: k, Expression: r.column(k), At: r.raw.Place("key", k)}
		if at >= 0 {
			f = out[at]
			out = slices.Delete(out, at, at+1)
		}
		out = slices.Insert(out, i, f)
	}
	return out
}

// ours are the names that the tables that remember a sync need for themselves.
var ours = []string{"_number", "_op", "_hash", "_rank", "_remapped", "_mapping", "_run", "_sent_at", "_class", "_error", "_attempts", "_first_at", "_last_at"}

// names checks the names of the sync, its key and its fields.
func (r *syncReader) names(s *SyncSpec) {
	if !plainName.MatchString(r.raw.Name) {
		r.errorf(r.raw.At, "use letters, digits and underscores", "has a name that cannot be part of a table's name")
	}
	seen := map[string]bool{}
	for _, f := range s.Fields {
		folded := strings.ToLower(f.Name)
		if slices.Contains(ours, folded) {
			r.errorf(f.At, "give the field another name", "has a field %q, a name that its ledger uses", f.Name)
		}
		if seen[folded] {
			r.errorf(f.At, "", "has two fields %q", f.Name)
		}
		seen[folded] = true
	}
}

// arguments are the parts of the query.
func (r *syncReader) arguments(s *SyncSpec) *jinja.Dict {
	model, query := r.text("model"), at(r.raw.Values, "query")
	if (model == "") == (query == nil) {
		r.errorf(r.raw.At, `add "model: customers", or a "query:"`, "needs either a model or a query")
	}
	if model != "" && !strings.Contains(model, "(") {
		model = fmt.Sprintf("ref(%s)", jinja.Repr(model))
	}
	fields := jinja.NewList()
	for _, f := range s.Fields {
		fields.Append(jinja.DictOf("name", f.Name, "expression", f.Expression))
	}
	var relation jinja.Value
	if model != "" {
		relation = model
	}
	return jinja.DictOf("relation", relation, "query", query, "fields", fields, "where", at(r.raw.Values, "where"))
}

// hear renders the query once, to hear what it refers to.
func (r *syncReader) hear() {
	d := &draft{Node: r.node, calls: newCalls()}
	c := r.parseContext(d)
	_, err := renderArgument(context.Background(), c, r.node.Sync.arguments)
	if err != nil {
		r.problems.Add(atSync(problem(err, r.raw.At), r.node))
	}
	for i := range r.node.Refs {
		r.node.Refs[i].At = r.readAt()
	}
	for i := range r.node.Sources {
		r.node.Sources[i].At = r.readAt()
	}
}

// readAt is where it stands what the sync reads.
func (r *syncReader) readAt() diag.Span {
	if r.text("model") != "" {
		return r.raw.Place("model")
	}
	return r.raw.Place("query")
}

// atSync puts a problem of a template that nobody wrote to the sync it is of.
func atSync(d *diag.Diagnostic, n *Node) *diag.Diagnostic {
	if d.Span.IsZero() || isGenerated(d.Span) {
		moved := *d
		moved.Span, moved.Related = n.At, nil
		return &moved
	}
	return d
}

// gateSyncs finds the data tests that a sync waits for: those it names, else all of the models it reads.
func (b *builder) gateSyncs() {
	for _, id := range b.ids {
		n := b.Nodes[id]
		if n == nil || n.Sync == nil { // a test that was left out has no node
			continue
		}
		found := map[string]bool{}
		for _, other := range b.ids {
			t := b.Nodes[other]
			if t == nil || t.Type != Test {
				continue
			}
			if n.Sync.anyTests {
				if i := slices.Index(n.Sync.tests, t.Name); i >= 0 {
					found[t.Name] = true
					n.Sync.Tests = append(n.Sync.Tests, t.ID)
				}
			} else if slices.ContainsFunc(t.DependsOn, func(id string) bool { return slices.Contains(n.DependsOn, id) }) {
				n.Sync.Tests = append(n.Sync.Tests, t.ID)
			}
		}
		for _, name := range n.Sync.tests {
			if !found[name] && n.Sync.anyTests {
				b.problems.Errorf(n.Raws.Place("tests"), InvalidSync, "sync %q waits for a data test %q, which is not there", n.Name, name)
			}
		}
	}
}

// placeAt is what was written of the query at an offset: a field, the condition, or else what is read.
func (s *SyncSpec) placeAt(query string, offset int) diag.Span {
	from := 0
	for _, f := range s.Fields {
		i := strings.Index(query[from:], f.Expression)
		if i < 0 {
			break
		}
		if start := from + i; offset >= start && offset < start+len(f.Expression) {
			return f.At
		}
		from += i + len(f.Expression)
	}
	if where := s.Given.Place("where"); where != s.Given.At && offset > strings.LastIndex(query, "\nwhere ") {
		return where
	}
	if model := s.Given.Place("model"); model != s.Given.At {
		return model
	}
	return s.Given.Place("query")
}

// describeSync is a sync's description.
func (g *Graph) describeSync(n *Node) *jinja.Dict {
	fields := jinja.NewList()
	for _, f := range n.Sync.Fields {
		fields.Append(jinja.DictOf("name", f.Name, "expression", f.Expression))
	}
	destination := ""
	if n.Sync.Destination != nil {
		destination = n.Sync.Destination.Name
	}
	return jinja.DictOf("name", n.Name, "resource_type", string(Sync), "package_name", n.Package.Name, "path", n.Path,
		"original_file_path", n.File.Path, "unique_id", n.ID, "fqn", textList(n.FQN), "description", n.Description, "destination", destination,
		"object", n.Sync.Object, "mode", n.Sync.Mode, "key", textList(n.Sync.Key), "fields", fields, "owner", n.Sync.Owner,
		"schedule", n.Sync.Schedule, "tags", textList(n.Tags), "meta", n.Meta, "depends_on", jinja.DictOf("nodes", textList(n.DependsOn)))
}

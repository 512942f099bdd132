package compiler

import (
	"context"
	"crypto/md5" //nolint:gosec // dbt's names are made of it
	"encoding/hex"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// testArguments is the name under which a generic test's template finds its arguments.
const testArguments = "_dbt_generic_test_kwargs"

// addDataTests makes a node of every generic test of every model, seed, snapshot and source.
func (b *builder) addDataTests() {
	var drafts []*draft
	seen := map[string]bool{}
	for _, d := range b.drafts {
		is := b.Nodes[d.ID]
		if d.Props == nil || seen[d.ID] || is != nil && is != d.Node {
			continue
		}
		seen[d.ID] = true
		drafts = append(drafts, b.draftTests(d.Node)...)
	}
	for _, o := range b.orphans {
		drafts = append(drafts, b.draftTests(o.node())...)
	}
	for _, n := range b.sources {
		drafts = append(drafts, b.draftTests(n)...)
	}
	b.parallel(drafts, b.parseTest)
	for _, d := range drafts {
		if d.calls != nil {
			b.finish(d)
		}
	}
}

// node stands for what properties describe and the project does not have, for the tests that it would have.
func (e entry) node() *Node {
	n := &Node{Type: e.t, Name: e.Name, Package: e.File.Package, Props: e.Node, ID: string(e.t) + "." + e.File.Package.Name + "." + e.Name}
	for _, c := range e.Columns {
		n.Columns = append(n.Columns, &Column{Column: c})
	}
	return n
}

// draftTests makes a draft of every test of a node and its columns.
func (b *builder) draftTests(n *Node) []*draft {
	var out []*draft
	add := func(tests []*project.Test, column *Column) {
		for _, t := range tests {
			out = append(out, b.draftTest(n, t, column))
		}
	}
	switch {
	case n.Table != nil:
		add(n.Table.Table.Tests, nil)
	case n.Version != nil:
		add(versionTests(n), nil)
	default:
		add(n.Props.Tests, nil)
	}
	for _, c := range n.Columns {
		add(c.Tests, c)
	}
	return out
}

// versionTests are a versioned model's own tests: its version's if it says any, otherwise the model's.
func versionTests(n *Node) []*project.Test {
	for _, v := range n.Props.Versions {
		if jinja.Str(v.V) == jinja.Str(n.Version) && v.HasTests {
			return v.Tests
		}
	}
	return n.Props.Tests
}

func (b *builder) draftTest(n *Node, t *project.Test, column *Column) *draft {
	test := &DataTest{Namespace: t.Namespace, Name: t.Name, Kwargs: jinja.NewDict(), Attached: n.ID, Given: t, tested: n}
	fillKwargs(test.Kwargs, t, b.argumentFor(column))
	if column != nil {
		test.Column = column.Name
	}
	test.Kwargs.Put("model", "{{ "+whereSubquery+"("+refTo(n)+") }}")

	full, short := t.CustomName, t.CustomName
	if full == "" {
		full, short = testNames(n, test)
	}
	file := t.File
	out := &Node{
		Type: Test, Name: full, Package: file.Package, File: file, At: t.At, Path: short + ".sql", Test: test,
		ID:          "test." + file.Package.Name + "." + full + "." + testHash(full, test),
		FQN:         append(append([]string{file.Package.Name}, file.Folders()...), full),
		Description: t.Description,
	}
	layer := newCalls()
	if t.Config != nil {
		project.Merge(layer.Values, t.Config.Values)
		project.Merge(layer.Unrendered, t.Config.Unrendered)
	}
	if _, ok := layer.Values.Get("alias"); !ok && short != full {
		layer.Values.Put("alias", short)
	}
	out.Raw = testCode(test, layer)
	out.Tags = inheritedTags(n, column)
	return &draft{Node: out, calls: layer}
}

// argumentFor is how a test is told its column: quoted if the column says so; None without one.
func (b *builder) argumentFor(column *Column) jinja.Value {
	switch {
	case column == nil:
		return nil
	case column.Quote != nil && *column.Quote:
		return b.Dialect.Ident(column.Name)
	}
	return column.Name
}

// fillKwargs collects a test's arguments in dbt's order: those beside arguments:, the column, those under arguments:.
func fillKwargs(kwargs *jinja.Dict, t *project.Test, column jinja.Value) {
	i := 0
	put := func() {
		if column != nil && i == t.Loose {
			kwargs.Put("column_name", column)
		}
	}
	for k, v := range t.Args.All() {
		put()
		kwargs.Put(jinja.Str(k), v)
		i++
	}
	put()
}

// inheritedTags are the tags that a test has from what it tests: its column's, and those of a source.
func inheritedTags(n *Node, column *Column) []string {
	var tags []string
	if n.Table != nil {
		tags = append(append(tags, n.Table.Source.Tags...), n.Table.Table.Tags...)
	}
	if column != nil {
		tags = append(append(tags, column.Tags...), textsAt(column.Config, "tags")...)
	}
	return tags
}

func textList(in []string) *jinja.List {
	out := jinja.NewList()
	for _, s := range in {
		out.Items = append(out.Items, s)
	}
	return out
}

// refTo is how a template names a node.
func refTo(n *Node) string {
	switch {
	case n.Table != nil:
		return fmt.Sprintf("source('%s', '%s')", n.Table.Source.Name, n.Table.Table.Name)
	case n.Version != nil:
		return fmt.Sprintf("ref('%s', version='%s')", n.Name, jinja.Str(n.Version))
	default:
		return fmt.Sprintf("ref('%s')", n.Name)
	}
}

var notInNames = regexp.MustCompile(`[^0-9a-zA-Z_]+`)

// testNames makes a generic test's name of its arguments, and the form that is short enough for a file or a table, as dbt does.
// https://docs.getdbt.com/reference/resource-properties/data-tests#define-a-custom-name-for-one-test
func testNames(n *Node, t *DataTest) (full, short string) {
	target, name := n.Name, t.Name
	if n.Version != nil {
		target += "_v" + jinja.Str(n.Version)
	}
	if n.Table != nil {
		target, name = n.Table.Source.Name+"_"+n.Table.Table.Name, "source_"+name
	}
	if t.Namespace != "" {
		name = t.Namespace + "_" + name
	}
	var parts []string
	for _, key := range sortedKeys(t.Kwargs) {
		if key == "model" {
			continue
		}
		v, _ := t.Kwargs.Get(key)
		for _, part := range flat(v) {
			parts = append(parts, notInNames.ReplaceAllString(jinja.Str(part), "_"))
		}
	}
	stem := name + "_" + target
	full = stem + "_" + strings.Join(parts, "__")
	if len(full) < 64 {
		return full, full
	}
	return full, stem[:min(30, len(stem))] + "_" + digest(full)
}

func flat(v jinja.Value) []jinja.Value {
	switch v := v.(type) {
	case *jinja.Dict:
		var out []jinja.Value
		for _, item := range v.All() {
			out = append(out, item)
		}
		return out
	case *jinja.List:
		return v.Items
	case *jinja.Tuple:
		return v.Items
	default:
		return []jinja.Value{v}
	}
}

func sortedKeys(d *jinja.Dict) []string {
	var keys []string
	for k := range d.All() {
		keys = append(keys, jinja.Str(k))
	}
	return sorted(keys)
}

// testHash is the end of a generic test's unique_id: of its name and everything that makes it what it is.
func testHash(name string, t *DataTest) string {
	namespace := jinja.Value(nil)
	if t.Namespace != "" {
		namespace = t.Namespace
	}
	meta := jinja.DictOf("kwargs", t.Kwargs, "name", t.Name, "namespace", namespace)
	sum := digest(name + jinja.Repr(hashable(meta)))
	return sum[len(sum)-10:]
}

// hashable is the form in which dbt hashes a test: dicts by sorted keys, and every leaf as text.
func hashable(v jinja.Value) jinja.Value {
	switch v := v.(type) {
	case *jinja.Dict:
		out := jinja.NewDict()
		for _, key := range sortedKeys(v) {
			item, _ := v.Get(key)
			out.Put(key, hashable(item))
		}
		return out
	case *jinja.List:
		out := jinja.NewList()
		for _, item := range v.Items {
			out.Items = append(out.Items, hashable(item))
		}
		return out
	default:
		return jinja.Str(v)
	}
}

func digest(s string) string {
	sum := md5.Sum([]byte(s)) //nolint:gosec // not for secrecy
	return hex.EncodeToString(sum[:])
}

// testCode is the template of a generic test, as dbt writes it into the manifest.
func testCode(t *DataTest, config *project.Layer) string {
	macro := "test_" + t.Name
	if t.Namespace != "" {
		macro = t.Namespace + "." + macro
	}
	code := "{{ " + macro + "(**" + testArguments + ") }}"
	var parts []string
	for k, v := range config.Values.All() {
		text := jinja.Str(v)
		if s, ok := v.(string); ok {
			text = `"` + strings.ReplaceAll(s, `"`, `\"`) + `"`
		}
		parts = append(parts, jinja.Str(k)+"="+text)
	}
	if len(parts) > 0 {
		code += "{{ config(" + strings.Join(parts, ",") + ") }}"
	}
	return code
}

// parseTest resolves a generic test's macro and renders it once, to hear what it refers to.
func (b *builder) parseTest(d *draft) {
	t := d.Test
	m := b.Library.Find(d.Package.Name, t.Namespace, "test_"+t.Name)
	if m == nil && d.Package != b.project.Root {
		m = b.Library.Find(b.project.Root.Name, t.Namespace, "test_"+t.Name)
	}
	if m == nil {
		d.calls = nil
		if b.Nodes[t.Attached] != nil {
			d.problems.Add(b.unknownTest(d))
		}
		return
	}
	d.template = b.testTemplate(d.Node)
	d.Macros = []string{m.ID}
	if own := b.Library.Find(d.Package.Name, "", "test_"+t.Name); own != nil {
		d.Macros[0] = own.ID // as in dbt, which does not mind here which package is meant
	}
	// What the test itself says goes over what its macro says by calling config().
	own := d.calls
	d.calls = newCalls()
	d.foreseen = own
	c := b.parseContext(d)
	c.Leading = m
	kwargs, err := b.testKwargs(context.Background(), c, d.Node)
	if err == nil {
		err = b.hearTest(c, d, kwargs)
	}
	d.Macros = b.inReach(d.Macros)
	d.record(own.Values, t.Given.At)
	if strings.Contains(d.Raw, "{{ config(") {
		raw, _ := jinja.Parse(diag.NewSource(generatedSource.Path, d.Raw))
		d.unrender(raw)
	}
	if err != nil {
		d.problems.Add(atTest(problem(err, t.Given.At), t))
	}
}

// inReach are the macros of a test that dbt knows of: its own macro, the first, and what that one calls, at whatever depth. What its
// arguments call besides is not seen.
func (b *builder) inReach(ids []string) []string {
	known, open := map[string]bool{ids[0]: true}, []string{ids[0]}
	if where := b.Library.Find(b.project.Root.Name, "", whereSubquery); where != nil {
		known[where.ID], open = true, append(open, where.ID)
	}
	if !slices.ContainsFunc(ids, func(id string) bool { return !known[id] }) {
		return ids
	}
	for ; len(open) > 0; open = open[1:] {
		m := b.Library.WithID(open[0])
		if m == nil {
			continue
		}
		for _, id := range b.Library.Calls(m) {
			if !known[id] {
				known[id] = true
				open = append(open, id)
			}
		}
	}
	return slices.DeleteFunc(ids, func(id string) bool { return !known[id] })
}

// atTest puts a problem of a generic test to the place where the test is written; the place in its macro becomes a note. A problem of
// anything else (t is nil) stays where it is.
func atTest(p *diag.Diagnostic, t *DataTest) *diag.Diagnostic {
	if t == nil || t.Given == nil || p.Span == t.Given.At {
		return p
	}
	moved := *p
	moved.Related, moved.Fix = nil, nil
	if !p.Span.IsZero() && !isGenerated(p.Span) {
		moved.Related = append(moved.Related, diag.Note{Span: p.Span, Message: "the macro fails here"})
	}
	for _, note := range p.Related {
		if !isGenerated(note.Span) {
			moved.Related = append(moved.Related, note)
		}
	}
	moved.Span = t.Given.At
	return &moved
}

func (b *builder) unknownTest(d *draft) *diag.Diagnostic {
	t := d.Test
	name := t.Name
	if t.Namespace != "" {
		name = t.Namespace + "." + name
	}
	p := &diag.Diagnostic{Code: UnknownTest, Span: t.Given.At, Message: fmt.Sprintf("there is no data test %q", name)}
	var names []string
	for _, m := range b.Library.All() {
		if short, ok := strings.CutPrefix(m.Name, "test_"); ok {
			names = append(names, short)
		}
	}
	p.Hint = diag.DidYouMean(t.Name, sorted(names))
	if p.Hint == "" {
		p.Hint = "define it with {% test " + t.Name + "(model, column_name) %} in tests/generic, or install the package that has it"
	}
	return p
}

// generatedSource is the path of templates that nobody wrote.
var generatedSource = diag.NewSource("(generated)", "")

func isGenerated(at diag.Span) bool {
	return at.Source != nil && at.Source.Path == generatedSource.Path
}

// testTemplate is the template of a generic test: the call of its macro. Its config() is known already. Tests of a kind share one.
func (b *builder) testTemplate(n *Node) *jinja.Template {
	code, _, _ := strings.Cut(n.Raw, "{{ config(")
	if t, known := b.testCalls.Load(code); known {
		return t.(*jinja.Template)
	}
	t, _ := jinja.Parse(diag.NewSource(generatedSource.Path, code))
	b.testCalls.Store(code, t)
	return t
}

// CompiledPath is the path of the node's compiled file below target/compiled, slash-separated. What is defined among others in a
// file (a generic test, a hook) has a file in a folder of that name; properties at the top of a model's file count as a
// file of their own, since the model's name is taken by its own compiled file.
func (n *Node) CompiledPath() string {
	switch {
	case n.File == nil:
		return path.Join(n.Package.Name, n.Path)
	case n.Unit != nil:
		return path.Join(n.Package.Name, n.File.Path, path.Dir(n.File.Path), n.ID[strings.LastIndexByte(n.ID, '.')+1:]+".sql")
	case n.Type == Snapshot: // one of several in its file
		return path.Join(n.Package.Name, n.File.Path, n.Name+".sql")
	case n.Path == "" || path.Base(n.Path) == path.Base(n.File.Path):
		return path.Join(n.Package.Name, n.File.Path)
	}
	properties := n.File.Path
	if model, ok := strings.CutSuffix(properties, ".sql"); ok {
		properties = model + ".yml"
	}
	return path.Join(n.Package.Name, properties, n.Path)
}

// dependOn makes a node depend on what ref('x') and source('a', 'b') texts name.
func (b *builder) dependOn(n *Node, calls []string) {
	for _, text := range calls {
		e, problems := jinja.ParseExpression(diag.NewSource(generatedSource.Path, text))
		if e == nil {
			b.problems.Add(&diag.Diagnostic{Code: UnknownRef, Span: n.At, Message: fmt.Sprintf("depends_on of %s %q: %q is not a ref, source or metric", n.Type, n.Name, text)})
			_ = problems
			continue
		}
		d := &draft{Node: n}
		c := b.parseContext(d)
		first := len(n.Refs) + len(n.Sources) + len(n.Metrics)
		if _, err := e.Eval(context.Background(), c, jinja.Options{}); err != nil || len(n.Refs)+len(n.Sources)+len(n.Metrics) == first {
			b.problems.Add(&diag.Diagnostic{Code: UnknownRef, Span: n.At, Message: fmt.Sprintf("depends_on of %s %q: %q is not a ref, source or metric", n.Type, n.Name, text)})
		}
	}
	for i := range n.Refs {
		n.Refs[i].At = n.At
	}
	for i := range n.Sources {
		n.Sources[i].At = n.At
	}
	for i := range n.Metrics {
		n.Metrics[i].At = n.At
	}
	n.Macros = slices.DeleteFunc(n.Macros, func(string) bool { return true })
}

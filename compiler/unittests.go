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

const (
	// InvalidUnitTest is a unit test that cannot be read: a part is missing, or is not what it should be.
	InvalidUnitTest diag.Code = "invalid-unit-test"
	// MissingInput is a unit test that gives no rows for something that its model reads.
	MissingInput diag.Code = "missing-input"
)

// UnitCase is what makes a node a unit test: the rows that its model is given in place of what it reads, and those that are
// expected of it. https://docs.getdbt.com/docs/build/unit-tests
type UnitCase struct {
	Model    string // as written
	Tested   string // ID of the model
	Given    []*Fixture
	Expected *Fixture
	// Macros, Vars and Env are what the model sees instead of the macros, vars and environment variables of those names; never nil.
	Macros, Vars, Env *jinja.Dict
}

// Fixture is rows that stand for a relation, or those that are expected.
type Fixture struct {
	Input  string // as written: "ref('orders')", "this"; "" for what is expected
	Node   string // ID of what it stands for; "" for what is expected
	Format string // "dict", "csv" or "sql"
	File   string // the name of a file in tests/fixtures, "" without one
	Rows   []*jinja.Dict
	SQL    string // the query that gives the rows, with the format sql
	At     diag.Span
}

// fixture is the fixture for a node, nil if there is none.
func (u *UnitCase) fixture(id string) *Fixture {
	for _, f := range u.Given {
		if f.Node == id {
			return f
		}
	}
	return nil
}

// addUnitTests makes a node of every unit test, one for each version of a model that has versions.
func (b *builder) addUnitTests() {
	for _, pkg := range b.project.Packages {
		for _, raw := range pkg.Props.UnitTests {
			u := &unitReader{builder: b, pkg: pkg, raw: raw}
			u.add()
		}
	}
}

// unitReader reads one entry of unit_tests.
type unitReader struct {
	*builder
	pkg *project.Package
	raw *project.Raw
}

func (u *unitReader) errorf(format string, args ...any) *diag.Diagnostic {
	return u.problems.Errorf(u.raw.At, InvalidUnitTest, "unit test %q %s", u.raw.Name, fmt.Sprintf(format, args...))
}

func (u *unitReader) value(key string) jinja.Value {
	v, _ := u.raw.Values.Get(key)
	return v
}

func (u *unitReader) add() {
	model, _ := u.value("model").(string)
	if model == "" {
		u.errorf("names no model").Hint = `add "model:"`
		return
	}
	// As in dbt, a version may stand behind the name.
	name, version, _ := strings.Cut(strings.TrimSpace(model), " ")
	call := RefCall{Name: name, At: u.raw.At}
	if version != "" {
		call.Version = strings.TrimSpace(version)
	}
	tested, problem := u.findRef(u.pkg, call)
	switch {
	case problem != nil && problem.Code == DisabledRef:
		n := u.node(name, nil)
		n.Enabled = false
		u.builder.add(n)
	case problem != nil:
		u.problems.Add(problem)
	case tested.Type != Model:
		u.errorf("tests %s %q: only models can have unit tests", tested.Type, tested.Name)
	default:
		for _, t := range u.versions(tested, version != "") {
			u.addFor(name, t)
		}
	}
}

// versions are the models to test: all versions of a model that has some, unless the test says which.
func (u *unitReader) versions(tested *Node, chosen bool) []*Node {
	spec, _ := u.value("versions").(*jinja.Dict)
	include, exclude := textsAt(orDict(spec), "include"), textsAt(orDict(spec), "exclude")
	if tested.Version == nil {
		if len(include)+len(exclude) > 0 {
			u.errorf("should not have versions: model %q has none", tested.Name).Hint = `remove "versions:"`
		}
		return []*Node{tested}
	}
	if chosen {
		return []*Node{tested}
	}
	var out []*Node
	for _, n := range u.named[tested.Name] {
		v := jinja.Str(n.Version)
		wanted := len(include) == 0 || slices.Contains(include, v)
		if len(exclude) > 0 {
			wanted = !slices.Contains(exclude, v)
		}
		if n.Package == tested.Package && wanted {
			out = append(out, n)
		}
	}
	if len(out) == 0 {
		u.errorf("refers to a version of %q that does not exist", tested.Name)
	}
	return out
}

func orDict(d *jinja.Dict) *jinja.Dict {
	if d == nil {
		return jinja.NewDict()
	}
	return d
}

// node is the test's node for a model, which is nil if it is disabled.
func (u *unitReader) node(model string, tested *Node) *Node {
	n := &Node{
		Type: UnitTest, ID: "unit_test." + u.pkg.Name + "." + model + "." + u.raw.Name, Name: u.raw.Name, Package: u.pkg, File: u.raw.File,
		At: u.raw.At, Path: u.raw.File.Rel, Raws: u.raw, Unit: &UnitCase{Model: model},
		FQN: append(append([]string{u.pkg.Name}, u.raw.File.Folders()...), model, u.raw.Name),
	}
	if tested != nil && tested.Version != nil {
		n.Version = tested.Version
		n.ID += "_v" + jinja.Str(tested.Version)
	}
	n.Config = u.mergeConfig(UnitTest, u.pkg, n.FQN, []*project.Layer{u.raw.Config}, nil)
	n.Enabled = n.Config.Bool("enabled", true)
	n.Tags = unique(n.Config.Strings("tags"))
	n.Meta = n.Config.Meta()
	if text, _ := u.value("description").(string); text != "" {
		n.Description, n.DocBlocks = u.describeText(u.pkg, text, u.raw.At)
	}
	return n
}

func (u *unitReader) addFor(model string, tested *Node) {
	n := u.node(model, tested)
	if n.Enabled {
		n.DependsOn = []string{tested.ID}
		c := n.Unit
		c.Tested = tested.ID
		overrides := orDict(asDict(u.value("overrides")))
		c.Macros, c.Vars, c.Env = dictOf(overrides, "macros"), dictOf(overrides, "vars"), dictOf(overrides, "env_vars")
		c.Given = u.given(tested)
		c.Expected = u.expected()
		u.checkIncremental(c, tested)
		n.Checksum = checksum(u.identity(c))
	}
	u.builder.add(n)
}

func asDict(v jinja.Value) *jinja.Dict {
	d, _ := v.(*jinja.Dict)
	return d
}

// checkIncremental asks for what a test of a model must say that is built in two ways.
func (u *unitReader) checkIncremental(c *UnitCase, tested *Node) {
	if !slices.Contains(tested.Macros, "macro.dbt.is_incremental") {
		return
	}
	v, _ := c.Macros.Get("is_incremental")
	incremental, ok := v.(bool)
	if !ok {
		u.errorf("must say whether %q is built incrementally", tested.Name).Hint = `add "is_incremental: true" or "false" to the macros of its overrides`
		return
	}
	if incremental && c.fixture(tested.ID) == nil {
		u.errorf("must give the rows that %q already has", tested.Name).Hint = `add "input: this" to "given:"`
	}
}

// given reads the inputs.
func (u *unitReader) given(tested *Node) []*Fixture {
	list, ok := u.value("given").(*jinja.List)
	if !ok {
		if u.value("given") != nil {
			u.errorf(`has a "given" that is not a list`)
		}
		return nil
	}
	var out []*Fixture
	for _, item := range list.Items {
		entry := asDict(item)
		input, _ := orDict(entry).Get("input")
		text, _ := input.(string)
		if strings.TrimSpace(text) == "" {
			u.errorf("has a given without an input").Hint = `add "input: ref('…')"`
			continue
		}
		target := u.input(text, tested)
		if target == nil {
			continue
		}
		f := &Fixture{Input: text, Node: target.ID, At: u.raw.At}
		if u.fill(f, entry, target) {
			out = append(out, f)
		}
	}
	return out
}

// expected reads what is expected.
func (u *unitReader) expected() *Fixture {
	entry := asDict(u.value("expect"))
	if entry == nil {
		u.errorf("expects nothing").Hint = `add "expect:" with rows`
		return nil
	}
	f := &Fixture{At: u.raw.At}
	u.fill(f, entry, nil)
	return f
}

// input is what an input stands for: the node of a ref or a source, or the model itself. Nil if that was reported as a problem.
func (u *unitReader) input(text string, tested *Node) *Node {
	if strings.TrimSpace(text) == "this" {
		return tested
	}
	heard := &Node{Type: Analysis, Name: u.raw.Name, Package: tested.Package, Config: &Config{Values: defaults(Analysis), Unrendered: jinja.NewDict()}}
	e, _ := jinja.ParseExpression(diag.NewSource(generatedSource.Path, text))
	if e != nil {
		_, err := e.Eval(context.Background(), u.parseContext(&draft{Node: heard, calls: newCalls()}), jinja.Options{})
		if err != nil {
			heard.Refs, heard.Sources = nil, nil
		}
	}
	var (
		target  *Node
		problem *diag.Diagnostic
	)
	switch {
	case len(heard.Refs) > 0:
		target, problem = u.findRef(tested.Package, heard.Refs[0])
	case len(heard.Sources) > 0:
		target, problem = u.findSource(tested.Package, heard.Sources[0])
	default:
		u.errorf("has the input %q, which is not a ref, a source or this", text)
		return nil
	}
	if problem != nil {
		problem.Span = u.raw.At
		problem.Message = fmt.Sprintf("unit test %q has the input %q: %s", u.raw.Name, text, problem.Message)
		u.problems.Add(problem)
		return nil
	}
	return target
}

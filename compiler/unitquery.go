package compiler

import (
	"context"
	"errors"
	"fmt"
	"github.com/modsql/mod/compiler/dialect"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/compiler/seed"
)

// renderUnit renders the model of a unit test with its fixtures in place of what it reads.
func (g *Graph) renderUnit(ctx context.Context, n *Node, s Sight) (*Rendered, error) {
	model := g.Nodes[n.Unit.Tested]
	s.Existing = nil
	m := &mock{graph: g, test: n, model: model, sight: s}
	c := g.renderContext(model, s)
	m.into(c.Context)
	text, origin, err := g.query(ctx, c, model)
	if err != nil {
		return nil, err
	}
	ctes, err := m.ctes(ctx)
	if err != nil {
		return nil, err
	}
	at, added := insertCTEs(text, ctes)
	own := g.renderContext(n, s) // what compares the rows is no business of the overrides
	own.This = macros.NewRelation(g.Dialect, relation.Relation{Database: model.Relation.Database, Schema: model.Relation.Schema, Name: n.Name}, relation.BaseTable)
	r := &Rendered{Code: Code{SQL: text[:at] + added + text[at:], CTEs: ctes}, Context: own.Context, Origin: originAround(origin, at, len(added))}
	own.Extra["sql"], own.Extra["compiled_code"] = r.SQL, r.SQL
	return r, nil
}

// originAround is the origin of a text into which something was put that has none.
func originAround(origin func(int) diag.Span, at, added int) func(int) diag.Span {
	return func(offset int) diag.Span {
		switch {
		case offset < at:
			return origin(offset)
		case offset >= at+added:
			return origin(offset - added)
		default:
			return diag.Span{}
		}
	}
}

// mock is what the model of a unit test sees instead of the world.
type mock struct {
	graph       *Graph
	test, model *Node
	sight       Sight
	used        []*Fixture // in the order in which the model came to read them
}

// into puts the test's fixtures and overrides into the names of its model.
func (m *mock) into(c *macros.Context) {
	u := m.test.Unit
	c.Ref = func(_ *jinja.Call, pkg, name string, version jinja.Value) (jinja.Value, error) {
		target, problem := m.graph.findRef(m.model.Package, RefCall{Package: pkg, Name: name, Version: version})
		if problem != nil {
			return nil, problem
		}
		return m.read(target)
	}
	c.Source = func(_ *jinja.Call, source, table string) (jinja.Value, error) {
		target, problem := m.graph.findSource(m.model.Package, SourceCall{Source: source, Table: table})
		if problem != nil {
			return nil, problem
		}
		return m.read(target)
	}
	c.This = nil
	if f := u.fixture(m.model.ID); f != nil {
		c.This = m.stand(f, m.model)
	}
	c.Vars = u.Vars
	m.override(c)
	if u.Env.Len() > 0 {
		c.Extra["env_var"] = m.environment(c)
	}
}

// read is the relation of what the model reads: the CTE of its fixture.
func (m *mock) read(target *Node) (jinja.Value, error) {
	f := m.test.Unit.fixture(target.ID)
	if f == nil {
		return nil, &diag.Diagnostic{
			Code: MissingInput, Span: m.test.At, Hint: fmt.Sprintf(`add "input: %s" to "given:"`, refTo(target)),
			Message: fmt.Sprintf("unit test %q gives no rows for %s %q, which model %q reads", m.test.Name, target.Type, target.Name, m.model.Name),
		}
	}
	return m.stand(f, target), nil
}

func (m *mock) stand(f *Fixture, target *Node) *macros.Relation {
	known := false
	for _, u := range m.used {
		known = known || u == f
	}
	if !known {
		m.used = append(m.used, f)
	}
	r := macros.NewRelation(m.graph.Dialect, target.Relation, relation.CTE)
	r.Text = fixtureName(target)
	return r
}

// fixtureName is the name of the CTE that stands for a node.
func fixtureName(n *Node) string {
	if n.Table != nil {
		return "__dbt__cte__" + n.Table.Source.Name + "__" + n.Name
	}
	return n.CTEName()
}

// override hides macros, and whatever else templates see by a name, behind the values of the test. A name may have its package's
// before it; one of mod's own macros is also hidden where it is called without.
func (m *mock) override(c *macros.Context) {
	packages := map[string]map[string]jinja.Value{}
	for key, value := range m.test.Unit.Macros.All() {
		name := jinja.Str(key)
		pkg, rest, qualified := strings.Cut(name, ".")
		if !qualified {
			pkg, rest = macros.PackPackage, name
		}
		replaced := value
		if c.Calls(name) {
			replaced = jinja.Func{Name: rest, Fn: func(*jinja.Call) (jinja.Value, error) { return value, nil }}
		}
		if packages[pkg] == nil {
			packages[pkg] = map[string]jinja.Value{}
		}
		packages[pkg][rest] = replaced
		if !qualified || pkg == macros.PackPackage {
			c.Extra[rest] = replaced
		}
	}
	for pkg, hidden := range packages {
		if v, ok := c.Lookup(pkg); ok {
			c.Extra[pkg] = &hiding{value: v, hidden: hidden}
		}
	}
}

// hiding is a package's macros with some of them replaced.
type hiding struct {
	value  jinja.Value
	hidden map[string]jinja.Value
}

// Attr implements jinja.Attributer.
func (h *hiding) Attr(name string) (jinja.Value, bool) {
	if v, ok := h.hidden[name]; ok {
		return v, true
	}
	if a, ok := h.value.(jinja.Attributer); ok {
		return a.Attr(name)
	}
	return nil, false
}

// Index implements jinja.Indexer.
func (h *hiding) Index(key jinja.Value) (jinja.Value, bool, error) {
	if name, ok := key.(string); ok {
		if v, ok := h.hidden[name]; ok {
			return v, true, nil
		}
	}
	if i, ok := h.value.(jinja.Indexer); ok {
		return i.Index(key)
	}
	return nil, false, nil
}

// environment is env_var with the test's variables before those of the environment.
func (m *mock) environment(c *macros.Context) jinja.Value {
	own, _ := c.Lookup("env_var")
	return jinja.Func{Name: "env_var", Fn: func(call *jinja.Call) (jinja.Value, error) {
		name, ok := call.Kwargs.Get("var")
		if len(call.Args) > 0 {
			name, ok = call.Args[0], true
		}
		if ok {
			if v, set := m.test.Unit.Env.Get(jinja.Str(name)); set {
				return v, nil
			}
		}
		return call.State.Call(own, call.Args, call.Kwargs)
	}}
}

// ctes spells the fixtures that the model came to read.
func (m *mock) ctes(ctx context.Context) ([]CTE, error) {
	var out []CTE
	for _, f := range m.used {
		target := m.graph.Nodes[f.Node]
		sql, err := m.spell(ctx, f, target)
		if err != nil {
			return nil, AtUnitTest(m.graph.failure(err, target), m.test)
		}
		out = append(out, CTE{ID: target.ID, Name: fixtureName(target), SQL: sql})
	}
	return out, nil
}

func (m *mock) spell(ctx context.Context, f *Fixture, target *Node) (string, error) {
	c := m.graph.renderContext(target, m.sight)
	if f.Format == formatSQL {
		return renderText(ctx, c, project.Text{Text: f.SQL, At: f.At})
	}
	columns, rows, err := m.columns(ctx, f, target)
	if err != nil {
		return "", err
	}
	return c.Spell(ctx, "get_fixture_sql", rows, columns)
}

// columns are the names and types of a fixture's columns, and its rows. The relation that it stands for tells if it exists; if
// not, the properties do, and then the rows themselves: a type is "" where only they can.
func (m *mock) columns(ctx context.Context, f *Fixture, target *Node) (columns *jinja.Dict, rows *jinja.List, err error) {
	columns, rows = jinja.NewDict(), jinja.NewList()
	for _, row := range f.Rows {
		rows.Append(row)
	}
	existing, err := m.existing(ctx, target)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range existing {
		columns.Put(c.Name, c.Type)
	}
	if len(existing) > 0 {
		return columns, rows, nil
	}
	known := map[string]bool{}
	fold := m.graph.Dialect.Fold
	for _, c := range target.Columns {
		name := c.Name
		if c.Quote == nil || !*c.Quote {
			name = fold(name)
		}
		known[strings.ToLower(name)] = true
		columns.Put(name, c.DataType)
	}
	for _, row := range f.Rows {
		for key := range row.All() {
			if name := fold(jinja.Str(key)); !known[strings.ToLower(name)] {
				known[strings.ToLower(name)] = true
				columns.Put(name, "")
			}
		}
	}
	if f.Format == formatCSV {
		rows = literals(f.Rows, columns)
	}
	return columns, rows, nil
}

// existing are the columns of the relation that a node is stored in, none if there is no telling.
func (m *mock) existing(ctx context.Context, target *Node) ([]relation.Column, error) {
	if m.sight.Warehouse != nil && (target.Type == Source || target.Stored()) {
		columns, err := m.sight.Warehouse.Columns(ctx, target.Relation)
		if err != nil || len(columns) > 0 {
			return columns, err
		}
		if m.sight.Deferred != nil {
			if elsewhere, ok := m.sight.Deferred(target.ID); ok {
				return m.sight.Warehouse.Columns(ctx, elsewhere)
			}
		}
	}
	if target.Type == Seed {
		return m.graph.seedColumns(target)
	}
	return nil, nil
}

// quotesColumns tells whether the names of a seed's columns are quoted: quote_columns, which is true unless it is given, as in dbt.
func (g *Graph) quotesColumns(n *Node) bool {
	fallback := !g.Dialect.Has(dialect.Unquoted)
	if v, ok := n.Config.Value("quote_columns"); !ok || v == nil {
		return fallback
	}
	return n.Config.Bool("quote_columns", fallback)
}

// seedColumns are the columns that a seed's file is going to have in the warehouse.
func (g *Graph) seedColumns(n *Node) ([]relation.Column, error) {
	text, err := n.File.Read()
	if err != nil {
		return nil, fmt.Errorf("read seed %s: %w", n.Name, err)
	}
	types := map[string]string{}
	given, _ := n.Config.Get("column_types").(map[string]any)
	for name, t := range given {
		types[name] = fmt.Sprint(t)
	}
	f, err := seed.Infer(func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }, seed.Options{
		Dialect: g.Dialect, Delimiter: n.Config.String("delimiter"), ColumnTypes: types, QuoteColumns: g.quotesColumns(n),
	})
	if err != nil {
		return nil, nil // the seed itself tells what is wrong with its file
	}
	return f.Target(n.Relation).Columns, nil
}

// AtUnitTest puts a problem of what a unit test is given, or expects, to the place where the test is written. Other errors stay.
func AtUnitTest(err error, n *Node) error {
	var d *diag.Diagnostic
	if !errors.As(err, &d) || d.Span.Source != nil && (d.Span.Source == n.At.Source || strings.HasSuffix(d.Span.Source.Path, ".sql") && !strings.HasPrefix(d.Span.Source.Path, "pack/")) {
		return err
	}
	placed := *d
	placed.Span, placed.Related = n.At, nil
	return &placed
}

var (
	integerLiteral = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,17})$`)
	decimalLiteral = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
	truthLiteral   = regexp.MustCompile(`^(?i:true|false)$`)
)

// literals reads the text of CSV as numbers and truth values, in columns that have no type and hold nothing else.
func literals(rows []*jinja.Dict, columns *jinja.Dict) *jinja.List {
	out := jinja.NewList()
	for _, row := range rows {
		out.Append(row.Clone())
	}
	for key, known := range columns.All() {
		if known != "" {
			continue
		}
		for _, form := range []*regexp.Regexp{integerLiteral, decimalLiteral, truthLiteral} {
			if readColumn(out, jinja.Str(key), form) {
				break
			}
		}
	}
	return out
}

// readColumn reads a column if all of its text has that form.
func readColumn(rows *jinja.List, column string, form *regexp.Regexp) bool {
	each := func(do func(row *jinja.Dict, key jinja.Value, text string) bool) bool {
		for _, item := range rows.Items {
			row := item.(*jinja.Dict).Clone()
			for key, v := range row.All() {
				text, ok := v.(string)
				if ok && strings.EqualFold(jinja.Str(key), column) && !do(item.(*jinja.Dict), key, text) {
					return false
				}
			}
		}
		return true
	}
	if !each(func(_ *jinja.Dict, _ jinja.Value, text string) bool { return form.MatchString(text) }) {
		return false
	}
	return each(func(row *jinja.Dict, key jinja.Value, text string) bool {
		var v jinja.Value = strings.EqualFold(text, "true")
		switch form {
		case integerLiteral:
			v, _ = strconv.Atoi(text)
		case decimalLiteral:
			v, _ = strconv.ParseFloat(text, 64)
		}
		row.Put(jinja.Str(key), v)
		return true
	})
}

// Expectation are the rows that a unit test expects, as its materialization takes them: rows, or the query that gives them.
func (n *Node) Expectation() (rows *jinja.List, sql string) {
	rows = jinja.NewList()
	for _, row := range n.Unit.Expected.Rows {
		rows.Append(row)
	}
	return rows, n.Unit.Expected.SQL
}

// describeUnit is a unit test in the shape of dbt's manifest.
func (g *Graph) describeUnit(n *Node) *jinja.Dict {
	u := n.Unit
	given := jinja.NewList()
	for _, f := range u.Given {
		d := jinja.DictOf("input", f.Input)
		for k, v := range describeFixture(f).All() {
			d.Put(jinja.Str(k), v)
		}
		given.Append(d)
	}
	var overrides, schema, versions jinja.Value
	if d := asDict(at(n.Raws.Values, "overrides")); d != nil {
		overrides = jinja.DictOf("macros", dictOf(d, "macros").Clone(), "vars", dictOf(d, "vars").Clone(), "env_vars", dictOf(d, "env_vars").Clone())
	}
	if d := asDict(at(n.Raws.Values, "versions")); d != nil {
		versions = jinja.DictOf("include", at(d, "include"), "exclude", at(d, "exclude"))
	}
	if model := g.Nodes[u.Tested]; model != nil {
		schema = model.Relation.Schema
	}
	return jinja.DictOf(
		"model", u.Model, "given", given, "expect", describeFixture(u.Expected), "name", n.Name, "resource_type", string(UnitTest),
		"package_name", n.Package.Name, "path", n.Path, "original_file_path", n.originalPath(), "unique_id", n.ID, "fqn", textList(n.FQN),
		"description", n.Description, "overrides", overrides, "depends_on", jinja.DictOf("macros", jinja.NewList(), "nodes", textList(n.DependsOn)),
		"config", g.describeConfig(n), "checksum", text(n.Checksum), "schema", schema,
		"created_at", float64(g.options.Invocation.Started)/1e9, "versions", versions, "version", n.Version,
	)
}

func describeFixture(f *Fixture) *jinja.Dict {
	if f == nil {
		return jinja.NewDict()
	}
	var rows jinja.Value = f.SQL
	if f.Format != formatSQL {
		list := jinja.NewList()
		for _, row := range f.Rows {
			list.Append(row.Clone())
		}
		rows = list
	}
	return jinja.DictOf("rows", rows, "format", f.Format, "fixture", text(f.File))
}

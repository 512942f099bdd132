package compiler

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// Render renders a node's code with execute on: what is run, or shown by `mod compile`. A mistake in the template is a
// *diag.Diagnostic or *diag.Errors as the error.
func (g *Graph) Render(ctx context.Context, n *Node, s Sight) (*Rendered, error) {
	if at := g.Of(n); at != g {
		return at.Render(ctx, n, s)
	}
	if n.Unit != nil {
		return g.renderUnit(ctx, n, s)
	}
	c := g.renderContext(n, s)
	r := &Rendered{Context: c.Context, Origin: func(int) diag.Span { return diag.Span{} }}
	if n.IsPython() {
		r.SQL = n.File.Text
	}
	c.Direct = func(m *macros.Macro) {
		if !slices.Contains(r.Macros, m.ID) {
			r.Macros = append(r.Macros, m.ID)
		}
	}
	if n.template != nil {
		if err := g.renderCode(ctx, c, n, r); err != nil {
			return nil, err
		}
	}
	c.Direct = nil
	r.Pre, r.Post = hooksIn(n, "pre_hook"), hooksIn(n, "post_hook")
	r.hook = func(ctx context.Context, h project.Text) (string, error) {
		sql, err := renderText(ctx, c, h)
		if err != nil {
			return "", g.failure(err, n)
		}
		return sql, nil
	}
	r.overload = g.overloading(c, n)
	c.Extra["sql"], c.Extra["compiled_code"] = r.SQL, r.SQL
	described := c.Model
	c.Model = func() *jinja.Dict {
		d := described()
		d.Put("compiled_code", r.SQL)
		return d
	}
	return r, nil
}

// renderCode renders the node's template and puts the ephemeral models it refers to in front.
func (g *Graph) renderCode(ctx context.Context, c *nodeContext, n *Node, r *Rendered) error {
	if n.Test != nil {
		kwargs, err := g.testKwargs(ctx, c.Context, n)
		if err != nil {
			return g.failure(err, n)
		}
		c.Extra[testArguments] = kwargs
	}
	if n.Sync != nil {
		arguments, err := renderArgument(ctx, c, n.Sync.arguments)
		if err != nil {
			return g.failure(err, n)
		}
		c.Extra[syncArguments] = arguments
	}
	text, origin, err := g.query(ctx, c, n)
	if err != nil {
		return err
	}
	put, err := g.ctes(ctx, c, nil)
	if err != nil {
		return err
	}
	r.CTEs = put.all()
	at, added := insertCTEs(text, r.CTEs)
	r.SQL = text[:at] + added + text[at:]
	r.inlined = func(offset int) diag.Span { return put.placeAt(added, offset-at) }
	r.Origin = func(offset int) diag.Span {
		if written, ok := n.relationAt(); ok {
			return written
		}
		switch {
		case n.Test != nil && n.Test.Given != nil: // nobody wrote its template
			return n.Test.Given.At
		case n.Sync != nil:
			return n.Sync.placeAt(r.SQL, offset)
		case offset < at:
			return origin(offset)
		case offset >= at+len(added):
			return origin(offset - len(added))
		default:
			return diag.Span{}
		}
	}
	return nil
}

// failure is an error of rendering as the user is to see it: context errors stay, everything else is a diagnostic.
func (g *Graph) failure(err error, n *Node) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	var d *diag.Diagnostic
	var e *jinja.Error
	var all *diag.Errors
	switch {
	case errors.As(err, &d) && errors.As(err, &e):
		d = inPlace(d, e)
	case errors.As(err, &d):
	case errors.As(err, &e):
		if worldly(e.Cause) {
			return err
		}
		d = e.Diagnostic()
	case errors.As(err, &all):
		return err
	default:
		return err
	}
	if n.Test != nil {
		d = atTest(d, n.Test)
	}
	if n.Sync != nil {
		d = atSync(d, n)
	}
	return d
}

// worldly tells whether the cause of a template's error is the warehouse's and not the template's.
func worldly(cause error) bool {
	var w interface{ Worldly() bool }
	return errors.As(cause, &w) && w.Worldly()
}

// Place is where a byte of SQL was written: what Origin says of it, or the place in the file of an ephemeral model that was put in. It is
// the zero Span for what mod added.
func (r *Rendered) Place(offset int) diag.Span {
	at := r.Origin(offset)
	if at.IsZero() && r.inlined != nil {
		return r.inlined(offset)
	}
	return at
}

// Blank tells whether there is no code but comments.
func (r *Rendered) Blank() bool { return skipBlank(r.SQL, 0) == len(r.SQL) }

// nodeContext is the context of one rendering, with the ephemeral models that it came to refer to.
type nodeContext struct {
	*macros.Context
	node  *Node
	sight Sight
	used  []*Node
}

// refreshing is that call of mod with --full-refresh.
func refreshing(i *macros.Invocation) *macros.Invocation {
	out := *i
	out.Flags = map[string]jinja.Value{}
	maps.Copy(out.Flags, i.Flags)
	out.Flags["FULL_REFRESH"] = true
	return &out
}

func (g *Graph) renderContext(n *Node, s Sight) *nodeContext {
	if s.Batch != nil {
		n = inBatch(n, s.Batch)
	}
	c := &nodeContext{Context: g.context(n), node: n, sight: s}
	if s.Apart && c.Invocation != nil {
		apart := *c.Invocation
		apart.ID, apart.StartedAt, apart.Started, apart.Heard = "", nil, 0, nil
		c.Invocation = &apart
	}
	if s.Anew && c.Invocation != nil {
		c.Invocation = refreshing(c.Invocation)
	}
	c.Execute = true
	c.Existing, c.Thread, c.Used = s.Existing, s.Thread, s.Used
	c.Connect(s.Warehouse)
	c.Config = nodeConfig{n}
	c.This = g.relation(n)
	c.Ref = func(call *jinja.Call, pkg, name string, version jinja.Value) (jinja.Value, error) {
		target, problem := g.findRef(n.Package, RefCall{Package: pkg, Name: name, Version: version})
		if problem != nil {
			return nil, problem
		}
		if !slices.Contains(n.DependsOn, target.ID) && n.Type != Operation {
			return nil, &diag.Diagnostic{
				Code: UnknownDependency, Message: fmt.Sprintf("the ref to %q was not seen while parsing", name),
				Hint: fmt.Sprintf("add this line to the file, so that the order of the run is known:  -- depends_on: {{ ref('%s') }}", name),
			}
		}
		return g.read(c, target), nil
	}
	c.Source = func(call *jinja.Call, source, table string) (jinja.Value, error) {
		target, problem := g.findSource(n.Package, SourceCall{Source: source, Table: table})
		if problem != nil {
			return nil, problem
		}
		return g.reduced(n, s, target, g.relation(target)), nil
	}
	c.Function = func(call *jinja.Call, pkg, name string) (jinja.Value, error) {
		target, problem := g.findFunction(n.Package, RefCall{Package: pkg, Name: name})
		if problem != nil {
			return nil, problem
		}
		r := g.elsewhere(c, target)
		if s.Apart { // a call does not tell that it is of a node: an environment is not to make it another
			r.Relation = target.Home
		}
		return r, nil
	}
	c.Metric = func(_ *jinja.Call, pkg, name string) (jinja.Value, error) {
		if _, problem := g.findMetric(n.Package, RefCall{Package: pkg, Name: name}); problem != nil {
			return nil, problem
		}
		return name, nil
	}
	if s.Batch != nil {
		c.Model = func() *jinja.Dict {
			d := g.describeOwn(n)
			d.Put("batch", describeBatch(s.Batch))
			return d
		}
	}
	return c
}

// read is the relation that a ref gives: an ephemeral model's is its CTE, which is remembered.
func (g *Graph) read(c *nodeContext, target *Node) *macros.Relation {
	if target.Ephemeral() {
		if !slices.Contains(c.used, target) {
			c.used = append(c.used, target)
		}
		r := macros.NewRelation(g.Dialect, target.Relation, relation.CTE)
		r.Text = target.CTEName()
		return g.reduced(c.node, c.sight, target, r)
	}
	return g.reduced(c.node, c.sight, target, g.elsewhere(c, target))
}

// elsewhere is what templates see of a node's relation: of one that is not built here, or that nobody else reads yet, another one.
func (g *Graph) elsewhere(c *nodeContext, target *Node) *macros.Relation {
	r := g.relation(target)
	for _, elsewhere := range []func(string) (relation.Relation, bool){c.sight.Aside, c.sight.Deferred} {
		if elsewhere == nil {
			continue
		}
		if there, ok := elsewhere(target.ID); ok {
			r = macros.NewRelation(g.Dialect, there, r.Kind)
			r.Quote = target.quoting(g.Project, g.Dialect)
			break
		}
	}
	return r
}

// relation is what templates see of a node's relation.
func (g *Graph) relation(n *Node) *macros.Relation {
	kind := relation.Unknown
	if n.Type == Function {
		kind = relation.Function
	}
	r := macros.NewRelation(g.Dialect, n.Relation, kind)
	r.Quote = n.quoting(g.Project, g.Dialect)
	r.Text = g.Location(n)
	return r
}

// CTEName is the name of the CTE that holds an ephemeral model's query in the queries that refer to it.
func (n *Node) CTEName() string { return "__dbt__cte__" + n.Relation.Name }

// inlined are CTEs with the places that their text comes from.
type inlined []inlinedCTE

type inlinedCTE struct {
	CTE
	origin func(int) diag.Span
}

// all are the CTEs alone; nil for none.
func (list inlined) all() []CTE {
	var out []CTE
	for _, e := range list {
		out = append(out, e.CTE)
	}
	return out
}

// placeAt is the place of an offset of what [insertCTEs] made of the CTEs; the zero Span if that is in none of them.
func (list inlined) placeAt(added string, offset int) diag.Span {
	start := 0
	for _, e := range list {
		opening := opensCTE(e.CTE)
		start += strings.Index(added[start:], opening) + len(opening)
		if offset >= start && offset < start+len(e.SQL) {
			return e.origin(offset - start)
		}
		start += len(e.SQL)
	}
	return diag.Span{}
}

func opensCTE(e CTE) string { return " " + e.Name + " as (\n" }

// ctes renders the ephemeral models that a rendering referred to, each after those it refers to itself.
func (g *Graph) ctes(ctx context.Context, c *nodeContext, done inlined) (inlined, error) {
	for _, n := range c.used {
		if slices.ContainsFunc(done, func(e inlinedCTE) bool { return e.ID == n.ID }) {
			continue
		}
		inside := c.sight
		inside.Existing, inside.Batch = nil, nil // as in dbt, a batch does not reach through an ephemeral model
		inner := g.renderContext(n, inside)
		text, origin, err := g.query(ctx, inner, n)
		if err != nil {
			return nil, err
		}
		if done, err = g.ctes(ctx, inner, done); err != nil {
			return nil, err
		}
		done = append(done, inlinedCTE{CTE{ID: n.ID, Name: n.CTEName(), SQL: text}, origin})
	}
	return done, nil
}

// Inlined are the ephemeral models of a node's CTEs as nodes of their own, by ID: the code of each with the CTEs that it needs itself.
func (g *Graph) Inlined(ctes []CTE) map[string]*Rendered {
	out := make(map[string]*Rendered, len(ctes))
	for i, e := range ctes {
		needs := map[string]bool{}
		for _, parent := range g.DAG.Parents(e.ID) {
			r := out[parent]
			if r == nil {
				continue
			}
			needs[parent] = true
			for _, further := range r.CTEs {
				needs[further.ID] = true
			}
		}
		r := &Rendered{}
		for _, earlier := range ctes[:i] {
			if needs[earlier.ID] {
				r.CTEs = append(r.CTEs, earlier)
			}
		}
		at, added := insertCTEs(e.SQL, r.CTEs)
		r.SQL = e.SQL[:at] + added + e.SQL[at:]
		out[e.ID] = r
	}
	return out
}

// insertCTEs tells what to insert into a query, and where, so that it begins with the CTEs: at its start, or behind the `with` (or
// `with recursive`) that it begins with.
func insertCTEs(sql string, ctes []CTE) (at int, added string) {
	if len(ctes) == 0 {
		return 0, ""
	}
	parts := make([]string, len(ctes))
	for i, e := range ctes {
		parts[i] = opensCTE(e) + e.SQL + "\n)"
	}
	list := strings.Join(parts, ", ")
	word, end := wordAt(sql, skipBlank(sql, 0))
	if !strings.EqualFold(word, "with") {
		// In front of leading comments too, where dbt puts them.
		return len(sql) - len(strings.TrimLeftFunc(sql, unicode.IsSpace)), "with" + list + " "
	}
	if next, afterNext := wordAt(sql, skipBlank(sql, end)); strings.EqualFold(next, "recursive") {
		end = afterNext
	}
	return len(sql) - len(strings.TrimLeftFunc(sql[end:], unicode.IsSpace)), list + ", " // as in dbt, behind the white space
}

// skipBlank is the offset of the first byte at or after i that is neither white space nor in a comment.
func skipBlank(sql string, i int) int {
	for i < len(sql) {
		switch {
		case strings.IndexByte(" \t\r\n\f\v", sql[i]) >= 0:
			i++
		case strings.HasPrefix(sql[i:], "--"):
			end := strings.IndexByte(sql[i:], '\n')
			if end < 0 {
				return len(sql)
			}
			i += end + 1
		case strings.HasPrefix(sql[i:], "/*"):
			end := strings.Index(sql[i+2:], "*/")
			if end < 0 {
				return len(sql)
			}
			i += end + 4
		default:
			return i
		}
	}
	return i
}

func wordAt(sql string, i int) (word string, end int) {
	end = i
	for end < len(sql) && (sql[end] == '_' || sql[end]|0x20 >= 'a' && sql[end]|0x20 <= 'z') {
		end++
	}
	return sql[i:end], end
}

// Hooks are the node's hooks of a config, pre_hook or post_hook, as they are written.
func (n *Node) Hooks(config string) []Hook { return hooksIn(n, config) }

// hooksIn are a node's pre- or post-hooks.
func hooksIn(n *Node, config string) []Hook {
	v, _ := n.Config.Value(config)
	var out []Hook
	for _, h := range hooksOf(v) {
		at := h.At
		if at.IsZero() {
			at = n.At
		}
		out = append(out, Hook{SQL: h.Text, Transaction: h.Transaction, At: at})
	}
	return out
}

// Hook renders one of the node's hooks, when its turn has come: what it asks the warehouse is answered as of then. The text is
// empty if there is nothing to run.
func (r *Rendered) Hook(ctx context.Context, template string) (string, error) {
	at := diag.Span{}
	for _, h := range slices.Concat(r.Pre, r.Post) {
		if h.SQL == template {
			at = h.At
		}
	}
	sql, err := r.hook(ctx, project.Text{Text: template, At: at})
	if err != nil {
		return "", err
	}
	sql = strings.TrimSpace(sql)
	if r.hooks == nil {
		r.hooks = map[string]diag.Span{}
	}
	r.hooks[sql] = at
	return sql, nil
}

// HookAt is where the hook stands that rendered to that statement, the zero Span if none did.
func (r *Rendered) HookAt(sql string) diag.Span { return r.hooks[strings.TrimSpace(sql)] }

// renderText renders a template that stands inside another file; its problems are put where it stands.
func renderText(ctx context.Context, g jinja.Globals, h project.Text) (string, error) {
	t, problems := jinja.Parse(diag.NewSource(generatedSource.Path, h.Text))
	if t == nil {
		for _, d := range problems.Sorted() {
			d.Span = h.At
		}
		return "", problems.Err()
	}
	out, err := t.Render(ctx, g, jinja.Options{})
	if err != nil {
		var e *jinja.Error
		if !errors.As(err, &e) || errors.Is(err, context.Canceled) {
			return "", err
		}
		if e = e.CalledAt(h.At); worldly(e.Cause) {
			return "", e
		}
		return "", e.Diagnostic()
	}
	return out.Text, nil
}

// Operation renders a hook of on-run-start or on-run-end, or the code of `mod run-operation`, in a package's context with extra names.
func (g *Graph) Operation(ctx context.Context, pkg *project.Package, text project.Text, s Sight, extra map[string]jinja.Value) (*Rendered, error) {
	n := &Node{
		Type: Operation, Name: "operation", ID: "operation." + pkg.Name + ".operation", Package: pkg, At: text.At, Raw: text.Text,
		FQN: []string{pkg.Name, "operation"}, Config: &Config{Values: defaults(Operation), Unrendered: jinja.NewDict()}, Enabled: true,
	}
	n.Relation = relation.Relation{Database: g.Project.Target.Database, Schema: g.Project.Target.Schema, Name: n.Name}
	c := g.renderContext(n, s)
	for k, v := range extra {
		c.Extra[k] = v
	}
	sql, err := renderText(ctx, c, text)
	if err != nil {
		return nil, err
	}
	return &Rendered{Code: Code{SQL: sql}, Context: c.Context, Origin: func(int) diag.Span { return text.At }}, nil
}

// Inline compiles a query that is not part of the project, as of `mod show --inline`: a node that is in no graph but can be
// rendered by this one.
func (g *Graph) Inline(sql string) (*Node, *diag.List) {
	problems := &diag.List{}
	src := diag.NewSource("inline", sql)
	t, parsed := jinja.Parse(src)
	problems.Append(parsed)
	if t == nil {
		return nil, problems
	}
	root := g.Project.Root
	n := &Node{
		Type: Analysis, Name: "inline_query", ID: "sql_operation." + root.Name + ".inline_query", Package: root, At: diag.Span{Source: src},
		Raw: sql, Path: "inline_query.sql", FQN: []string{root.Name, "sql", "inline_query"}, Enabled: true, template: t,
		Config: &Config{Values: defaults(Analysis), Unrendered: jinja.NewDict()}, Meta: jinja.NewDict(),
	}
	n.Relation = relation.Relation{Database: g.Project.Target.Database, Schema: g.Project.Target.Schema, Name: n.Name}
	d := &draft{Node: n, calls: newCalls()}
	g.hear(d)
	problems.Append(&d.problems)
	for _, r := range n.Refs {
		target, problem := g.findRef(root, r)
		if problem != nil {
			problems.Add(problem)
			continue
		}
		n.DependsOn = append(n.DependsOn, target.ID)
	}
	return n, problems
}

package materialize_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/macros/bind"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
)

// settings is a node's config, for materializations and for templates.
type settings map[string]any

// Get implements materialize.Config.
func (s settings) Get(name string) any { return s[name] }

// Attr implements jinja.Attributer.
func (s settings) Attr(name string) (jinja.Value, bool) {
	switch name {
	case "get":
		return bind.Func("get", "name default?", func(_ *jinja.Call, a bind.Args) (jinja.Value, error) {
			key, err := a.Text("name", "")
			if v, ok := s[key]; ok && v != nil {
				return (&macros.Context{}).Value(v), err
			}
			return a.Value("default"), err
		}), true
	case "persist_relation_docs", "persist_column_docs":
		return bind.Func(name, "", func(*jinja.Call, bind.Args) (jinja.Value, error) { return true, nil }), true
	}
	return nil, false
}

// speller spells the ops of one node of a project with those macros of its own.
func speller(t *testing.T, d *dialect.Dialect, config settings, model *jinja.Dict, own string) *macros.Context {
	t.Helper()
	root := &project.Package{
		Name: "shop", IsRoot: true,
		Vars: jinja.NewDict(), Quoting: jinja.NewDict(), Flags: jinja.NewDict(), Cloud: jinja.NewDict(),
	}
	if own != "" {
		src := diag.NewSource("macros/own.sql", own)
		root.Macros = []*project.File{{Source: src, Package: root, Name: "own", Path: "macros/own.sql"}}
	}
	p := &project.Project{
		Root: root, Packages: []*project.Package{root}, CLIVars: jinja.NewDict(),
		Target: &project.Target{Type: d.Name, Database: "shop", Schema: "main", Dict: jinja.NewDict()},
	}
	library, problems := macros.NewLibrary(p, d)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return &macros.Context{
		Library: library, Project: p, Package: root, Dialect: d, Execute: true,
		Invocation: &macros.Invocation{ID: "5f3c0c52-0000-4000-8000-000000000000", Flags: map[string]jinja.Value{"STORE_FAILURES": false}},
		Config:     config, Model: func() *jinja.Dict { return model },
		This: macros.NewRelation(d, relation.Relation{Database: "shop", Schema: "main", Name: "orders"}, relation.BaseTable),
	}
}

// script prints ops, with what Look and Ask find out taken from the answers.
type script struct {
	*macros.Context
	columns map[string][]relation.Column // by name of the relation; "" is the query
	rows    materialize.Rows
	out     strings.Builder
}

func (s *script) print(ops []materialize.Op) error {
	for _, op := range ops {
		if err := s.op(op); err != nil {
			return err
		}
	}
	return nil
}

var phases = map[materialize.Phase]string{materialize.Before: "before", materialize.Inside: "inside", materialize.After: "after", -1: "if they fail"}

func (s *script) op(op materialize.Op) error {
	title := phases[op.Phase]
	if op.Main {
		title += ", main"
	}
	if op.Single {
		title += ", single"
	}
	switch {
	case op.Look != nil:
		return s.look(title, op.Look)
	case op.Ask != nil:
		return s.ask(title, op.Ask)
	case op.Keep:
		s.lines(title, "what is kept may be another one from here on")
	case op.Gate != nil:
		return s.gate(title, op.Gate)
	case op.Load != nil:
		s.lines(title+": load", op.Load.Into.String())
	case op.Call != nil:
		text, err := s.Spell(context.Background(), op.Call.Macro, op.Call.Args...)
		if err != nil {
			return fmt.Errorf("%s: %w", op.Call.Macro, err)
		}
		s.lines(title+": "+op.Call.Macro, text)
	default:
		s.lines(title+": hook", op.SQL)
	}
	for _, e := range op.Does {
		s.effect(e)
	}
	return nil
}

// gate prints where the tests run, and what is undone if they fail.
func (s *script) gate(title string, g *materialize.Gate) error {
	what := "tests on "
	if g.Rows {
		what = "tests of rows on "
	}
	s.lines(title+": gate", what+g.On.String())
	for _, undo := range g.Undo {
		undo.Phase = -1
		if err := s.op(undo); err != nil {
			return err
		}
	}
	return nil
}

func (s *script) look(title string, l *materialize.Look) error {
	var at []string
	var found [][]relation.Column
	for _, r := range l.At {
		at = append(at, r.String())
		found = append(found, s.columns[r.Name])
	}
	if l.Query != "" {
		at = append(at, "the query")
		found = append(found, s.columns[""])
	}
	s.lines(title+": look", strings.Join(at, ", "))
	ops, err := l.Then(found)
	if err != nil {
		return err
	}
	return s.print(ops)
}

func (s *script) ask(title string, a *materialize.Ask) error {
	text, err := s.Spell(context.Background(), a.Call.Macro, a.Call.Args...)
	if err != nil {
		return fmt.Errorf("%s: %w", a.Call.Macro, err)
	}
	s.lines(title+": ask "+a.Call.Macro, text)
	if a.Then == nil {
		return nil
	}
	ops, err := a.Then(s.rows)
	if err != nil {
		return err
	}
	return s.print(ops)
}

// lines prints a title and a statement without the white space that templates leave around it.
func (s *script) lines(title, text string) {
	fmt.Fprintf(&s.out, "%s\n", title)
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if line = strings.TrimRight(line, " \t"); line != "" {
			fmt.Fprintf(&s.out, "    %s\n", line)
		}
	}
}

func (s *script) effect(e materialize.Effect) {
	switch {
	case e.Create != nil:
		fmt.Fprintf(&s.out, "  creates %s %s\n", e.Create.Kind, e.Create.Relation)
	case e.Drop != nil:
		fmt.Fprintf(&s.out, "  drops %s\n", e.Drop)
	case e.Rename != nil:
		fmt.Fprintf(&s.out, "  renames %s to %s\n", e.Rename.From, e.Rename.To)
	}
}

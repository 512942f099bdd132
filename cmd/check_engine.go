package cmd

import (
	"context"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/compiler/lint"
	"github.com/modsql/mod/compiler/relation"
)

// engine lets the warehouse's own parser and binder, which are part of the program, judge what a check looks at.
type engine struct{ adapters.Offline }

var _ lint.Engine = engine{}

// offline is the engine of the target, nil if its warehouse has none.
func (s *session) offline() (*engine, error) {
	driver := all.Named(s.project.Target.Type)
	if driver == nil || driver.Offline == nil {
		return nil, nil
	}
	o, err := driver.Offline(adapters.Config(s.project.Target.Config))
	if err != nil {
		return nil, err
	}
	return &engine{o}, nil
}

func (e engine) close(warn func(string)) {
	if err := e.Close(); err != nil {
		warn(err.Error())
	}
}

// Parse implements lint.Engine.
func (e engine) Parse(sql string) *lint.Refusal { return refusal(e.Offline.Parse(sql)) }

// Create implements lint.Engine.
func (e engine) Create(ctx context.Context, tables []relation.Table) (bool, error) {
	b, ok := e.Offline.(adapters.Binder)
	if !ok {
		return false, nil
	}
	return true, b.Create(ctx, tables)
}

// Bind implements lint.Engine.
func (e engine) Bind(ctx context.Context, sql string) *lint.Refusal {
	return refusal(e.Offline.(adapters.Binder).Bind(ctx, sql))
}

func refusal(e *adapters.Error) *lint.Refusal {
	if e == nil {
		return nil
	}
	hint := e.Hint
	if hint == "" {
		hint = e.Detail
	}
	return &lint.Refusal{
		Message: e.Message, Hint: hint, Offset: e.Position, Syntax: e.Kind == adapters.BadSyntax,
		Undecided: e.Kind == adapters.Undecided || e.Kind == adapters.Transient, Passing: e.Kind == adapters.Transient,
	}
}

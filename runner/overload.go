package runner

import (
	"context"
	"time"

	"github.com/modsql/mod/compiler/materialize"
)

// Overloads are how the overloads of a function ended, by the names of their files.
type Overloads struct{ Successful, Failed []string }

// overload creates one overload of a function. As in dbt the others are created even if it fails, and the function is a partial success.
func (t *turn) overload(ctx context.Context, c *materialize.Call) error {
	n := t.step.Node
	name := n.Overloads()[c.Overload-1].DefinedIn
	if t.result.Overloads == nil {
		t.result.Overloads = &Overloads{}
	}
	err := t.rendered.Overload(ctx, c.Overload)
	if err == nil {
		main := t.main
		_, err = t.call(ctx, c, true)
		t.main = main
	}
	if back := t.rendered.Overload(ctx, 0); err == nil {
		err = back
	}
	switch {
	case ctx.Err() != nil:
		return err
	case err == nil:
		t.result.Overloads.Successful = append(t.result.Overloads.Successful, name)
		return nil
	}
	t.rollback(ctx)
	t.result.Overloads.Failed = append(t.result.Overloads.Failed, name)
	t.report(Logged{Node: n, Text: "function " + n.Name + " overload " + name + ": " + err.Error(), Level: "error", At: time.Now()})
	return nil
}

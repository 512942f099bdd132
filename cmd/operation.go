package cmd

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/runner"
)

type operationOptions struct{ macro, args, sql string }

func newOperation(a *app) *cobra.Command {
	o := operationOptions{}
	c := &cobra.Command{
		Use:   "run-operation [macro]",
		Short: "Call a macro",
		Long: `Call a macro of the project or of a package. What it prints goes to stdout.

  mod run-operation grant_select --args '{role: reporter}'
  mod run-operation codegen.generate_source --args '{schema_name: raw}'
  mod run-operation --sql 'grant select on {{ ref("orders") }} to reporter'`,
		Args: func(_ *cobra.Command, args []string) error {
			if o.sql != "" && len(args) == 0 {
				return nil
			}
			if o.sql != "" {
				return usagef("leave out the macro or --sql", "run-operation takes a macro or --sql, not both")
			}
			if len(args) != 1 {
				return usagef("mod run-operation grant_select --args '{role: reporter}'", "run-operation takes the name of one macro")
			}
			return nil
		},
		ValidArgsFunction: a.completeMacros,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.macro = args[0]
			}
			return a.operation(c.Context(), o)
		},
	}
	c.Flags().StringVar(&o.args, "args", "{}", "the macro's arguments, as a `YAML` mapping")
	c.Flags().StringVar(&o.sql, "sql", "", "a statement to run instead of a macro; it may be a template")
	return c
}

func (a *app) operation(ctx context.Context, o operationOptions) error {
	args, found := parseArgs(o.args)
	if err := found.Err(); err != nil {
		return err
	}
	s, err := a.compile(compileOptions{which: "run-operation", needTarget: true})
	if err != nil {
		return err
	}
	s.invocation.Args.Put("args", args)
	m, call, err := s.operationCall(o)
	if err != nil {
		return err
	}
	started := s.Now()
	err = s.visit(ctx, nil, func(v *runner.Visit) error {
		return v.Call(ctx, s.project.Root, call, map[string]jinja.Value{operationArgs: args})
	})
	return s.operated(ctx, m, started, err)
}

// operationCall is what to call, and the template that calls it.
func (s *session) operationCall(o operationOptions) (*macros.Macro, project.Text, error) {
	if o.sql == "" {
		s.invocation.Args.Put("macro", o.macro)
		return s.call(o.macro)
	}
	text := "{% call statement('main') %}" + o.sql + "{% endcall %}"
	inline := &macros.Macro{ID: "sql_operation." + s.project.Root.Name + ".inline_query", Name: "inline_query"}
	return inline, project.Text{Text: text, At: diag.Span{Source: diag.NewSource("--sql", o.sql), End: len(o.sql)}}, nil
}

// operated writes the results of a call of a macro, which retry goes by, and tells how it ended. As in dbt a macro that fails is a node
// that failed.
func (s *session) operated(ctx context.Context, m *macros.Macro, started time.Time, err error) error {
	failures := 0
	r := &runner.Result{
		Node:   &compiler.Node{ID: m.ID, Name: m.Name, Type: compiler.Operation, Package: s.project.Root, Config: &compiler.Config{Values: jinja.NewDict()}},
		Status: runner.Success, Rows: -1, Failures: &failures, Started: started, Executing: started, Finished: s.Now(),
	}
	if err != nil {
		failures, r.Status, r.Message = 1, runner.Error, err.Error()
	}
	written := s.writeResults(&runner.Results{All: []*runner.Result{r}, Started: started, Finished: r.Finished})
	if err == nil || status(ctx, err) != exitInvalid {
		return errors.Join(err, written)
	}
	s.report(ctx, err)
	return errors.Join(outcome{exitFailed}, written)
}

// operationArgs is the name under which the call of a macro sees its arguments.
const operationArgs = "mod_operation_args"

// parseArgs reads --args, which has the form of --vars.
func parseArgs(text string) (*jinja.Dict, *diag.List) {
	args, found := project.ParseVars(text)
	for _, d := range found.Sorted() {
		if d.Span.Source != nil {
			d.Span.Source = diag.NewSource("--args", text)
		}
	}
	return args, found
}

// call is a macro by the name that the user gives, and the template that calls it.
func (s *session) call(name string) (*macros.Macro, project.Text, error) {
	pkg, short, ok := strings.Cut(name, ".")
	if !ok {
		pkg, short = "", name
	}
	at := diag.Span{Source: diag.NewSource("run-operation", name), End: len(name)}
	m := s.graph.Library.Find(s.project.Root.Name, pkg, short)
	if m == nil && pkg == "" {
		m = s.anyMacro(short)
	}
	if m == nil {
		problems := &diag.List{}
		d := problems.Errorf(at, "unknown-macro", "there is no macro %q", name)
		d.Hint = diag.DidYouMean(short, s.graph.Library.Names(s.project.Root.Name))
		return nil, project.Text{}, problems.Err()
	}
	full := m.Package + "." + m.Name
	if pkg == "" && m.Package == s.project.Root.Name {
		full = m.Name
	}
	return m, project.Text{Text: "{{ " + full + "(**" + operationArgs + ") }}", At: at}, nil
}

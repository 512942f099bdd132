package cmd

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/runner"
)

type operationOptions struct{ macro, args string }

func newOperation(a *app) *cobra.Command {
	o := operationOptions{}
	c := &cobra.Command{
		Use:   "run-operation <macro>",
		Short: "Call a macro",
		Long: `Call a macro of the project or of a package. What it prints goes to stdout.

  mod run-operation grant_select --args '{role: reporter}'
  mod run-operation codegen.generate_source --args '{schema_name: raw}'`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("mod run-operation grant_select --args '{role: reporter}'", "run-operation takes the name of one macro")
			}
			return nil
		},
		ValidArgsFunction: a.completeMacros,
		RunE: func(c *cobra.Command, args []string) error {
			o.macro = args[0]
			return a.operation(c.Context(), o)
		},
	}
	c.Flags().StringVar(&o.args, "args", "{}", "the macro's arguments, as a `YAML` mapping")
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
	call, err := s.call(o.macro)
	if err != nil {
		return err
	}
	return s.visit(ctx, nil, func(v *runner.Visit) error {
		return v.Call(ctx, s.project.Root, call, map[string]jinja.Value{operationArgs: args})
	})
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

// call is the template that calls a macro.
func (s *session) call(name string) (project.Text, error) {
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
		return project.Text{}, problems.Err()
	}
	full := m.Package + "." + m.Name
	if pkg == "" && m.Package == s.project.Root.Name {
		full = m.Name
	}
	return project.Text{Text: "{{ " + full + "(**" + operationArgs + ") }}", At: at}, nil
}

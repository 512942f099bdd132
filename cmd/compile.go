package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/runner"
)

type compileCommand struct {
	selection
	eventTimes
	inline      string
	output      string
	fullRefresh bool
	empty       bool
}

func newCompile(a *app) *cobra.Command {
	o := compileCommand{}
	c := &cobra.Command{
		Use:   "compile",
		Short: "Render models to the SQL that would run",
		Long: `Render the selected nodes to target/compiled, and write target/manifest.json. Only models that ask the warehouse something
while they are rendered need one. A single selected model, or --inline, is also printed.

  mod compile
  mod compile --select orders
  mod compile --inline "select * from {{ ref('orders') }}"`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.compileNodes(c.Context(), o) },
	}
	o.selection.register(a, c)
	a.registerEnvironment(c)
	o.eventTimes.register(c.Flags())
	c.Flags().StringVar(&o.inline, "inline", "", "a `query` to compile instead of the project's")
	c.Flags().StringVar(&o.output, "output", "text", "how to print the code: text or json")
	c.Flags().BoolVarP(&o.fullRefresh, "full-refresh", "f", false, "compile incremental models as for their first run")
	toggle(c.Flags(), &o.empty, "empty", "", "compile models so that they read no rows")
	hide(c.Flags(), "empty")
	return c
}

// compilable are the types of node that have code to compile.
var compilable = []compiler.Type{compiler.Model, compiler.Test, compiler.Analysis, compiler.Snapshot}

func (a *app) compileNodes(ctx context.Context, o compileCommand) error {
	sample, err := o.sampled(a.started)
	if err = errors.Join(err, oneOf("--output", o.output, "text", "json")); err != nil {
		return err
	}
	s, err := a.compile(compileOptions{
		which: "compile", fullRefresh: o.fullRefresh, empty: o.empty, sample: sample, selects: o.selects, excludes: o.excludes,
	})
	if err != nil {
		return err
	}
	if err := s.locate(ctx); err != nil {
		return err
	}
	if o.inline != "" {
		n, err := s.inline(o.inline)
		if err = errors.Join(err, s.deferTo(o.stateOptions, nil)); err != nil {
			return err
		}
		return s.compileInline(ctx, n, o.output)
	}
	nodes, err := s.pick(o.selection, compilable...)
	if err != nil {
		return err
	}
	if len(nodes) == 0 {
		s.view.note("nothing to compile: the selection has no code")
		return s.keepAll(nil, nil, nil)()
	}
	code, err := s.renderAll(ctx, nodes)
	if code == nil {
		return err
	}
	told, more := s.pick(o.selection, slices.Concat(compilable, []compiler.Type{compiler.Seed})...)
	if len(o.selects) == 0 { // as in dbt, those that are but a part of others are told of when they are asked for
		told = slices.DeleteFunc(told, (*compiler.Node).Ephemeral)
	}
	if err = errors.Join(err, more, s.keepAll(rendered(nodes, code), told, code)()); err != nil {
		return err
	}
	if len(nodes) == 1 || len(o.selects) == 1 && len(models(nodes)) == 1 {
		n := nodes[0]
		if m := models(nodes); len(m) == 1 {
			n = m[0]
		}
		s.view.note("Compiled node '" + n.Name + "' is:")
		return s.printCode(n, code[n.ID].SQL, o.output)
	}
	s.view.note("compiled " + count(len(nodes), "node") + " to " + s.shown(filepath.Join(s.targetDir(), "compiled")))
	return nil
}

// rendered are the nodes that there is code of.
func rendered(nodes []*compiler.Node, code map[string]*compiler.Code) []*compiler.Node {
	var out []*compiler.Node
	for _, n := range nodes {
		if code[n.ID] != nil {
			out = append(out, n)
		}
	}
	return out
}

func models(nodes []*compiler.Node) []*compiler.Node {
	var out []*compiler.Node
	for _, n := range nodes {
		if n.Type == compiler.Model {
			out = append(out, n)
		}
	}
	return out
}

// inline is a query of the command line as a node.
func (s *session) inline(sql string) (*compiler.Node, error) {
	n, found := s.graph.Inline(sql)
	if err := s.judge(found); err != nil {
		return nil, err
	}
	return n, nil
}

// compileInline renders a query of the command line and prints its code.
func (s *session) compileInline(ctx context.Context, n *compiler.Node, output string) error {
	nodes := []*compiler.Node{n}
	code, err := s.renderAll(ctx, nodes)
	if err != nil {
		return err
	}
	if err := s.keepAll(nodes, nodes, code)(); err != nil {
		return err
	}
	s.view.note("Compiled inline node is:")
	return s.printCode(n, code[n.ID].SQL, output)
}

func (s *session) printCode(n *compiler.Node, sql, output string) error {
	if output == "json" {
		printed := map[string]string{"compiled": sql}
		if n.File != nil { // as in dbt, a query of the command line has no name
			printed["node"] = n.Name
		}
		return json.NewEncoder(s.out).Encode(printed)
	}
	_, err := fmt.Fprintln(s.out, strings.TrimRight(sql, "\n"))
	return err
}

// renderAll renders nodes. Only those that ask the warehouse are given one; with a deferral that is all of them, since what exists
// decides what they read.
func (s *session) renderAll(ctx context.Context, nodes []*compiler.Node) (map[string]*compiler.Code, error) {
	var offline, asking []*compiler.Node
	if s.deferral.At == nil {
		offline = nodes
	} else {
		asking = nodes
	}
	rendered, failures := s.renderOffline(ctx, offline)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	code := map[string]*compiler.Code{}
	for i, n := range offline {
		code[n.ID] = rendered[i]
		if needsWarehouse(failures[i]) {
			asking, failures[i] = append(asking, n), nil
		}
	}
	if len(asking) > 0 {
		failures = append(failures, s.visit(ctx, asking, func(v *runner.Visit) error {
			v.KnownOnly = !s.flags.introspect
			var failures []error
			s.asking = make(map[string]bool, len(asking))
			for _, n := range asking {
				s.asking[n.ID] = true
				r, err := v.Render(ctx, n)
				failures = append(failures, err)
				code[n.ID] = codeOf(r)
			}
			return joinProblems(failures)
		}))
	}
	return code, joinProblems(failures)
}

// renderOffline renders nodes without a warehouse, several at a time.
func (s *session) renderOffline(ctx context.Context, nodes []*compiler.Node) ([]*compiler.Code, []error) {
	s.collector.rendering()
	rendered, failures := make([]*compiler.Code, len(nodes)), make([]error, len(nodes))
	_ = abreast(len(nodes), func(i int) error {
		if ctx.Err() != nil {
			return ctx.Err() // the caller asks it
		}
		r, err := s.graph.Render(ctx, nodes[i], compiler.Sight{})
		rendered[i], failures[i] = codeOf(r), err
		return nil
	})
	return rendered, failures
}

// codeOf is a copy of the code alone: what a node was rendered with is as large as ten times its code. It is nil for nil.
func codeOf(r *compiler.Rendered) *compiler.Code {
	if r == nil {
		return nil
	}
	code := r.Code
	return &code
}

// needsWarehouse tells whether a node could not be rendered for want of a warehouse. That cannot be known before: what a template
// asks may stand behind a condition.
func needsWarehouse(err error) bool {
	var problem *diag.Diagnostic
	return errors.As(err, &problem) && problem.Code == macros.NeedsWarehouse
}

// joinProblems makes one list of what went wrong with several nodes; an error that is no problem of the project goes first.
func joinProblems(errs []error) error {
	all := &diag.List{}
	for _, err := range errs {
		var problem *diag.Diagnostic
		var problems *diag.Errors
		switch {
		case err == nil:
		case errors.As(err, &problems):
			all.Append(problems.List)
		case errors.As(err, &problem):
			all.Add(problem)
		default:
			return err
		}
	}
	return all.Err()
}

// visit opens the warehouse for commands that build nothing.
func (s *session) visit(ctx context.Context, nodes []*compiler.Node, work func(*runner.Visit) error) error {
	r, err := s.reach(ctx, nodes)
	if err != nil {
		return err
	}
	r.Threads = 1
	v, err := r.Visit(ctx, nodes)
	if err != nil {
		return errors.Join(err, r.Close())
	}
	return errors.Join(work(v), v.Close(), r.Close())
}

// keepAll takes the code of nodes for what is known of them from now on. What it returns writes it below target/compiled, the manifest and, as dbt
// does, run results that say what was compiled of those that are told of: of seeds, which have no code, too. That only reads the session.
func (s *session) keepAll(nodes, told []*compiler.Node, code map[string]*compiler.Code) (write func() error) {
	paths := make([]string, len(nodes))
	for i, n := range nodes {
		paths[i] = filepath.Join(s.targetDir(), "compiled", filepath.FromSlash(n.CompiledPath()))
		if c := code[n.ID]; s.flags.writeJSON {
			s.compiled[n.ID] = &artifact.Compiled{Code: c.SQL, Path: s.shown(paths[i]), CTEs: c.CTEs, Macros: c.Macros}
		}
	}
	return func() error {
		if !s.flags.writeJSON {
			return nil
		}
		return together(
			s.writeManifest,
			func() error { return s.writeCompiled(told, code) },
			func() error {
				return abreast(len(nodes), func(i int) error { return writeFile(paths[i], s.secrets.redact(code[nodes[i].ID].SQL)) })
			},
		)
	}
}

// writeCompiled writes run results that say what was compiled.
func (s *session) writeCompiled(nodes []*compiler.Node, code map[string]*compiler.Code) error {
	results := &runner.Results{Started: s.started, Finished: s.Now()}
	for _, n := range nodes {
		r := &runner.Result{Node: n, Status: runner.Success, Rows: -1, Started: s.started, Compiling: s.started, Finished: results.Finished}
		if code[n.ID] != nil {
			r.Compiled = code[n.ID].SQL
		} else if n.Type != compiler.Seed {
			continue
		}
		results.All = append(results.All, r)
	}
	return s.writeArtifact("run_results.json", results.Artifact(s.graph, s.about(), s.invocation.Args).Write)
}

// writeFile writes a text to a file, unless it holds that text already. The folder is made when it turns out to be missing.
func writeFile(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	switch {
	case err == nil: // new, as most are: nobody has to look first
		_, err = f.WriteString(text)
		return errors.Join(err, f.Close())
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
	default:
		if there, err := os.ReadFile(path); err == nil && string(there) == text {
			return nil
		}
	}
	return os.WriteFile(path, []byte(text), 0o666)
}

// shown is a path as people are told of it: from the project's folder, with slashes.
func (s *session) shown(path string) string {
	if rel, err := filepath.Rel(s.project.Dir, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.ToSlash(path)
}

package cmd

import (
	"context"
	"errors"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/runner"
)

// registerEnvironment defines the flag of commands that can work in an environment beside the target's own.
func (a *app) registerEnvironment(c *cobra.Command) {
	c.Flags().StringVar(&a.flags.environment, "env", "", "the `name` of an environment beside the target: only what differs is built, in schemas of its own")
}

// refusedFlag is a flag that others have, and that is refused where it would do what nobody wants.
type refusedFlag string

// Set implements pflag.Value.
func (f refusedFlag) Set(string) error { return errors.New(string(f)) }

// String implements pflag.Value.
func (f refusedFlag) String() string { return "" }

// Type implements pflag.Value.
func (f refusedFlag) Type() string { return "string" }

// refuseEnvironment refuses --env, and says why.
func refuseEnvironment(fs *pflag.FlagSet, why string) {
	fs.Var(refusedFlag(why), "env", "")
	hide(fs, "env")
}

// checkEnvironment is an error if nothing can be called what --env says.
func (a *app) checkEnvironment() error {
	name := a.flags.environment
	if f := a.command.Flags().Lookup("env"); f == nil || !f.Changed || name == "" && f.Value.String() != "" {
		return nil // it is not given, or is another command's own
	}
	if _, err := (project.EnvironmentBlock{}).EnvironmentNamed(name); err != nil {
		return usagef(project.EnvironmentHint, "%v", err)
	}
	return nil
}

// besideTargets is an error if the environment is called like a target: people would take one for the other.
func besideTargets(p *project.Project) error {
	e := p.Environment
	if e == nil || e.Name != p.Target.Name && !p.Target.HasBeside(e.Name) {
		return nil
	}
	return usagef("give the environment another name, or choose the target with --target", "%q is a target of the project, not an environment beside one", e.Name)
}

// environmentKey is what the state calls the environment that is built.
func (s *session) environmentKey() string {
	if e := s.project.Environment; e != nil {
		return e.Key
	}
	return s.project.Target.Name
}

// environmentName is what people call the environment that is built.
func (s *session) environmentName() string {
	if e := s.project.Environment; e != nil {
		return e.Name
	}
	return s.project.Target.Name
}

// openBook gives a runner a book of the environment that is built.
func (s *session) openBook(ctx context.Context, r *runner.Runner, command string) error {
	if err := s.openShelf(ctx, r); err != nil {
		return err
	}
	if err := r.OpenBook(ctx, s.environmentKey(), s.ledgerRun(command)); err != nil {
		return err
	}
	if s.project.Environment != nil {
		r.Book.Home = s.project.Target.Name
	}
	return nil
}

// openShelf gives a runner the warehouse that has the state, if the project says that it is not the target's own.
func (s *session) openShelf(ctx context.Context, r *runner.Runner) error {
	at := s.project.State.Target
	if at == "" || at == s.project.Target.Name {
		return nil
	}
	// A project without files is enough: all that is wanted of it is how that warehouse spells things.
	p, found := s.readOptions(project.Options{NeedTarget: true, RootOnly: true, Target: at})
	if p == nil || found.HasErrors() {
		return found.Err()
	}
	s.secrets.others = append(s.secrets.others, p)
	spoken := dialect.Named(p.Target.Type)
	if spoken == nil {
		return unknownWarehouse(p.Target)
	}
	g, problems := compiler.Compile(p, compiler.Options{Dialect: spoken})
	if problems.HasErrors() {
		return problems.Err()
	}
	w, err := s.connectTo(ctx, p.Target)
	if err != nil {
		return err
	}
	r.Shelf = &runner.Shelf{Graph: g, Warehouse: w}
	return nil
}

// beside tells whether the session is one of an environment beside the target's own.
func (s *session) beside() bool { return s.project.Environment != nil }

// judgeBeside says how nodes stand in the environment beside the target's own; the runner is told what it reads where. Nodes that are chosen are
// built in it whatever there is.
func (s *session) judgeBeside(ctx context.Context, j *judged, h change.History, chosen []*compiler.Node) ([]*change.Verdict, error) {
	ids := map[string]bool{}
	for _, n := range chosen {
		ids[n.ID] = true
	}
	verdicts, err := j.runner.JudgeBeside(ctx, j.seen, h, func(id string) bool { return ids[id] })
	if err != nil {
		return nil, err
	}
	if len(j.runner.Book.BuildsAtHome()) == 0 {
		s.warn("nothing is known of what is built of target " + s.project.Target.Name + ", so all is built in the environment: with mod apply there, it is known")
	}
	for _, v := range verdicts {
		if v.Node != nil && v.Needed() {
			s.warnOfMissing(j, v.Node)
		}
	}
	return verdicts, nil
}

// warnOfMissing tells of what a node reads that is never built in an environment, and is not where it would be read.
func (s *session) warnOfMissing(j *judged, n *compiler.Node) {
	for _, id := range n.DependsOn {
		if parent := s.graph.Nodes[id]; parent != nil && parent.Shared() && j.seen.Existing(s.graph, parent) == nil {
			s.warn(n.Label() + " reads " + parent.Label() + ", which is not there, and is never built in an environment")
		}
	}
}

// locate finds out what is read where in the environment beside the target's own, for commands that build nothing.
func (s *session) locate(ctx context.Context) error {
	if !s.beside() {
		return nil
	}
	j, err := s.verdicts(ctx, s.command.Name(), change.History{}, true)
	if err != nil {
		return err
	}
	s.deferral = j.runner.Deferral
	return errors.Join(j.runner.Close())
}

// inEnvironment leaves out what is never built in an environment.
func (s *session) inEnvironment(nodes []*compiler.Node) []*compiler.Node {
	if !s.beside() {
		return nodes
	}
	return slices.DeleteFunc(nodes, func(n *compiler.Node) bool {
		if n.Shared() {
			s.view.note("- " + n.Label() + ": it is not built in an environment, and read where the target has it")
		}
		return n.Shared()
	})
}

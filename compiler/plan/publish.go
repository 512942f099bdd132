package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/project"
)

// hold gives data tests that can fail the run to the step whose rows they are about: they run in its turn, before others see what it made.
// A test that reads several nodes is of the one that is built last of them; what else it reads is built before that one.
func (p *Plan) hold(g *compiler.Graph, j *joint, byID map[string]*Step) {
	for _, test := range p.Steps {
		if test.Action != Check || !blocks(test.Node) {
			continue
		}
		step := holder(g, test, j, byID)
		if step == nil {
			continue
		}
		test.Within = step.Node.ID
		step.Gate = append(step.Gate, test.Node.ID)
		for _, id := range test.After {
			if id != step.Node.ID {
				step.After = addNew(step.After, id)
				j.wait(step.Node.ID, id)
			}
		}
	}
}

// blocks tells whether a data test can fail the run, and has a statement that can run on what is not there yet: a view of its failing rows
// could not outlive that.
func blocks(n *compiler.Node) bool {
	return !strings.EqualFold(n.Config.String("severity"), "warn") && n.Config.String("store_failures_as") != "view"
}

// holder is the step that a test holds back, nil if there is none: it is the node that the test is written for if that can wait for all
// else that the test reads.
func holder(g *compiler.Graph, test *Step, j *joint, byID map[string]*Step) *Step {
	reads := slices.Clone(test.After)
	if t := test.Node.Test; t != nil {
		if at := slices.Index(reads, t.Attached); at > 0 {
			reads = append([]string{t.Attached}, slices.Delete(reads, at, at+1)...)
		}
	}
	for _, id := range reads {
		if !slices.ContainsFunc(reads, func(other string) bool { return other != id && j.waits(other, id) }) {
			if step := byID[id]; held(g, step) && g.Of(step.Node) == g.Of(test.Node) && slices.Contains(test.Node.DependsOn, id) {
				return step
			}
			return nil
		}
	}
	return nil
}

// held tells whether what a step makes is not to be seen before it is tested. The batches of a microbatch model are seen one by one: its
// tests are about the whole.
func held(g *compiler.Graph, s *Step) bool {
	switch s.Action {
	case Build, Add, Load:
		return g.Publish(s.Node) != project.AtOnce && !g.Of(s.Node).Batched(s.Node)
	default:
		return false
	}
}

// joinUp marks the steps that are published together: those whose nodes say so, and all that wait for one of them, since they may read what
// nobody else sees yet. The steps are in order.
func (p *Plan) joinUp(g *compiler.Graph, o Options) error {
	joined := map[string]bool{}
	all := p.atOnce(o) && p.joinable(g)
	for _, s := range p.Steps {
		says := (all || g.Publish(s.Node) == project.Together) && (s.Action == Build || s.Action == Add || s.Action == Load || s.Action == Promote || s.Action == Restore)
		if !says && !slices.ContainsFunc(s.After, func(id string) bool { return joined[id] }) {
			continue
		}
		if at := g.Of(s.Node); at != g || s.Action == Copy {
			return &diag.Diagnostic{Code: compiler.InvalidConfig, Span: s.Node.At, Hint: "set publish: tested",
				Message: fmt.Sprintf("%q cannot be published together with others: a transaction does not reach beyond one target", s.Node.Name)}
		}
		if !g.Dialect.Has(dialect.TransactionalDDL) {
			return &diag.Diagnostic{Code: compiler.InvalidConfig, Span: s.Node.At, Hint: "set publish: tested",
				Message: fmt.Sprintf("%q cannot be published together with others: %s cannot take back in one transaction what several tables have become", s.Node.Name, g.Dialect.Title)}
		}
		s.Together, joined[s.Node.ID] = true, true
	}
	return nil
}

// atOnce tells whether the plan is one whose steps are published together wherever that can be: a promotion, or a way back.
func (p *Plan) atOnce(o Options) bool {
	return o.Promoted != nil || slices.ContainsFunc(p.Steps, func(s *Step) bool { return s.Action == Restore })
}

// joinable tells whether all steps can be in one transaction.
func (p *Plan) joinable(g *compiler.Graph) bool {
	return g.Dialect.Has(dialect.TransactionalDDL) && !slices.ContainsFunc(p.Steps, func(s *Step) bool { return g.Of(s.Node) != g || s.Action == Copy })
}

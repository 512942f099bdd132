package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
)

// planView is what is to be done, and where one is in it.
type planView struct {
	scroll
	choice   Choice
	promotes string // the environment that it promotes; "" for what is needed
	plan     *Plan  // nil until it is there
}

func (p *planView) step() *PlanStep {
	if p.plan == nil || p.cursor >= len(p.plan.Steps) {
		return nil
	}
	return &p.plan.Steps[p.cursor]
}

// makePlan asks what is to be done for the selection.
func (s State) makePlan() (State, []Effect) {
	if s.running() {
		return s.complain("a run goes on: X cancels it, L shows it"), nil
	}
	choice, ok := s.chosen.choice(), s.chosen.problem == ""
	if !ok {
		return s.complain(s.chosen.problem), nil
	}
	s.plan = &planView{choice: choice}
	return s.to(AtPlan).wait("the plan"), []Effect{MakePlan{choice}}
}

func (s State) planned(p *Plan) State {
	if s.plan == nil {
		return s.done("the plan")
	}
	s.plan = &planView{choice: p.Choice, promotes: p.Promotes, plan: p}
	return s.done("the plan")
}

// askApply asks before the plan is carried out.
func (s State) askApply() (State, []Effect) {
	switch {
	case s.plan == nil || s.plan.plan == nil:
		return s, nil
	case len(s.plan.plan.Steps) == 0:
		return s.tell("there is nothing to do"), nil
	case s.running():
		return s.complain("a run goes on: X cancels it, L shows it"), nil
	}
	p := s.plan.plan
	body := []line{Run{Command: "apply", Choice: p.Choice}.line(), nil}
	for i := range p.Steps[:min(len(p.Steps), linesAsked)] {
		body = append(body, p.Steps[i].brief(28))
	}
	body = append(body, rest(len(p.Steps))...)
	body = append(body, nil, text(dim, p.Summary))
	e := Run{Command: "apply", Choice: p.Choice, Plan: p.ID}
	if p.Promotes != "" {
		body[0] = text(strong, "mod promote "+p.Promotes)
		e = Run{Command: "promote", Choice: Choice{Select: []string{p.Promotes}}, Plan: p.ID}
		return s.ask("promote "+p.Promotes+" to "+s.project.Target+"?", body, func(s State) (State, []Effect) { return s.start(e) }), nil
	}
	return s.ask("apply the plan in "+s.where()+"?", body, func(s State) (State, []Effect) { return s.start(e) }), nil
}

// brief is a step in a line.
func (st *PlanStep) brief(names int) line {
	tests := ""
	if st.Tests > 0 {
		tests = " +" + many(st.Tests, "test")
	}
	return line{{st.style(), fit(st.Action, 10)}, {plain, " " + fit(st.Name, names)}, {dim, " " + st.State + tests}}
}

// style says how much an action does.
func (st *PlanStep) style() style {
	switch st.Action {
	case "create", "append", "backfill", "load", "promote":
		return good
	case "retire":
		return bad
	case "test", "skip":
		return dim
	default:
		return warn
	}
}

// lines are all there is to say of a step.
func (st *PlanStep) lines(cells int) []line {
	out := []line{{{st.style(), st.Action}, {plain, "  " + st.Name}, {dim, "  " + st.State}}, nil}
	for _, r := range st.Reasons {
		for i, words := range wrap(r, cells-2) {
			lead := span{accent, "· "}
			if i > 0 {
				lead = span{plain, "  "}
			}
			out = append(out, line{lead, {plain, words}})
		}
	}
	if len(st.Columns) > 0 {
		out = append(out, nil, line{{dim, "columns  "}, {plain, strings.Join(st.Columns, ", ")}})
	}
	if cost := st.cost(); cost != "" {
		out = append(out, nil, line{{dim, "last build  "}, {plain, cost}})
	}
	if st.Tests > 0 {
		out = append(out, line{{dim, "tests  "}, {plain, fmt.Sprint(st.Tests)}})
	}
	return out
}

// cost is what the last build took.
func (st *PlanStep) cost() string {
	var parts []string
	if st.Rows != nil {
		parts = append(parts, many(int(*st.Rows), "row"))
	}
	if st.Took != nil {
		parts = append(parts, took(*st.Took))
	}
	return strings.Join(parts, " in ")
}

// rows are lines of a plan.
func (p *planView) rows(cells, from, to int) []line {
	names := 0
	for _, st := range p.plan.Steps {
		names = max(names, width(st.Name))
	}
	names = min(names, max(cells-32, 12))
	out := make([]line, 0, to-from)
	for i := from; i < to; i++ {
		st := &p.plan.Steps[i]
		cost := ""
		if st.Took != nil {
			cost = took(*st.Took)
		}
		tests := ""
		if st.Tests > 0 {
			tests = fmt.Sprintf("+%d", st.Tests)
			if cells >= 50 {
				tests = "+" + many(st.Tests, "test")
			}
		}
		l := line{{plain, " "}, {st.style(), fit(st.Action, 10)}, {plain, fit(st.Name, names)}, {dim, "  " + st.State}}
		out = append(out, l.right(line{{dim, tests}, {plain, fitRight(cost, 7) + " "}}, cells))
	}
	return out
}

// checkView is what is wrong, and where one is in it.
type checkView struct {
	scroll
	problems []*diag.Diagnostic
}

func (s State) makeCheck() (State, []Effect) {
	choice, ok := s.wanted()
	if !ok {
		return s.complain(s.chosen.problem), nil
	}
	s.check = nil
	return s.to(AtCheck).wait("the check"), []Effect{Check{choice}}
}

func (s State) checked(problems []*diag.Diagnostic) State {
	s.check = &checkView{problems: problems}
	if s.place == AtPlan {
		s = s.leave()
	}
	return s.to(AtCheck).done("the check")
}

// file is where the problem that the cursor is on stands.
func (c *checkView) file() (path string, line int) {
	if c.cursor >= len(c.problems) || c.problems[c.cursor].Span.IsZero() {
		return "", 0
	}
	at := c.problems[c.cursor].Span
	return at.Source.Path, at.Position().Line
}

// lines are the problems, each with its excerpt, and the line on which the one under the cursor begins.
func (c *checkView) lines(cells int) (out []line, at int) {
	for i, d := range c.problems {
		if i == c.cursor {
			at = len(out)
		}
		out = append(out, excerpt(d, cells)...)
		out = append(out, nil)
	}
	return out, at
}

// excerpt is a problem as the plain commands print it.
func excerpt(d *diag.Diagnostic, cells int) []line {
	var b strings.Builder
	if err := diag.Print(&b, []*diag.Diagnostic{d}, diag.Style{Width: max(cells, 20), Max: 1}); err != nil {
		return []line{text(bad, d.Message)} // a builder takes everything
	}
	st := bad
	if d.Severity != diag.Error {
		st = warn
	}
	var out []line
	for i, words := range strings.Split(strings.TrimRight(b.String(), "\n"), "\n") {
		switch trimmed := strings.TrimSpace(words); {
		case i == 0:
			for _, w := range wrap(words, cells) {
				out = append(out, text(st, w))
			}
		case trimmed != "" && strings.Trim(trimmed, "^~| ") == "":
			out = append(out, text(st, words))
		case strings.HasPrefix(trimmed, "hint:"):
			out = append(out, line{{accent, "  hint"}, {plain, strings.TrimPrefix(trimmed, "hint")}})
		default:
			out = append(out, text(plain, words))
		}
	}
	return slices.Clip(out)
}

package cmd

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/diag"
)

// planStepJSON is a step as other programs read it.
type planStepJSON struct {
	Node      string         `json:"node"`
	Action    string         `json:"action"`
	State     string         `json:"state"`
	Reason    string         `json:"reason"`
	Columns   []string       `json:"columns"`
	Intervals []intervalJSON `json:"intervals"`
	SQL       *string        `json:"sql"`
	Estimate  estimate       `json:"estimate"`
	Choices   []choiceJSON   `json:"choices,omitempty"` // what can be done instead of the action
}

// choiceJSON is another way to do a step.
type choiceJSON struct {
	Choice   string   `json:"choice"`
	Estimate estimate `json:"estimate"` // of a backfill, for a batch
}

// intervalJSON is a range of time as other programs read it: from, before to.
type intervalJSON struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
}

// planJSON is a plan as other programs read it.
type planJSON struct {
	ID          string         `json:"id"`
	Environment string         `json:"environment"`
	From        string         `json:"from,omitempty"` // the environment that is promoted
	Steps       []planStepJSON `json:"steps"`
	Due         []dueJSON      `json:"due,omitempty"`       // of models with a cron: what is due next, after what is done now
	Late        *[]lateJSON    `json:"late_rows,omitempty"` // with --late-rows: what came late into what models read
}

// dueJSON is a range of a model that becomes due, as other programs read it.
type dueJSON struct {
	Node string    `json:"node"`
	At   time.Time `json:"at"`
	intervalJSON
}

func (u *upkeep) due() (out []dueJSON) {
	for _, v := range u.verdicts {
		if v.Next != nil {
			out = append(out, dueJSON{v.ID, v.Next.At.UTC(), intervalJSON(v.Next.Range)})
		}
	}
	return out
}

func (u *upkeep) json(sql bool) planJSON {
	out := planJSON{ID: u.id, Environment: u.environment, Steps: []planStepJSON{}, Due: u.due()}
	if u.late != nil {
		late := []lateJSON{}
		for _, l := range u.late {
			late = append(late, lateRowsJSON(l))
		}
		out.Late = &late
	}
	if from := u.runner.Book.From; from != nil {
		out.From = from.Name
	}
	for _, s := range u.steps {
		step := planStepJSON{
			Node: s.ID, Action: s.action, State: string(s.State), Reason: s.reason(), Columns: s.columnNames(), Intervals: []intervalJSON{}, Estimate: s.estimate(),
		}
		for _, r := range s.Intervals {
			step.Intervals = append(step.Intervals, intervalJSON(r))
		}
		for _, c := range u.choices(s) {
			step.Choices = append(step.Choices, choiceJSON{c.name, c.estimate})
		}
		if m := u.made.Nodes[s.ID]; sql && m != nil {
			if text := u.made.Code(m, m.Fingerprint).SQL; text != "" {
				step.SQL = &text
			}
		}
		out.Steps = append(out.Steps, step)
	}
	return out
}

// printPlan prints a plan.
func (s *session) printPlan(u *upkeep, o planOptions) error {
	if o.format == "json" {
		text, err := json.MarshalIndent(u.json(o.sql), "", "  ")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(s.out, string(text))
		return err
	}
	var b strings.Builder
	p := &planText{session: s, paint: s.paint(), upkeep: u, options: o}
	shown := p.grouped()
	for _, step := range shown {
		p.names = max(p.names, min(lipgloss.Width(s.nameOf(step.Verdict)), widestName))
	}
	for _, step := range shown {
		p.step(&b, step)
	}
	if o.all {
		p.left(&b)
	}
	if len(u.steps) > 0 {
		b.WriteString("\n")
	}
	b.WriteString(p.strong.Render(u.summary()) + "\n")
	if len(u.steps) == 0 || o.all {
		p.next(&b)
	}
	if late := lateRows(u.late, o.all); late != "" {
		b.WriteString("\n" + late)
	} else if u.late != nil {
		b.WriteString("no rows came late into what microbatch models read\n")
	}
	if how := s.doneBy(u); how != "" && len(u.steps) > 0 {
		fmt.Fprintf(&b, "%s\n", p.dim.Render("do it with: "+how+" --plan "+u.id))
	}
	_, err := fmt.Fprint(s.out, b.String())
	return err
}

// doneBy is the command that carries out a plan, but for its ID; "" where that is what is being done.
func (s *session) doneBy(u *upkeep) string {
	switch from := u.runner.Book.From; {
	case from != nil && !s.Prompts && !u.options.yes:
		return "mod promote " + from.Name
	case s.command.Name() == "rollback" && !s.Prompts && !u.options.yes:
		return "mod rollback " + strings.Join(u.options.selects, " ")
	case s.command.Name() == "rollback":
		return ""
	case u.options.shown && s.beside():
		return "mod apply --env " + s.environmentName()
	case u.options.shown:
		return "mod apply"
	}
	return ""
}

// planText prints a plan for people.
type planText struct {
	*session
	paint
	upkeep  *upkeep
	options planOptions
	names   int
	tests   map[string]int // how many tests stand with a node, by its ID
}

// grouped are the steps that have lines of their own. A test stands with the first node that it reads and that is built, if there is one.
func (p *planText) grouped() []*upkeepStep {
	var shown []*upkeepStep
	own := map[string]bool{}
	p.tests = map[string]int{}
	for _, s := range p.upkeep.steps {
		if s.action != "test" {
			own[s.ID] = true
			shown = append(shown, s)
			continue
		}
		i := slices.IndexFunc(s.Node.DependsOn, func(id string) bool { return own[id] })
		if i < 0 {
			shown = append(shown, s)
			continue
		}
		p.tests[s.Node.DependsOn[i]]++
	}
	return shown
}

// nameOf is how people call what a verdict is about.
func (s *session) nameOf(v *change.Verdict) string {
	if v.Node == nil {
		return v.ID[strings.Index(v.ID, ".")+1:]
	}
	return v.Node.Label()
}

// stateWidth is the width of the longest state.
const stateWidth = len(change.Unrecorded)

// reasonsShown is how many reasons of a step are shown.
const reasonsShown = 4

func (p *planText) step(b *strings.Builder, s *upkeepStep) {
	name := p.nameOf(s.Verdict)
	line := fmt.Sprintf("%s  %s  %s%s", p.state(s.State), padded(p.strong.Render(name), name, p.names), padded(s.action, s.action, len("swap view")), p.cost(s))
	fmt.Fprintln(b, strings.TrimRight(line, " "))
	for i, r := range s.Reasons {
		if s.State == change.New {
			break // the word says it
		}
		if i == reasonsShown && len(s.Reasons) > reasonsShown+1 {
			fmt.Fprintf(b, "%s  and %d more: mod why %s\n", strings.Repeat(" ", stateWidth), len(s.Reasons)-i, name)
			break
		}
		fmt.Fprintf(b, "%s  %s%s\n", strings.Repeat(" ", stateWidth), r.Text, p.place(r.At))
	}
	p.choices(b, s)
	if m := p.upkeep.made.Nodes[s.ID]; p.options.sql && m != nil {
		for line := range strings.Lines(p.upkeep.made.Code(m, m.Fingerprint).SQL) {
			b.WriteString(p.dim.Render(strings.Repeat(" ", stateWidth)+"  | "+strings.TrimRight(line, "\n")) + "\n")
		}
	}
}

// choices tells what can be done instead of building an incremental model anew.
func (p *planText) choices(b *strings.Builder, s *upkeepStep) {
	for _, c := range p.upkeep.choices(s) {
		cost := ""
		if c.estimate.Seconds != nil {
			cost = "about " + took(time.Duration(*c.estimate.Seconds*float64(time.Second)))
			if c.batch {
				cost += " a batch"
			}
			cost = "  " + cost
		}
		b.WriteString(p.dim.Render(fmt.Sprintf("%s  or %s%s", strings.Repeat(" ", stateWidth), c.flag, cost)) + "\n")
	}
}

// place is what stands behind a reason: where it is, as path:line; nothing for the zero Span.
func (p *planText) place(at diag.Span) string {
	if at.IsZero() {
		return ""
	}
	return p.dim.Render(fmt.Sprintf("  %s:%d", filepath.ToSlash(at.Source.Path), at.Source.Position(at.Start).Line))
}

// cost is what the step cost the last time.
func (p *planText) cost(s *upkeepStep) string {
	e := s.estimate()
	var parts []string
	if e.Seconds != nil && s.step != nil && s.action != "test" {
		if s.action != "promote" {
			parts = append(parts, "about "+took(time.Duration(*e.Seconds*float64(time.Second))))
		}
		if e.Rows != nil {
			parts = append(parts, count(int(*e.Rows), "row"))
		}
		if e.Bytes != nil && s.action != "promote" {
			parts = append(parts, size(*e.Bytes)+" read")
		}
	}
	if n := p.tests[s.ID]; n > 0 {
		parts = append(parts, count(n, "test"))
	}
	if len(parts) == 0 {
		return ""
	}
	return p.dim.Render("  " + strings.Join(parts, ", "))
}

func (p *planText) state(s change.State) string {
	text := padded(string(s), string(s), stateWidth)
	switch s {
	case change.New:
		return p.good.Render(text)
	case change.Removed, change.Missing, change.Drifted:
		return p.bad.Render(text)
	case change.Current, change.Kept:
		return p.dim.Render(text)
	}
	return p.paint.warn.Render(text)
}

// padded is a text with blanks to a width; shown is the text without colours.
func padded(text, shown string, width int) string {
	return text + strings.Repeat(" ", max(width-lipgloss.Width(shown), 0))
}

// next tells of the models that are left alone when times of them are due, the soonest first.
func (p *planText) next(b *strings.Builder) {
	var waiting []*change.Verdict
	for _, v := range p.upkeep.verdicts {
		if !v.Needed() && v.Next != nil {
			waiting = append(waiting, v)
		}
	}
	slices.SortStableFunc(waiting, func(a, b *change.Verdict) int { return a.Next.At.Compare(b.Next.At) })
	for i, v := range waiting {
		if i == nextShown && !p.options.all {
			fmt.Fprintf(b, "and %d more later: mod plan --all\n", len(waiting)-i)
			break
		}
		fmt.Fprintf(b, "%s is %s\n", p.nameOf(v), v.Next)
	}
}

// nextShown is of how many models a plan tells when they are due.
const nextShown = 3

// left tells what is left alone, and what proves that it may be.
func (p *planText) left(b *strings.Builder) {
	for _, v := range p.upkeep.verdicts {
		if v.Needed() {
			continue
		}
		fmt.Fprintf(b, "%s  %s\n", p.state(v.State), p.nameOf(v))
		for _, r := range v.Reasons {
			fmt.Fprintf(b, "%s  %s\n", strings.Repeat(" ", stateWidth), r.Text)
		}
	}
}

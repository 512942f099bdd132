package tui

import "fmt"

// planLine is a plan in a line.
func (s State) planLine() line {
	if s.plan == nil || s.plan.plan == nil {
		return line{{accent, " " + spinner(s)}, {dim, " comparing the project with what was built"}}
	}
	if s.plan.promotes != "" {
		return line{{strong, " promote " + s.plan.promotes + " to " + s.project.Target + "  "}, {plain, s.plan.plan.Summary}}
	}
	return line{{strong, " plan  "}, {plain, s.plan.plan.Summary}}
}

// planPanes are a plan beside the reasons of the step under the cursor.
func (s State) planPanes(l layout) ([]pane, []int) {
	if s.plan == nil || s.plan.plan == nil {
		return []pane{{cursor: -1}}, []int{s.size.W}
	}
	if len(s.plan.plan.Steps) == 0 {
		return []pane{{lines: []line{nil, {{good, "  ✓ "}, {plain, s.plan.plan.Summary}}}, cursor: -1}}, []int{s.size.W}
	}
	right := pane{cursor: -1}
	if st := s.plan.step(); st != nil && l.right > 0 {
		right.lines = inset(append([]line{nil}, st.lines(l.right-2)...), s.details.top, l.body)
	}
	return s.split(l, func(from, to int) []line { return s.plan.rows(l.left, from, to) }, s.plan.scroll, len(s.plan.plan.Steps), right)
}

// words are how many problems there are.
func (c *checkView) words() string {
	if len(c.problems) == 0 {
		return "check: nothing is wrong"
	}
	errors := 0
	for _, d := range c.problems {
		if d.Severity == 0 {
			errors++
		}
	}
	return fmt.Sprintf("check: %s, %s", many(errors, "error"), many(len(c.problems)-errors, "warning"))
}

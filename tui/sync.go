package tui

import "strings"

// planSync asks what the sync under the cursor would send.
func (s State) planSync() (State, []Effect) {
	name := s.lookedCell()
	switch {
	case name == "":
		return s, nil
	case s.running():
		return s.complain("a run goes on: X cancels it, L shows it"), nil
	}
	return s.wait("the plan of " + name), []Effect{PlanSync{name}}
}

// syncPlanned shows what a sync would send, and asks whether to.
func (s State) syncPlanned(m SyncPlanned) State {
	s = s.done("the plan of " + m.Sync)
	switch {
	case m.Failure != nil && m.Text == "":
		return s.failed(*m.Failure)
	case s.place != AtSyncs || s.over != nil:
		return s.tell("the plan of " + m.Sync + " is there: p shows it among the syncs")
	}
	var body []line
	for i, words := range strings.Split(m.Text, "\n") {
		st := plain
		if i == 0 {
			st = strong
		}
		body = append(body, text(st, words))
	}
	if m.Failure != nil {
		body = append(body, nil, text(bad, m.Failure.Brief()))
	}
	if m.Held || s.options.ReadOnly {
		return s.ask("what "+m.Sync+" would send", body, nil)
	}
	e := Run{Command: "sync", Choice: Choice{Select: []string{m.Sync}}}
	return s.ask("send this to another system?", body, func(s State) (State, []Effect) { return s.start(e) })
}

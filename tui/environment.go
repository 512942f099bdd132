package tui

// environment is the environment that the cursor is on; "" if there is none.
func (s State) environment() string { return s.lookedCell() }

// lookedCell is the first cell of the row that the cursor is on, in a view that shows a table; "" without one.
func (s State) lookedCell() string {
	t := s.looks[s.place]
	if t == nil || s.looking.cursor >= len(t.Rows) || len(t.Rows[s.looking.cursor]) == 0 {
		return ""
	}
	return t.Rows[s.looking.cursor][0]
}

// switchEnvironment goes to the environment under the cursor.
func (s State) switchEnvironment() (State, []Effect) {
	name := s.environment()
	switch {
	case name == "" || s.project == nil:
		return s, nil
	case s.running():
		return s.complain("a run goes on: X cancels it, L shows it"), nil
	case name == s.here():
		return s.tell("this is " + name), nil
	}
	e := Switch{name}
	if name == s.project.Target {
		e.Environment = ""
	}
	s.plan, s.check, s.looks = nil, nil, nil
	return s.to(Home).wait("the project").tell("going to " + name), []Effect{e}
}

// here is the environment that is shown.
func (s State) here() string {
	if s.project.Environment != "" {
		return s.project.Environment
	}
	return s.project.Target
}

// askPromotion asks what promoting the environment under the cursor would do.
func (s State) askPromotion() (State, []Effect) {
	name := s.environment()
	switch {
	case name == "" || s.project == nil:
		return s, nil
	case name == s.project.Target:
		return s.complain("an environment is promoted to " + name + ": go to the line of one"), nil
	case s.running():
		return s.complain("a run goes on: X cancels it, L shows it"), nil
	}
	return s.planPromotion(name)
}

func (s State) planPromotion(name string) (State, []Effect) {
	s.plan = &planView{promotes: name}
	return s.to(AtPlan).wait("the plan"), []Effect{PlanPromotion{name}}
}

package tui

// toggleWatch begins or ends to watch the files of the project.
func (s State) toggleWatch() (State, []Effect) {
	if s.watching {
		s.watching = false
		return s.tell("not watching any more"), []Effect{Watch{}}
	}
	body := []line{
		text(plain, "Whenever a file of the project is saved, it is compiled, and what the change affects is built and tested in "+s.where()+", as mod apply does. w ends it."),
	}
	return s.ask("watch the project's files?", body, func(s State) (State, []Effect) {
		s.watching = true
		return s.tell("watching: save a file"), []Effect{Watch{On: true}}
	}), nil
}

// changed compiles after a file was saved, and builds what is needed.
func (s State) changed() (State, []Effect) {
	effects := []Effect{Load{}}
	s = s.wait("the project")
	s.saved = s.running()
	if !s.watching || s.running() {
		return s, effects
	}
	next, more := s.start(Run{Command: "apply"})
	return next, append(effects, more...)
}

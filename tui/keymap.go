package tui

import "slices"

// command is something that can be done: by its keys, from help, or by its name from the palette. All three are made from one table.
type command struct {
	name, help string
	keys       []string
	on         []Place // nil for everywhere
	writes     bool
	only       func(State) bool // where else it counts; nil for always
	hint       bool             // the foot of the screen tells of it
	do         func(State) (State, []Effect)
}

// counts tells whether the command does something now.
func (c command) counts(s State) bool {
	if s.options.Picker != "" && !slices.Contains(pickers(), c.name) {
		return false
	}
	return (c.on == nil || slices.Contains(c.on, s.place)) && (c.only == nil || c.only(s))
}

// pickers are the commands of a picker.
func pickers() []string {
	return []string{
		"pick", "toggle", "grow up", "grow down", "select", "clear", "select shown", "filter", "tree or list", "tests in the list", "details", "back", "other pane",
		"next tab", "previous tab", "fold", "help", "palette", "quit", "copy",
	}
}

func pure(do func(State) State) func(State) (State, []Effect) {
	return func(s State) (State, []Effect) { return do(s), nil }
}

// commands are all that can be done. The order is that of help.
func (s State) commands() []command {
	return slices.Concat(listCommands(), runCommands(), viewCommands(), generalCommands())
}

// listCommands are about the list and what is selected in it.
func listCommands() []command {
	home := []Place{Home}
	picking := func(s State) bool { return s.options.Picker != "" && !s.details.focused }
	return []command{
		{name: "pick", help: "take what is selected, and run it", keys: []string{"enter"}, on: home, hint: true, only: picking, do: State.pick},
		{name: "toggle", help: "select the node or the folder, or take it out", keys: []string{"space", " "}, on: home, hint: true, do: State.toggleRow},
		{name: "grow up", help: "select a generation more of what it is made from", keys: []string{"+", "="}, on: home, do: func(s State) (State, []Effect) { return s.grow(1, 0) }},
		{name: "grow down", help: "select a generation more of what is made from it", keys: []string{"-"}, on: home, do: func(s State) (State, []Effect) { return s.grow(0, 1) }},
		{name: "select", help: "write the selection: names, tag:x, +x, x+, --exclude", keys: []string{"s"}, on: home, hint: true, do: pure(State.selectLine)},
		{name: "select shown", help: "select all that the list shows", keys: []string{"a"}, on: home, do: State.toggleShown},
		{name: "clear", help: "select nothing", keys: []string{"u"}, on: home, do: func(s State) (State, []Effect) { return s.choose(chosen{}) }},
		{name: "filter", help: "find nodes by letters of their names", keys: []string{"/"}, on: home, hint: true, do: pure(State.startFilter)},
		{name: "tree or list", help: "show nodes by folder, or by name", keys: []string{"v"}, on: home, do: pure(func(s State) State { s.list.flat = !s.list.flat; return s.arrange() })},
		{name: "tests in the list", help: "show tests among the nodes, or not", keys: []string{"T"}, on: home, do: pure(func(s State) State { s.list.tests = !s.list.tests; return s.arrange() })},
		{name: "details", help: "go to the details", keys: []string{"enter", "l", "right"}, on: []Place{Home, AtRun}, only: func(s State) bool { return !s.details.focused }, do: State.enter},
		{name: "fold", help: "fold the folder", keys: []string{"h", "left"}, on: home, only: func(s State) bool { return !s.details.focused }, do: pure(State.foldRow)},
	}
}

// runCommands carry something out.
func runCommands() []command {
	from := []Place{Home, AtPlan, AtRun, AtCheck}
	return []command{
		{name: "plan", help: "see what is to be built, and why", keys: []string{"p"}, on: from, hint: true, do: State.makePlan},
		{name: "build", help: "load, run and test the selection", keys: []string{"b"}, on: from, hint: true, writes: true, do: func(s State) (State, []Effect) { return s.askRun("build") }},
		{name: "run", help: "run the models of the selection", keys: []string{"r"}, on: from, hint: true, writes: true, do: func(s State) (State, []Effect) { return s.askRun("run") }},
		{name: "test", help: "test the selection", keys: []string{"t"}, on: from, do: func(s State) (State, []Effect) { return s.askRun("test") }},
		{name: "check", help: "see what is wrong with the selection, without a warehouse", keys: []string{"c"}, on: from, do: State.makeCheck},
		{name: "apply", help: "do what the plan says", keys: []string{"A"}, on: []Place{AtPlan}, writes: true, hint: true, do: State.askApply},
		{name: "rerun", help: "run again what failed, what was skipped, and what was changed since", keys: []string{"R"}, on: from, writes: true, hint: true, only: State.incomplete, do: State.askRerun},
		{name: "cancel node", help: "cancel the node; the others go on", keys: []string{"x"}, on: []Place{AtRun}, only: State.unfinished, hint: true, do: State.cancelNode},
		{name: "cancel run", help: "cancel all that runs", keys: []string{"X"}, only: State.running, hint: true, do: State.cancelRun},
		{name: "watch", help: "when a file is saved, compile, and build what it affects", keys: []string{"w"}, on: from, writes: true, do: State.toggleWatch},
		{name: "rows", help: "see rows of the node, or those that a test found", keys: []string{"m"}, on: []Place{Home, AtRun}, do: State.showRows},
	}
}

// viewCommands lead to other views.
func viewCommands() []command {
	look := func(p Place) func(State) (State, []Effect) {
		return func(s State) (State, []Effect) { return s.look(p) }
	}
	return []command{
		{name: "last run", help: "go to the run that goes on, or the last one", keys: []string{"L"}, only: func(s State) bool { return s.run != nil && s.place != AtRun }, do: pure(func(s State) State { return s.to(AtRun) })},
		{name: "query", help: "ask the warehouse", keys: []string{"Q"}, do: pure(State.openQuery)},
		{name: "write query", help: "write the query", keys: []string{"i", "enter"}, on: []Place{AtQuery}, hint: true, do: pure(func(s State) State { s.query.writing = true; return s })},
		{name: "more rows", help: "ask for ten times the rows", keys: []string{"+", "="}, on: []Place{AtQuery}, hint: true, do: func(s State) (State, []Effect) { return s.limited(10) }},
		{name: "fewer rows", help: "ask for a tenth of the rows", keys: []string{"-"}, on: []Place{AtQuery}, do: func(s State) (State, []Effect) { return s.limited(0.1) }},
		{name: "copy as Markdown", help: "copy the rows as a table for Markdown", keys: []string{"Y"}, on: []Place{AtQuery, AtStatus, AtFreshness, AtSyncs, AtStates, Environments}, do: State.copyMarkdown},
		{name: "columns right", help: "scroll to the right", keys: []string{"l", "right"}, on: tables(), only: State.goesOn, hint: true, do: pure(func(s State) State { return s.across(1) })},
		{name: "columns left", help: "scroll to the left", keys: []string{"h", "left"}, on: tables(), do: pure(func(s State) State { return s.across(-1) })},
		{name: "status", help: "what is late, and because of whom", keys: []string{"S"}, do: look(AtStatus)},
		{name: "freshness", help: "how new the rows of the sources are", keys: []string{"F"}, do: look(AtFreshness)},
		{name: "syncs", help: "what is sent to other systems, and how that went", keys: []string{"D"}, do: look(AtSyncs)},
		{name: "state", help: "what is noted of builds", keys: []string{"N"}, do: look(AtStates)},
		{name: "environments", help: "the environments beside the target's own", keys: []string{"E"}, do: look(Environments)},
		{name: "sync plan", help: "see what the sync would send, and send it", keys: []string{"p", "enter"}, on: []Place{AtSyncs}, hint: true, do: State.planSync},
		{name: "switch", help: "go to the environment", keys: []string{"enter"}, on: []Place{Environments}, hint: true, do: State.switchEnvironment},
		{name: "promote", help: "see what promoting the environment would do, and do it", keys: []string{"P"}, on: []Place{Environments}, writes: true, hint: true, do: State.askPromotion},
		{name: "refresh", help: "ask again", keys: []string{"ctrl+r"}, do: State.refresh},
	}
}

// tables are the places that show rows.
func tables() []Place {
	return []Place{AtQuery, AtStatus, AtFreshness, AtSyncs, AtStates, Environments}
}

// generalCommands are those of everywhere.
func generalCommands() []command {
	tabs := func(s State) bool { return s.place == Home || s.place == AtRun }
	focused := func(s State) bool { return tabs(s) && s.details.focused }
	all := []command{
		{name: "next tab", help: "the next tab of the details", keys: []string{"]"}, only: tabs, do: func(s State) (State, []Effect) { return s.tabBy(1) }},
		{name: "previous tab", help: "the tab before", keys: []string{"["}, only: tabs, do: func(s State) (State, []Effect) { return s.tabBy(-1) }},
		{name: "tab right", help: "the next tab of the details", keys: []string{"l", "right"}, only: focused, do: func(s State) (State, []Effect) { return s.tabBy(1) }},
		{name: "tab left", help: "the tab before", keys: []string{"h", "left"}, only: focused, do: func(s State) (State, []Effect) { return s.tabBy(-1) }},
		{name: "other pane", help: "go to the other pane", keys: []string{"tab"}, only: tabs, do: func(s State) (State, []Effect) { s.details.focused = !s.details.focused; return s.describe() }},
		{name: "edit", help: "open the file in the editor, and compile when it is left", keys: []string{"e"}, do: State.edit},
		{name: "open docs", help: "open the page in the documentation", keys: []string{"o"}, on: []Place{Home, AtRun}, do: State.openDocs},
		{name: "copy", help: "copy what is shown", keys: []string{"y"}, do: State.copy},
		{name: "palette", help: "do something by its name", keys: []string{":"}, do: pure(State.palette)},
		{name: "help", help: "these keys", keys: []string{"?"}, hint: true, do: pure(State.help)},
		{name: "back", help: "one step back", keys: []string{"esc"}, do: State.escape},
		{name: "quit", help: "leave", keys: []string{"q"}, hint: true, do: State.leaveOrQuit},
	}
	for i := 1; i <= 6; i++ {
		all = append(all, command{name: "tab " + string(rune('0'+i)), help: "a tab of the details", keys: []string{string(rune('0' + i))}, only: tabs, do: func(s State) (State, []Effect) { return s.tabTo(i - 1) }})
	}
	return all
}

// leaveOrQuit is q: it closes a view, and from home the program.
func (s State) leaveOrQuit() (State, []Effect) {
	if s.place != Home {
		return s.leave(), nil
	}
	return s.quit()
}

// pick takes what is selected and ends a picker.
func (s State) pick() (State, []Effect) {
	choice, ok := s.wanted()
	if !ok {
		return s.complain(s.chosen.problem), nil
	}
	return s, []Effect{Quit{Picked: &choice}}
}

// toggleRow toggles what the cursor is on, and goes on to the next.
func (s State) toggleRow() (State, []Effect) {
	r := s.row()
	if r == nil {
		return s, nil
	}
	var effects []Effect
	if r.node == nil {
		s, effects = s.toggleFolder(r.folder)
	} else {
		s, effects = s.toggle(r.node)
		s = s.listTo(clamp(s.list.cursor, 1, len(s.list.rows)))
	}
	s, more := s.describe()
	return s, append(effects, more...)
}

// toggleShown toggles all nodes that the list shows.
func (s State) toggleShown() (State, []Effect) {
	var nodes []*Node
	for _, r := range s.list.rows {
		if r.node != nil {
			nodes = append(nodes, r.node)
		}
	}
	return s.toggle(nodes...)
}

func (s State) startFilter() State {
	s.list.filtering, s.details.focused = true, false
	return s.arrange()
}

// enter opens what the cursor is on.
func (s State) enter() (State, []Effect) {
	if r := s.row(); s.place == Home && r != nil && r.folder != "" {
		return s.fold(r.folder, !s.list.folded[r.folder]), nil
	}
	s.details.focused = true
	return s.describe()
}

// foldRow folds the folder that the cursor is on or in.
func (s State) foldRow() State {
	r := s.row()
	if r == nil || s.list.flat || s.list.filter.String() != "" {
		return s
	}
	if r.folder != "" && !s.list.folded[r.folder] {
		return s.fold(r.folder, true)
	}
	for at := s.list.cursor - 1; at >= 0; at-- {
		if s.list.rows[at].folder != "" && s.list.rows[at].depth < r.depth {
			return s.listTo(at)
		}
	}
	return s
}

// edit opens the file of what the cursor is on.
func (s State) edit() (State, []Effect) {
	if path, line := s.file(); path != "" {
		return s, []Effect{Edit{path, line}}
	}
	return s.complain("there is no file to edit"), nil
}

// file is the file of what the cursor is on, and the line in it.
func (s State) file() (path string, line int) {
	switch {
	case s.place == AtCheck && s.check != nil:
		return s.check.file()
	case s.place == AtRun && s.run != nil:
		if path, line = s.mend(); path != "" {
			return path, line
		}
	}
	if n := s.current(); n != nil {
		return n.Path, n.Line
	}
	return "", 0
}

// current is the node that the place is about; nil for none.
func (s State) current() *Node {
	switch {
	case s.place == AtRun && s.run != nil:
		if step := s.run.step(); step != nil {
			return s.nodes[step.ID]
		}
	case s.place == AtPlan && s.plan != nil:
		if step := s.plan.step(); step != nil {
			return s.nodes[step.ID]
		}
	case s.place == Home:
		return s.node()
	}
	return nil
}

// offerDocs asks whether to make the documentation that is not there.
func (s State) offerDocs(id string) State {
	if s.over != nil || s.options.ReadOnly {
		return s.tell("there is no documentation yet: mod docs generate makes it")
	}
	body := []line{
		text(strong, "mod docs generate"), nil,
		text(plain, "There is none yet. It is made of the project and of what the warehouse says of its tables, in the target folder, and then opened."),
	}
	return s.ask("make the documentation?", body, func(s State) (State, []Effect) {
		return s.wait("the documentation"), []Effect{OpenDocs{ID: id, Make: true}}
	})
}

func (s State) openDocs() (State, []Effect) {
	n := s.current()
	if n == nil {
		return s.complain("there is no page of that"), nil
	}
	return s.tell("opening the page of " + n.Name), []Effect{OpenDocs{ID: n.ID}}
}

package tui

import (
	"maps"
	"slices"
)

// Update is the state after a message, and what is to be done.
func Update(s State, m Msg) (State, []Effect) {
	switch m := m.(type) {
	case Key:
		s.note = ""
		return s.key(string(m))
	case Pasted:
		return s.paste(string(m))
	case Click:
		return s.click(m)
	case Wheel:
		return s.wheel(m)
	case Resized:
		s.size = Size(m)
		return s.arrange().describe()
	case Tick:
		s.now = m.Now
	case Edited:
		return s.edited(m)
	case Changed:
		return s.changed()
	case Background:
		s.options.Theme.Light = m.Light
	case DocsMissing:
		s = s.offerDocs(m.ID)
	case Noted:
		s = s.done("the documentation")
		s = s.tell(m.Text)
	default:
		return s.answered(m)
	}
	return s, nil
}

// answered takes what came of an effect.
func (s State) answered(m Msg) (State, []Effect) {
	switch m := m.(type) {
	case Loaded:
		return s.loaded(m.Project)
	case Failed:
		s.waiting = nil
		if s.project == nil {
			s.failure = &m
			return s, nil
		}
		s = s.failed(m)
	case Selected:
		s = s.picked(m)
	case Described:
		s = s.described(m.Details)
	case Remembered:
		s.details.known, s.details.asked = map[string]*Details{}, "" // what is known of nodes tells of their runs
		return s.remembered(m.Last).describe()
	case Planned:
		s = s.planned(m.Plan)
	case SyncPlanned:
		s = s.syncPlanned(m)
	case Checked:
		s = s.checked(m.Problems)
	case Queried:
		s = s.queried(m)
	case Looked:
		s.looks = maps.Clone(s.looks)
		if s.looks == nil {
			s.looks = map[Place]*Table{}
		}
		s.looks[m.At] = m.Table
		s = s.done(string(m.At))
	default:
		return s.happened(m)
	}
	return s, nil
}

// failed shows why something that was asked for is not there.
func (s State) failed(m Failed) State {
	if len(m.Problems) > 0 {
		return s.checked(m.Problems)
	}
	words := m.Text
	if m.What != "" {
		words = m.What + ": " + words
	}
	if m.Hint != "" {
		words += " (" + m.Hint + ")"
	}
	if s.plan != nil && s.plan.plan == nil {
		s.plan = nil
		if s.place == AtPlan {
			s = s.leave()
		}
	}
	if s.looks[s.place] == nil && s.lookedAt() {
		s = s.leave()
	}
	return s.complain(words)
}

// loaded takes the project.
func (s State) loaded(p *Project) (State, []Effect) {
	if !p.Partial {
		s = s.done("the project")
	}
	s.project, s.failure = p, nil
	s.relatives = p.relatives()
	s = s.taken(s.chosen.ids)
	s.details.known, s.details.asked = map[string]*Details{}, ""
	s = s.arrange()
	if s.list.cursor == 0 {
		s = s.firstNode()
	}
	s, effects := s.describe()
	if len(s.chosen.terms)+len(s.chosen.excludes) > 0 {
		s.chosen.seq++
		effects = append(effects, Select{s.chosen.seq, s.chosen.choice()})
	}
	if s.again && !p.Partial {
		s.again = false
		if s.over == nil && s.run != nil && s.run.over() {
			s, _ = s.askRerun() // it has no effect yet
		}
	}
	return s, effects
}

// firstNode puts the cursor on the first node that is there.
func (s State) firstNode() State {
	at := slices.IndexFunc(s.list.rows, func(r row) bool { return r.node != nil })
	if at < 0 {
		return s
	}
	return s.listTo(at)
}

// key is what a key does: in what lies over the screen, in a line that is written, or by the keymap.
func (s State) key(k string) (State, []Effect) {
	if k == "ctrl+c" {
		return s.quit()
	}
	if s.over != nil {
		return s.overKey(k)
	}
	if k == "esc" {
		return s.escape()
	}
	if s.list.filtering && s.place == Home {
		if next, effects, ok := s.filterKey(k); ok {
			return next, effects
		}
	}
	if s.query.writing && s.place == AtQuery {
		return s.queryKey(k)
	}
	if next, ok := s.move(k); ok {
		return next.describe()
	}
	for _, c := range s.commands() {
		if slices.Contains(c.keys, k) && c.counts(s) {
			return s.carryOut(c)
		}
	}
	return s, nil
}

// escape is esc; from home there is nowhere to go but out of a picker.
func (s State) escape() (State, []Effect) {
	if s.options.Picker != "" && s.place == Home && s.over == nil && !s.details.focused && !s.list.filtering && s.list.filter.String() == "" {
		return s, []Effect{Quit{}}
	}
	return s.back().describe()
}

// filterKey is what a key does while the filter is written. The arrows move in the list, and help opens over it.
func (s State) filterKey(k string) (State, []Effect, bool) {
	switch k {
	case "enter":
		s.list.filtering = false
		return s, nil, true
	case "up", "down", "pgup", "pgdown", "?":
		return s, nil, false
	case "ctrl+n", "ctrl+p":
		return s, nil, false
	case "tab":
		s.list.filtering = false
		return s, nil, false
	}
	next, ok := s.list.filter.key(k)
	if !ok {
		return s, nil, true
	}
	s.list.filter = next
	s.list.scroll = scroll{}
	s = s.arrange().listTo(0)
	s, effects := s.describe()
	return s, effects, true
}

// paste puts text where text is written.
func (s State) paste(words string) (State, []Effect) {
	switch {
	case s.over != nil && s.over.writes():
		return s.written(s.over.input.put(words))
	case s.over != nil:
	case s.query.writing && s.place == AtQuery:
		s.query.input = s.query.input.putLines(words)
	case s.list.filtering && s.place == Home:
		s.list.filter = s.list.filter.put(words)
		return s.arrange().listTo(0).describe()
	}
	return s, nil
}

// carryOut does a command, unless it may not be done.
func (s State) carryOut(c command) (State, []Effect) {
	if c.writes && s.options.ReadOnly {
		return s.complain(c.name + " writes, and this is --readonly"), nil
	}
	return c.do(s)
}

// edited is when the editor was left: the project is read anew.
func (s State) edited(m Edited) (State, []Effect) {
	if m.Err != "" {
		return s.complain(m.Err), nil
	}
	return s.wait("the project"), []Effect{Load{}}
}

// quit leaves, or asks whether to while a run goes on.
func (s State) quit() (State, []Effect) {
	if s.running() && (s.over == nil || s.over.kind != asking) {
		return s.ask("leave while "+s.run.command+" runs?", []line{text(plain, "What runs is cancelled, as ctrl+c does in a plain mod "+s.run.command+".")}, func(s State) (State, []Effect) {
			return s, []Effect{Cancel{}, Quit{}}
		}), nil
	}
	return s, []Effect{Quit{}}
}

// move is what the keys that move do, wherever they are pressed; ok is false for other keys.
func (s State) move(k string) (State, bool) {
	page := max(s.layout().body-1, 1)
	by := map[string]int{
		"down": 1, "j": 1, "ctrl+n": 1, "up": -1, "k": -1, "ctrl+p": -1, "pgdown": page, "ctrl+f": page, "pgup": -page, "ctrl+b": -page,
		"ctrl+d": page / 2, "ctrl+u": -page / 2, "g": -1 << 30, "home": -1 << 30, "G": 1 << 30, "end": 1 << 30,
	}[k]
	if by == 0 {
		return s, false
	}
	return s.moveBy(by), true
}

// moveBy moves the cursor of the pane that has the keys.
func (s State) moveBy(by int) State {
	height := s.layout().body
	switch {
	case s.details.focused:
		return s.detailsBy(by)
	case s.place == Home:
		return s.listTo(clamp(s.list.cursor, by, len(s.list.rows)))
	case s.place == AtRun && s.run != nil:
		r := *s.run
		r.scroll, r.follow, r.detail = r.to(clamp(r.cursor, by, len(r.steps)), len(r.steps), height), false, scroll{}
		s.run = &r
	case s.place == AtPlan && s.plan != nil && s.plan.plan != nil:
		p := *s.plan
		p.scroll = p.to(clamp(p.cursor, by, len(p.plan.Steps)), len(p.plan.Steps), height)
		s.plan = &p
	case s.place == AtCheck && s.check != nil:
		c := *s.check
		c.scroll = c.to(clamp(c.cursor, by, len(c.problems)), len(c.problems), height)
		s.check = &c
	case s.place == AtQuery && s.query.table != nil:
		n := len(s.query.table.Rows)
		s.query.scroll = s.query.to(clamp(s.query.cursor, by, n), n, height-tableHead)
	case s.looks[s.place] != nil:
		n := len(s.looks[s.place].Rows)
		s.looking = s.looking.to(clamp(s.looking.cursor, by, n), n, height-tableHead)
	}
	return s
}

func clamp(at, by, n int) int { return min(max(at+by, 0), max(n-1, 0)) }

// wheel moves what the pointer is over.
func (s State) wheel(m Wheel) (State, []Effect) {
	if s.over != nil {
		o := *s.over
		o.scroll = o.to(clamp(o.cursor, m.Lines, len(o.shown)), len(o.shown), s.overHeight())
		s.over = &o
		return s, nil
	}
	l := s.layout()
	if s.twoPanes() {
		s.details.focused = m.X > l.left && l.right > 0 || l.left == 0
	}
	return s.moveBy(m.Lines).describe()
}

// twoPanes tells whether there are details beside a list.
func (s State) twoPanes() bool { return s.place == Home || s.place == AtRun }

// click puts the cursor where it was clicked.
func (s State) click(m Click) (State, []Effect) {
	l := s.layout()
	y := m.Y - headLines
	if s.over != nil || y < 0 || y >= l.body {
		return s, nil
	}
	if s.twoPanes() && (l.left == 0 || m.X > l.left && l.right > 0) {
		s.details.focused = true
		return s, nil
	}
	s.details.focused = false
	switch s.place {
	case Home:
		at := s.list.top + y
		if at == s.list.cursor {
			if r := s.row(); r != nil && r.folder != "" {
				return s.fold(r.folder, !s.list.folded[r.folder]), nil
			}
		}
		return s.moveBy(at - s.list.cursor).describe()
	case AtRun:
		return s.moveBy(s.run.top + y - s.run.cursor).describe()
	case AtPlan:
		if s.plan != nil {
			return s.moveBy(s.plan.top + y - s.plan.cursor), nil
		}
	}
	return s, nil
}

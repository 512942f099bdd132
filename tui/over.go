package tui

import (
	"slices"
	"strings"
)

// overKind is what lies over a place.
type overKind uint8

const (
	helping    overKind = iota // the keys that count here
	commanding                 // the command palette
	asking                     // whether to do something
	selecting                  // the selection line is written
)

// over is what lies over a place: it has all keys until it is closed.
type over struct {
	kind overKind
	scroll
	input input
	title string
	body  []line // of a question
	all   []command
	shown []command
	yes   func(State) (State, []Effect) // nil if there is nothing to ask, only to tell
	was   chosen                        // the selection before it was written
}

// writes tells whether keys go to a line.
func (o *over) writes() bool { return o.kind != asking }

// ask asks before something is done.
func (s State) ask(title string, body []line, yes func(State) (State, []Effect)) State {
	s.over = &over{kind: asking, title: title, body: wrapped(body, min(s.size.W-6, sentence)), yes: yes}
	return s
}

// sentence is how long the lines of a question are at most.
const sentence = 88

// wrapped are lines of which those that are sentences are broken where they are too long.
func wrapped(body []line, cells int) []line {
	var out []line
	for _, l := range body {
		if len(l) != 1 || l[0].style != plain || l.long() <= cells {
			out = append(out, l)
			continue
		}
		for _, words := range wrap(l[0].text, cells) {
			out = append(out, text(plain, words))
		}
	}
	return out
}

// help opens the keys that count here, to be filtered and carried out.
func (s State) help() State {
	all := slices.DeleteFunc(s.commands(), func(c command) bool { return !c.counts(s) })
	s.over = &over{kind: helping, title: "keys", all: all, shown: all}
	return s
}

// palette opens the commands.
func (s State) palette() State {
	all := slices.DeleteFunc(s.commands(), func(c command) bool { return !c.counts(s) })
	s.over = &over{kind: commanding, title: "command", all: all, shown: all}
	return s
}

// selectLine opens the selection line to be written.
func (s State) selectLine() State {
	s.over = &over{kind: selecting, input: inputOf(s.chosen.line()), was: s.chosen}
	return s
}

// overKey is what a key does in what lies over the place.
func (s State) overKey(k string) (State, []Effect) {
	if k == "esc" {
		return s.closeOver()
	}
	if s.over.kind == asking {
		return s.answer(k)
	}
	n := len(s.over.shown)
	o := *s.over
	switch k {
	case "enter":
		return s.enterOver()
	case "down", "ctrl+n", "tab":
		o.scroll = o.to(clamp(o.cursor, 1, n), n, s.overHeight())
	case "up", "ctrl+p", "shift+tab":
		o.scroll = o.to(clamp(o.cursor, -1, n), n, s.overHeight())
	case "pgdown":
		o.scroll = o.to(clamp(o.cursor, s.overHeight(), n), n, s.overHeight())
	case "pgup":
		o.scroll = o.to(clamp(o.cursor, -s.overHeight(), n), n, s.overHeight())
	default:
		if next, ok := o.input.key(k); ok {
			return s.written(next)
		}
		return s, nil
	}
	s.over = &o
	return s, nil
}

// written is the state after the line of what lies over changed; a selection is counted as it is written.
func (s State) written(next input) (State, []Effect) {
	s = s.overInput(next)
	if s.over.kind != selecting {
		return s, nil
	}
	return s.choose(written(next.String()))
}

// overInput changes the line, and what it leaves of the commands.
func (s State) overInput(next input) State {
	o := *s.over
	o.input, o.scroll = next, scroll{}
	o.shown = o.all
	if words := strings.ToLower(strings.TrimSpace(next.String())); words != "" && o.kind != selecting {
		o.shown = nil
		for _, c := range o.all {
			if _, ok := match(strings.ToLower(c.name+" "+c.help), words); ok {
				o.shown = append(o.shown, c)
			}
		}
	}
	s.over = &o
	return s
}

// closeOver closes it; a selection that was being written is as it was before.
func (s State) closeOver() (State, []Effect) {
	o := s.over
	s.over = nil
	if o.kind == selecting && o.was.line() != s.chosen.line() {
		return s.choose(o.was)
	}
	return s, nil
}

// enterOver takes what the cursor is on.
func (s State) enterOver() (State, []Effect) {
	o := s.over
	if o.kind == selecting {
		s.over = nil
		if s.chosen.problem != "" {
			return s.complain(s.chosen.problem), nil
		}
		return s, nil
	}
	if o.cursor >= len(o.shown) {
		return s, nil
	}
	s.over = nil
	return s.carryOut(o.shown[o.cursor])
}

// answer is the answer to a question.
func (s State) answer(k string) (State, []Effect) {
	o := s.over
	switch k {
	case "enter", "y":
		s.over = nil
		if o.yes == nil {
			return s, nil
		}
		return o.yes(s)
	case "n", "q":
		s.over = nil
	case "down", "j", "up", "k":
		next := *o
		by := 1
		if k == "up" || k == "k" {
			by = -1
		}
		next.top = min(max(next.top+by, 0), max(len(o.body)-s.overHeight(), 0))
		s.over = &next
	}
	return s, nil
}

// overHeight is how many lines there are for what can be chosen.
func (s State) overHeight() int { return max(min(s.size.H-8, 24), 1) }

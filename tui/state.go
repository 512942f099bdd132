package tui

import "time"

// Place is one of the views.
type Place string

// The places. Home is where esc leads in the end.
const (
	Home         Place = "home"
	AtRun        Place = "run"
	AtPlan       Place = "plan"
	AtCheck      Place = "check"
	AtQuery      Place = "query"
	AtStatus     Place = "status"
	AtFreshness  Place = "freshness"
	AtSyncs      Place = "syncs"
	AtStates     Place = "state"
	Environments Place = "environments"
)

// Options are how the interface was called.
type Options struct {
	Theme    Theme
	ReadOnly bool   // nothing that writes can be done
	Picker   string // the command to pick nodes for; "" for the whole interface
	Select   Choice // what is picked at the start
	Version  string
}

// State is all that the interface knows. It is a value: [Update] changes none that it was given.
type State struct {
	options Options
	size    Size
	now     time.Time

	project *Project // nil until it is loaded
	relatives
	last     map[string]Outcome // how nodes ended when they last ran, by ID
	failure  *Failed            // why there is no project
	list     list
	chosen   chosen
	details  details
	place    Place
	behind   []Place // where esc leads from there
	over     *over   // nil where nothing lies over the place
	run      *run    // the last one; nil before the first
	plan     *planView
	check    *checkView
	query    query
	looks    map[Place]*Table // nil tables are on their way
	looking  scroll
	watching bool
	saved    bool // a file was saved while a run went on, of which that may know nothing
	again    bool // a rerun is wanted once the project was read
	note     string
	bad      bool            // the note is of something that went wrong
	waiting  map[string]bool // what was asked for and has not come
}

// New is the state at the start, with what is to be done first.
func New(o Options) (State, []Effect) {
	s := State{options: o, place: Home, size: Size{80, 24}, details: details{known: map[string]*Details{}}}
	s.waiting = map[string]bool{"the project": true}
	effects := []Effect{Load{}}
	if len(o.Select.Select)+len(o.Select.Exclude) > 0 {
		c := chosen{excludes: o.Select.Exclude}
		for _, words := range o.Select.Select {
			c.terms = append(c.terms, term{words: words})
		}
		var more []Effect
		s, more = s.choose(c)
		effects = append(effects, more...)
	}
	return s, effects
}

// Busy tells whether something goes on that [Tick]s are needed for.
func (s State) Busy() bool { return s.running() || len(s.waiting) > 0 }

// running tells whether a run goes on.
func (s State) running() bool { return s.run != nil && !s.run.over() }

// layout is how many lines and columns the parts of the screen have.
type layout struct {
	body        int // lines between the rules
	left, right int // columns of the panes; 0 for one that is not shown
}

// The least that panes are drawn in.
const (
	leastLeft = 30
	onePane   = 64 // columns below which there is room for one pane alone
)

func (s State) layout() layout {
	l := layout{body: max(s.size.H-6, 1)}
	w := max(s.size.W, 1)
	switch {
	case w < onePane && s.details.focused:
		l.right = w
	case w < onePane:
		l.left = w
	case s.place == AtRun || s.place == AtPlan:
		l.left = min(max(w/2, leastLeft), 110)
		l.right = w - l.left - 1
	default:
		l.left = min(max(w*2/5, leastLeft), 60)
		l.right = w - l.left - 1
	}
	return l
}

// to goes to a place, from where esc leads back.
func (s State) to(p Place) State {
	if s.place == p {
		return s
	}
	behind := append([]Place(nil), s.behind...)
	for i, b := range behind {
		if b == p {
			behind = behind[:i]
			break
		}
	}
	if len(behind) == 0 || behind[len(behind)-1] != s.place {
		behind = append(behind, s.place)
	}
	if p == Home {
		behind = nil
	}
	s.behind, s.place, s.looking, s.details.focused = behind, p, scroll{}, false
	return s
}

// back is what esc does: one step on the way home.
func (s State) back() State {
	s.note = ""
	switch {
	case s.over != nil:
		s.over = nil
	case s.place == AtQuery && s.query.writing:
		s.query.writing = false
		if s.query.table == nil && s.query.failure == nil {
			return s.leave()
		}
	case s.details.focused:
		s.details.focused = false
	case s.place != Home:
		return s.leave()
	case s.list.filtering || s.list.filter.String() != "":
		s.list.filtering, s.list.filter = false, input{}
		return s.arrange()
	}
	return s
}

func (s State) leave() State {
	to := Home
	if n := len(s.behind); n > 0 {
		to = s.behind[n-1]
		s.behind = s.behind[: n-1 : n-1]
	}
	s.place, s.looking = to, scroll{}
	return s
}

// tell shows a word to the user, until the next key.
func (s State) tell(words string) State {
	s.note, s.bad = words, false
	return s
}

func (s State) complain(words string) State {
	s.note, s.bad = words, true
	return s
}

// wait notes that something was asked for; done that it came.
func (s State) wait(what string) State {
	next := map[string]bool{what: true}
	for w := range s.waiting {
		next[w] = true
	}
	s.waiting = next
	return s
}

func (s State) done(what string) State {
	next := map[string]bool{}
	for w := range s.waiting {
		if w != what {
			next[w] = true
		}
	}
	s.waiting = next
	return s
}

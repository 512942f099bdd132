package jinja

import "slices"

// A function is what has slots of its own when it runs: a template, a macro, the body of a call block. Names that a template sets
// live in slots, numbered at parse time; only names that it does not set are looked up by name.
type function struct {
	outer *scope // where it is defined; nil for a template
	slots int
	depth int // functions around it

	// A macro takes these only if its body uses them; -1 if not.
	caller, varargs, kwargs int
	isMacro                 bool
}

// scope is a stretch of a function in which names are set: a loop's body, a with block …. Python has none, Jinja2 does.
type scope struct {
	fn    *function
	outer *scope // in the same function or, at the top of a macro, around it
	names []string
	slots []int
	sure  []bool // that the slot is set whenever the scope is entered
	loop  *forStmt
}

// slotRef is a slot that may hold a name: in the function up levels out.
type slotRef struct{ up, slot int }

// slotRange are the slots of a scope, which are unset when it is entered.
type slotRange struct{ lo, hi int }

func (p *parser) openFunction(isMacro bool) *function {
	f := &function{outer: p.scope, caller: -1, varargs: -1, kwargs: -1, isMacro: isMacro}
	if p.scope != nil {
		f.depth = p.scope.fn.depth + 1
	}
	p.scope = &scope{fn: f, outer: p.scope}
	return f
}

// openScope starts a scope and returns its first slot.
func (p *parser) openScope() int {
	p.scope = &scope{fn: p.scope.fn, outer: p.scope}
	return p.scope.fn.slots
}

func (p *parser) closeScope(lo int) slotRange {
	r := slotRange{lo, p.scope.fn.slots}
	p.scope = p.scope.outer
	return r
}

// declare gives a name its slot in the current scope.
func (s *scope) declare(name string, sure bool) int {
	if i := slices.Index(s.names, name); i >= 0 {
		s.sure[i] = s.sure[i] || sure
		return s.slots[i]
	}
	slot := s.fn.slots
	s.fn.slots++
	s.names, s.slots, s.sure = append(s.names, name), append(s.slots, slot), append(s.sure, sure)
	return slot
}

// use is a name that is read, before it is known what it means: a later {% set %} of its scope counts too.
type use struct {
	expr   *nameExpr
	scope  *scope
	testOf *forStmt // the loop in whose `if` it stands: loop means the one around
}

// resolve finds the slots that each use of a name may mean, innermost first.
func (p *parser) resolve() {
	for _, u := range p.uses {
		p.resolveUse(u)
	}
}

func (p *parser) resolveUse(u use) {
	for s := u.scope; s != nil; s = s.outer {
		i := slices.Index(s.names, u.expr.name)
		atTop := s.outer == nil || s.outer.fn != s.fn
		if atTop && s.fn.isMacro && implicit(u.expr.name) {
			slot := s.fn.implicitSlot(s, u.expr.name)
			u.expr.refs = append(u.expr.refs, slotRef{u.scope.fn.depth - s.fn.depth, slot})
			p.markImplicit(s, u.expr.name)
			return
		}
		if i < 0 || s.loop != nil && s.loop == u.testOf && u.expr.name == "loop" {
			continue
		}
		if s.loop != nil && u.expr.name == "loop" {
			s.loop.usesLoop = true
		}
		u.expr.refs = append(u.expr.refs, slotRef{u.scope.fn.depth - s.fn.depth, s.slots[i]})
		if s.sure[i] {
			return
		}
	}
}

func implicit(name string) bool { return name == "caller" || name == "varargs" || name == "kwargs" }

// implicitSlot is the slot of one of the names that a macro has without declaring them.
func (f *function) implicitSlot(top *scope, name string) int {
	if i := slices.Index(top.names, name); i >= 0 && top.sure[i] {
		return top.slots[i] // a parameter of that name
	}
	slot := top.declare(name, true)
	switch name {
	case "caller":
		f.caller = slot
	case "varargs":
		f.varargs = slot
	default:
		f.kwargs = slot
	}
	return slot
}

// markImplicit makes the macros around a use accept what it names too, as Jinja2 does.
func (p *parser) markImplicit(s *scope, name string) {
	for s = s.outer; s != nil; s = s.outer {
		if s.fn.isMacro && (s.outer == nil || s.outer.fn != s.fn) {
			s.fn.implicitSlot(s, name)
		}
	}
}

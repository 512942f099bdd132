package runner

import (
	"container/heap"

	"github.com/modsql/mod/compiler/plan"
)

// schedule knows which steps of a plan may start. It is a value of the coordinating goroutine alone.
//
// Each operation costs O(log n) a step and edge.
type schedule struct {
	places map[string]*place
	order  []*place
	ready  queue
}

// place is a step's place in the schedule.
type place struct {
	step     *plan.Step
	number   int // in the plan
	waits    int // steps that must succeed first
	children []*place
	gone     bool // started, or skipped
}

func newSchedule(p *plan.Plan) *schedule {
	s := &schedule{places: make(map[string]*place, len(p.Steps))}
	for i, step := range p.Steps {
		at := &place{step: step, number: i}
		s.places[step.Node.ID] = at
		s.order = append(s.order, at)
	}
	for _, at := range s.order {
		for _, id := range at.step.After {
			// A step that is not in the plan is not waited for: what it makes is there already.
			if parent := s.places[id]; parent != nil {
				parent.children = append(parent.children, at)
				at.waits++
			}
		}
	}
	for _, at := range s.order {
		if at.waits == 0 {
			s.ready = append(s.ready, at)
		}
	}
	heap.Init(&s.ready)
	return s
}

// next takes the ready step with the longest way to go, nil if there is none.
func (s *schedule) next() *plan.Step {
	for s.ready.Len() > 0 {
		at := heap.Pop(&s.ready).(*place)
		if !at.gone {
			at.gone = true
			return at.step
		}
	}
	return nil
}

// take takes a step out of turn; false if it is not ready.
func (s *schedule) take(id string) (*plan.Step, bool) {
	at := s.places[id]
	if at == nil || at.gone || at.waits > 0 {
		return nil, false
	}
	at.gone = true // its entry in the heap is passed over when it comes up
	return at.step, true
}

// claim takes a step out of turn that runs in the turn of another one, which it waits for; false if it is not there any more.
func (s *schedule) claim(id string) (*plan.Step, bool) {
	at := s.places[id]
	if at == nil || at.gone {
		return nil, false
	}
	at.gone = true
	return at.step, true
}

// succeeded makes those steps ready that waited for this one last.
func (s *schedule) succeeded(step *plan.Step) {
	for _, child := range s.places[step.Node.ID].children {
		if child.waits--; child.waits == 0 && !child.gone {
			heap.Push(&s.ready, child)
		}
	}
}

// failed takes out all steps that come after this one, and returns them in the plan's order.
func (s *schedule) failed(step *plan.Step) []*plan.Step {
	lost := map[*place]bool{}
	todo := s.places[step.Node.ID].children
	for len(todo) > 0 {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if !at.gone {
			at.gone = true
			lost[at] = true
			todo = append(todo, at.children...)
		}
	}
	if len(lost) == 0 {
		return nil
	}
	return s.inOrder(lost)
}

// rest takes out all steps that have not started, in the plan's order.
func (s *schedule) rest() []*plan.Step {
	var out []*plan.Step
	for _, at := range s.order {
		if !at.gone {
			at.gone = true
			out = append(out, at.step)
		}
	}
	return out
}

func (s *schedule) inOrder(set map[*place]bool) []*plan.Step {
	first, last := len(s.order), -1
	for at := range set {
		first, last = min(first, at.number), max(last, at.number)
	}
	var out []*plan.Step
	for _, at := range s.order[first : last+1] {
		if set[at] {
			out = append(out, at.step)
		}
	}
	return out
}

// queue is a heap: the longest way to go first, then the order of the plan.
type queue []*place

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	if q[i].step.Weight != q[j].step.Weight {
		return q[i].step.Weight > q[j].step.Weight
	}
	return q[i].number < q[j].number
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push implements heap.Interface.
func (q *queue) Push(x any) { *q = append(*q, x.(*place)) }

// Pop implements heap.Interface.
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}

package plan

import (
	"slices"

	"github.com/modsql/mod/compiler"
)

// joint tells how the nodes that data tests of several nodes read stand to all others, for all such tests of a plan at once: there are thousands of
// them in a large project.
type joint struct {
	bit   map[string]int // of each node that such a test reads, or waits for
	on    map[string]set // which of them a node waits for, by its ID
	steps []jointStep    // that are no tests, in the graph's order
}

// jointStep is a step, what it waits for, and what the nearest steps above it do.
type jointStep struct {
	id    string
	on    set
	above []set
}

// set is a set of nodes by their bits. The nil set is that of a node which is not known.
type set []uint64

func (s set) has(bit int) bool { return s != nil && s[bit/64]&(1<<(bit%64)) != 0 }
func (s set) add(bit int)      { s[bit/64] |= 1 << (bit % 64) }

func (s set) addAll(other set) {
	for i, word := range other {
		s[i] |= word
	}
}

// joint finds out about the tests of the plan; above has the nearest steps above each node.
func (p *Plan) joint(g *compiler.Graph, above map[string][]string) *joint {
	j := &joint{bit: map[string]int{}, on: map[string]set{}}
	for _, s := range p.Steps {
		if s.Node.Type != compiler.Test || len(s.Node.DependsOn) < 2 && len(above[s.Node.ID]) < 2 {
			continue
		}
		for _, id := range slices.Concat(s.Node.DependsOn, above[s.Node.ID]) {
			if _, ok := j.bit[id]; !ok {
				j.bit[id] = len(j.bit)
			}
		}
	}
	if len(j.bit) == 0 {
		return j
	}
	for _, n := range g.Order {
		if n.Type != compiler.Test {
			j.on[n.ID] = j.reads(n)
		}
	}
	for _, s := range p.Steps {
		if s.Node.Type == compiler.Test {
			continue
		}
		step := jointStep{id: s.Node.ID, on: j.on[s.Node.ID]}
		for _, id := range above[s.Node.ID] {
			step.above = append(step.above, j.on[id])
		}
		j.steps = append(j.steps, step)
	}
	return j
}

// reads is what a node waits for because it reads it, itself or through others; those were found out about.
func (j *joint) reads(n *compiler.Node) set {
	out := make(set, (len(j.bit)+63)/64)
	for _, id := range n.DependsOn {
		out.addAll(j.on[id])
		if bit, ok := j.bit[id]; ok {
			out.add(bit)
		}
	}
	return out
}

// nearest are the steps that read all of the nodes, but for those that wait for another one which does.
func (j *joint) nearest(nodes []string) []string {
	bits := make([]int, len(nodes))
	for i, id := range nodes {
		bits[i] = j.bit[id]
	}
	all := func(on set) bool {
		for _, bit := range bits {
			if !on.has(bit) {
				return false
			}
		}
		return true
	}
	var out []string
	for _, s := range j.steps {
		if all(s.on) && !slices.ContainsFunc(s.above, all) {
			out = append(out, s.id)
		}
	}
	return out
}

// waits tells whether one of the nodes waits for another one, directly or not. What waits for a test reads all that the test does, so that what is read tells it.
func (j *joint) waits(id, on string) bool {
	bit, ok := j.bit[on]
	return ok && j.on[id].has(bit)
}

// wait makes one of the nodes wait for another one, and with it all those that wait for it.
func (j *joint) wait(id, on string) {
	if j.waits(id, on) || j.on[on] == nil {
		return
	}
	also := slices.Clone(j.on[on])
	also.add(j.bit[on])
	for other := range j.bit {
		if other == id || j.waits(other, id) {
			j.on[other].addAll(also)
		}
	}
}

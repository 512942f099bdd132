package plan

import (
	"slices"

	"github.com/modsql/mod/compiler"
)

// connect says which steps each step waits for: the selected nodes it depends on, through any that are not selected, and the data
// tests of those, so that nothing is built on rows that a test refuses.
func (p *Plan) connect(g *compiler.Graph, selected map[string]bool) {
	above := map[string][]string{} // the nearest selected nodes above each node of the graph
	for _, n := range g.Order {
		for _, parent := range n.DependsOn {
			if selected[parent] {
				above[n.ID] = addNew(above[n.ID], parent)
			} else {
				above[n.ID] = addNew(above[n.ID], above[parent]...)
			}
		}
	}
	byID := map[string]*Step{}
	for _, s := range p.Steps {
		s.After = above[s.Node.ID]
		byID[s.Node.ID] = s
	}
	j := p.joint(g, above)
	p.gate(g, j, byID)
	p.proveFirst(above, byID)
	p.hold(g, j, byID)
}

// proveFirst makes a model wait for its unit tests, and them for all that it waits for: they read the columns of its inputs.
func (p *Plan) proveFirst(above map[string][]string, byID map[string]*Step) {
	for _, test := range p.Steps {
		if test.Node.Type != compiler.UnitTest {
			continue
		}
		model := byID[test.Node.Unit.Tested]
		if model == nil {
			test.After = above[test.Node.Unit.Tested]
			continue
		}
		test.After = nil
		for _, id := range model.After {
			if byID[id].Node.Type != compiler.UnitTest {
				test.After = append(test.After, id)
			}
		}
		model.After = addNew(model.After, test.Node.ID)
	}
}

// gate makes what stands below everything that a test reads wait for the test, as `dbt build` does, also where that is a source
// or left out. Below the nearest node it is enough to wait for that node.
func (p *Plan) gate(g *compiler.Graph, j *joint, byID map[string]*Step) {
	below := nearestBelow(g, byID)
	for _, test := range p.Steps {
		if test.Node.Type != compiler.Test {
			continue
		}
		var gated []string
		switch reads := addNew(nil, test.Node.DependsOn...); {
		case len(reads) == 1:
			gated = below[reads[0]]
		case len(reads) > 1:
			gated = j.nearest(reads)
		}
		for _, id := range gated {
			if s := byID[id]; s != nil && s.Node.Type != compiler.Test {
				s.After = addNew(s.After, test.Node.ID)
			}
		}
	}
}

// nearestBelow has, by the ID of each node of the graph, the first steps that are met on the ways down from it.
func nearestBelow(g *compiler.Graph, byID map[string]*Step) map[string][]string {
	below := map[string][]string{}
	for _, n := range slices.Backward(g.Order) {
		for _, child := range g.DAG.Children(n.ID) {
			if byID[child] != nil {
				below[n.ID] = addNew(below[n.ID], child)
			} else {
				below[n.ID] = addNew(below[n.ID], below[child]...)
			}
		}
	}
	return below
}

// weigh sets each step's weight: its own time, and that of the longest chain that waits for it. A node that never ran is guessed
// to take as long as the median of the others, a test a tenth of that.
func (p *Plan) weigh(took map[string]float64) {
	typical := median(took)
	weight := map[string]float64{}
	for i := len(p.Steps) - 1; i >= 0; i-- {
		s := p.Steps[i]
		own, known := took[s.Node.ID]
		if !known {
			own = typical
			if s.Node.Type == compiler.Test {
				own = typical / 10
			}
		}
		s.Weight = own + weight[s.Node.ID]
		for _, parent := range s.After {
			weight[parent] = max(weight[parent], s.Weight)
		}
	}
}

func median(took map[string]float64) float64 {
	if len(took) == 0 {
		return 1
	}
	var all []float64
	for _, seconds := range took {
		all = append(all, seconds)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

func addNew(list []string, items ...string) []string {
	for _, item := range items {
		if !slices.Contains(list, item) {
			list = append(list, item)
		}
	}
	return list
}

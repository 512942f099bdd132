package plan

import (
	"fmt"

	"github.com/modsql/mod/compiler"
)

// addCopies adds a step for each copy that a step reads. A copy is made of what is good: it waits for the node that it copies, and for the
// data tests that read that node alone.
func (p *Plan) addCopies(g *compiler.Graph) {
	byID := map[string]*Step{}
	for _, s := range p.Steps {
		byID[s.Node.ID] = s
	}
	for _, s := range p.Steps {
		for _, c := range g.Copies(s.Node) {
			s.After = addNew(s.After, c.ID)
			if byID[c.ID] == nil {
				byID[c.ID] = &Step{Node: c, Action: Copy, After: beforeCopy(g, c, byID), Reason: fmt.Sprintf("%s lives at target %s", c.Name, g.Of(c.Copied).Project.Target.Name)}
				p.Steps = append(p.Steps, byID[c.ID])
			}
		}
	}
}

// beforeCopy are the steps that a copy waits for.
func beforeCopy(g *compiler.Graph, c *compiler.Node, byID map[string]*Step) []string {
	var out []string
	if byID[c.Copied.ID] != nil {
		out = append(out, c.Copied.ID)
	}
	for _, id := range g.DAG.Children(c.Copied.ID) {
		n := g.Nodes[id]
		if byID[id] != nil && n.Type == compiler.Test && len(n.DependsOn) == 1 && g.Of(n) == g.Of(c.Copied) {
			out = append(out, id)
		}
	}
	return out
}

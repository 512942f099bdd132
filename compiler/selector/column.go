package selector

import (
	"strings"

	"github.com/modsql/mod/compiler"
)

// Columns knows where the columns of a project lead. Asking may take as long as compiling the project, the first time.
type Columns interface {
	// Reach returns the nodes that have the column of that name, as "orders.amount", those whose columns it is made of, over at
	// most up of them, and those that are made of it or whose rows it decides about, over at most down. 0 does not go that
	// way, negative numbers are without end. It returns nothing for a column that nobody has.
	Reach(column string, up, down int) ([]*compiler.Node, error)
	// Nearest is a hint of what a name that nobody has may mean, "" if nothing is near.
	Nearest(column string) string
}

// following are the nodes that a criterion picks by a column.
func (e *evaluation) following(c *criterion) set {
	picked := set{}
	if e.columns == nil {
		e.problems.Errorf(c.at, InvalidSelector, "columns are not known here")
		return picked
	}
	down := c.with.children
	if c.with.childrensParents {
		down = anyDepth
	}
	nodes, err := e.columns.Reach(c.value, int(c.with.parents), int(down))
	if err != nil {
		e.problems.Errorf(c.at, InvalidSelector, "%v", err)
	}
	for _, n := range nodes {
		picked[n.ID] = true
	}
	if c.with.childrensParents {
		return e.reach(picked, neighbours{parents: anyDepth})
	}
	return picked
}

func columnValue(c *criterion) (message, hint string) {
	if strings.Contains(c.value, ".") {
		return "", ""
	}
	return "\"" + c.value + "\" names no column", "write column:model.column"
}

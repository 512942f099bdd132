package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/sql"
)

// FanOut is an aggregate of rows that a join repeats: the other side has several rows for each of them, by the keys that it declares.
const FanOut diag.Code = "fan-out"

// fanOut tells of sums and counts over rows that a join repeats.
func fanOut(s *subject) {
	if !s.own() || !s.readable() {
		return
	}
	for _, f := range s.Forms {
		sql.Walk(f.File.Query(), func(n sql.Node) bool {
			if sel, ok := n.(*sql.Select); ok {
				s.fanOutOf(f, sel)
			}
			return true
		})
	}
}

// joined is a relation in the FROM of a SELECT, with what it is joined by.
type joined struct {
	name    string // by which columns name it, in lower case
	table   string // the node's ID
	fixed   map[string]bool
	equated map[string]map[string]bool // by the other's name: own columns that equal one of the other's
}

// fanOutOf looks at one SELECT.
func (s *subject) fanOutOf(f *analyze.Form, sel *sql.Select) {
	var items []*joined
	var on []sql.Expr
	for _, t := range sel.From {
		if !s.joins(f, t, &items, &on) {
			return
		}
	}
	if len(items) < 2 {
		return
	}
	for _, x := range append(on, sel.Where) {
		s.equate(items, x)
	}
	grouped := s.groupedBy(items, sel)
	for _, item := range sel.Items {
		sql.Walk(item.X, func(n sql.Node) bool {
			call, ok := n.(*sql.Call)
			if !ok {
				return !isQuery(n)
			}
			if of := s.repeatable(items, call); of != nil {
				s.tellFanOut(f, items, of, call, grouped)
			}
			return true
		})
	}
}

func isQuery(n sql.Node) bool { _, ok := n.(*sql.Query); return ok }

// joins lists what a FROM joins; false if it holds something that has no declared keys, or joins in a way that is not by equality.
func (s *subject) joins(f *analyze.Form, t sql.Table, items *[]*joined, on *[]sql.Expr) bool {
	switch t := t.(type) {
	case *sql.TableName:
		id := s.imported(f, t)
		if id == "" || len(t.Alias.Columns) > 0 {
			return false
		}
		name := t.Alias.Name.Name
		if name == "" {
			name = t.Name[len(t.Name)-1].Name
		}
		*items = append(*items, &joined{name: strings.ToLower(name), table: id, fixed: map[string]bool{}, equated: map[string]map[string]bool{}})
		return true
	case *sql.Join:
		plain := (t.Kind == sql.Inner || t.Kind == sql.LeftOuter) && !t.Asof && (t.Natural || t.On != nil || len(t.Using) > 0) && !t.Alias.Name.Given()
		from := len(*items)
		if !plain || !s.joins(f, t.Left, items, on) {
			return false
		}
		to := len(*items)
		if !s.joins(f, t.Right, items, on) {
			return false
		}
		if t.On != nil {
			*on = append(*on, t.On)
			return true
		}
		return s.share((*items)[from:to], (*items)[to:], t)
	}
	return false
}

// share notes the columns that a join makes equal by their name: those of USING, or all that both sides have. It is false if they are
// not known.
func (s *subject) share(left, right []*joined, t *sql.Join) bool {
	names := make([]string, len(t.Using))
	for i, c := range t.Using {
		names[i] = strings.ToLower(c.Name)
	}
	if t.Natural {
		for _, j := range right {
			n := s.known.Node(j.table)
			if n == nil || n.Open {
				return false
			}
			for _, c := range n.Columns {
				names = append(names, strings.ToLower(c.Name))
			}
		}
	}
	for _, name := range names {
		for _, l := range left {
			for _, r := range right {
				if s.has(l, name) && s.has(r, name) {
					l.equal(r, name)
					r.equal(l, name)
				}
			}
		}
	}
	return true
}

// has tells whether a relation is known to have a column.
func (s *subject) has(j *joined, name string) bool {
	n := s.known.Node(j.table)
	return n != nil && n.Column(name) != nil
}

// imported is the ID of the node that a name in a FROM stands for: read directly, or through a CTE that gives its rows
// and columns as they are.
func (s *subject) imported(f *analyze.Form, t *sql.TableName) string {
	for depth := 0; depth < 10; depth++ {
		for _, r := range f.Query.Reads {
			if r.At == t.Span || len(r.Name) > 0 && r.Name[0].Span == t.Name[0].Span {
				return r.ID
			}
		}
		if len(t.Name) != 1 {
			return ""
		}
		cte := cteNamed(f.File.Query(), t.Name[0])
		if cte == nil || len(cte.Columns) > 0 {
			return ""
		}
		if t = onlyReads(cte); t == nil {
			return ""
		}
	}
	return ""
}

// onlyReads is the table of a CTE that gives its rows and columns as they are, all or some of them; nil for other CTEs.
func onlyReads(cte *sql.CTE) *sql.TableName {
	q, _ := cte.Query.(*sql.Query)
	if q == nil || q.With != nil {
		return nil
	}
	sel, _ := q.Body.(*sql.Select)
	if sel == nil || sel.GroupBy != nil || sel.Distinct != nil || sel.Qualify != nil || len(sel.From) != 1 ||
		slices.ContainsFunc(sel.Items, func(item sql.SelectItem) bool { return !asItIs(item) }) {
		return nil
	}
	t, _ := sel.From[0].(*sql.TableName)
	return t
}

// asItIs tells whether an item of a select list is columns under their own names.
func asItIs(item sql.SelectItem) bool {
	switch x := item.X.(type) {
	case *sql.Star:
		return x.Mods == nil && x.Of == nil
	case *sql.Column:
		return !item.Alias.Given() || strings.EqualFold(item.Alias.Name, x.Parts[len(x.Parts)-1].Name)
	}
	return false
}

// equate notes what a condition says is equal.
func (s *subject) equate(items []*joined, x sql.Expr) {
	b, ok := x.(*sql.Binary)
	if !ok {
		return
	}
	if b.Op == sql.OpAnd {
		s.equate(items, b.X)
		s.equate(items, b.Y)
		return
	}
	if b.Op != sql.OpEq {
		return
	}
	left, l := s.columnOf(items, b.X)
	right, r := s.columnOf(items, b.Y)
	switch {
	case left != nil && right != nil && left != right:
		left.equal(right, l)
		right.equal(left, r)
	case left != nil && right == nil:
		left.fixed[l] = true // by a value, or something that is not looked into
	case right != nil && left == nil:
		right.fixed[r] = true
	}
}

func (j *joined) equal(other *joined, column string) {
	if j.equated[other.name] == nil {
		j.equated[other.name] = map[string]bool{}
	}
	j.equated[other.name][column] = true
}

// columnOf is the relation and the column that an expression names; nil if it is none, or there is any doubt.
func (s *subject) columnOf(items []*joined, x sql.Expr) (*joined, string) {
	c, ok := x.(*sql.Column)
	if !ok || len(c.Parts) > 2 {
		return nil, ""
	}
	name := strings.ToLower(c.Parts[len(c.Parts)-1].Name)
	var found *joined
	for _, j := range items {
		n := s.known.Node(j.table)
		if len(c.Parts) == 2 && strings.ToLower(c.Parts[0].Name) != j.name || len(c.Parts) == 1 && (n == nil || n.Column(name) == nil) {
			continue
		}
		if found != nil {
			return nil, ""
		}
		found = j
	}
	return found, name
}

// repeatable is the relation whose rows a call adds up or counts, nil for other calls: a greatest value is the same however often it comes.
func (s *subject) repeatable(items []*joined, call *sql.Call) *joined {
	if len(call.Name) != 1 || call.Over != nil || len(call.Args) != 1 || call.Mods != nil && call.Mods.Distinct {
		return nil
	}
	switch strings.ToLower(call.Name[0].Name) {
	case "sum", "count", "avg":
	default:
		return nil
	}
	var of *joined
	clear := true
	sql.Walk(call.Args[0], func(n sql.Node) bool {
		if c, ok := n.(*sql.Column); ok {
			j, _ := s.columnOf(items, c)
			clear = clear && j != nil && (of == nil || of == j)
			of = j
		}
		return true
	})
	if !clear {
		return nil
	}
	return of
}

// groupedBy are the columns of each relation that a SELECT groups by, by its name.
func (s *subject) groupedBy(items []*joined, sel *sql.Select) map[string]map[string]bool {
	out := map[string]map[string]bool{}
	add := func(x sql.Expr) {
		if j, c := s.columnOf(items, x); j != nil {
			if out[j.name] == nil {
				out[j.name] = map[string]bool{}
			}
			out[j.name][c] = true
		}
	}
	if sel.GroupBy == nil {
		return out
	}
	for _, x := range sel.GroupBy.Items {
		if n, ok := x.(*sql.Literal); ok {
			for i := range sel.Items {
				if n.Value == fmt.Sprint(i+1) {
					add(sel.Items[i].X)
				}
			}
		}
		add(x)
	}
	if sel.GroupBy.All {
		for _, item := range sel.Items {
			add(item.X)
		}
	}
	return out
}

// tellFanOut goes from the relation whose rows are added up to those that are joined to it, and tells of the first that has several
// rows for one of it.
func (s *subject) tellFanOut(f *analyze.Form, items []*joined, of *joined, call *sql.Call, grouped map[string]map[string]bool) {
	reached := map[string]bool{of.name: true}
	for again := true; again; {
		again = false
		for _, j := range items {
			by := j.by(reached)
			if reached[j.name] || len(by) == 0 {
				continue
			}
			reached[j.name], again = true, true
			keys := s.keysOf[j.table]
			if len(keys) == 0 {
				return // nothing is said of it, nor of what comes after it
			}
			told := maps.Clone(by)
			maps.Copy(told, j.fixed)
			maps.Copy(told, grouped[j.name]) // in one group they have one value
			if slices.ContainsFunc(keys, func(k key) bool { return k.within(told) }) {
				continue
			}
			_ = s.add(f, diag.Warning, FanOut, call.Span,
				fmt.Sprintf("rows of %s count more than once: %s may have several rows for one %s", of.name, j.name, strings.Join(slices.Sorted(maps.Keys(by)), ", ")),
				fmt.Sprintf("the key of %s is %s: aggregate it before the join, or join by its key", j.name, keys[0]))
			return
		}
	}
}

// by are the columns by which a relation is joined to those.
func (j *joined) by(reached map[string]bool) map[string]bool {
	out := map[string]bool{}
	for other := range reached {
		maps.Copy(out, j.equated[other])
	}
	return out
}

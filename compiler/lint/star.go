package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/sql"
)

// SelectStar is a mart that gives whatever columns another relation has: they change when that does.
const SelectStar diag.Code = "select-star"

// star tells of stars in what a mart gives that stand for the columns of another node.
func star(s *subject) {
	if !s.own() || s.Type != compiler.Model || !mart(s.Node.Node) || len(s.Forms) == 0 {
		return
	}
	f := s.Forms[0]
	q := f.File.Query()
	if q == nil {
		return
	}
	for _, sel := range selects(q.Body) {
		if !readsRelation(q, sel, 20) {
			continue
		}
		for _, item := range sel.Items {
			if x, ok := item.X.(*sql.Star); ok && x.Of == nil {
				_ = s.add(f, diag.Warning, SelectStar, x.Span, fmt.Sprintf("the columns of mart %q change with those of what it reads", s.Name), "name the columns in place of *")
			}
		}
	}
}

// mart tells whether a model is one that people read: it is in a folder of marts, or public.
func mart(n *compiler.Node) bool {
	folders := n.FQN[:max(len(n.FQN)-1, 0)]
	return n.Config.String("access") == "public" || slices.ContainsFunc(folders, func(name string) bool {
		name = strings.ToLower(name)
		return name == "marts" || name == "mart"
	})
}

// selects are the SELECTs that a body gives the rows of.
func selects(b sql.Body) []*sql.Select {
	switch b := b.(type) {
	case *sql.Select:
		return []*sql.Select{b}
	case *sql.SetOp:
		return append(selects(b.Left), selects(b.Right)...)
	case *sql.Query:
		return selects(b.Body)
	}
	return nil
}

// readsRelation tells whether a SELECT reads something by name that is none of the query's CTEs, or one that gives the columns of such a thing
// by a star of its own.
func readsRelation(q *sql.Query, sel *sql.Select, depth int) bool {
	found := false
	for _, t := range sel.From {
		sql.Walk(t, func(n sql.Node) bool {
			switch n := n.(type) {
			case *sql.Query:
				return false
			case *sql.TableName:
				cte := cteNamed(q, n.Name[0])
				found = found || len(n.Name) > 1 || cte == nil || depth > 0 && passesOn(q, cte, depth-1)
			}
			return true
		})
	}
	return found
}

// passesOn tells whether a CTE has a star for columns of a relation.
func passesOn(q *sql.Query, cte *sql.CTE, depth int) bool {
	inner, ok := cte.Query.(*sql.Query)
	if !ok || len(cte.Columns) > 0 {
		return false
	}
	for _, sel := range selects(inner.Body) {
		for _, item := range sel.Items {
			if x, ok := item.X.(*sql.Star); ok && x.Of == nil && readsRelation(q, sel, depth) {
				return true
			}
		}
	}
	return false
}

// cteNamed is the CTE of a query that a name means, nil if there is none.
func cteNamed(q *sql.Query, name sql.Ident) *sql.CTE {
	if q.With == nil {
		return nil
	}
	for i := range q.With.CTEs {
		if strings.EqualFold(q.With.CTEs[i].Name.Name, name.Name) {
			return &q.With.CTEs[i]
		}
	}
	return nil
}

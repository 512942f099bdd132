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
		for _, x := range starsOfRelations(q, sel, 20) {
			_ = s.add(f, diag.Warning, SelectStar, x.Span, fmt.Sprintf("the columns of mart %q change with those of what it reads", s.Name),
				"name the columns in place of *")
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

// starsOfRelations are the stars by which a SELECT gives columns of something that is none of the query's CTEs. A CTE that is nothing but
// "select * from" such a thing stands for it.
func starsOfRelations(q *sql.Query, sel *sql.Select, depth int) []*sql.Star {
	var out []*sql.Star
	for _, item := range sel.Items {
		x, ok := item.X.(*sql.Star)
		if !ok || x.Of != nil || depth == 0 {
			continue
		}
		for _, t := range tablesOf(sel, x) {
			cte := cteNamed(q, t.Name[0])
			if len(t.Name) > 1 || cte == nil {
				out = append(out, x)
				break
			}
			inner, ok := cte.Query.(*sql.Query)
			if !ok || len(cte.Columns) > 0 {
				continue
			}
			var below []*sql.Star
			for _, body := range selects(inner.Body) {
				below = append(below, starsOfRelations(q, body, depth-1)...)
			}
			if len(below) > 0 && onlyReads(cte) != nil {
				below = []*sql.Star{x}
			}
			out = append(out, below...)
		}
	}
	return out
}

// tablesOf are the tables of a SELECT that a star stands for.
func tablesOf(sel *sql.Select, star *sql.Star) []*sql.TableName {
	var out []*sql.TableName
	for _, from := range sel.From {
		sql.Walk(from, func(n sql.Node) bool {
			switch n := n.(type) {
			case *sql.Query:
				return false
			case *sql.TableName:
				name := n.Alias.Name
				if !name.Given() {
					name = n.Name[len(n.Name)-1]
				}
				if len(star.Qualifier) == 0 || strings.EqualFold(star.Qualifier[len(star.Qualifier)-1].Name, name.Name) {
					out = append(out, n)
				}
			}
			return true
		})
	}
	return out
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

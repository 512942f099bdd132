package lint

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/sql"
)

const (
	// UnfilteredIncremental is an incremental model whose query is the same when its table is there: every run adds all rows again.
	UnfilteredIncremental diag.Code = "unfiltered-incremental"
	// UnknownKey is a unique_key that names no column of the model.
	UnknownKey diag.Code = "unknown-key-column"
	// UnstableKey is a unique_key that has another value each time the query runs: no row ever meets the one that it is to replace.
	UnstableKey diag.Code = "unstable-key"
	// LateRows is a filter of an incremental model that misses rows which arrive after later ones.
	LateRows diag.Code = "late-rows"
)

// incremental tells of incremental models that cannot be right.
func incremental(s *subject) {
	if s.Type != compiler.Model || !s.own() || s.Config.Materialized() != "incremental" || len(s.Forms) < 2 || !s.readable() {
		return
	}
	switch s.Config.String("incremental_strategy") {
	case "", "default", "append", "merge", "delete+insert":
	default: // it knows itself what it replaces
		return
	}
	keys := s.keys()
	if s.Forms[0].File.Text == s.Forms[1].File.Text {
		if len(keys) == 0 {
			_ = s.warn(diag.Warning, UnfilteredIncremental, fmt.Sprintf("every run of model %q adds all rows again", s.Name),
				"filter the new rows under is_incremental(), or set a unique_key")
		} else {
			_ = s.warn(diag.Info, UnfilteredIncremental, fmt.Sprintf("every run of model %q reads all rows", s.Name), "filter the new rows under is_incremental()")
		}
	}
	for _, key := range keys {
		s.checkKey(key)
	}
	s.lateRows(s.Forms[1])
}

// column matches a unique_key that is a column; others are expressions, which the warehouse reads.
var column = regexp.MustCompile(`^\w+$`)

// keys are the columns of the unique_key.
func (s *subject) keys() []string { return s.Config.Strings("unique_key") }

func (s *subject) checkKey(key string) {
	if !column.MatchString(key) {
		return
	}
	if s.Column(key) == nil {
		if !s.Open {
			_ = s.warn(diag.Error, UnknownKey, fmt.Sprintf("the unique_key of model %q is %q, which is none of its columns", s.Name, key),
				diag.DidYouMean(key, columnNames(s.Columns)))
		}
		return
	}
	f := s.Forms[1]
	q := f.File.Query()
	if x := source(q, q, key, 20); x != nil {
		if call := unstable(x); call != nil {
			_ = s.add(f, diag.Warning, UnstableKey, call.Span, fmt.Sprintf("the unique_key %q of model %q has another value in every run", key, s.Name),
				"make it of columns that stay, such as a hash of those that identify the row")
		}
	}
}

// source is the expression that a column of a query is made of, looked for through CTEs and subqueries; nil if it is not found.
func source(root, q *sql.Query, name string, depth int) sql.Expr {
	if depth == 0 || q == nil {
		return nil
	}
	for _, sel := range selects(q.Body) {
		for _, item := range sel.Items {
			switch x := item.X.(type) {
			case *sql.Star:
				if found := below(root, q, sel, name, depth); found != nil {
					return found
				}
			case *sql.Column:
				last := x.Parts[len(x.Parts)-1].Name
				if named(item, last, name) {
					if found := below(root, q, sel, last, depth); found != nil {
						return found
					}
					return x
				}
			default:
				if named(item, "", name) {
					return x
				}
			}
		}
	}
	return nil
}

func named(item sql.SelectItem, otherwise, name string) bool {
	if item.Alias.Given() {
		otherwise = item.Alias.Name
	}
	return strings.EqualFold(otherwise, name)
}

// below looks for a column in what a SELECT reads.
func below(root, q *sql.Query, sel *sql.Select, name string, depth int) sql.Expr {
	var out sql.Expr
	for _, t := range sel.From {
		sql.Walk(t, func(n sql.Node) bool {
			var inner *sql.Query
			switch n := n.(type) {
			case *sql.TableName:
				cte := cteNamed(q, n.Name[0])
				if cte == nil {
					cte = cteNamed(root, n.Name[0])
				}
				if len(n.Name) == 1 && cte != nil {
					inner, _ = cte.Query.(*sql.Query)
				}
			case *sql.DerivedTable:
				inner = n.Query
			case sql.Expr, *sql.Query:
				return false
			default:
				return true
			}
			if out == nil && inner != nil {
				out = source(root, inner, name, depth-1)
			}
			return false
		})
	}
	return out
}

// unstableCalls are functions that give another value each time; numberings do, once there are other rows.
var unstableCalls = []string{
	"random", "rand", "uuid", "gen_random_uuid", "uuid_generate_v4", "uuidv4", "uuidv7", "newid", "now", "current_timestamp", "clock_timestamp",
	"statement_timestamp", "transaction_timestamp", "sysdate", "getdate", "nextval", "uuid_string", "row_number",
}

// unstable is the call in an expression that gives another value each time, nil if there is none.
func unstable(x sql.Expr) *sql.Call {
	var found *sql.Call
	sql.Walk(x, func(n sql.Node) bool {
		call, ok := n.(*sql.Call)
		if ok && found == nil && slices.Contains(unstableCalls, strings.ToLower(call.Name[len(call.Name)-1].Name)) {
			found = call
		}
		return found == nil
	})
	return found
}

// loaded matches columns that tell when a row arrived or was changed, not when what it tells of happened: by them no row is late.
var loaded = regexp.MustCompile(`(?i)load|ingest|sync|insert|extract|batch|receiv|arriv|updat|modif|chang|etl|id$`)

// lateRows looks for filters of the form "at > (select max(at) from this)".
func (s *subject) lateRows(f *analyze.Form) {
	this := map[sql.Span]bool{}
	for _, r := range f.Query.Reads {
		if r.ID == s.ID {
			this[r.At] = true
		}
	}
	sql.Walk(f.File.Query(), func(n sql.Node) bool {
		x, ok := n.(*sql.Binary)
		if !ok || x.Op != sql.OpGt && x.Op != sql.OpGe {
			return true
		}
		at, ok := x.X.(*sql.Column)
		if !ok || loaded.MatchString(at.Parts[len(at.Parts)-1].Name) || !newest(x.Y, this) {
			return true
		}
		_ = s.add(f, diag.Info, LateRows, x.Span, "rows that arrive after later ones are never read", "look back: compare with the newest row less a few days")
		return true
	})
}

// newest tells whether an expression is the greatest value that the model's own table has, as it is.
func newest(x sql.Expr, this map[sql.Span]bool) bool {
	sub, ok := x.(*sql.Subquery)
	if !ok {
		return false
	}
	sel, ok := sub.Query.Body.(*sql.Select)
	if !ok || len(sel.Items) != 1 || len(sel.From) != 1 {
		return false
	}
	table, ok := sel.From[0].(*sql.TableName)
	if !ok || !this[table.Span] {
		return false
	}
	call, ok := sel.Items[0].X.(*sql.Call)
	if ok && len(call.Args) > 0 && strings.EqualFold(call.Name[len(call.Name)-1].Name, "coalesce") {
		call, ok = call.Args[0].(*sql.Call)
	}
	return ok && strings.EqualFold(call.Name[len(call.Name)-1].Name, "max")
}

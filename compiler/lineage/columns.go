package lineage

import (
	"regexp"
	"strings"

	"github.com/modsql/mod/compiler/sql"
)

// pickedValue is the column that COLUMNS(…) stands for where the expression around it is resolved for one.
func (b *binder) pickedValue(sc *scope, x *sql.Columns) value {
	for s := sc; s != nil; s = s.parent {
		if s.picked != nil {
			return b.read(s.picked, x.Span)
		}
	}
	return value{}
}

// columnsPattern tells which columns the argument of COLUMNS picks by their names; known is false for arguments that are worked out.
// https://duckdb.org/docs/stable/sql/expressions/star#columns-expression
func columnsPattern(arg sql.Expr) (pattern func(name string) bool, known bool) {
	switch x := arg.(type) {
	case *sql.Star:
		return func(string) bool { return true }, true
	case *sql.Literal:
		re, err := regexp.Compile(x.Value)
		if err != nil {
			return nil, false
		}
		return re.MatchString, true
	case *sql.Array:
		names := map[string]bool{}
		for _, item := range x.Items {
			l, ok := item.(*sql.Literal)
			if !ok {
				return nil, false
			}
			names[lower(l.Value)] = true
		}
		return func(name string) bool { return names[lower(name)] }, true
	case *sql.Lambda:
		return lambdaPattern(x)
	}
	return nil, false
}

// lambdaPattern is the pattern of a lambda that is a single LIKE.
func lambdaPattern(x *sql.Lambda) (func(string) bool, bool) {
	if like, ok := x.Body.(*sql.Like); ok {
		if _, ok := like.Pattern.(*sql.Literal); ok {
			return func(name string) bool { return matches(like, name) }, true
		}
	}
	return nil, false
}

// matches tells whether a name is LIKE the pattern, which is a literal; other patterns match every name.
func matches(like *sql.Like, name string) bool {
	l, ok := like.Pattern.(*sql.Literal)
	if !ok {
		return true
	}
	var b strings.Builder
	switch like.Op {
	case "ilike":
		b.WriteString("(?i)")
	case "similar to", "rlike", "regexp":
		re, err := regexp.Compile("^(?:" + l.Value + ")$")
		return err != nil || re.MatchString(name) != like.Not
	}
	many, one := "%", "_"
	if like.Op == "glob" {
		many, one = "*", "?"
	}
	b.WriteString("(?s)^")
	for _, r := range l.Value {
		switch string(r) {
		case many:
			b.WriteString(".*")
		case one:
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(string(r)))
		}
	}
	b.WriteString("$")
	return regexp.MustCompile(b.String()).MatchString(name) != like.Not
}

// columnsName is the name of an expression around COLUMNS(…) for one of the columns it picks.
func (b *binder) columnsName(item *sql.SelectItem, column string) string {
	name := b.nameOf(item.X)
	return strings.Replace(name, "COLUMNS(*)", column, 1)
}

// columnsAlias is an alias of COLUMNS(…) for one of the columns: \0 stands for its name, \1 for the first group of the pattern.
func columnsAlias(alias string, x *sql.Columns, column string) string {
	if !strings.Contains(alias, `\`) {
		return alias
	}
	groups := []string{column}
	if l, ok := x.Arg.(*sql.Literal); ok {
		if re, err := regexp.Compile(l.Value); err == nil {
			if found := re.FindStringSubmatch(column); found != nil {
				groups = append(groups, found[1:]...)
			}
		}
	}
	for i, g := range groups {
		alias = strings.ReplaceAll(alias, `\`+string(rune('0'+i)), g)
	}
	return alias
}

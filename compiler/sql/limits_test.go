package sql_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// hostile are texts that must not cost more than their length, with the code of the problem that each has, if it has one.
func hostile() map[string]struct{ text, code string } {
	columns := make([]string, 5000)
	for i := range columns {
		columns[i] = fmt.Sprintf("t.column_%d as c%d", i, i)
	}
	return map[string]struct{ text, code string }{
		"5,000 columns":                {"select " + strings.Join(columns, ", ") + " from t", ""},
		"500 nested subqueries":        {strings.Repeat("select * from (", 500) + "select 1" + strings.Repeat(") t", 500), ""},
		"a CASE of 2,000 branches":     {"select case" + strings.Repeat(" when a = 1 then 'x'", 2000) + " end", ""},
		"2,000 CASEs in each other":    {"select " + strings.Repeat("case when a then b else ", 1900) + "c" + strings.Repeat(" end", 1900), ""},
		"a megabyte of columns":        {"select " + strings.Repeat("some_table.some_column + 1, ", 40_000) + "1", ""},
		"a megabyte of one sum":        {"select 1" + strings.Repeat("+1", 500_000), "too-complex"},
		"a megabyte of brackets":       {"select " + strings.Repeat("(", 1<<20), "too-complex"},
		"a megabyte of queries":        {strings.Repeat("(select ", 1<<17), "too-complex"},
		"a megabyte of closing":        {"select " + strings.Repeat(")", 1<<20), "unreadable-sql"},
		"a megabyte of NOT":            {"select " + strings.Repeat("not ", 1<<18) + "x", "too-complex"},
		"a megabyte of signs":          {"select " + strings.Repeat("- ", 1<<19) + "1", "too-complex"},
		"a megabyte of casts":          {"select x" + strings.Repeat("::int", 1<<18), "too-complex"},
		"a megabyte of subscripts":     {"select x" + strings.Repeat("[1]", 1<<18), "too-complex"},
		"a megabyte of UNION":          {"select 1" + strings.Repeat(" union select 1", 1<<17), ""},
		"a megabyte of joins":          {"select 1 from a" + strings.Repeat(" join b using (c)", 1<<16), ""},
		"a megabyte of types":          {"select x::" + strings.Repeat("map(", 1<<18), "too-complex"},
		"a megabyte of commas":         {"select " + strings.Repeat(",", 1<<20), "unreadable-sql"},
		"a megabyte of mistakes":       {"select " + strings.Repeat("a b c, ", 1<<17) + "1", "unreadable-sql"},
		"mistakes in each other":       {"select " + strings.Repeat("(a b, f(", 1<<10) + strings.Repeat("))", 1<<10), "unreadable-sql"},
		"a megabyte of semicolons":     {strings.Repeat("x;", 1<<19), ""},
		"a string without an end":      {"select 'abc from t where x = 1", "unterminated-text"},
		"a name without an end":        {`select "abc from t`, "unterminated-text"},
		"a comment without an end":     {"select 1 /* /* ", "unterminated-text"},
		"a dollar string without end":  {"select $x$ abc", "unterminated-text"},
		"brackets that do not match":   {"select f(a, b from t where x in (1, 2 order by 3", "unreadable-sql"},
		"bytes that are no characters": {"select \xff\xfe, '\xc3', \"\xe2\x82\" from \x00t\x80", ""},
		"invisible characters":         {"\ufeffselect\u00a0a,\u200bb\u3000from\u2028t", ""},
		"characters of no use":         {"select \u202e\U0001F600, ¿ from ‘t’", ""},
		"nothing":                      {"", ""},
		"only a comment":               {"-- nothing", ""},
	}
}

func TestHostileTextsEndInBoundedTimeWithAProblem(t *testing.T) {
	t.Parallel()
	for name, h := range hostile() {
		for _, d := range dialects {
			t.Run(name+"/"+d.Name, func(t *testing.T) {
				t.Parallel()
				checkTokens(t, h.text, d)
				f := sql.Parse(h.text, d)
				checkSpans(t, f)
				found := h.code == ""
				for _, p := range f.Problems {
					found = found || string(p.Code) == h.code
				}
				if !found && !(h.code == "unterminated-text" && d != dialect.Postgres) {
					t.Errorf("no problem %s: %v", h.code, f.Problems)
				}
				for _, s := range f.Statements {
					sql.Print(s, d)
				}
			})
		}
	}
}

// TestReadingGrowsWithTheText: a text of twice the length asks for about twice the memory.
func TestReadingGrowsWithTheText(t *testing.T) {
	for name, form := range map[string]func(n int) string{
		"columns":  func(n int) string { return "select " + strings.Repeat("a.b + 1, ", n) + "1" },
		"branches": func(n int) string { return "select case" + strings.Repeat(" when a = 1 then 'x'", n) + " end" },
		"brackets": func(n int) string { return "select " + strings.Repeat("(a b, f(", n) + strings.Repeat("))", n) },
		"mistakes": func(n int) string { return "select " + strings.Repeat("a b c, ", n) + "1" },
		"quotes":   func(n int) string { return "select " + strings.Repeat("'a' \"b ", n) },
	} {
		for _, d := range order {
			allocated := func(n int) float64 {
				text := form(n)
				return testing.AllocsPerRun(1, func() { sql.Parse(text, d) })
			}
			if once, twice := allocated(2000), allocated(4000); twice > 3*once+100 {
				t.Errorf("%s in %s: %v allocations become %v", name, d.Name, once, twice)
			}
		}
	}
}

// checkSpans checks that every node stands in the text, and in the node above it.
func checkSpans(t *testing.T, f *sql.File) {
	t.Helper()
	var check func(n sql.Node, within sql.Span)
	check = func(n sql.Node, within sql.Span) {
		at := n.At()
		if at.Start != at.End { // nothing was read of the others
			if at.Start > at.End || at.Start < within.Start || at.End > within.End {
				t.Fatalf("%T at %v is not within %v", n, at, within)
			}
			within = at
		}
		sql.Children(n, func(child sql.Node) { check(child, within) })
	}
	all := sql.Span{End: int32(len(f.Text))}
	for _, s := range f.Statements {
		check(s, all)
	}
	for _, p := range f.Problems {
		if p.Start < 0 || p.End > all.End || p.Start > p.End {
			t.Fatalf("problem %q at %v", p.Message, p.Span)
		}
	}
}

package trino

import (
	"regexp"
	"slices"
	"strings"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
)

// statement is one statement of a text: a request has one.
type statement struct {
	adapters.Statement
	verb string // what it does, in upper case: "CREATE TABLE", "INSERT", "SELECT"
}

// split cuts a text into its statements. The body of a routine has semicolons of its own.
func split(sql string) []statement {
	var out []statement
	for _, s := range adapters.Statements(sql, dialect.Trino) {
		if last := len(out) - 1; last >= 0 && out[last].open() {
			out[last].Text = sql[out[last].Offset : s.Offset+len(s.Text)]
			continue
		}
		out = append(out, statement{s, verbOf(s.Text)})
	}
	return out
}

var (
	// quotedText is what has no words in it: comments, strings, names in quotes.
	quotedText = regexp.MustCompile(`(?s)--[^\n]*|/\*.*?\*/|'[^']*'|"[^"]*"`)
	word       = regexp.MustCompile(`[A-Za-z_][A-Za-z_0-9]*|\S`)
)

// words are those of a text, and its symbols, in upper case.
func words(text string) []string {
	return word.FindAllString(strings.ToUpper(quotedText.ReplaceAllString(text, " ")), -1)
}

// open tells whether the statement is a routine whose body goes on behind the semicolon:
// https://trino.io/docs/current/udf/sql.html.
func (st statement) open() bool {
	if st.verb != "CREATE FUNCTION" {
		return false
	}
	depth := 0
	all := words(st.Text)
	for i, w := range all {
		before := ""
		if i > 0 {
			before = all[i-1]
		}
		switch {
		case w == "BEGIN", w == "CASE" && before != "END":
			depth++
		case w == "END":
			depth--
		case before == "END" && slices.Contains([]string{"IF", "LOOP", "WHILE", "REPEAT"}, w):
			depth++ // their beginnings were not counted
		}
	}
	return depth > 0
}

// verbOf is the verb of a statement, with what it is about where the same verb is about several things.
func verbOf(text string) string {
	all := words(text)
	if len(all) == 0 {
		return ""
	}
	first := all[:min(len(all), 5)]
	switch first[0] {
	case "(", "SELECT", "TABLE", "VALUES", "WITH":
		return "SELECT"
	case "TRUNCATE":
		return "TRUNCATE TABLE"
	case "CREATE", "DROP", "ALTER", "REFRESH":
		for i, w := range first {
			switch {
			case !slices.Contains([]string{"TABLE", "VIEW", "SCHEMA", "FUNCTION", "ROLE", "CATALOG"}, w):
			case first[i-1] == "MATERIALIZED":
				return first[0] + " MATERIALIZED " + w
			default:
				return first[0] + " " + w
			}
		}
	}
	return first[0]
}

// repeatable tells whether doing the statement again does no harm: it reads, or leaves the same behind however often it is done. A table
// that is there already is an error, and nothing worse.
func (st statement) repeatable() bool {
	switch st.verb {
	case "INSERT", "UPDATE", "MERGE", "CALL", "EXECUTE":
		return false
	case "ALTER TABLE":
		return !slices.Contains(words(st.Text), "EXECUTE")
	}
	return true
}

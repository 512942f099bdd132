package adapters

import (
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/sql"
)

// Statement is one statement of a text.
type Statement struct {
	Text   string // with the comments around it, without the semicolon
	Offset int    // byte of the text at which it begins
}

// Statements are the statements of a text, for a warehouse that takes them one by one. Semicolons within strings, quoted names and
// comments end nothing; what has no words is no statement.
func Statements(text string, d *dialect.Dialect) []Statement {
	var out []Statement
	start, end, words := -1, 0, false
	finish := func() {
		if words {
			out = append(out, Statement{text[start:end], start})
		}
		start, words = -1, false
	}
	for _, t := range sql.Tokens(text, d) {
		if t.Kind == sql.SymbolToken && text[t.Start:t.End] == ";" {
			finish()
			continue
		}
		if start < 0 {
			start = int(t.Start)
		}
		end = int(t.End)
		words = words || t.Kind != sql.CommentToken
	}
	finish()
	return out
}

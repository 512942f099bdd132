package policy

import (
	_ "embed"
	"regexp"
	"strings"
)

//go:embed tables.sql
var tables string

// Table is a table that checks may ask.
type Table struct {
	Name, Doc string
	Columns   []Column
	DDL       string // the statement that makes it, in the words of the embedded warehouse
}

// Column is a column of a table.
type Column struct{ Name, Type, Doc string }

var (
	tableLine  = regexp.MustCompile(`^create table (\w+) \($`)
	columnLine = regexp.MustCompile(`^ +(\w+) (\w+),?(?: +-- (.*))?$`)
)

// Tables are the tables that checks may ask, in the order of the documentation.
func Tables() (list []Table) {
	var t Table
	var doc []string
	for line := range strings.Lines(tables) {
		t.DDL += line
		line = strings.TrimRight(line, "\n")
		text, comment := strings.CutPrefix(line, "-- ")
		switch {
		case comment:
			doc = append(doc, text)
		case line == ");":
			list = append(list, t)
			t = Table{}
		case line == "":
			doc, t = nil, Table{}
		default:
			if m := tableLine.FindStringSubmatch(line); m != nil {
				t.Name, t.Doc = m[1], strings.Join(doc, " ")
			} else if m := columnLine.FindStringSubmatch(line); m != nil {
				t.Columns = append(t.Columns, Column{m[1], m[2], m[3]})
			}
		}
	}
	return list
}

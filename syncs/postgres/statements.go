package postgres

import (
	_ "embed" // of the statements
	"fmt"
	"slices"
	"strings"
	"text/template"

	"github.com/jackc/pgx/v5"

	"github.com/modsql/mod/syncs"
)

//go:embed statements.sql
var statementsSQL string

//go:embed describe.sql
var describeSQL string

// names are what the statements are about, quoted.
type names struct {
	Table, Stage, Number, Memory string
	Columns, Key, Rest           []string // all that are written; those of the key; the others
	Archived                     string   // the column that marks what is gone; "" if nothing is archived
	Flag                         bool     // it is true or false; otherwise it is a time
}

// IsArchived and NotArchived are the values of the column that marks what is gone.
func (n names) IsArchived() string {
	if n.Flag {
		return "true"
	}
	return "now()"
}

// NotArchived is the value for what is there.
func (n names) NotArchived() string {
	if n.Flag {
		return "false"
	}
	return "null"
}

// memoryNames are those of statements about the table of batches alone.
func (d *destination) memoryNames() names { return names{Memory: d.memory.Sanitize()} }

// namesOf are those of a batch with that op.
func (d *destination) namesOf(t *syncs.Target, op syncs.Op, table *table) names {
	n := names{Table: table.name, Stage: quote("mod_sync_stage"), Number: quote("mod row number"), Memory: d.memory.Sanitize()}
	for _, f := range t.Fields {
		name := quote(f.Name)
		if slices.Contains(t.Key, f.Name) {
			n.Key = append(n.Key, name)
		} else {
			n.Rest = append(n.Rest, name)
		}
	}
	n.Columns = n.Key
	if op == syncs.Insert || op == syncs.Update {
		n.Columns = slices.Concat(n.Key, n.Rest)
	}
	if t.Removal == syncs.Archive || op == syncs.Archive {
		n.Archived, n.Flag = quote(d.archived), table.column(d.archived).Boolean
	}
	return n
}

// mergeOf is the statement that brings a batch from the stage into the table.
func mergeOf(m syncs.Mode, op syncs.Op) string {
	switch {
	case op == syncs.Delete:
		return "delete"
	case op == syncs.Clear:
		return "clear"
	case op == syncs.Archive:
		return "archive"
	case m == syncs.InsertMode:
		return "insert"
	case m == syncs.UpdateMode:
		return "update"
	default:
		return "upsert"
	}
}

func parseStatements() (*template.Template, error) {
	list := func(names []string) string { return strings.Join(names, ", ") }
	literal := func(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
	return template.New("").Funcs(template.FuncMap{"list": list, "literal": literal}).Parse(statementsSQL)
}

// sql is one of the statements.
func (d *destination) sql(statement string, n names) (string, error) {
	var b strings.Builder
	if err := d.statements.ExecuteTemplate(&b, statement, n); err != nil {
		return "", fmt.Errorf("statement %q: %w", statement, err)
	}
	return b.String(), nil
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

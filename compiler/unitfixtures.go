package compiler

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/project"
)

// The formats of rows.
const (
	formatDict = "dict"
	formatCSV  = "csv"
	formatSQL  = "sql"
)

// fill reads the rows of a fixture from its entry; target is what it stands for, nil for what is expected. It is false if that was
// reported as a problem.
func (u *unitReader) fill(f *Fixture, entry *jinja.Dict, target *Node) bool {
	at := func(key string) jinja.Value { v, _ := entry.Get(key); return v }
	what := "the expected rows"
	if f.Input != "" {
		what = "the rows of " + f.Input
	}
	f.Format, f.File = formatDict, ""
	if v, ok := at("format").(string); ok {
		f.Format = strings.ToLower(v)
	}
	f.File, _ = at("fixture").(string)
	rows := at("rows")
	switch f.Format {
	case formatDict:
		if rows == nil && f.File == "" && target != nil && target.Type == Seed {
			return u.fillFromSeed(f, target)
		}
		list, ok := rows.(*jinja.List)
		if !ok {
			u.errorf("has %s in another form than its format %q", what, f.Format).Hint = "write a list of rows, or say which format it is"
			return false
		}
		return u.fillDicts(f, list, what)
	case formatCSV, formatSQL:
		text, ok := rows.(string)
		if f.File != "" {
			file := u.fixtureFile(f.File, "."+f.Format)
			if file == nil {
				return false
			}
			text, ok = file.Text, true
		}
		if !ok {
			u.errorf("has %s in another form than its format %q", what, f.Format).Hint = `write them as text, or name a file with "fixture:"`
			return false
		}
		if f.Format == formatSQL {
			f.SQL = strings.TrimSpace(text)
			return true
		}
		return u.fillCSV(f, text, what)
	default:
		d := u.errorf("has %s in the format %q, which does not exist", what, f.Format)
		d.Hint = diag.DidYouMean(f.Format, []string{formatDict, formatCSV, formatSQL})
		return false
	}
}

func (u *unitReader) fillDicts(f *Fixture, list *jinja.List, what string) bool {
	for _, item := range list.Items {
		row, ok := item.(*jinja.Dict)
		if !ok {
			u.errorf("has %s in another form than its format %q", what, f.Format).Hint = "write each row as {column: value, …}"
			return false
		}
		f.Rows = append(f.Rows, row)
	}
	fullRowFirst(f.Rows)
	return true
}

func (u *unitReader) fillCSV(f *Fixture, text, what string) bool {
	rows, err := readCSV(text)
	if err != nil {
		u.errorf("has %s in CSV that cannot be read: %v", what, err)
		return false
	}
	fullRowFirst(rows)
	f.Rows = rows
	return true
}

// fullRowFirst swaps the first row with the first one that has no None. As in dbt, since a warehouse may take the types of columns
// from the first row.
func fullRowFirst(rows []*jinja.Dict) {
	for i, row := range rows {
		full := true
		for _, v := range row.All() {
			full = full && v != nil
		}
		if full {
			rows[0], rows[i] = rows[i], rows[0]
			return
		}
	}
}

// fillFromSeed takes the seed's own file where a test gives no rows for it.
func (u *unitReader) fillFromSeed(f *Fixture, seed *Node) bool {
	text, err := seed.File.Read()
	if err != nil {
		u.errorf("takes the rows of seed %q, whose file cannot be read: %v", seed.Name, err)
		return false
	}
	return u.fillCSV(f, text, "the rows of "+f.Input)
}

// fixtureFile finds a file by name below tests/fixtures of the test's package.
func (u *unitReader) fixtureFile(name, ending string) *project.File {
	var names []string
	for _, file := range u.pkg.Fixtures {
		if file.Name == name && file.Ending() == ending {
			return file
		}
		names = append(names, file.Name)
	}
	d := u.errorf("wants the fixture %q, and there is no file %s in the folder fixtures of the tests", name, name+ending)
	d.Hint = diag.DidYouMean(name, names)
	return nil
}

// readCSV reads rows of text; a value that is empty is none.
func readCSV(text string) ([]*jinja.Dict, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimSpace(text)))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var rows []*jinja.Dict
	for {
		line, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		row := jinja.NewDict()
		for i, name := range head {
			var v jinja.Value
			if i < len(line) && line[i] != "" {
				v = line[i]
			}
			row.Put(name, v)
		}
		rows = append(rows, row)
	}
}

// Package seed reads CSV files as dbt reads seeds: the same rows, the same names and the same types of columns.
//
// A file is read twice, once to find the types of its columns and once for the values, and is never held in memory.
package seed

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
)

// Options say how a file is read.
type Options struct {
	Dialect      *dialect.Dialect
	Delimiter    string            // one character; "" means a comma
	ColumnTypes  map[string]string // types that are given rather than found, by the name in the header
	QuoteColumns bool              // names keep their case where the warehouse would fold them
}

// Error is a mistake in the file.
type Error struct {
	Line    int // from 1
	Column  int // in bytes, from 1; 0 means the whole line
	Message string
	Hint    string
}

// Error is the message with its place in the file.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

// File is a file whose columns are known.
type File struct {
	// Columns have the names of the header; empty ones are called a, b, c after their place, and repeated ones x_2, x_3.
	Columns []relation.Column
	Count   int64 // of rows

	open    func() (io.ReadCloser, error)
	options Options
	values  []func([]byte) any
}

// Infer reads all of a file and finds the types of its columns. A mistake in the file is an [*Error].
func Infer(open func() (io.ReadCloser, error), o Options) (*File, error) {
	if o.Delimiter == "" {
		o.Delimiter = ","
	}
	if utf8.RuneCountInString(o.Delimiter) != 1 || strings.ContainsAny(o.Delimiter, "\"\r\n") {
		return nil, &Error{Line: 1, Message: fmt.Sprintf("delimiter %q is not one character", o.Delimiter)}
	}
	f := &File{open: open, options: o}
	in, err := open()
	if err != nil {
		return nil, err
	}
	err = f.infer(newReader(in, o))
	return f, errors.Join(err, in.Close())
}

func (f *File) infer(r *reader) error {
	names, err := header(r, f.options)
	if err != nil {
		return err
	}
	guesses := make([]guess, len(names))
	for i, name := range names {
		guesses[i] = newGuess()
		_, guesses[i].given = f.options.ColumnTypes[name]
	}
	for {
		n, err := r.row(len(names))
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		f.Count++
		for i := range n {
			guesses[i].see(r.field(i))
		}
	}
	for i, name := range names {
		t := f.options.ColumnTypes[name]
		if !guesses[i].given {
			t = guesses[i].typeIn(f.options.Dialect)
		}
		f.Columns = append(f.Columns, relation.Column{Name: name, Type: t, Nullable: true})
		f.values = append(f.values, guesses[i].reader(f.options.Dialect))
	}
	return nil
}

// Misfit reads the file again, up to the first value that cannot be in its column: fits is asked about those that are not null. It is nil
// if there is none; the message is left to the caller.
func (f *File) Misfit(fits func(column int, value string) bool) (found *Error, column int, err error) {
	in, err := f.open()
	if err != nil {
		return nil, 0, err
	}
	defer in.Close() //nolint:errcheck // it was only read
	r := newReader(in, f.options)
	if _, err := header(r, f.options); err != nil {
		return nil, 0, err
	}
	for {
		n, err := r.row(len(f.Columns))
		if errors.Is(err, io.EOF) {
			return nil, 0, nil
		}
		if err != nil {
			return nil, 0, err
		}
		for i := range n {
			if v := trim(r.field(i)); !isNull(v) && !fits(i, string(v)) {
				return &Error{Line: r.begins[i].line, Column: r.begins[i].column + 1, Message: string(v)}, i, nil
			}
		}
	}
}

// Rows reads the file again, as values for a load. The row's slice is reused.
func (f *File) Rows() iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		in, err := f.open()
		if err != nil {
			yield(nil, err)
			return
		}
		defer in.Close() //nolint:errcheck // it was only read
		r := newReader(in, f.options)
		if _, err := header(r, f.options); err != nil {
			yield(nil, err)
			return
		}
		row := make([]any, len(f.Columns))
		for {
			n, err := r.row(len(row))
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, err)
				return
			}
			clear(row[n:])
			for i := range n {
				row[i] = f.values[i](r.field(i))
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// Target is the table that the rows are loaded into, with the names of its columns as the warehouse stores them.
func (f *File) Target(r relation.Relation) relation.Table {
	t := relation.Table{Relation: r, Kind: relation.BaseTable}
	for _, c := range f.Columns {
		if d := f.options.Dialect; !f.options.QuoteColumns && !d.Has(dialect.KeepsCase) {
			c.Name = d.Fold(c.Name)
		}
		t.Columns = append(t.Columns, c)
	}
	return t
}

// header reads the first row and gives every column a name of its own.
func header(r *reader, o Options) ([]string, error) {
	n, err := r.row(-1)
	if errors.Is(err, io.EOF) || err == nil && n == 0 {
		return nil, &Error{Line: 1, Message: "the file has no header row", Hint: "give the columns names in the first line"}
	}
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, n)
	taken := map[string]bool{}
	for i := range n {
		name := string(r.field(i))
		if name == "" {
			name = strings.Repeat(string(rune('a'+i%26)), i/26+1)
		}
		unique := name
		for k := 2; taken[unique]; k++ {
			unique = fmt.Sprintf("%s_%d", name, k)
		}
		taken[unique] = true
		names = append(names, unique)
	}
	return names, distinct(names, o)
}

// distinct refuses names that the warehouse cannot tell apart.
func distinct(names []string, o Options) error {
	seen := map[string]string{}
	for _, name := range names {
		key, hint := name, "rename one"
		if !o.QuoteColumns {
			hint = "rename one, or set `quote_columns: true`"
		}
		if !o.QuoteColumns || o.Dialect.Has(dialect.KeepsCase) {
			key = o.Dialect.Fold(name)
		}
		if other, ok := seen[key]; ok {
			return &Error{
				Line:    1,
				Message: fmt.Sprintf("columns %q and %q have the same name but for letter case", other, name),
				Hint:    hint,
			}
		}
		seen[key] = name
	}
	return nil
}

var bom = []byte("\ufeff")

// trim drops white space around a value, as Python's str.strip does.
func trim(b []byte) []byte {
	if len(b) > 0 && b[0] > ' ' && b[0] < utf8.RuneSelf && b[len(b)-1] > ' ' && b[len(b)-1] < utf8.RuneSelf {
		return b
	}
	return bytes.TrimSpace(b)
}

// isNull tells whether a trimmed value is the absence of one.
func isNull(b []byte) bool {
	return len(b) == 0 || len(b) == 4 && bytes.EqualFold(b, []byte("null"))
}

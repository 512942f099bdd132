package compiler

import (
	"fmt"
	"io"
	"os"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/seed"
)

// ReadSeed reads the columns of a seed's file, and how many rows it has. A mistake in the file is a *seed.Error.
func (g *Graph) ReadSeed(n *Node) (*seed.File, error) {
	return seed.Infer(
		func() (io.ReadCloser, error) {
			f, err := os.Open(n.File.Abs)
			if err != nil {
				return nil, fmt.Errorf("read seed %s: %w", n.Name, err)
			}
			return f, nil
		},
		seed.Options{
			Dialect: g.Dialect, Delimiter: n.Config.String("delimiter"), ColumnTypes: columnTypes(n),
			QuoteColumns: g.quotesColumns(n),
		})
}

// BadSeed is for a seed file that cannot be read as CSV, or whose header gives no usable names.
const BadSeed diag.Code = "bad-seed"

// BadSeed is a mistake in the file of a seed, at its place there.
func (n *Node) BadSeed(e *seed.Error) *diag.Diagnostic {
	return &diag.Diagnostic{Code: BadSeed, Span: n.InSeed(e.Line, e.Column), Message: e.Message, Hint: e.Hint}
}

// InSeed is a place in the file of a seed: the character at that byte, both from 1, or the whole line if column is 0.
func (n *Node) InSeed(line, column int) diag.Span {
	text, err := os.ReadFile(n.File.Abs)
	if err != nil {
		return n.At // the file was there a moment ago; its name will do
	}
	src := diag.NewSource(n.File.Source.Path, string(text))
	start := src.Offset(line, max(column, 1))
	end := start
	if column == 0 {
		end += len(src.Line(line))
	}
	return diag.Span{Source: src, Start: start, End: end}
}

// columnTypes are the types that a seed's config gives, by the names in the header.
func columnTypes(n *Node) map[string]string {
	types, _ := n.Config.Get("column_types").(map[string]any)
	out := make(map[string]string, len(types))
	for name, t := range types {
		out[name] = fmt.Sprint(t)
	}
	return out
}

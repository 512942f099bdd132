package compiler

import (
	"fmt"
	"io"
	"os"

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
			QuoteColumns: n.QuotesColumns(),
		})
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

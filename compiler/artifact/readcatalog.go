package artifact

import (
	"io"
	"slices"

	"github.com/modsql/mod/compiler/relation"
)

// ReadCatalog reads catalog.json, version 1, of mod or of dbt.
func ReadCatalog(r io.Reader) (*relation.Catalog, error) {
	type column struct {
		Name  string `json:"name"`
		Type  string `json:"type"`
		Index int    `json:"index"`
	}
	type table struct {
		Metadata struct {
			Database string `json:"database"`
			Schema   string `json:"schema"`
			Name     string `json:"name"`
		} `json:"metadata"`
		Columns map[string]column `json:"columns"`
	}
	var raw struct {
		Metadata StateMetadata    `json:"metadata"`
		Nodes    map[string]table `json:"nodes"`
		Sources  map[string]table `json:"sources"`
	}
	if err := decode(r, &raw); err != nil {
		return nil, err
	}
	if err := checkSchema(raw.Metadata.Schema, "catalog", 1, 1); err != nil {
		return nil, err
	}
	out := relation.NewCatalog()
	for _, section := range []map[string]table{raw.Nodes, raw.Sources} {
		for _, t := range section {
			columns := make([]column, 0, len(t.Columns))
			for _, c := range t.Columns {
				columns = append(columns, c)
			}
			slices.SortFunc(columns, func(a, b column) int { return a.Index - b.Index })
			in := &relation.Table{Relation: relation.Relation{Database: t.Metadata.Database, Schema: t.Metadata.Schema, Name: t.Metadata.Name}}
			for _, c := range columns {
				in.Columns = append(in.Columns, relation.Column{Name: c.Name, Type: c.Type})
			}
			out.Put(in)
		}
	}
	return out, nil
}

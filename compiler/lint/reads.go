package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/lineage"
)

const (
	// HardCodedRef is the relation of a node by its name in the warehouse, where a ref or source would say what depends on what.
	HardCodedRef diag.Code = "hard-coded-ref"
	// UndeclaredTable is a table that is neither a node of the project nor one of its sources.
	UndeclaredTable diag.Code = "undeclared-table"
)

// reads tells of tables that a query reads behind the project's back.
func reads(s *subject) {
	if !s.own() || !s.readable() {
		return
	}
	for _, f := range s.Forms {
		for _, r := range f.Query.Reads {
			switch {
			case r.ID == s.ID || slices.Contains(s.DependsOn, r.ID):
			case r.ID != "":
				s.hardCoded(f, r)
			case declarable(r):
				_ = s.add(f, diag.Warning, UndeclaredTable, r.At, fmt.Sprintf("%s is neither a node of the project nor one of its sources", f.File.Slice(r.At)),
					"define it as a source, and write source()")
			}
		}
	}
}

// declarable tells whether a table could be a source: files, and what a warehouse tells of itself, need not be.
func declarable(r lineage.Read) bool {
	for _, part := range r.Name {
		name := strings.ToLower(part.Name)
		if strings.ContainsAny(name, "./:*") || name == "information_schema" || strings.HasPrefix(name, "pg_") || strings.HasPrefix(name, "duckdb_") ||
			strings.HasPrefix(name, "sqlite_") {
			return false
		}
	}
	return true
}

func (s *subject) hardCoded(f *analyze.Form, r lineage.Read) {
	n := s.graph.Nodes[r.ID]
	if n == nil {
		return
	}
	call := fmt.Sprintf("ref('%s')", n.Name)
	if n.Type == compiler.Source {
		call = fmt.Sprintf("source('%s', '%s')", n.Table.Source.Name, n.Name)
	}
	written := f.File.Slice(r.At)
	d := s.add(f, diag.Warning, HardCodedRef, r.At, fmt.Sprintf("%s is %s %q, and no ref says so", written, n.Type, n.Name), "write {{ "+call+" }}")
	if d != nil && n.Package.IsRoot && n.Version == nil && s.wrote(f, r.At) {
		d.Fix = diag.Replace(d.Span, "{{ "+call+" }}")
	}
}

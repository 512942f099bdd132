// Package compiler turns a project into a graph: it resolves configs, refs, sources and tests, and renders the code of nodes. It is pure:
// files in, a graph out; what a template asks of the warehouse goes through an interface that the runner supplies.
package compiler

import (
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/project"
)

// Compile builds the graph of a project. Every problem found is in the list; the graph is nil if it could not be built.
func Compile(p *project.Project, o Options) (*Graph, *diag.List) { panic("not built yet") }

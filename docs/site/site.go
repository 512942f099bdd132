// Package site writes the documentation of a project as a static site: HTML, CSS and one script, with the data in small files that
// are loaded when they are looked at. It works from a folder (file://) and under any path of any server, and asks no network.
//
// What a browser shows is in web; what it shows of a project is data that the files here cut into pieces: a page's own piece is
// enough to show it, so that a project of ten thousand models opens like one of ten. Nothing of a project is ever HTML in the
// output: it is JSON, which the script puts into the document as text.
package site

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/analyze"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/relation"
)

// Project is what a site tells of a project. All but Graph and Columns may be missing: what is not known is not shown.
type Project struct {
	Graph    *compiler.Graph
	Columns  *analyze.Analysis
	Catalog  *relation.Catalog
	Compiled func(*compiler.Node) string // a node's code for the warehouse, "" if it is not known
	Runs     []*artifact.Run             // the newest first
	Sources  *artifact.Sources           // how fresh sources were when that was last looked at
	Profile  *artifact.Profile           // what relations held when that was last asked
	Problems []*diag.Diagnostic
	Earlier  *Edition // what the site was written from before
	// Environment is what the project is compared with; nil for nothing.
	Environment *Environment
	// Guarantee is what is promised of a sync's delivery, "" if that is not known. Nil knows of none.
	Guarantee func(*compiler.Node) string
	Made      time.Time
	Version   string // of mod
	// Redact hides secrets in a text; nil hides nothing. It is safe for concurrent use.
	Redact func(text string) string
	// Live lets the page listen to the server that it comes from, for news of the project.
	Live bool
}

// Write writes the files of the site, by slash-separated paths. create may be called by several goroutines at once, and must not keep
// the content.
func (p *Project) Write(create func(path string, content []byte) error) error {
	t := newTelling(p)
	if err := t.pieces((&scripts{create: create, redact: p.Redact}).put); err != nil {
		return err
	}
	text, err := json.Marshal(t.now)
	if err != nil {
		return fmt.Errorf("write %s of the site: %w", EditionFile, err)
	}
	if err := create(EditionFile, redacted(text, p.Redact)); err != nil {
		return err
	}
	return writeShell(p, create)
}

// Single is the site as one file.
func (p *Project) Single() ([]byte, error) {
	t := newTelling(p)
	return singlePage(p, t.pieces)
}

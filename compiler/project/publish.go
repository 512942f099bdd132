package project

import (
	"path"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/jinja"
)

// Publish is when what a run has built takes the place of what was there before. The zero value is AtOnce.
type Publish int

// The values of the config and of the key publish.
const (
	AtOnce   Publish = iota // as soon as it is built, as in dbt: its tests come after
	Tested                  // once the data tests that can fail the run have passed
	Together                // once everything of the run that says so has been built, and has passed
)

// publishes are the ways as people write them.
var publishes = map[string]Publish{"off": AtOnce, "tested": Tested, "together": Together}

// PublishOf reads a config as YAML and templates have it: off is a truth value there.
func PublishOf(v jinja.Value) (p Publish, ok bool) {
	switch v := v.(type) {
	case bool:
		return AtOnce, !v
	case string:
		p, ok = publishes[v]
		return p, ok
	default:
		return AtOnce, false
	}
}

// PublishHint says what may be written.
const PublishHint = "use off, tested or together"

// Native tells whether the project is written for mod: its project file is project.yml, which dbt does not read.
func (p *Project) Native() bool {
	return p.Root != nil && p.Root.Source != nil && path.Base(p.Root.Source.Path) == "project.yml"
}

// native is Native of the file that is read.
func (r *projectReader) native() bool { return path.Base(r.raw.src.Path) == "project.yml" }

// publish reads publish:. A project that says nothing publishes what is tested if it is written for mod, and as dbt does otherwise.
func (r *projectReader) publish() {
	if r.native() {
		r.l.project.Publish = Tested
	}
	n := r.get("publish")
	if n.isNull() {
		return
	}
	p, ok := PublishOf(r.value("publish"))
	if !ok {
		r.list.Add(&diag.Diagnostic{Code: CodeInvalidProject, Span: n.at, Message: "publish is " + n.at.Text() + ", which is none of its values", Hint: PublishHint})
		return
	}
	r.l.project.Publish = p
}

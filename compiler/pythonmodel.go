package compiler

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/python"
	"github.com/modsql/mod/compiler/relation"
)

// IsPython tells whether a node is a model written in Python.
func (n *Node) IsPython() bool {
	return n.Type == Model && n.File != nil && strings.EqualFold(path.Ext(n.File.Path), ".py")
}

// Language is what the node's code is written in, in dbt's words.
func (n *Node) Language() string {
	switch {
	case n.IsPython():
		return "python"
	case n.Type == Function:
		return functionLanguage(n.File)
	}
	return "sql"
}

// parsePython reads what a Python model asks of the project. As in dbt it is a table, unless its properties or its own config say otherwise.
func (b *builder) parsePython(d *draft) {
	usual := &project.Layer{Values: jinja.DictOf("materialized", "table"), Unrendered: jinja.DictOf("materialized", "table")}
	d.layers = append([]*project.Layer{usual}, d.layers...)
	m, problems := python.Read(d.File.Source)
	d.problems.Append(problems)
	asked := jinja.NewDict()
	for _, c := range m.Calls {
		if problem := d.hearPython(c, asked); problem != nil {
			problem.Code, problem.Span = python.NotLiteral, c.At
			d.problems.Add(problem)
		}
	}
	if asked.Len() > 0 {
		d.record(asked, diag.Span{})
	}
	d.readsItself = m.This
}

// hearPython records one call; asked gathers the configs that the model reads, as dbt's manifest has them.
func (d *draft) hearPython(c python.Call, asked *jinja.Dict) *diag.Diagnostic {
	names := make([]string, len(c.Args))
	for i, arg := range c.Args {
		names[i] = jinja.Str(arg)
	}
	switch {
	case c.Name == "ref" && len(names) == 1:
		d.Refs = append(d.Refs, RefCall{Name: names[0], Version: versionOf(c), At: c.At})
	case c.Name == "ref" && len(names) == 2:
		d.Refs = append(d.Refs, RefCall{Package: names[0], Name: names[1], Version: versionOf(c), At: c.At})
	case c.Name == "ref":
		return &diag.Diagnostic{Message: fmt.Sprintf("dbt.ref() takes a name, or a package and a name, not %d arguments", len(names))}
	case c.Name == "source" && len(names) == 2:
		d.Sources = append(d.Sources, SourceCall{Source: names[0], Table: names[1], At: c.At})
	case c.Name == "source":
		return &diag.Diagnostic{Message: fmt.Sprintf("dbt.source() takes the names of a source and a table, not %d arguments", len(names))}
	case c.Name == "config" && len(names) == 0:
		d.record(c.Kwargs, c.At)
	case c.Name == "config":
		return &diag.Diagnostic{Message: "dbt.config() takes keyword arguments"}
	case len(names) == 0 || len(names) > 2:
		return &diag.Diagnostic{Message: fmt.Sprintf("dbt.%s() takes a name and perhaps a default, not %d arguments", c.Name, len(names))}
	default:
		d.noteAsked(c, asked)
	}
	return nil
}

func versionOf(c python.Call) jinja.Value {
	for _, key := range []string{"v", "version"} {
		if v, ok := c.Kwargs.GetString(key); ok && v != nil {
			return v
		}
	}
	return nil
}

func (d *draft) noteAsked(c python.Call, asked *jinja.Dict) {
	if asked.Len() == 0 {
		for _, key := range []string{"config_keys_used", "config_keys_defaults", "meta_keys_used", "meta_keys_defaults"} {
			asked.Put(key, jinja.NewList())
		}
	}
	prefix := "config"
	if c.Name == "config.meta_get" {
		prefix = "meta"
	}
	fallback, _ := c.Kwargs.GetString("default")
	if len(c.Args) == 2 {
		fallback = c.Args[1]
	}
	for key, v := range map[string]jinja.Value{"_keys_used": c.Args[0], "_keys_defaults": fallback} {
		if list, ok := asked.GetString(prefix + key); ok {
			list.(*jinja.List).Append(v)
		}
	}
}

// PythonJob is what it takes to run a Python model, besides the rows that it reads.
type PythonJob struct {
	Source       *diag.Source
	Refs         []PythonInput
	Sources      []PythonInput
	This         PythonInput
	Incremental  bool
	ReadsThis    bool // the rows of This are asked for
	Config, Meta map[string]any
}

// PythonInput is a relation as a Python model asks for it.
type PythonInput struct {
	Key      string // the arguments of dbt.ref() or dbt.source(), with dots between them
	Relation *macros.Relation
}

// Python is the job of a Python model that has been rendered. It is a *diag.Diagnostic as the error that the model cannot run here.
func (g *Graph) Python(ctx context.Context, n *Node, r *Rendered, s Sight) (*PythonJob, error) {
	if err := g.Runnable(n); err != nil {
		return nil, err
	}
	c := g.renderContext(n, s)
	job := &PythonJob{Source: n.File.Source, ReadsThis: n.readsItself}
	for _, ref := range n.Refs {
		target, problem := g.findRef(n.Package, ref)
		if problem != nil {
			return nil, problem
		}
		if target.Ephemeral() {
			return nil, &diag.Diagnostic{
				Code: python.Invalid, Span: ref.At, Message: fmt.Sprintf("model %q is ephemeral, which Python cannot read", target.Name),
				Hint: "materialize it as a view or a table",
			}
		}
		job.Refs = append(job.Refs, PythonInput{refKey(ref), g.read(c, target)})
	}
	for _, call := range n.Sources {
		target, problem := g.findSource(n.Package, call)
		if problem != nil {
			return nil, problem
		}
		job.Sources = append(job.Sources, PythonInput{call.Source + "." + call.Table, g.reduced(n, s, target, g.relation(target))})
	}
	this := g.relation(n)
	job.This = PythonInput{Key: "this", Relation: this}
	added, err := r.Context.CallMacro(ctx, "is_incremental", nil, nil)
	if err != nil {
		return nil, g.failure(err, n)
	}
	job.Incremental = jinja.Truth(added)
	job.ReadsThis = job.ReadsThis && s.Existing != nil && s.Existing.Kind != relation.Unknown
	job.Config, _ = plain(n.Config.Values).(map[string]any)
	job.Meta, _ = plain(n.Config.Meta()).(map[string]any)
	return job, nil
}

func refKey(r RefCall) string {
	parts := []string{r.Name}
	if r.Package != "" {
		parts = []string{r.Package, r.Name}
	}
	if r.Version != nil {
		parts = append(parts, "v"+jinja.Str(r.Version))
	}
	return strings.Join(parts, ".")
}

// Runnable tells why a Python model cannot run, if it cannot.
func (g *Graph) Runnable(n *Node) error {
	d := &diag.Diagnostic{Code: python.Invalid, Span: n.At}
	switch m := n.Config.Materialized(); {
	case !g.Dialect.Has(dialect.Files):
		d.Message, d.Hint = g.Dialect.Title+" cannot run Python models", "disable it, or write it in SQL"
	case g.Library.Materialization(m) != nil:
		d.Message, d.Hint = fmt.Sprintf("the project's own materialization %q cannot build a Python model", m), "materialize it as table, incremental or external"
	case !slices.Contains([]string{"table", "incremental", "external"}, m):
		d.Message, d.Hint = fmt.Sprintf("a Python model cannot be materialized as %s", m), "materialize it as table, incremental or external"
	default:
		return nil
	}
	return d
}

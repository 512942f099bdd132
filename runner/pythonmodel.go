package runner

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/materialize"
	"github.com/modsql/mod/runner/python"
)

const (
	// PythonError is an exception that a Python model raised, at the line of the model that it came through last.
	PythonError diag.Code = "python-error"
	// PythonMissing is a Python, or a module of it, that a Python model needs and that is not installed.
	PythonMissing diag.Code = "python-missing"
)

// pythonRun is a Python model on its way: it runs when the first op comes that reads its rows, so after the hooks before the model.
type pythonRun struct {
	job     *compiler.PythonJob
	program string
	folder  string
	query   string // that reads the rows
	ran     bool
}

// executePython does what the plan says of a Python model: the ops of its materialization, on the rows that it returns.
func (t *turn) executePython(ctx context.Context, program string) (err error) {
	sight := t.sight
	sight.Warehouse, sight.Existing, sight.Anew = t.wire, t.view.get(t.step.Node.Relation), t.anew()
	s := &pythonRun{program: cmp.Or(t.step.Node.Config.String("python"), program, "python3")}
	if s.job, err = t.graph.Python(ctx, t.step.Node, t.rendered, sight); err != nil {
		return err
	}
	if s.folder, err = os.MkdirTemp("", "mod-python-"); err != nil {
		return fmt.Errorf("make a folder for the rows of %s: %w", t.step.Node.Name, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(s.folder)) }()
	if s.query, err = t.rendered.Context.Spell(ctx, "get_python_result_sql", s.file("result")); err != nil {
		return err
	}
	code, origin := t.rendered.SQL, t.rendered.Origin
	t.rendered.SQL, t.rendered.Origin, t.script = s.query, nil, s
	err = t.materialize(ctx)
	t.rendered.SQL, t.rendered.Origin = code, origin
	return err
}

func (s *pythonRun) file(name string) string { return filepath.Join(s.folder, name+".parquet") }

// needs tells whether an op reads the rows of the model.
func (s *pythonRun) needs(op materialize.Op) bool {
	reads := func(c *materialize.Call) bool { return c != nil && slices.Contains(c.Args, any(s.query)) }
	return reads(op.Call) || op.Look != nil && op.Look.Query == s.query || op.Ask != nil && reads(&op.Ask.Call)
}

// runScript runs the model if op is the first one to need it.
func (t *turn) runScript(ctx context.Context, op materialize.Op) error {
	s := t.script
	if s == nil || s.ran || !s.needs(op) {
		return nil
	}
	s.ran = true
	job, err := t.lend(ctx)
	if err != nil {
		return err
	}
	out := &printed{tell: func(line string) {
		t.report(Logged{Node: t.step.Node, Text: line, Level: "print", At: time.Now()})
	}}
	limited, cancel := t.limited(ctx)
	defer cancel()
	err = python.Run(limited, s.program, s.folder, job, out)
	out.flush()
	return t.pythonProblem(err)
}

// lend writes the rows that the model may ask for to files.
func (t *turn) lend(ctx context.Context) (python.Job, error) {
	s, src := t.script, t.script.job.Source
	job := python.Job{
		Path: src.Path, Code: src.Text, Incremental: s.job.Incremental, Config: s.job.Config, Meta: s.job.Meta,
		Paths: t.modulePaths(), Result: s.file("result"), Inputs: []python.Input{}, This: input("this", s.job.This),
	}
	files := map[string]string{}
	add := func(kind string, from ...compiler.PythonInput) error {
		for _, p := range from {
			in := input(kind, p)
			if files[in.Text] == "" {
				files[in.Text] = s.file(strconv.Itoa(len(files)))
				if err := t.lendOne(ctx, p, files[in.Text]); err != nil {
					return err
				}
			}
			in.File = files[in.Text]
			job.Inputs = append(job.Inputs, in)
		}
		return nil
	}
	err := errors.Join(add("ref", s.job.Refs...), add("source", s.job.Sources...))
	if err == nil && s.job.ReadsThis {
		err = add("this", s.job.This)
	}
	return job, err
}

func (t *turn) lendOne(ctx context.Context, p compiler.PythonInput, file string) error {
	sql, err := t.rendered.Context.Spell(ctx, "get_python_input_sql", p.Relation, file)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, sql)
	return err
}

func input(kind string, p compiler.PythonInput) python.Input {
	r := p.Relation
	in := python.Input{Kind: kind, Key: p.Key, Text: r.String(), Name: [3]string{r.Database, r.Schema, r.Name}}
	if kind == "source" && r.Text != "" {
		in.Name = [3]string{}
	}
	return in
}

// modulePaths are the folders of the profile's module_paths.
func (t *turn) modulePaths() []string {
	out := []string{}
	given, _ := t.graph.Project.Target.Config["module_paths"].([]any)
	for _, p := range given {
		if path, err := filepath.Abs(fmt.Sprint(p)); err == nil {
			out = append(out, path)
		}
	}
	return out
}

// pythonProblem is a failure of a Python model at its place in the model.
func (t *turn) pythonProblem(err error) error {
	var (
		gone   *python.Missing
		raised *python.Error
	)
	switch {
	case errors.As(err, &gone):
		return &diag.Diagnostic{
			Code: PythonMissing, Span: t.step.Node.At, Message: fmt.Sprintf("there is no Python %q to run the model with", gone.Program),
			Hint: "install Python 3, or name one in MOD_PYTHON or in the config python",
		}
	case errors.As(err, &raised):
		t.report(Logged{Node: t.step.Node, Text: raised.Traceback, Level: "debug", At: time.Now()})
		return t.raisedAt(raised)
	}
	return err
}

// raisedAt puts an exception where the model's code is that it went through last; the calls on the way there are told too.
func (t *turn) raisedAt(e *python.Error) *diag.Diagnostic {
	src := t.script.job.Source
	d := &diag.Diagnostic{Code: PythonError, Span: lineOf(src, src.Position(max(strings.Index(src.Text, "def model"), 0)).Line), Message: e.Error()}
	for i, f := range e.Frames {
		if f.File != src.Path {
			continue
		}
		if i > 0 && e.Frames[i-1].File == src.Path {
			d.Related = append(d.Related, diag.Note{Span: d.Span, Message: "called from here"})
		}
		d.Span = lineOf(src, f.Line)
	}
	if n := len(e.Frames); n > 0 && e.Frames[n-1].File != src.Path {
		last := e.Frames[n-1]
		d.Hint = fmt.Sprintf("it was raised in %s:%d, in %s", filepath.Base(last.File), last.Line, last.Function)
	}
	if e.Module != "" {
		d.Code, d.Hint = PythonMissing, "install it: "+python.Install(t.script.program, e.Module)
		if e.Type == "Missing" {
			d.Message = e.Message
		}
	}
	return d
}

// lineOf is the text of a line, without the white space around it.
func lineOf(src *diag.Source, line int) diag.Span {
	text := src.Line(line)
	start := src.Offset(line, 1) + len(text) - len(strings.TrimLeft(text, " \t"))
	return diag.Span{Source: src, Start: start, End: start + len(strings.TrimSpace(text))}
}

// printed tells what is written to it, line by line. It is safe for concurrent use.
type printed struct {
	tell func(line string)
	lock sync.Mutex
	rest string
}

// Write implements io.Writer.
func (p *printed) Write(text []byte) (int, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.rest += string(text)
	for {
		line, rest, ended := strings.Cut(p.rest, "\n")
		if !ended {
			return len(text), nil
		}
		p.rest = rest
		p.tell(strings.TrimRight(line, "\r"))
	}
}

func (p *printed) flush() {
	if p.rest != "" {
		p.tell(p.rest)
		p.rest = ""
	}
}

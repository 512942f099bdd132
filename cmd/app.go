package cmd

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/adapters/all"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/artifact"
	"github.com/modsql/mod/compiler/cache"
	"github.com/modsql/mod/compiler/diag"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/jinja"
	"github.com/modsql/mod/compiler/lint"
	"github.com/modsql/mod/compiler/macros"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/selector"
	"github.com/modsql/mod/runner"
)

// app is one call of mod: the machine it runs on, the flags all commands have, and the view that tells what happens.
type app struct {
	System
	flags   globals
	command *cobra.Command // the one that was called; nil until it is known
	started time.Time
	began   time.Time // the same by the clock of the machine
	id      string    // a UUID
	secrets *redactor
	policy  *lint.Policy // nil until the project is read
	out     io.Writer    // stdout without secrets
	err     io.Writer    // stderr without secrets
	view    view
	told    view            // of a call that the terminal interface makes: what is told goes there, whatever flags say; nil for others
	cancels *runner.Cancels // of such a call: cancels single nodes of its run; nil for others
	again   *repetition     // of a retry; nil for other commands
	heard   *heard          // what templates asked for while the project was compiled
}

func newApp(s System) *app {
	a := &app{System: s, started: startedAt(s), began: s.Now(), id: newID(), secrets: &redactor{}, heard: &heard{}}
	a.out, a.err = a.secrets.around(s.Out), a.secrets.around(s.Err)
	a.view = a.newView()
	return a
}

// startedAt is when the call of mod began. The variable MOD_NOW sets another time, for tests of what depends on it: microbatch models,
// samples, run_started_at, what is noted of builds.
func startedAt(s System) time.Time {
	if t, err := time.Parse(time.RFC3339, s.Env["MOD_NOW"]); err == nil {
		return t
	}
	return s.Now()
}

// clock tells the time as the call has it: from when it is said to have begun.
func (a *app) clock() time.Time { return a.started.Add(a.Now().Sub(a.began)) }

// newID returns a random UUID (version 4).
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: https://pkg.go.dev/crypto/rand#Read
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// redactor keeps secrets out of what is written, once a project says what they are.
type redactor struct {
	project *project.Project
	others  []*project.Project // the same with other targets
}

func (r *redactor) around(w io.Writer) io.Writer { return redacting{r, w} }

// redact hides the secrets of all targets.
func (r *redactor) redact(text string) string {
	if r.project != nil {
		text = r.project.Redact(text)
	}
	for _, other := range r.others {
		text = other.Redact(text)
	}
	return text
}

type redacting struct {
	*redactor
	w io.Writer
}

// Write implements io.Writer. A secret is found if it is written in one piece. What is JSON stays JSON.
func (r redacting) Write(p []byte) (int, error) {
	if len(p) == 0 || !r.any() {
		return r.w.Write(p)
	}
	var text []byte
	if (p[0] == '{' || p[0] == '[') && json.Valid(p) {
		text = project.RedactJSON(p, r.redact)
	} else {
		text = []byte(r.redact(string(p)))
	}
	if _, err := r.w.Write(text); err != nil {
		return 0, err
	}
	return len(p), nil
}

// load reads the project. Its warnings are shown; an error that is not nil holds its errors.
func (a *app) load(needTarget bool) (*project.Project, error) {
	p, found := a.read(project.Options{NeedTarget: needTarget})
	if err := a.judge(found); err != nil || p == nil {
		return nil, errors.Join(err)
	}
	if err := a.enter(p); err != nil {
		return nil, err
	}
	return p, nil
}

// read reads the project with what the flags and o say of it. The project is nil if there is no telling what it holds.
func (a *app) read(o project.Options) (*project.Project, *diag.List) {
	p, found := a.readOptions(o)
	if p != nil {
		var problems *diag.List
		a.secrets.project = p
		a.heed(p.Root.Flags)
		a.policy, problems = lint.NewPolicy(p)
		found.Append(problems)
	}
	return p, found
}

// readOptions reads the project as read does, and changes nothing of the app. A folder or a target that o names goes before the flags'.
func (a *app) readOptions(o project.Options) (*project.Project, *diag.List) {
	vars, problems := project.ParseVars(a.flags.vars)
	if problems.HasErrors() {
		return nil, problems
	}
	o.Dir, o.ProfilesDir, o.Profile, o.Target = cmp.Or(o.Dir, a.projectDir()), a.absolute(a.flags.profilesDir), a.flags.profile, cmp.Or(o.Target, a.flags.target)
	o.Environment = a.flags.environment
	o.Vars, o.Env, o.Strict, o.NoVersionCheck = vars, a.Env, a.flags.strict, !a.flags.versionCheck
	return project.Load(o)
}

// enter goes to the project's folder, from where relative paths are taken.
func (a *app) enter(p *project.Project) error {
	if a.Chdir == nil {
		return nil
	}
	if err := a.Chdir(p.Dir); err != nil {
		return fmt.Errorf("enter the project's folder: %w", err)
	}
	return nil
}

// judge shows the warnings of a list, or returns all of it as an error if there are errors in it.
func (a *app) judge(found *diag.List) error {
	return a.accept(a.policy.Settle(found, true))
}

// accept is judge for a list to which the policy has been applied.
func (a *app) accept(found *diag.List) error {
	problems := a.weigh(found)
	if found.HasErrors() {
		return found.Err()
	}
	a.view.problems(problems)
	return nil
}

// weigh returns the problems of a list after what the flags make of its warnings.
func (a *app) weigh(found *diag.List) []*diag.Diagnostic {
	return a.flags.warnings.judged(found.Sorted())
}

// projectDir is the folder of the project: the one of --project-dir, or the nearest one with a project file from here upwards.
func (a *app) projectDir() string {
	if a.flags.projectDir != "" {
		return a.absolute(a.flags.projectDir)
	}
	for dir := a.Dir; ; dir = filepath.Dir(dir) {
		if hasProject(dir) {
			return dir
		}
		if filepath.Dir(dir) == dir {
			return a.Dir
		}
	}
}

func hasProject(dir string) bool { return projectFile(dir) != "" }

// projectFile is the name of the project file in a folder; "" if there is none.
func projectFile(dir string) string {
	for _, name := range []string{"project.yml", "dbt_project.yml"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			return name
		}
	}
	return ""
}

// absolute is a path of the command line, taken from the working directory; "" stays.
func (a *app) absolute(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(a.Dir, path)
}

// session is an open project: where every command begins that works on one.
type session struct {
	*app
	project    *project.Project
	graph      *compiler.Graph
	invocation *macros.Invocation
	compiled   map[string]*artifact.Compiled // what was rendered, by node ID
	asking     map[string]bool               // those of them that were rendered with a warehouse
	state      *folder                       // of --state; nil without it
	saved      *cache.Saved                  // what is kept of the graph, or was; nil if it is not to be kept
	lines      []cache.Lines                 // what ls prints of a recalled graph; nil if it was not asked for, or is nothing
	deferral   runner.Deferral
	found      []*diag.Diagnostic // the problems that did not stop it
}

// compileOptions are what a command says of the compilation.
type compileOptions struct {
	which              string // the command
	needTarget         bool   // it talks to the warehouse
	offline            bool   // it does not, though it is about an environment
	fullRefresh, empty bool
	storeFailures      bool
	failFast           bool
	selects, excludes  []string
	sample             *compiler.Window // of --sample
}

// compile loads the project and compiles it: the first two of the five calls.
func (a *app) compile(o compileOptions) (*session, error) {
	if err := a.checkEnvironment(); err != nil {
		return nil, err
	}
	began := a.Now()
	a.collector.reading()
	o.needTarget = o.needTarget || a.flags.environment != "" && !o.offline
	p, loading := a.read(project.Options{NeedTarget: o.needTarget})
	loading = a.policy.Settle(loading, true)
	if err := a.accept(loading); err != nil || p == nil {
		return nil, errors.Join(err)
	}
	if err := a.enter(p); err != nil {
		return nil, err
	}
	if err := besideTargets(p); err != nil {
		return nil, err
	}
	d := dialect.Named(p.Target.Type)
	if d == nil {
		return nil, unknownWarehouse(p.Target)
	}
	s := &session{app: a, project: p, invocation: a.invocation(p, o), compiled: map[string]*artifact.Compiled{}}
	options := compiler.Options{Dialect: d, Invocation: s.invocation, FullRefresh: o.fullRefresh, Empty: o.empty, Sample: o.sample}
	g, found := compiler.Compile(p, options)
	if g != nil && !found.HasErrors() {
		found.Append(a.joinTargets(g, o.needTarget, options))
	}
	found.Append(a.policy.Learn(g))
	found = a.policy.Settle(found, true)
	s.graph = g
	s.remember(began, loading, found)
	if err := a.accept(found); err != nil {
		return nil, err
	}
	s.found = slices.Concat(loading.Sorted(), found.Sorted())
	if o.which != "parse" { // which remembers its manifest too
		s.keep()
	}
	return s, nil
}

// survey loads and compiles the project as far as that is possible: what is wrong with it is in the list, and stops nothing. The
// session has no graph if there is no telling what it would be; it is nil without a project.
func (a *app) survey(which string) (*session, *diag.List, error) {
	p, found := a.read(project.Options{Dated: true})
	if p == nil {
		return nil, found, nil
	}
	if err := a.enter(p); err != nil {
		return nil, nil, err
	}
	_, more, err := readSelectors(p.Dir, p.Evaluate)
	if err != nil {
		return nil, nil, fmt.Errorf("read the selectors: %w", err)
	}
	found.Append(more)
	s := &session{app: a, project: p, invocation: a.invocation(p, compileOptions{which: which}), compiled: map[string]*artifact.Compiled{}}
	s.invocation.Print = func(string) { a.heard.note("print") } // nothing runs: stdout is for what was found, as programs read it
	d := dialect.Named(p.Target.Type)
	if d == nil {
		found.Add(unknownType(p.Target))
		return s, found, nil
	}
	options := compiler.Options{Dialect: d, Invocation: s.invocation}
	s.graph, more = compiler.Compile(p, options)
	found.Append(more)
	if s.graph != nil && !more.HasErrors() {
		found.Append(a.joinTargets(s.graph, false, options))
	}
	if s.graph != nil {
		found.Append(a.policy.Learn(s.graph))
	}
	return s, found, nil
}

func unknownWarehouse(t *project.Target) error {
	l := &diag.List{}
	l.Add(unknownType(t))
	return l.Err()
}

// unknownType is the problem of a target for which there is no adapter.
func unknownType(t *project.Target) *diag.Diagnostic {
	var names []string
	for _, d := range all.Drivers() {
		names = append(names, d.Name)
	}
	d := &diag.Diagnostic{Code: project.CodeUnknownWarehouse, Span: t.At, Message: fmt.Sprintf("there is no adapter for %q", t.Type)}
	if d.Hint = diag.DidYouMean(t.Type, names); d.Hint == "" {
		d.Hint = "set type to one of " + join(names, "or")
	}
	return d
}

// invocation is what templates may know of this call.
func (a *app) invocation(p *project.Project, o compileOptions) *macros.Invocation {
	told := func(level string) func(string) {
		return func(text string) { a.view.event(runner.Logged{Text: text, Level: level, At: a.Now()}) }
	}
	info, debug := told("info"), told("debug")
	return &macros.Invocation{
		ID: a.id, Started: a.started.UnixNano(), Metadata: a.metadata(),
		Flags: map[string]jinja.Value{
			"WHICH": o.which, "FULL_REFRESH": o.fullRefresh, "STORE_FAILURES": o.storeFailures, "EMPTY": o.empty,
			"FAIL_FAST": o.failFast, "DEBUG": a.flags.debug, "QUIET": a.flags.quiet, "WARN_ERROR": a.flags.warnError,
			"PROFILES_DIR": a.absolute(a.flags.profilesDir), "PROJECT_DIR": p.Dir, "USE_COLORS": a.colored(),
			"INDIRECT_SELECTION": "eager", "LOG_FORMAT": a.flags.logFormat, "INTROSPECT": a.flags.introspect, "WRITE_JSON": a.flags.writeJSON,
			"PRINT": a.flags.print, "PARTIAL_PARSE": true, "STATIC_PARSER": true, "VERSION_CHECK": a.flags.versionCheck,
		},
		Args:  a.args(p, o),
		Heard: a.heard.note,
		Log: func(text string, toAll bool) {
			if toAll {
				a.heard.note("log")
				info(text)
			} else {
				debug(text)
			}
		},
		Print: func(text string) {
			a.heard.note("print")
			if a.flags.print {
				told("print")(text)
			}
		},
		Warn: func(text string) error {
			a.heard.note("warn")
			switch a.flags.warnings.of(templateWarn) {
			case fails:
				return &diag.Diagnostic{Code: macros.Raised, Message: text}
			case stays:
				told("warn")(text)
			}
			return nil
		},
	}
}

// args are the arguments of this call: those that are always told, and the flags that were given.
func (a *app) args(p *project.Project, o compileOptions) *jinja.Dict {
	args := jinja.DictOf("which", o.which, "project_dir", p.Dir, "profiles_dir", a.absolute(a.flags.profilesDir),
		"vars", p.CLIVars, "select", list(o.selects), "exclude", list(o.excludes), "full_refresh", o.fullRefresh,
		"target", targetName(p.Target), "invocation_command", "mod "+o.which)
	for name, value := range flagArgs(a.command).All() {
		if _, told := args.Get(name); !told {
			args.Put(jinja.Str(name), value)
		}
	}
	return args
}

// targetName is a target's name, None for the one of a project without any.
func targetName(t *project.Target) jinja.Value {
	if t.Default {
		return nil
	}
	return t.Name
}

// customEnv are the variables that artifacts and templates show: DBT_ENV_CUSTOM_ENV_*, without that prefix.
func (a *app) customEnv() map[string]string {
	out := map[string]string{}
	for name, value := range a.Env {
		if short, ok := strings.CutPrefix(name, "DBT_ENV_CUSTOM_ENV_"); ok {
			out[short] = value
		}
	}
	return out
}

// metadata is customEnv as templates see it.
func (a *app) metadata() *jinja.Dict {
	env := a.customEnv()
	d := jinja.NewDict()
	for _, name := range slices.Sorted(maps.Keys(env)) {
		d.Put(name, env[name])
	}
	return d
}

func list(values []string) *jinja.List {
	l := jinja.NewList()
	for _, v := range values {
		l.Append(v)
	}
	return l
}

// pick returns the nodes that the flags select, of those types, and tells templates of them.
func (s *session) pick(o selection, types ...compiler.Type) ([]*compiler.Node, error) {
	r, err := o.request(s, types)
	if err != nil {
		return nil, err
	}
	if s.again != nil {
		r = selector.Request{Types: types} // a retry knows its nodes
	}
	nodes, found := selector.Select(s.graph, r)
	if err := s.judge(found); err != nil {
		return nil, err
	}
	if s.again != nil {
		nodes = slices.DeleteFunc(nodes, func(n *compiler.Node) bool { return !s.again.only[n.ID] })
	}
	s.invocation.Selected = nil
	for _, n := range nodes {
		s.invocation.Selected = append(s.invocation.Selected, n.ID)
	}
	return nodes, s.deferTo(o.stateOptions, nodes)
}

// patience is how long to wait for a database that another process holds.
const patience = 10 * time.Second

// connect opens the warehouse of the project's own target.
func (s *session) connect(ctx context.Context) (adapters.Warehouse, error) {
	return s.connectTo(ctx, s.project.Target)
}

// connectError tells why there is no connection: at the target, if one of its settings is wrong.
func connectError(t *project.Target, err error) error {
	var wire *adapters.Error
	if !errors.As(err, &wire) || wire.Kind != adapters.BadConfig || t.At.IsZero() {
		return fmt.Errorf("connect to %s (target %q): %w", t.Type, t.Name, err)
	}
	l := &diag.List{}
	l.Errorf(t.At, project.CodeInvalidProfile, "target %q: %v", t.Name, err).Hint = wire.Hint
	return l.Err()
}

// targetDir is the folder for artifacts and compiled code.
func (s *session) targetDir() string {
	dir := s.flags.targetPath
	if dir == "" {
		dir = s.project.Root.Paths.Target
	}
	if dir == "" {
		dir = "target"
	}
	if filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(s.project.Dir, dir)
}

package runner

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/change"
	"github.com/modsql/mod/compiler/fingerprint"
	"github.com/modsql/mod/compiler/interval"
	"github.com/modsql/mod/compiler/plan"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner/state"
)

// Book is where a run notes what it builds, and where it is read what earlier runs built.
type Book struct {
	Tables      state.Tables
	Environment string
	Home        string // the environment whose relations are read where Environment has none of its own; "" for none
	// From is the environment that is promoted to this one; nil for none.
	From  *project.Environment
	Run   state.Run
	Known state.Known // set by Runner.ReadBook

	Made *change.Graph // what the nodes are made of now; nothing is noted while it is nil
	// Verdicts are those by which the run builds, by the IDs of nodes; nil for a run that builds what was selected.
	Verdicts map[string]*change.Verdict

	// Looks are what was seen of the newest rows of sources before anything was built, by their IDs.
	Looks map[string]change.Look

	// Patience is how long to wait for another run that builds the same.
	Patience time.Duration
	// Partial says that what is built has not all of its rows: it is noted, and counts for nothing.
	Partial bool

	graph   *compiler.Graph
	own     func(state.Key) bool // see mine; nil until it is asked
	catalog *relation.Catalog    // what the warehouse was seen to have
	codes   map[fingerprint.Hash]*change.Code

	built map[string]change.Version // what was built last, by the IDs of nodes
	ended map[string]time.Time      // when that was, of what this run built
	ahead time.Duration             // how far what it notes is from the clock of the machine
}

// now is what time it is noted to be.
func (b *Book) now() time.Time { return b.noted(time.Now()) }

// noted is a time of the clock of the machine as it is noted. The order of times stays.
func (b *Book) noted(at time.Time) time.Time { return at.Add(b.ahead) }

// follow has the clock go on from when something was last done anywhere, if that was later than it shows now: another machine's may be ahead. What is of the future is
// left out of account.
func (b *Book) follow() {
	now, late := b.now(), time.Duration(0)
	done := func(at time.Time) {
		if ahead := at.Sub(now); ahead <= clockSkew {
			late = max(late, ahead+time.Microsecond)
		}
	}
	done(b.Known.Newest)
	for _, last := range b.Known.Builds {
		done(last.At)
	}
	for _, claims := range b.Known.Claims {
		for _, c := range claims {
			done(c.At)
		}
	}
	b.ahead += late
}

// OpenBook gives the runner a book in the state's schema of its shelf, or else of its own target. It is to be called before Observe.
func (r *Runner) OpenBook(ctx context.Context, environment string, run state.Run) error {
	at, _ := r.shelf()
	blank, err := at.Operation(ctx, at.Project.Root, nothing(at), compiler.Sight{}, nil)
	if err != nil {
		return err
	}
	r.Book = &Book{
		Tables:      state.Tables{Schema: at.StateSchema(), Dialect: at.Dialect, Spell: blank.Context.Spell},
		Environment: environment, Run: run, graph: r.Graph,
		codes: map[fingerprint.Hash]*change.Code{}, built: map[string]change.Version{}, ended: map[string]time.Time{},
	}
	if r.Clock != nil {
		r.Book.ahead = time.Until(r.Clock())
	}
	return nil
}

// clockSkew is how far clocks of machines may be apart before what one of them noted counts as of the future.
const clockSkew = 5 * time.Minute

// BookExists tells whether there is anything to be read in the book; Observe was called before.
func (r *Runner) BookExists(ctx context.Context) (bool, error) {
	tables, err := r.bookTables(ctx)
	return err == nil && r.Book.Tables.Exist(tables), err
}

// ReadBook reads what the book of the runner says; Observe was called before.
func (r *Runner) ReadBook(ctx context.Context) (err error) {
	b := r.Book
	if b.catalog, err = r.bookTables(ctx); err != nil || !b.Tables.Exist(b.catalog) {
		return err
	}
	conn, err := r.openShelf(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	environments := []string{b.Environment}
	if b.Home != "" {
		environments = append(environments, b.Home)
	}
	if b.From != nil {
		environments = append(environments, b.From.Key)
	}
	if b.Known, err = b.Tables.Read(ctx, conn, b.catalog, environments...); err != nil {
		return err
	}
	now := b.now()
	if b.Known.Now.After(now) {
		now = b.Known.Now
	}
	b.Known = b.Known.Before(now.Add(clockSkew))
	b.follow()
	for id, built := range b.Builds() {
		b.built[id] = built.Version
	}
	return nil
}

// Builds are the last builds that are known of, by the IDs of nodes: of nodes that are in the graph those of the relations that they have now.
func (b *Book) Builds() map[string]change.Built {
	return b.BuildsIn(b.Environment, func(n *compiler.Node) relation.Relation { return n.Relation })
}

// BuildsAtHome are those of the environment whose relations are read where this one has none.
func (b *Book) BuildsAtHome() map[string]change.Built {
	return b.BuildsIn(b.Home, func(n *compiler.Node) relation.Relation { return n.Home })
}

// Knows tells whether anything was ever built in an environment.
func (b *Book) Knows(environment string) bool {
	for key := range b.Known.Builds {
		if key.Environment == environment {
			return true
		}
	}
	return false
}

// BuildsIn are the last builds in an environment that has the nodes there.
func (b *Book) BuildsIn(environment string, at func(*compiler.Node) relation.Relation) map[string]change.Built {
	out := map[string]change.Built{}
	mine := b.mine()
	for key, last := range b.Known.Builds {
		if key.Environment != environment || last.Kind.Gone() || b.graph.Nodes[key.Node] == nil && !mine(key) {
			continue
		}
		if n := b.graph.Nodes[key.Node]; n != nil && n.Stored() && folded(at(n)) != folded(key.Relation) {
			continue
		}
		built := builtOf(last)
		built.Claims = b.claims(key)
		if n := b.graph.Nodes[key.Node]; n != nil && n.Stored() {
			built.Unsure = b.Known.Builds[b.previous(n)].Kind == state.Replacing && environment == b.Environment
		}
		out[key.Node] = built
	}
	return out
}

// mine tells of what is noted whether it can have been this project that has made it. Several projects may note what they build in one place, and so may
// people who build one project in schemas of their own: what is in the project no more lies in a schema that the project still has something in, and was of
// one of its packages. All else is somebody else's.
func (b *Book) mine() func(state.Key) bool {
	if b.own != nil {
		return b.own
	}
	schemas := map[relation.Relation]bool{{}: true} // a unit test has none
	for _, n := range b.graph.Nodes {
		for _, r := range []relation.Relation{n.Relation, n.Home} {
			schemas[folded(schemaOf(r))] = true
		}
	}
	b.own = func(key state.Key) bool {
		return ofPackages(b.graph.Project, key.Node) && schemas[folded(schemaOf(key.Relation))]
	}
	return b.own
}

// mineEverywhere is mine of environments beside the target's own too: what is in one of them lies where the project would build it there.
func (b *Book) mineEverywhere() func(state.Key) bool {
	p := b.graph.Project
	mine, beside := b.mine(), map[string]map[relation.Relation]bool{}
	schemasOf := func(environment string) map[relation.Relation]bool {
		_, name, _ := strings.Cut(environment, "/")
		e, err := p.Environments.EnvironmentNamed(name)
		if err != nil || e.Key != environment {
			return nil
		}
		schemas := map[relation.Relation]bool{{}: true}
		for _, n := range b.graph.Nodes {
			schemas[folded(schemaOf(b.graph.In(e, n.Home)))] = true
		}
		return schemas
	}
	return func(key state.Key) bool {
		if key.Environment == p.Target.Name {
			return mine(key)
		}
		if beside[key.Environment] == nil {
			beside[key.Environment] = schemasOf(key.Environment)
		}
		return ofPackages(p, key.Node) && beside[key.Environment][folded(schemaOf(key.Relation))]
	}
}

// ofPackages tells whether a node, by its ID, is of one of the project's packages.
func ofPackages(p *project.Project, id string) bool {
	_, rest, _ := strings.Cut(id, ".")
	name, _, _ := strings.Cut(rest, ".")
	return slices.ContainsFunc(p.Packages, func(pkg *project.Package) bool { return pkg.Name == name })
}

// claims are what of a relation is loaded. What loaded it anew for a change alone left its data as new as it was.
func (b *Book) claims(of state.Key) interval.Claims {
	anew, ok := b.Known.Last(of, state.Built)
	if !ok || anew.Watermark == nil {
		return b.Known.Claims[of]
	}
	out := slices.Clone(b.Known.Claims[of])
	for i, c := range out {
		if c.Run == anew.Run && c.At.After(*anew.Watermark) {
			out[i].At = *anew.Watermark
		}
	}
	return out
}

func builtOf(b state.Build) change.Built {
	out := change.Built{
		Version: change.Version{Hash: b.Hash, Code: b.Code}, Own: b.Own, Rows: b.Rows, Bytes: b.Bytes, Run: b.Run, Seen: b.Sources, Beside: b.Beside,
		// Times are kept to the microsecond, cut off: what began when something else ended began after it.
		Began: b.At.Add(time.Microsecond - time.Duration(b.Seconds*float64(time.Second))), Ended: b.At,
	}
	if b.Watermark != nil {
		out.Data = *b.Watermark
	}
	if b.Kind == state.RolledBack {
		until, _ := keptOf(b)
		out.Back, out.Until = out.Data, until.Replaced
	}
	return out
}

// Judge says how the nodes stand to their last builds. What they were made of is read as far as it is needed.
func (r *Runner) Judge(ctx context.Context, h change.History) (verdicts []*change.Verdict, err error) {
	h.Built, h.Code = r.Book.Builds(), r.Book.code
	return r.learn(ctx, func() ([]*change.Verdict, []fingerprint.Hash) { return r.Book.Made.Since(h) })
}

// code is the code of that key, as far as it was read.
func (b *Book) code(key fingerprint.Hash) *change.Code { return b.codes[key] }

// learn judges again and again, until all is read that a judgement asks for.
func (r *Runner) learn(ctx context.Context, judge func() ([]*change.Verdict, []fingerprint.Hash)) ([]*change.Verdict, error) {
	b := r.Book
	for {
		verdicts, unknown := judge()
		unknown = slices.DeleteFunc(unknown, func(key fingerprint.Hash) bool { _, asked := b.codes[key]; return asked })
		if len(unknown) == 0 {
			return verdicts, nil
		}
		if err := r.readCodes(ctx, unknown); err != nil {
			return nil, err
		}
	}
}

// readCodes reads what was built. A code that is not there is nil from then on.
func (r *Runner) readCodes(ctx context.Context, keys []fingerprint.Hash) (err error) {
	conn, err := r.openShelf(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	found, err := r.Book.Tables.Details(ctx, conn, keys)
	var bad state.Problem
	if errors.As(err, &bad) {
		r.tell(Logged{Text: err.Error(), Level: "warn", At: time.Now()})
		err = nil
	}
	for _, key := range keys {
		r.Book.codes[key] = nil
		if d := found[key]; d != nil {
			code := change.Code(*d)
			r.Book.codes[key] = &code
		}
	}
	return err
}

// note writes builds at the end of a run.
func (r *Runner) note(ctx context.Context, what string, builds []state.Build) (err error) {
	if len(builds) == 0 {
		return nil
	}
	conn, err := r.openShelf(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	list, err := r.Book.Tables.Record(ctx, builds)
	if err == nil {
		err = execAll(ctx, conn, list)
	}
	if err != nil {
		return fmt.Errorf("note what is %s: %w", what, err)
	}
	return nil
}

// Retire notes that those nodes are in the project no more. Their relations stay.
func (r *Runner) Retire(ctx context.Context, ids []string) error {
	b := r.Book
	var gone []state.Build
	mine := b.mine()
	for key, last := range b.Known.Builds {
		if key.Environment == b.Environment && slices.Contains(ids, key.Node) && !last.Kind.Gone() && mine(key) {
			last.Kind, last.At, last.Run = state.Retired, b.now(), b.Run.ID
			gone = append(gone, last)
		}
	}
	return r.note(ctx, "retired", gone)
}

// buildOf is what is noted of a result, nil if nothing is. It is called by one goroutine, the clerk's.
func (b *Book) buildOf(r *Result) *state.Build {
	m := b.Made.Nodes[r.Node.ID]
	if m == nil || r.Step == nil || isFailure(r) && !r.partly() || r.Status == Skipped || r.Status == NoOp || r.Executing.IsZero() {
		return nil
	}
	if r.Step.Action == plan.Amend {
		return b.amended(m)
	}
	if r.Step.Action == plan.Restore {
		return b.restored(r)
	}
	if r.Step.Action == plan.Promote {
		return b.promoted(r.Node.ID, r.Step.From)
	}
	if b.Partial && r.Batches != nil && r.Step.Action == plan.Add {
		return nil // what was there before is as it was, and the batches are noted as missing
	}
	made := m.Built(b.versionsFor(r.Node))
	code := b.Made.Code(m, made)
	detail := state.Detail(code)
	key, err := detail.Key()
	if err != nil {
		return nil
	}
	if b.Partial {
		made.Hash, made.Own, key = fingerprint.Hash{}, fingerprint.Hash{}, fingerprint.Hash{}
	}
	b.built[m.ID], b.ended[m.ID] = change.Version{Hash: made.Hash, Code: key}, b.noted(r.Finished)
	out := &state.Build{
		Environment: b.Environment, Node: m.ID, Relation: m.Relation, Kind: kindOf(r), Hash: made.Hash, Own: made.Own,
		At: b.noted(r.Finished), Seconds: r.Finished.Sub(r.Executing).Seconds(), Run: b.Run.ID, Code: key, Watermark: b.dataOf(r),
		Sources: b.Made.Seen(m, b.Looks), Beside: m.Beside,
	}
	if r.Node.Type == compiler.Test {
		out.At = b.holds(m, r)
	}
	if out.Relation.Name == "" { // a unit test has none: it goes by its own
		out.Relation.Name = m.Name
	}
	if r.Rows >= 0 && m.Stored() {
		out.Rows = &r.Rows
	}
	if r.Bytes > 0 {
		out.Bytes = &r.Bytes
	}
	if !key.IsZero() && !b.Known.Has(key) {
		out.Detail = &detail
	}
	return out
}

// amended is a node's last build with what is beside its rows now.
func (b *Book) amended(m *change.Made) *state.Build {
	for key, last := range b.Known.Builds {
		if key.Node == m.ID && folded(key.Relation) == folded(m.Relation) {
			last.Beside, last.Run, last.Note = m.Beside, b.Run.ID, "what is beside its rows was set"
			return &last
		}
	}
	return nil
}

// versionsFor are the versions that a node was built of. A unit test is about the project as it is, whatever of it is built.
func (b *Book) versionsFor(n *compiler.Node) func(id string) change.Version {
	if n.Type != compiler.UnitTest {
		return func(id string) change.Version { return b.built[id] }
	}
	return func(id string) (v change.Version) {
		if m := b.Made.Nodes[id]; m != nil {
			v.Hash = m.Hash
		}
		return v
	}
}

// holds is the end of a data test's turn, as if it had run after what it reads was published: of data that is tested before that, it is true as well.
func (b *Book) holds(m *change.Made, r *Result) time.Time {
	at := b.noted(r.Finished)
	for _, id := range m.Reads {
		if end := b.ended[id].Add(r.Finished.Sub(r.Executing)); end.After(at) {
			at = end
		}
	}
	return at
}

// dataOf is since when the relation that a result made has its data: one that was built for a change alone has no newer data than before.
func (b *Book) dataOf(r *Result) *time.Time {
	v := b.Verdicts[r.Node.ID]
	if v == nil || v.Built == nil || v.NewData() {
		return nil
	}
	at := v.Built.DataAt()
	return &at
}

func kindOf(r *Result) state.Kind {
	switch r.Step.Action {
	case plan.Add:
		return state.Added
	case plan.Load:
		return state.Loaded
	}
	return state.Built
}

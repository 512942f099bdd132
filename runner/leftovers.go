package runner

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/project"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner/state"
)

// Collecting says which relations count as left over.
type Collecting struct {
	Environment *project.Environment // all that is in it; nil asks for what has expired, and for what is in the project no more
	Schemas     []string             // of Environment, besides those that its nodes have there now
	Undo        bool                 // bring back what was set aside
	Now         time.Time
}

// Disposal is what becomes of a relation that is left over.
type Disposal string

// The disposals.
const (
	Aside   Disposal = "set aside"  // for a week, in a schema of its own
	Restore Disposal = "bring back" // to where it was
	Drop    Disposal = "drop"       // it was set aside a week ago
	Leave   Disposal = "leave"      // nothing is done, and Why says why
	forget  Disposal = "forget"     // it is not there any more
	again   Disposal = "again"      // it was noted that it was set aside, and it may be that this was not done
)

// Leftover is a relation that nobody builds any more.
type Leftover struct {
	state.Key
	Disposal Disposal
	Kind     relation.Kind // "" if there is no relation, and nothing to be told
	Why      string        // a clause

	last   state.Build // what was done to it last
	before state.Build // of one that was set aside: what was done before that
	at     asideAt
	asked  bool // its schema was named
	back   bool // of one to be brought back: it is in its place already, and that was not noted
}

// asideAt is where a relation is that was set aside: in a schema, or as the statement that makes it again.
type asideAt struct {
	Schema string `json:"schema,omitempty"`
	View   string `json:"view,omitempty"`
	Asked  bool   `json:"asked,omitempty"` // somebody named the schema that it was in
}

// keptFor is how long what was set aside can be had again.
const keptFor = 7 * 24 * time.Hour

// Leftovers are the relations that are left over of the target's environments, and of the target itself, in the order of their names: of those alone which the state
// says that mod has made. The runner has a book.
func (r *Runner) Leftovers(ctx context.Context, o Collecting) (list []*Leftover, err error) {
	conn, err := r.Warehouse.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if noted, err := r.readAll(ctx, conn); err != nil || !noted {
		return nil, err
	}
	c := &collector{Collecting: o, project: r.Graph.Project, known: r.Book.Known, mine: r.Book.mineEverywhere(), movesViews: r.Graph.Dialect.Has(dialect.MovesTables)}
	list = c.candidates()
	if c.there, err = conn.Inspect(ctx, schemasNamed(list)...); err != nil {
		return nil, fmt.Errorf("inspect what is left over: %w", err)
	}
	for _, l := range list {
		c.settle(l)
	}
	return list, nil
}

// readAll reads what the book says of all environments, and tells whether there is one. The session is that of the runner's own warehouse.
func (r *Runner) readAll(ctx context.Context, conn adapters.Adapter) (noted bool, err error) {
	book, done, err := r.bookBeside(ctx, conn)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, done()) }()
	tables := r.Book.Tables
	if r.Book.catalog, err = book.Inspect(ctx, tables.Schema); err != nil {
		return false, fmt.Errorf("look for the state: %w", err)
	}
	if !tables.Exist(r.Book.catalog) {
		return false, nil
	}
	names, err := tables.Environments(ctx, book)
	if err == nil {
		r.Book.Known, err = tables.Read(ctx, book, r.Book.catalog, names...)
	}
	return err == nil, err
}

// worthCompacting is how many rows that nothing reads are worth a word.
const worthCompacting = 1000

// Surplus is what of the book nothing reads any more; nothing if it is little. Leftovers was called before.
func (r *Runner) Surplus(ctx context.Context, now time.Time) (s state.Surplus, err error) {
	if !r.Book.Tables.Exist(r.Book.catalog) {
		return s, nil
	}
	conn, err := r.openShelf(ctx)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if s, err = r.Book.Tables.Surplus(ctx, conn, now); s.Rows() < worthCompacting {
		s = state.Surplus{}
	}
	return s, err
}

// Compact takes it out of the book.
func (r *Runner) Compact(ctx context.Context, s state.Surplus) (err error) {
	conn, err := r.openShelf(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	return r.Book.Tables.Compact(ctx, conn, s)
}

// schemasNamed are the schemas that leftovers are in or are to be in, each once.
func schemasNamed(list []*Leftover) []relation.Relation {
	var out []relation.Relation
	for _, l := range list {
		for _, name := range []string{l.Relation.Schema, l.at.Schema} {
			schema := relation.Relation{Database: l.Relation.Database, Schema: name}
			if name != "" && !slices.Contains(out, schema) {
				out = append(out, schema)
			}
		}
	}
	return out
}

// collector finds out what is left over.
type collector struct {
	Collecting
	project    *project.Project
	known      state.Known
	mine       func(state.Key) bool // tells what is the project's, of the target's own environment and of those beside it
	there      *relation.Catalog
	movesViews bool
}

// candidates are the relations that are left over by what the state says.
func (c *collector) candidates() []*Leftover {
	newest := map[string]time.Time{}
	for key, b := range c.known.Builds {
		if at := c.touched(key, b); !b.Kind.Gone() && at.After(newest[key.Environment]) && c.mine(key) {
			newest[key.Environment] = at
		}
	}
	var out []*Leftover
	for key, b := range c.known.Builds {
		if l := c.candidate(key, b, newest[key.Environment]); l != nil {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b *Leftover) int {
		return cmp.Or(strings.Compare(a.Environment, b.Environment), strings.Compare(a.Relation.String(), b.Relation.String()), strings.Compare(a.Node, b.Node))
	})
	return out
}

// touched is when somebody last wanted a relation: when it was built, or when that was set aside which was brought back.
func (c *collector) touched(key state.Key, b state.Build) time.Time {
	if aside, ok := c.known.Last(key, state.SetAside); ok && aside.At.After(b.At) {
		return aside.At
	}
	return b.At
}

// candidate is a relation that is left over; nil if it is not.
func (c *collector) candidate(key state.Key, b state.Build, newest time.Time) *Leftover {
	target := c.project.Target.Name
	own, beside := key.Environment == target, strings.HasPrefix(key.Environment, target+"/")
	asked := c.Environment != nil && c.Environment.Key == key.Environment
	if !own && !beside || c.Environment != nil && !asked {
		return nil
	}
	l := &Leftover{Key: key, last: b}
	if !c.mine(key) {
		return c.elsewhere(l, asked)
	}
	switch {
	case b.Kind == state.Dropped:
		return nil
	case b.Kind == state.SetAside:
		return c.aside(l)
	case c.Undo:
		return nil
	case own && b.Kind == state.Kept:
		return c.kept(l)
	case own && b.Kind == state.Retired && b.Note == unknownKept:
		l.Why = unknownKept
	case own && b.Kind == state.Retired:
		l.Why = "it is in the project no more"
	case beside && asked:
		l.Why = "it was asked for"
	case beside && c.Now.Sub(newest) > c.project.Environments.Expires:
		l.Why = "nothing was built in " + strings.TrimPrefix(key.Environment, target+"/") + " since " + newest.UTC().Format(time.DateOnly)
	default:
		return nil
	}
	l.Disposal = Aside
	return l
}

// elsewhere is what becomes of a relation of the environment that was asked for, or set aside, in a schema that the environment has not as the project is now: it may be
// somebody else's, unless the schema was named. Nil says that it is not the project's.
func (c *collector) elsewhere(l *Leftover, asked bool) *Leftover {
	named := slices.ContainsFunc(c.Schemas, func(s string) bool { return strings.EqualFold(s, l.Relation.Schema) })
	switch {
	case !strings.Contains(l.Environment, "/") || !ofPackages(c.project, l.Node) || l.Relation.Schema == "":
		return nil
	case l.last.Kind == state.SetAside:
		if l = c.aside(l); l == nil || !l.at.Asked {
			return nil
		}
		return l
	case !asked || c.Undo || l.last.Kind.Gone():
		return nil
	case !named:
		l.Disposal, l.Why = Leave, "the project builds nothing there, so that it may be another's: --schema "+l.Relation.Schema+" sets it aside too"
		return l
	}
	l.Disposal, l.Why, l.asked = Aside, "its schema was asked for", true
	return l
}

// kept is what becomes of a table that is kept of the build before; nil for nothing yet.
func (c *collector) kept(l *Leftover) *Leftover {
	k, ok := keptOf(l.last)
	if !ok || !c.Now.After(k.Until) {
		return nil
	}
	l.Disposal, l.Why, l.at.Schema = Drop, "it was replaced on "+k.Replaced.UTC().Format(time.DateOnly), l.Relation.Schema
	return l
}

// aside is what becomes of a relation that was set aside; nil for nothing yet.
func (c *collector) aside(l *Leftover) *Leftover {
	if json.Unmarshal([]byte(l.last.Note), &l.at) != nil {
		return nil // somebody else wrote it
	}
	history := c.known.History[l.Key]
	for _, b := range history[:max(len(history)-1, 0)] {
		if b.Kind != state.Dropped && b.Kind != state.SetAside {
			l.before = b
		}
	}
	on := l.last.At.UTC().Format(time.DateOnly)
	switch {
	case c.Undo:
		l.Disposal, l.Why = Restore, "it was set aside on "+on
	case c.Now.Sub(l.last.At) > keptFor:
		l.Disposal, l.Why = Drop, "it was set aside on "+on
	default:
		l.Disposal, l.Why = again, "it was to be set aside on "+on
	}
	return l
}

// settle compares what is to be done with what is there.
func (c *collector) settle(l *Leftover) {
	at := l.Relation
	if l.at.Schema != "" {
		at.Schema = l.at.Schema
	}
	found, view := c.there.Get(at), l.at.View != ""
	place := c.there.Get(l.Relation)
	switch {
	case l.Disposal == again && place != nil && (found == nil || view): // the run that noted it went no further
		l.Disposal, l.Kind, l.at = Aside, place.Kind, asideAt{}
		return
	case l.Disposal == again:
		l.Disposal = Leave
		return
	case l.Disposal == Restore && found == nil && place != nil && !view: // the run that brought it back could not note it
		l.Kind, l.back = place.Kind, true
		return
	}
	switch {
	case view:
		l.Kind = relation.View
	case found != nil:
		l.Kind = found.Kind
	}
	switch {
	case found == nil && l.Disposal == Aside: // a data test has none, and others may be at another target
		l.Disposal = Leave
	case found == nil && !view || l.Disposal == Drop && view:
		l.Disposal, l.Kind = forget, ""
	case l.Disposal == Restore && place != nil:
		l.Disposal, l.Why = Leave, "something else has its name now"
	case l.Disposal == Aside && c.used(l):
		l.Disposal, l.Why = Leave, "another environment has built it too"
	case l.Kind != relation.BaseTable && l.Kind != relation.View && !(l.Kind == relation.MaterializedView && c.movesViews):
		l.Disposal, l.Why = Leave, fmt.Sprintf("a %s cannot be set aside", l.Kind)
	}
}

// used tells whether the relation is also that of something which is still built.
func (c *collector) used(l *Leftover) bool {
	for key, b := range c.known.Builds {
		if key != l.Key && key.Environment != l.Environment && !b.Kind.Gone() && folded(key.Relation) == folded(l.Relation) {
			return true
		}
	}
	return false
}

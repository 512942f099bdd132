package runner

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/modsql/mod/adapters"
	"github.com/modsql/mod/compiler"
	"github.com/modsql/mod/compiler/dialect"
	"github.com/modsql/mod/compiler/relation"
	"github.com/modsql/mod/runner/state"
)

// Collect does what is to be done for leftovers, all of an environment at once where there are transactions for that.
func (r *Runner) Collect(ctx context.Context, list []*Leftover) (err error) {
	list = slices.DeleteFunc(slices.Clone(list), func(l *Leftover) bool { return l.Disposal == Leave })
	conn, err := r.Warehouse.Connect(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	book, done, err := r.bookBeside(ctx, conn)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	give, err := r.claim(ctx, book, list)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, give()) }()
	if err := r.unmoved(ctx, book, list); err != nil {
		return err
	}
	spelled, err := r.spelling(ctx)
	if err != nil {
		return err
	}
	for len(list) > 0 {
		n := slices.IndexFunc(list, func(l *Leftover) bool { return l.Environment != list[0].Environment })
		if n < 0 {
			n = len(list)
		}
		g := &gathering{Runner: r, conn: conn, book: book, tables: spelled, now: r.Book.now()}
		if err := g.collect(ctx, list[:n]); err != nil {
			return fmt.Errorf("collect what is left of %s: %w", list[0].Environment, err)
		}
		list = list[n:]
	}
	return nil
}

// unmoved is an error if something was done to one of those since they were found to be left over.
func (r *Runner) unmoved(ctx context.Context, conn adapters.Adapter, list []*Leftover) error {
	var environments []string
	for _, l := range list {
		if !slices.Contains(environments, l.Environment) {
			environments = append(environments, l.Environment)
		}
	}
	known, err := r.Book.Tables.Read(ctx, conn, r.Book.catalog, environments...)
	if err != nil {
		return err
	}
	for _, l := range list {
		if now := known.Builds[l.Key]; now.Kind != l.last.Kind || !now.At.Equal(l.last.At) {
			return fmt.Errorf("nothing is cleared away: something was done to %s since this was planned", l.Relation)
		}
	}
	return nil
}

// claim takes the leases of what is going to be changed. The function gives them back.
func (r *Runner) claim(ctx context.Context, conn adapters.Adapter, list []*Leftover) (give func() error, err error) {
	_, warehouse := r.shelf()
	exclusive, ok := warehouse.(adapters.Exclusive)
	leases := state.Leases{Tables: r.Book.Tables, Holder: state.NewHolder(r.Book.Run.ID, r.Book.Run.Holder), For: time.Hour, Alone: ok && exclusive.Exclusive()}
	var wanted []state.Key
	for _, l := range list {
		wanted = append(wanted, l.Key)
	}
	got, err := leases.Acquire(ctx, conn, wanted...)
	return func() error { return leases.Release(context.WithoutCancel(ctx), conn, got) }, err
}

// spelling is how the runner's own warehouse spells things, wherever the book is.
func (r *Runner) spelling(ctx context.Context) (state.Tables, error) {
	if r.Shelf == nil {
		return r.Book.Tables, nil
	}
	blank, err := r.Graph.Operation(ctx, r.Graph.Project.Root, nothing(r.Graph), compiler.Sight{}, nil)
	if err != nil {
		return state.Tables{}, err
	}
	return state.Tables{Dialect: r.Graph.Dialect, Spell: blank.Context.Spell}, nil
}

// collect changes the relations of one environment, and notes that.
func (g *gathering) collect(ctx context.Context, list []*Leftover) error {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b *Leftover) int { // a view is made after what it reads
		if a.at.View == "" || b.at.View == "" {
			return cmp.Compare(len(a.at.View), len(b.at.View))
		}
		return a.before.At.Compare(b.before.At)
	})
	for _, l := range list {
		if err := g.add(ctx, l); err != nil {
			return err
		}
	}
	if err := g.carryOut(ctx); err != nil {
		return err
	}
	return g.emptied(ctx)
}

// carryOut runs the statements and writes the notes. Where no transaction covers both, what is set aside is noted before it is: if the run ends between the two, it is where the
// notes say, or where it was. Everything else is noted afterwards.
func (g *gathering) carryOut(ctx context.Context) error {
	if g.Shelf == nil && g.Graph.Dialect.Has(dialect.TransactionalDDL) {
		notes, err := g.Book.Tables.Record(ctx, g.builds)
		if err != nil {
			return err
		}
		return g.tables.Together(ctx, g.conn, slices.Concat(g.statements, notes))
	}
	var before, after []state.Build
	for _, b := range g.builds {
		if b.Kind == state.SetAside {
			before = append(before, b)
		} else {
			after = append(after, b)
		}
	}
	err := g.write(ctx, before)
	if err == nil && len(g.statements) > 0 {
		err = g.tables.Together(ctx, g.conn, g.statements)
	}
	if err == nil {
		err = g.write(ctx, after)
	}
	return err
}

// write writes notes.
func (g *gathering) write(ctx context.Context, builds []state.Build) error {
	notes, err := g.Book.Tables.Record(ctx, builds)
	if err != nil || len(notes) == 0 {
		return err
	}
	return g.Book.Tables.Together(ctx, g.book, notes)
}

// gathering is the statements that change relations of an environment, and what is noted of that.
type gathering struct {
	*Runner
	conn, book adapters.Adapter // with the runner's own warehouse, and with that of the book
	tables     state.Tables     // as the runner's own warehouse spells things
	now        time.Time
	statements []string
	builds     []state.Build
	left       []relation.Relation // schemas in which nothing may be left
}

func (g *gathering) spell(ctx context.Context, macro string, args ...any) error {
	sql, err := g.tables.Spell(ctx, macro, args...)
	if err == nil && !slices.Contains(g.statements, sql) {
		g.statements = append(g.statements, sql)
	}
	return err
}

func (g *gathering) add(ctx context.Context, l *Leftover) error {
	here := relation.Table{Relation: l.Relation, Kind: l.Kind}
	there := here
	there.Schema = cmp.Or(l.at.Schema, g.quarantine(l.Relation.Schema))
	note := l.last
	note.At, note.Run, note.Detail = g.now, g.Book.Run.ID, nil
	note.Kind, note.Note = state.Dropped, l.Why
	var err error
	switch {
	case l.Disposal == Aside:
		g.leaves(here.Relation)
		l.at, err = g.setAside(ctx, here, there)
		l.at.Asked = l.asked
		text, failed := json.Marshal(l.at)
		note.Kind, note.Note, err = state.SetAside, string(text), errors.Join(err, failed)
	case l.Disposal == Drop:
		g.leaves(there.Relation)
		err = g.spell(ctx, "gc_drop", there)
	case l.Disposal == Restore:
		note = l.before
		note.Run, note.Detail, note.Note = g.Book.Run.ID, nil, "brought back"
		if !l.back {
			err = g.restore(ctx, l, there, here)
		}
	}
	g.builds = append(g.builds, note)
	return err
}

// quarantine is the schema in which this run sets aside what is in another one. Names stay as they are, since each schema has its own.
func (g *gathering) quarantine(schema string) string {
	sum := sha256.Sum256([]byte(g.Book.Run.ID + "/" + schema))
	return g.Book.Tables.Schema.Schema + "_gone_" + hex.EncodeToString(sum[:4])
}

// setAside moves a relation; of a view that cannot be moved the statement is kept that makes it.
func (g *gathering) setAside(ctx context.Context, here, there relation.Table) (asideAt, error) {
	if here.Kind != relation.View || g.Graph.Dialect.Has(dialect.MovesTables) {
		schema := there
		schema.Name = ""
		return asideAt{Schema: there.Schema}, errors.Join(g.spell(ctx, "get_create_schema_sql", schema), g.spell(ctx, "gc_move", here, there))
	}
	view, err := g.definition(ctx, here)
	if err != nil {
		return asideAt{}, err
	}
	return asideAt{View: view}, g.spell(ctx, "gc_drop", here)
}

// definition is the statement that makes a view.
func (g *gathering) definition(ctx context.Context, view relation.Table) (text string, err error) {
	sql, err := g.tables.Spell(ctx, "gc_view", view)
	if err != nil {
		return "", err
	}
	rows, err := g.conn.Query(ctx, sql)
	if err != nil {
		return "", err
	}
	for row, err := range rows.All {
		if err != nil {
			return "", err
		}
		text, _ = row[0].(string)
	}
	if text == "" {
		return "", fmt.Errorf("the warehouse does not tell what %s is", view.Relation)
	}
	return strings.TrimRight(text, "; \n"), nil
}

func (g *gathering) restore(ctx context.Context, l *Leftover, there, here relation.Table) error {
	schema := here
	schema.Name = ""
	if err := g.spell(ctx, "get_create_schema_sql", schema); err != nil {
		return err
	}
	if l.at.View != "" {
		g.statements = append(g.statements, l.at.View)
		return nil
	}
	g.leaves(there.Relation)
	return g.spell(ctx, "gc_move", there, here)
}

func (g *gathering) leaves(r relation.Relation) {
	r.Name = ""
	if !slices.Contains(g.left, r) {
		g.left = append(g.left, r)
	}
}

// emptied drops the schemas in which nothing is left, but for those of the target itself.
func (g *gathering) emptied(ctx context.Context) error {
	home := map[relation.Relation]bool{}
	for _, n := range g.Graph.Order {
		home[schemaOf(folded(n.Home))] = true
	}
	for _, schema := range g.left {
		catalog, err := g.conn.Inspect(ctx, schema)
		if err != nil {
			return err
		}
		if home[schemaOf(folded(schema))] || len(catalog.All()) > 0 {
			continue
		}
		sql, err := g.tables.Spell(ctx, "gc_drop_schema", relation.Table{Relation: schema})
		if err != nil {
			return err
		}
		if _, err := g.conn.Exec(ctx, sql); err != nil { // there may be something in it that nobody sees, such as a function
			g.tell(Logged{Text: fmt.Sprintf("the schema %s stays: %v", schema.Schema, err), Level: "warn", At: time.Now()})
		}
	}
	return nil
}
